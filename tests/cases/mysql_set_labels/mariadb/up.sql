ALTER TABLE people MODIFY COLUMN roles set('a','b','c');
