ALTER TABLE market.orders DROP COLUMN number;
