ALTER TABLE authors DROP CONSTRAINT authors_best_book_id_fkey;

-- destroys data: table `books` and its rows
DROP TABLE books;

-- destroys data: table `authors` and its rows
DROP TABLE authors;
