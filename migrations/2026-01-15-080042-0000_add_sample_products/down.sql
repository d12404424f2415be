DELETE FROM products WHERE sku IN ('mug-blue', 'mug-red', 'notebook-a5');
