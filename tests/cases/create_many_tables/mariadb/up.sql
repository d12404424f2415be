CREATE TABLE warehouses (
    id int NOT NULL AUTO_INCREMENT,
    name text NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE aisles (
    id int NOT NULL AUTO_INCREMENT,
    warehouse_id int NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT aisles_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);

CREATE TABLE shelves (
    id int NOT NULL AUTO_INCREMENT,
    aisle_id int NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT shelves_aisle_id_fkey FOREIGN KEY (aisle_id) REFERENCES aisles (id)
);

CREATE TABLE bins (
    id int NOT NULL AUTO_INCREMENT,
    shelf_id int NOT NULL,
    keeper_id int,
    PRIMARY KEY (id),
    CONSTRAINT bins_keeper_id_fkey FOREIGN KEY (keeper_id) REFERENCES users (id),
    CONSTRAINT bins_shelf_id_fkey FOREIGN KEY (shelf_id) REFERENCES shelves (id) ON DELETE CASCADE
);

CREATE TABLE items (
    bin_id int NOT NULL,
    sku varchar(20) NOT NULL,
    amount int NOT NULL,
    PRIMARY KEY (bin_id, sku),
    CONSTRAINT items_bin_id_fkey FOREIGN KEY (bin_id) REFERENCES bins (id)
);

CREATE TABLE tallies (
    id int NOT NULL AUTO_INCREMENT,
    bin_id int NOT NULL,
    sku varchar(20) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT tallies_bin_id_sku_fkey FOREIGN KEY (bin_id, sku) REFERENCES items (bin_id, sku) ON DELETE CASCADE
);
