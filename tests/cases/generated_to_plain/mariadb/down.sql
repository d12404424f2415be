-- destroys data: column `users.next` and its data
ALTER TABLE users MODIFY COLUMN next int GENERATED ALWAYS AS (`age` + 1) STORED;
