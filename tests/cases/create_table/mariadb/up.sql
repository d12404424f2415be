CREATE TABLE posts (
    id bigint NOT NULL AUTO_INCREMENT,
    user_id int NOT NULL,
    title varchar(100) NOT NULL,
    `body` text,
    views int NOT NULL DEFAULT 0,
    published tinyint(1) NOT NULL DEFAULT 0,
    price decimal(10,2) NOT NULL DEFAULT 0.00,
    created_at timestamp NOT NULL DEFAULT current_timestamp(),
    PRIMARY KEY (id),
    CONSTRAINT posts_user_id_title_key UNIQUE (user_id, title),
    INDEX posts_user_id_created_at_idx (user_id, created_at),
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT posts_views_counted CHECK (`views` >= 0)
);
