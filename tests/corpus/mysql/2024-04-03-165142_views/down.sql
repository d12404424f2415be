DROP VIEW `cheap; products`;
DROP VIEW open_orders;
