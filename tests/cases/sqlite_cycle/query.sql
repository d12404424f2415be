SELECT p.id, t.name, t.leader_id FROM people p JOIN teams t ON t.id = p.team_id ORDER BY p.id
