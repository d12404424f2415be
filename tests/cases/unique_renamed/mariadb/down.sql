ALTER TABLE users RENAME INDEX users_email_once TO users_mail;
