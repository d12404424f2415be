CREATE TABLE market.shops (
    id bigserial PRIMARY KEY,
    owner_id bigint NOT NULL REFERENCES public.users (id) ON DELETE CASCADE ON UPDATE NO ACTION,
    slug market.slug UNIQUE,
    title text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{"theme": "plain", "tags": []}'::jsonb,
    opening_hours tsrange[],
    CHECK (jsonb_typeof(settings) = 'object')
);
CREATE INDEX shops_owner_id_idx ON market.shops (owner_id);
CREATE INDEX shops_settings_idx ON market.shops USING gin (settings jsonb_path_ops);
