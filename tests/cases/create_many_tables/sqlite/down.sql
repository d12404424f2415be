-- destroys data: table `tallies` and its rows
DROP TABLE tallies;

-- destroys data: table `items` and its rows
DROP TABLE items;

-- destroys data: table `bins` and its rows
DROP TABLE bins;

-- destroys data: table `shelves` and its rows
DROP TABLE shelves;

-- destroys data: table `aisles` and its rows
DROP TABLE aisles;

-- destroys data: table `warehouses` and its rows
DROP TABLE warehouses;
