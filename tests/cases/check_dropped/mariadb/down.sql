ALTER TABLE users ADD CONSTRAINT users_reachable CHECK (`email` is not null or `name` <> '');

ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (`age` >= 0);
