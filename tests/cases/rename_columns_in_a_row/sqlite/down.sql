ALTER TABLE users RENAME COLUMN "first" TO "last";

ALTER TABLE users RENAME COLUMN middle TO "first";
