DROP SCHEMA "Reports";
DROP SCHEMA audit;
DROP SCHEMA market;
