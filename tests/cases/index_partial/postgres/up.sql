DROP INDEX users_name_idx;

CREATE UNIQUE INDEX users_email_known ON users (email) WHERE (email IS NOT NULL) AND ((name)::text <> 'it''s'::text);

CREATE INDEX users_name_idx ON users (name) WHERE age >= 21;
