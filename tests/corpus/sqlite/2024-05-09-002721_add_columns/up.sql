ALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT 'en;US';
ALTER TABLE users ADD COLUMN first_name TEXT;
ALTER TABLE users ADD COLUMN initial TEXT AS (substr(name, 1, 1)) VIRTUAL;
UPDATE users SET first_name = iif(instr(name, ' ') > 0, substr(name, 1, instr(name, ' ') - 1), name);
CREATE INDEX users_initial ON users (initial, locale);
