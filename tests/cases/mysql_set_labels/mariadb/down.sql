-- fails while rows of `people` hold a label that is gone; without a strict `sql_mode` they lose it
ALTER TABLE people MODIFY COLUMN roles set('a','b');
