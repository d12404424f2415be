-- The application keeps its own things out of `public` where it can.
CREATE SCHEMA market;
CREATE SCHEMA audit;
CREATE SCHEMA "Reports";
COMMENT ON SCHEMA market IS 'What is sold; and who sells it';
COMMENT ON SCHEMA "Reports" IS E'The accountants\' corner; don\'t touch';
