CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id serial PRIMARY KEY, cents bigint NOT NULL DEFAULT 0);
CREATE TABLE users (id serial PRIMARY KEY);
