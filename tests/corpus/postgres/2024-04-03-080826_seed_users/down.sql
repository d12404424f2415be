DELETE FROM market.shops WHERE slug = 'ada-s-engines';
DELETE FROM public.users WHERE email::text LIKE '%@example.org';
