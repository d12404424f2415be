DROP TABLE `größe; 名前`;
