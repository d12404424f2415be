-- destroys data: column `users.next` and its data
ALTER TABLE users DROP COLUMN next;

ALTER TABLE users ADD COLUMN next integer GENERATED ALWAYS AS (age + 1) STORED;
