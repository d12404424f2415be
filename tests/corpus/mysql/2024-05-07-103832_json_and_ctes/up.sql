WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5)
SELECT i, JSON_EXTRACT('{"a": [1, "x;y"]}', '$.a[1]') FROM n;
UPDATE shops SET settings = JSON_SET(settings, '$.theme', 'dark; mode', '$.n', JSON_LENGTH(settings)) WHERE JSON_VALID(settings);
ALTER TABLE products ADD COLUMN length DOUBLE GENERATED ALWAYS AS (JSON_VALUE(attributes, '$.length')) VIRTUAL;
