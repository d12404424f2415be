-- destroys data: table `things` and its rows
DROP TABLE things;
