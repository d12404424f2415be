ALTER TABLE folders
    DROP FOREIGN KEY folders_parent_id_fkey,
    DROP INDEX folders_parent_id_fkey;
