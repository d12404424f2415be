-- destroys data: every row of `posts`
DROP TABLE posts;

-- destroys data: every row of `users`
DROP TABLE users;
