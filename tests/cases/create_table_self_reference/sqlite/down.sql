-- destroys data: table `categories` and its rows
DROP TABLE categories;
