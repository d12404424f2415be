ALTER TABLE users ADD COLUMN age integer;

-- the data are lost: every row gets a placeholder
UPDATE users SET age = 1;

ALTER TABLE users ALTER COLUMN age SET NOT NULL;

ALTER TABLE users ADD COLUMN email varchar(50);

-- the data are lost: every row gets a placeholder
UPDATE users SET email = filled.number::text
FROM (SELECT ctid AS place, row_number() OVER () AS number FROM users) AS filled
WHERE users.ctid = filled.place;

ALTER TABLE users ALTER COLUMN email SET NOT NULL;

CREATE INDEX users_age_idx ON users (age);

CREATE INDEX users_age_email_idx ON users (age, email);

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age > 0);
