-- Not possible in a transaction.
PRAGMA journal_mode = WAL;
VACUUM;
