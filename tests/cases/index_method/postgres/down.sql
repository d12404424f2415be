DROP INDEX posts_tags_idx;

DROP INDEX posts_slug_prefix;

DROP INDEX posts_slug_idx;

DROP INDEX posts_body_idx;
