DROP FUNCTION market.fingerprint(text);
DROP EXTENSION IF EXISTS pgcrypto;
