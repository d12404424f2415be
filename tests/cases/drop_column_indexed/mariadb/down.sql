ALTER TABLE users ADD COLUMN age int;

-- the data are lost: every row gets a placeholder
UPDATE users SET age = 1;

ALTER TABLE users MODIFY COLUMN age int NOT NULL;

ALTER TABLE users ADD COLUMN email varchar(50);

SET @row := 0;

-- the data are lost: every row gets a placeholder
UPDATE users SET email = CONCAT((@row := @row + 1));

ALTER TABLE users MODIFY COLUMN email varchar(50) NOT NULL;

CREATE INDEX users_age_idx ON users (age);

CREATE INDEX users_age_email_idx ON users (age, email);

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (`age` > 0);
