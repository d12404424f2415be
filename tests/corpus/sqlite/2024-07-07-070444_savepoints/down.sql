DELETE FROM literals WHERE id = 100;
