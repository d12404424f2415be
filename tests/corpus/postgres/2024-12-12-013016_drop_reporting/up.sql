-- Nobody reads these any more.
DROP VIEW "Reports"."Turnover; monthly";
DROP MATERIALIZED VIEW "Reports".sales;
DROP SCHEMA "Reports";
