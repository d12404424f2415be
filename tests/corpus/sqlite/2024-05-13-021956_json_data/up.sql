UPDATE shops SET settings = json_set(settings, '$.theme', 'dark; mode', '$.tags', json('["a;b", null]'));
CREATE INDEX shops_theme ON shops (settings ->> '$.theme');
SELECT s.slug, t.value FROM shops s, json_each(s.settings, '$.tags') t WHERE t.type <> 'null';
