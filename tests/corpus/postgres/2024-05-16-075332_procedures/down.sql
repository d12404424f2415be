DROP PROCEDURE market.archive(date);
DROP PROCEDURE market.refresh_totals(integer);
