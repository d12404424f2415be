CREATE TABLE ranking AS
    SELECT u.id, u.name, rank() OVER w AS place, ntile(4) OVER w AS quarter
    FROM users u WINDOW w AS (ORDER BY u.created_at DESC, u.id);
CREATE UNIQUE INDEX ranking_id ON ranking (id);
EXPLAIN QUERY PLAN SELECT * FROM ranking WHERE id = 1;
ANALYZE ranking;
