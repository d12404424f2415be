CREATE TABLE notes (
    id serial,
    user_id integer NOT NULL,
    rank integer NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE INDEX notes_rank_idx ON notes (rank);
