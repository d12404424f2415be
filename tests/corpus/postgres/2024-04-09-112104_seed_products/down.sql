DELETE FROM market.products WHERE sku IN ('E-1', 'E-2', 'P-1');
