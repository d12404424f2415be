INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO authors (best_book_id) VALUES (NULL);
INSERT INTO books (author_id) VALUES (1);
UPDATE authors SET best_book_id = 1;
