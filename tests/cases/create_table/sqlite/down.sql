-- destroys data: table `posts` and its rows
DROP TABLE posts;
