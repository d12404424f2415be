SELECT g.id, g.name, t.action_statement FROM grown_up g, information_schema.triggers t WHERE t.trigger_schema = DATABASE() ORDER BY g.id
