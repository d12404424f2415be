ALTER TABLE items ADD CONSTRAINT items_shop_number_fkey FOREIGN KEY (shop, number) REFERENCES orders (shop, number) ON DELETE CASCADE;
