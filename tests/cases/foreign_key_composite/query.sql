SELECT id, shop, number, amount FROM items ORDER BY id
