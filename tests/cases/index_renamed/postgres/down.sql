ALTER INDEX users_name_lookup RENAME TO users_by_name;
