ALTER INDEX users_by_name RENAME TO users_name_lookup;
