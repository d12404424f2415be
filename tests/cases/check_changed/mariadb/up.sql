ALTER TABLE users DROP CONSTRAINT users_age_check;

ALTER TABLE users DROP CONSTRAINT users_age_sane;

ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (`age` > 0);

ALTER TABLE users ADD CONSTRAINT users_age_sane CHECK (`age` < 150);
