ALTER TYPE market.order_status RENAME VALUE 'shiped' TO 'shipped';
