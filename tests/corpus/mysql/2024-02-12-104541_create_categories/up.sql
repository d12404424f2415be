CREATE TABLE categories (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    parent_id INT NULL,
    name VARCHAR(100) NOT NULL,
    path VARCHAR(500) NOT NULL DEFAULT '',
    KEY categories_parent (parent_id),
    CONSTRAINT categories_parent_fk FOREIGN KEY (parent_id) REFERENCES categories (id)
) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO categories (id, parent_id, name) VALUES (1, NULL, 'Everything'), (2, 1, 'Books; maps'), (3, 2, "Atlases \"large\"; old");
UPDATE categories c JOIN categories p ON p.id = c.parent_id SET c.path = CONCAT(p.path, '/', c.name);
