DROP INDEX users_by_mail;

DROP INDEX users_expr_idx;

CREATE INDEX users_by_mail ON users (lower((email)::text) DESC, id);

CREATE UNIQUE INDEX users_expr_idx ON users (lower((name)::text));

CREATE INDEX users_expr_idx1 ON users ((COALESCE(age, 0) + 1));
