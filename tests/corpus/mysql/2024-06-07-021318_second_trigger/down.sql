DELETE FROM products WHERE sku = 'X-1';
DROP TRIGGER products_insert_first;
DROP TRIGGER products_insert_count;
