CREATE TABLE users (
    id int NOT NULL,
    name varchar(80) NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE posts (
    id int NOT NULL,
    user_id int NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
