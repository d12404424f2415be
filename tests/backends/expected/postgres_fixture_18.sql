
CREATE TABLE newer (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    n integer CONSTRAINT n_there NOT NULL,
    parent uuid CONSTRAINT lax REFERENCES newer NOT ENFORCED,
    seen_as text GENERATED ALWAYS AS (upper(label)) VIRTUAL,
    label text,
    CONSTRAINT unheeded CHECK (n > 0) NOT ENFORCED
);
CREATE TABLE spans (id int4range, during daterange, UNIQUE (id, during WITHOUT OVERLAPS));
CREATE TABLE span_parts (id int4range, during daterange, FOREIGN KEY (id, PERIOD during) REFERENCES spans (id, PERIOD during));
