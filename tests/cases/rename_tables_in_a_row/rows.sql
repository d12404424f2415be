INSERT INTO cats (meow) VALUES ('m');
INSERT INTO dogs (bark) VALUES ('w');
