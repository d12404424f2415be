CREATE TABLE readings (
    at int(11) NOT NULL,
    value double NOT NULL
);
