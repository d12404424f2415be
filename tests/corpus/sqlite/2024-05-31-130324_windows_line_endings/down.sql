DROP TABLE holidays;
