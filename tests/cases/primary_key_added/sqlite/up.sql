CREATE TABLE readings (
    at INTEGER NOT NULL,
    value DOUBLE NOT NULL
);
