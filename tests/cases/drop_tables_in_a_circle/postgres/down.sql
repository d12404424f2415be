CREATE TABLE authors (
    id serial,
    best_book_id integer,
    CONSTRAINT authors_pkey PRIMARY KEY (id)
);

CREATE TABLE books (
    id serial,
    author_id integer NOT NULL,
    CONSTRAINT books_pkey PRIMARY KEY (id),
    CONSTRAINT books_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id)
);

ALTER TABLE authors ADD CONSTRAINT authors_best_book_id_fkey FOREIGN KEY (best_book_id) REFERENCES books (id) ON DELETE SET NULL;
