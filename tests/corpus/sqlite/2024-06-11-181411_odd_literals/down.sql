DROP TABLE literals;
