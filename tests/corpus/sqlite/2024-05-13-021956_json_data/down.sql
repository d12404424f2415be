DROP INDEX shops_theme;
UPDATE shops SET settings = json_remove(settings, '$.tags');
