ALTER TABLE audit_entries DROP FOREIGN KEY audit_user_fk;
ALTER TABLE audit_entries DROP COLUMN user_id;
ALTER TABLE products DROP FOREIGN KEY products_category_fk2;
ALTER TABLE products ADD CONSTRAINT products_category_fk FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE SET NULL;
