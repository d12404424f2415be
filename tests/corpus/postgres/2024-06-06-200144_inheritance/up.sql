CREATE TABLE market.documents (id serial PRIMARY KEY, number text NOT NULL UNIQUE, issued date DEFAULT CURRENT_DATE);
CREATE TABLE market.invoices (due date NOT NULL, CHECK (due >= issued)) INHERITS (market.documents);
CREATE TABLE market.credit_notes (LIKE market.documents INCLUDING ALL EXCLUDING INDEXES, reason text);
ALTER TABLE market.credit_notes INHERIT market.documents;
INSERT INTO market.invoices (number, due) VALUES ('R;1', CURRENT_DATE + 14);
SELECT count(*) FROM ONLY market.documents;
