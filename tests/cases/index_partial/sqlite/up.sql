DROP INDEX users_name_idx;

CREATE UNIQUE INDEX users_email_known ON users (email) WHERE email is not null and name <> 'it''s';

CREATE INDEX users_name_idx ON users (name) WHERE age >= 21;
