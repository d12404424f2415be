ALTER TABLE users ADD CONSTRAINT users_reachable CHECK ((email IS NOT NULL) OR ((name)::text <> ''::text));

ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0);
