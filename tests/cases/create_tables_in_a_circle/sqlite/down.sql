-- Tables that refer to each other are dropped: their keys are checked at the end
PRAGMA defer_foreign_keys = ON;

-- destroys data: table `books` and its rows
DROP TABLE books;

-- destroys data: table `authors` and its rows
DROP TABLE authors;
