ALTER TABLE users RENAME COLUMN email TO address;

ALTER TABLE users ADD COLUMN score integer NOT NULL DEFAULT 0;

ALTER TABLE users ADD COLUMN born date;

ALTER TABLE users
    ALTER COLUMN age DROP DEFAULT,
    ALTER COLUMN age TYPE bigint,
    ALTER COLUMN age SET DEFAULT 2;

ALTER TABLE users ALTER COLUMN address TYPE varchar(80);

-- destroys data: column `users.level` and its data
ALTER TABLE users DROP COLUMN level;

CREATE INDEX users_born_idx ON users (born);

ALTER TABLE users ADD CONSTRAINT users_score_counted CHECK (score >= 0);
