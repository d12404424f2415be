-- destroys data: every row of `users`
DROP TABLE users;

-- destroys data: every row of `posts`
DROP TABLE posts;
