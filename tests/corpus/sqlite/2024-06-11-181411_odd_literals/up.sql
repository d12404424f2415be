CREATE TABLE literals (id INTEGER PRIMARY KEY, value, CHECK (id <> -1));
INSERT INTO literals (value) VALUES ('back\'), ('it''s;'), (x'3b3B'), (1.5e3), (0x10), (NULL), ('-- no comment; /* none */'), (''), (5--2;
+1), (TRUE);
SELECT 1 AS [semi;colon], 2 AS "double "" quote;", 3 AS `back``tick;`, /* a; b */ 4 -- trailing; comment
;
