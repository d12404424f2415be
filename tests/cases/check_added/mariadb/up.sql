ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (`age` >= 0);

ALTER TABLE users ADD CONSTRAINT users_age_sane CHECK (`age` < 200);

ALTER TABLE users ADD CONSTRAINT users_reachable CHECK (`email` is not null or `name` <> '');
