-- destroys data: table `billing.invoices` and its rows
DROP TABLE billing.invoices;
