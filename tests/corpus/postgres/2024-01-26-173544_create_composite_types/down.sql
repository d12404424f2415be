DROP TYPE market.weight_range;
DROP TYPE market.price;
DROP TYPE market.postal_address;
