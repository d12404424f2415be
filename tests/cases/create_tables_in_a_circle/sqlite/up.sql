CREATE TABLE authors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    best_book_id INTEGER,
    FOREIGN KEY (best_book_id) REFERENCES books (id) ON DELETE SET NULL
);

CREATE TABLE books (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author_id INTEGER NOT NULL,
    FOREIGN KEY (author_id) REFERENCES authors (id)
);
