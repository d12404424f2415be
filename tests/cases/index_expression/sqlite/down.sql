DROP INDEX users_expr_idx1;

DROP INDEX users_expr_idx;

DROP INDEX users_by_mail;

CREATE INDEX users_expr_idx ON users (lower(name));

CREATE INDEX users_by_mail ON users (lower(email));
