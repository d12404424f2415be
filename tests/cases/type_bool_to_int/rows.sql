INSERT INTO users (name, age) VALUES ('Ada', true), ('Grace', false);
