DROP TABLE site_sessions;
DROP TABLE site_events;
