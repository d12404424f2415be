-- destroys data: table `users`
DROP TABLE users;

-- destroys data: table `posts`
DROP TABLE posts;
