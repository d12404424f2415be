ALTER TABLE users DROP CONSTRAINT users_score_counted;

DROP INDEX users_born_idx;

ALTER TABLE users ADD COLUMN level varchar(20);

-- the data are lost: every row gets a placeholder
UPDATE users SET level = '1';

ALTER TABLE users ALTER COLUMN level SET NOT NULL;

ALTER TABLE users ALTER COLUMN address TYPE text;

ALTER TABLE users
    ALTER COLUMN age DROP DEFAULT,
    ALTER COLUMN age TYPE integer,
    ALTER COLUMN age SET DEFAULT 1;

-- destroys data: column `users.born` and its data
ALTER TABLE users DROP COLUMN born;

-- destroys data: column `users.score` and its data
ALTER TABLE users DROP COLUMN score;

ALTER TABLE users RENAME COLUMN address TO email;
