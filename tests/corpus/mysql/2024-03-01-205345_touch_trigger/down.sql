DROP TRIGGER shops_title;
DROP TRIGGER shops_slug;
