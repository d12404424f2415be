ALTER TABLE users RENAME CONSTRAINT users_email_once TO users_mail;
