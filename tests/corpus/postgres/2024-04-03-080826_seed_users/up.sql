INSERT INTO public.users (email, name, role, address) VALUES
    ('ada@example.org', 'Ada', 'seller', ROW('1; Main St', 'London', 'W1', 'GB')),
    ('grace@example.org', E'Grace \'Amazing\'\tHopper', 'buyer', NULL),
    ('zoe@example.org', U&'Zo\00EB', 'buyer', ('Rue d''Ulm', 'Paris', '75005', 'FR')),
    ('haruki@example.org', '村上春樹', 'it''s complicated; ask', NULL)
ON CONFLICT (email) DO NOTHING;
INSERT INTO market.shops (owner_id, slug, title, settings)
SELECT id, 'ada-s-engines', $$Ada's engines; analytical & difference$$, '{"theme": "brass", "tags": ["a;b"]}'
FROM public.users WHERE email = 'ada@example.org';
