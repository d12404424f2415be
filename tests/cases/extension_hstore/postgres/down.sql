DROP INDEX things_attributes_idx;

-- destroys data: column `things.attributes` and its data
ALTER TABLE things DROP COLUMN attributes;
