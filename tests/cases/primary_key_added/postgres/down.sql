ALTER TABLE readings DROP CONSTRAINT readings_pkey;
