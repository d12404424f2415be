ALTER TABLE countries DROP CONSTRAINT countries_pkey;

ALTER TABLE countries ADD CONSTRAINT countries_pkey PRIMARY KEY (id);
