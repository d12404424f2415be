-- Tables that refer to each other are dropped: their keys are checked at the end
PRAGMA defer_foreign_keys = ON;

-- destroys data: table `books` and its rows
DROP TABLE books;

-- an empty `books` stands in until what refers to it is dropped
CREATE TABLE books (id, UNIQUE (id));

-- destroys data: table `authors` and its rows
DROP TABLE authors;

DROP TABLE books;
