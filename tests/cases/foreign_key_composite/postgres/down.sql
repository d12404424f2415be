ALTER TABLE items DROP CONSTRAINT items_shop_number_fkey;
