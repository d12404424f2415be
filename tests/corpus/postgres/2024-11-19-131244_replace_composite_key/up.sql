ALTER TABLE market.order_lines DROP CONSTRAINT order_lines_pk;
ALTER TABLE market.order_lines ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE market.order_lines ADD CONSTRAINT order_lines_pk PRIMARY KEY (id), ADD CONSTRAINT order_lines_line_key UNIQUE (order_id, line) DEFERRABLE;
UPDATE market.order_lines SET line = line + 1;
SET CONSTRAINTS market.order_lines_line_key IMMEDIATE;
