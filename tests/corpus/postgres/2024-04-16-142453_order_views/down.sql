DROP VIEW market.cheap_products;
DROP VIEW "Reports"."Turnover; monthly";
DROP VIEW market.open_orders;
