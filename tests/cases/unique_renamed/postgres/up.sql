ALTER TABLE users RENAME CONSTRAINT users_mail TO users_email_once;
