RENAME TABLE cats TO tigers;

RENAME TABLE dogs TO cats;
