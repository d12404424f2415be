CREATE TABLE public.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email public.email_address NOT NULL,
    name text NOT NULL,
    role market.role NOT NULL DEFAULT 'buyer',
    address market.postal_address,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_name_check CHECK (name <> '' AND name NOT LIKE '%;%')
);
COMMENT ON TABLE public.users IS $comment$People; they're "customers" to marketing$comment$;
COMMENT ON COLUMN public.users.address IS NULL;
