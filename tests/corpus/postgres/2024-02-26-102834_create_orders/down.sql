DROP TABLE market.order_lines;
DROP TABLE market.orders;
