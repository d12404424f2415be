DROP INDEX users_by_mail;

DROP INDEX users_expr_idx;

CREATE INDEX users_by_mail ON users (lower(email) DESC, id);

CREATE UNIQUE INDEX users_expr_idx ON users (lower(name));

CREATE INDEX users_expr_idx1 ON users ((coalesce(age, 0) + 1));
