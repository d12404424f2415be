INSERT INTO `order` (`Select`, `it's`, `back``tick`, `dou"ble`, `percent%`, `group`) VALUES ('s', 'i', 'b', 1, 2, 3);
