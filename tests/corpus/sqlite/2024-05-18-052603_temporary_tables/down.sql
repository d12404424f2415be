DELETE FROM products WHERE sku LIKE 'X-%';
