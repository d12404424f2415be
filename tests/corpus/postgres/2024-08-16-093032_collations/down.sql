DROP TABLE market.codes;
DROP COLLATION market.posix;
DROP COLLATION market.byte_order;
