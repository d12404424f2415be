DROP INDEX users_name_idx;

DROP INDEX users_age_name_idx;
