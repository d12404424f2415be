INSERT INTO literals VALUES
    (1, 'back\\slash; \' quote'), (2, "double ""quoted""; \" it's"), (3, 'it''s; doubled'),
    (4, N'national;'), (5, x'41'), (6, _utf8mb4'intro;'), (7, 'two ' 'parts;'), (8, '-- no comment; # none /* none */'),
    (9, CONCAT('a', ';', 'b')), (10, 5--2), (11, '\\'), (12, '');
SELECT 1 AS `semi;colon`, /* inner; comment */ 2 AS `back``tick`, 3 -- trailing; comment
     , 4 # another; one
;
