ALTER TABLE items
    DROP FOREIGN KEY items_shop_number_fkey,
    DROP INDEX items_shop_number_fkey;
