DROP INDEX orders_month;
DROP INDEX orders_one_draft;
