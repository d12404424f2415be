DROP INDEX shops_owner;
DROP TABLE shops;
