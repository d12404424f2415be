CREATE TABLE things (
    id bigint unsigned NOT NULL AUTO_INCREMENT,
    small smallint unsigned NOT NULL,
    tiny tinyint unsigned NOT NULL,
    medium mediumint NOT NULL,
    ratio double NOT NULL,
    price decimal(8,3) unsigned NOT NULL,
    born year(4) NOT NULL,
    flags set('a','b') NOT NULL,
    kind enum('x','y') NOT NULL DEFAULT 'x',
    `body` mediumtext NOT NULL,
    uuid binary(16) NOT NULL,
    data json NOT NULL,
    made_at datetime(6) NOT NULL DEFAULT current_timestamp(6),
    changed_at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
    PRIMARY KEY (id)
);
