-- destroys data: table `readings`
DROP TABLE readings;
