SELECT g.id, g.name, s.sql FROM grown_up g, sqlite_master s WHERE s.name = 'kept' ORDER BY g.id
