CREATE TABLE posts (
    id bigserial,
    user_id integer NOT NULL,
    title varchar(100) NOT NULL,
    body text,
    views integer NOT NULL DEFAULT 0,
    published boolean NOT NULL DEFAULT false,
    price numeric(10,2) NOT NULL DEFAULT 0,
    created_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT posts_pkey PRIMARY KEY (id),
    CONSTRAINT posts_user_id_title_key UNIQUE (user_id, title),
    CONSTRAINT posts_views_counted CHECK (views >= 0),
    CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX posts_user_id_created_at_idx ON posts (user_id, created_at);
