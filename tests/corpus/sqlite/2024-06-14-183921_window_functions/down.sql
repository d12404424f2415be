DROP TABLE ranking;
