ALTER TABLE seats
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (room, number);
