ALTER TABLE users RENAME INDEX users_mail TO users_email_once;
