-- destroys data: every row of `readings`
DROP TABLE readings;
