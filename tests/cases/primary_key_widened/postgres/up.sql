ALTER TABLE seats DROP CONSTRAINT seats_pkey;

ALTER TABLE seats ADD CONSTRAINT seats_pkey PRIMARY KEY (room, number);
