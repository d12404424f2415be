ALTER TABLE audit.events DETACH PARTITION audit.events_2023;
ALTER TABLE audit.events_2023 RENAME TO events_archive_2023;
ALTER TABLE audit.events_archive_2023 ADD CONSTRAINT in_2023 CHECK (at >= '2023-01-01' AND at < '2024-01-01');
