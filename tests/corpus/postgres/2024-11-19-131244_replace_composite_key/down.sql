ALTER TABLE market.order_lines DROP CONSTRAINT order_lines_line_key, DROP CONSTRAINT order_lines_pk;
ALTER TABLE market.order_lines DROP COLUMN id;
UPDATE market.order_lines SET line = line - 1;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE market.order_lines ADD CONSTRAINT order_lines_pk PRIMARY KEY (order_id, line) INCLUDE (quantity);
