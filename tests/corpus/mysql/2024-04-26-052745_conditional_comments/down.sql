DROP TRIGGER literals_insert;
DROP TABLE literals;
