CREATE TABLE categories (
    id int NOT NULL AUTO_INCREMENT,
    name text NOT NULL,
    parent_id int,
    PRIMARY KEY (id),
    CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES categories (id) ON DELETE SET NULL
);
