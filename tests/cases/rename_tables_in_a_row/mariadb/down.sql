RENAME TABLE cats TO dogs;

RENAME TABLE tigers TO cats;
