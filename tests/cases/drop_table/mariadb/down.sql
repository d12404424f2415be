CREATE TABLE notes (
    id int NOT NULL AUTO_INCREMENT,
    user_id int NOT NULL,
    `rank` int NOT NULL,
    PRIMARY KEY (id),
    INDEX notes_rank_idx (`rank`),
    CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
