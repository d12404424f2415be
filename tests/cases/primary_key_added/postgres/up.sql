CREATE TABLE readings (
    at integer NOT NULL,
    value double precision NOT NULL
);
