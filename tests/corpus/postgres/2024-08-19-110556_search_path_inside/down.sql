SET search_path = market;
DROP TABLE wishlists;
