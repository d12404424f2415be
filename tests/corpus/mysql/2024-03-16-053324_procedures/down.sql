DROP PROCEDURE refresh_totals;
