DELETE FROM market.products WHERE sku LIKE 'X-%';
