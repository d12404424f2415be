DELETE FROM literals;
