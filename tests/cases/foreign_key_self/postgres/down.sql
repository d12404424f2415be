ALTER TABLE folders DROP CONSTRAINT folders_parent_id_fkey;
