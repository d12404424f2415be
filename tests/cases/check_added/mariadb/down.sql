ALTER TABLE users DROP CONSTRAINT users_reachable;

ALTER TABLE users DROP CONSTRAINT users_age_sane;

ALTER TABLE users DROP CONSTRAINT users_age_check;
