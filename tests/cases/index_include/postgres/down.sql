DROP INDEX users_name_email_idx;

DROP INDEX users_lookup;

DROP INDEX users_age_idx;

CREATE INDEX users_lookup ON users (email);
