CREATE TABLE warehouses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL
);

CREATE TABLE aisles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    warehouse_id INTEGER NOT NULL,
    FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);

CREATE TABLE shelves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    aisle_id INTEGER NOT NULL,
    FOREIGN KEY (aisle_id) REFERENCES aisles (id)
);

CREATE TABLE bins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    shelf_id INTEGER NOT NULL,
    keeper_id INTEGER,
    FOREIGN KEY (keeper_id) REFERENCES users (id),
    FOREIGN KEY (shelf_id) REFERENCES shelves (id) ON DELETE CASCADE
);

CREATE TABLE items (
    bin_id INTEGER NOT NULL,
    sku VARCHAR(20) NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (bin_id, sku),
    FOREIGN KEY (bin_id) REFERENCES bins (id)
);

CREATE TABLE tallies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bin_id INTEGER NOT NULL,
    sku VARCHAR(20) NOT NULL,
    FOREIGN KEY (bin_id, sku) REFERENCES items (bin_id, sku) ON DELETE CASCADE
);
