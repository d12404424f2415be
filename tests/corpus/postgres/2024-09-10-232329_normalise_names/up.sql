UPDATE public.users SET name = regexp_replace(name, E'\\s+', ' ', 'g') WHERE name ~ E'\\s{2,}|\t';
UPDATE market.shops SET settings = jsonb_set(settings, '{tags}', settings -> 'tags' || '["migrated"]');
