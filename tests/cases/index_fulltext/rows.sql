INSERT INTO posts (title, body) VALUES ('One', 'first words'), ('Two', 'second words');
