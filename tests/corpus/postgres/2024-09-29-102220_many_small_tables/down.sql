DROP TABLE market.materials, market.seasons, market.brands, market.sizes, market.colours;
