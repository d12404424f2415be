ALTER TYPE market.order_status RENAME VALUE 'shipped' TO 'shiped';
