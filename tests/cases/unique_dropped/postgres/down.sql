ALTER TABLE users ADD CONSTRAINT users_name_age UNIQUE (name, age);

ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
