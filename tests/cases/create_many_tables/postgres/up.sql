CREATE TABLE warehouses (
    id serial,
    name text NOT NULL,
    CONSTRAINT warehouses_pkey PRIMARY KEY (id)
);

CREATE TABLE aisles (
    id serial,
    warehouse_id integer NOT NULL,
    CONSTRAINT aisles_pkey PRIMARY KEY (id),
    CONSTRAINT aisles_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);

CREATE TABLE shelves (
    id serial,
    aisle_id integer NOT NULL,
    CONSTRAINT shelves_pkey PRIMARY KEY (id),
    CONSTRAINT shelves_aisle_id_fkey FOREIGN KEY (aisle_id) REFERENCES aisles (id)
);

CREATE TABLE bins (
    id serial,
    shelf_id integer NOT NULL,
    keeper_id integer,
    CONSTRAINT bins_pkey PRIMARY KEY (id),
    CONSTRAINT bins_keeper_id_fkey FOREIGN KEY (keeper_id) REFERENCES users (id),
    CONSTRAINT bins_shelf_id_fkey FOREIGN KEY (shelf_id) REFERENCES shelves (id) ON DELETE CASCADE
);

CREATE TABLE items (
    bin_id integer NOT NULL,
    sku varchar(20) NOT NULL,
    amount integer NOT NULL,
    CONSTRAINT items_pkey PRIMARY KEY (bin_id, sku),
    CONSTRAINT items_bin_id_fkey FOREIGN KEY (bin_id) REFERENCES bins (id)
);

CREATE TABLE tallies (
    id serial,
    bin_id integer NOT NULL,
    sku varchar(20) NOT NULL,
    CONSTRAINT tallies_pkey PRIMARY KEY (id),
    CONSTRAINT tallies_bin_id_sku_fkey FOREIGN KEY (bin_id, sku) REFERENCES items (bin_id, sku) ON DELETE CASCADE
);
