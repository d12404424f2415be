-- destroys data: table `readings` and its rows
DROP TABLE readings;
