INSERT INTO users (name, age) VALUES ('Ada', '2015-12-10 00:00:00');
