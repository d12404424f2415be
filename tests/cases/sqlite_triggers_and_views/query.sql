SELECT name || sql, type FROM sqlite_master WHERE type IN ('trigger', 'view') UNION ALL SELECT name, email FROM known UNION ALL SELECT 'renames', count(*) FROM renames ORDER BY 1
