CREATE SEQUENCE market.order_number AS integer START 1000 INCREMENT 1 MINVALUE 1000 NO MAXVALUE CACHE 10 NO CYCLE;
ALTER TABLE market.orders ADD COLUMN number integer NOT NULL DEFAULT nextval('market.order_number');
ALTER SEQUENCE market.order_number OWNED BY market.orders.number;
SELECT setval('market.order_number', 5000, true);
