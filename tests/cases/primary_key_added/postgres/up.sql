ALTER TABLE readings ADD CONSTRAINT readings_pkey PRIMARY KEY (at);
