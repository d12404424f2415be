CREATE TABLE public.literals (id integer PRIMARY KEY, value text, bits bit varying(16), raw bytea);
INSERT INTO public.literals VALUES
    (1, 'back\slash', B'1010', '\xDEADBEEF'),
    (2, E'it\'s; \\', X'1F', E'\\000;'),
    (3, 'two'
        ' parts;', B'', ''),
    (4, E'first;'
        -- still the same literal;
        '\'; second', NULL, NULL),
    (5, $$dollar ' quoted;$$ || $tag$ $$ inside; $tag$, NULL, NULL),
    (6, U&'!0041;' UESCAPE '!', NULL, NULL),
    (7, N'national; ', NULL, NULL),
    (8, '/* not a comment; */ -- nor this', NULL, NULL),
    (9, '', NULL, NULL);
SELECT 1 AS "semi;colon", -1 - -1 AS minus--comment; here
     , 2/*a;*//2 AS half, '{1,2}'::integer[] @> ARRAY[1] AS "array", $t1$;$t1$ IS NULL AS odd
FROM public.literals AS l("id;", "va""lue") WHERE 1<>+1 LIMIT 0;
