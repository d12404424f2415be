-- destroys data: table `posts`
DROP TABLE posts;

-- destroys data: table `users`
DROP TABLE users;
