-- destroys data: column `people.age` and its data
ALTER TABLE people DROP COLUMN age;

ALTER TABLE people RENAME COLUMN full_name TO name;

RENAME TABLE people TO users;
