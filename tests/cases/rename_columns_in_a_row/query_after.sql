SELECT middle, first FROM users
