ALTER TABLE users DROP CONSTRAINT users_score_counted;

DROP INDEX users_born_idx ON users;

ALTER TABLE users ADD COLUMN level varchar(20);

-- the data are lost: every row gets a placeholder
UPDATE users SET level = '0';

ALTER TABLE users
    MODIFY COLUMN level varchar(20) NOT NULL,
    MODIFY COLUMN address text,
    MODIFY COLUMN age int NOT NULL DEFAULT 1;

-- destroys data: column `users.born` and its data
ALTER TABLE users DROP COLUMN born;

-- destroys data: column `users.score` and its data
ALTER TABLE users DROP COLUMN score;

ALTER TABLE users RENAME COLUMN address TO email;
