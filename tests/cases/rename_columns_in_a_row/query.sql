SELECT first, last FROM users
