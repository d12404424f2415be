DROP TABLE market.credit_notes;
DROP TABLE market.invoices;
DROP TABLE market.documents;
