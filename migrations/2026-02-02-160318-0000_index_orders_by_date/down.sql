-- MySQL and MariaDB want the table's name and run what stands between `/*!` and `*/`;
-- to PostgreSQL and SQLite it is a comment.
DROP INDEX orders_status_placed_at /*! ON orders */;
