CREATE TABLE authors (
    id int NOT NULL AUTO_INCREMENT,
    best_book_id int,
    PRIMARY KEY (id)
);

CREATE TABLE books (
    id int NOT NULL AUTO_INCREMENT,
    author_id int NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT books_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id)
);

ALTER TABLE authors ADD CONSTRAINT authors_best_book_id_fkey FOREIGN KEY (best_book_id) REFERENCES books (id) ON DELETE SET NULL;
