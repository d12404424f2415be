ALTER TABLE users RENAME COLUMN email TO address;

ALTER TABLE users ADD COLUMN score int NOT NULL DEFAULT 0;

ALTER TABLE users ADD COLUMN born date;

ALTER TABLE users
    MODIFY COLUMN age bigint NOT NULL DEFAULT 2,
    MODIFY COLUMN address varchar(80);

-- destroys data: column `users.level` and its data
ALTER TABLE users DROP COLUMN level;

CREATE INDEX users_born_idx ON users (born);

ALTER TABLE users ADD CONSTRAINT users_score_counted CHECK (`score` >= 0);
