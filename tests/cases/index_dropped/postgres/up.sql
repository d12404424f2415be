DROP INDEX users_by_age;

DROP INDEX users_name_idx;
