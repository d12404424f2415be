-- destroys data: table `posts` and its rows
DROP TABLE posts;

-- destroys data: table `users` and its rows
DROP TABLE users;
