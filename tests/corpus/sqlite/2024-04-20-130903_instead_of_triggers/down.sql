DELETE FROM users WHERE email = 'edsger@example.org';
DROP VIEW people;
