//! What MySQL and MariaDB hold beside tables: views, routines, triggers, events, sequences, and the
//! rights of others to tables.
//!
//! A view's text names the database, which is left out: two scratch databases are called otherwise.
//! When an event begins is left out too, for it is the moment when it was created.

use crate::{
    backend::{Database, failure::DatabaseError, found},
    schema::inventory::Inventory,
};

const QUERIES: [&str; 8] = [
    "SELECT JSON_ARRAY('view', table_name, NULL) AS a, \
        CONCAT(REPLACE(view_definition, CONCAT('`', DATABASE(), '`.'), ''), ' ', check_option, ' ', security_type) AS b \
     FROM information_schema.views WHERE table_schema = DATABASE()",
    "SELECT JSON_ARRAY(LOWER(routine_type), routine_name, NULL) AS a, \
        CONCAT_WS(' ', dtd_identifier, is_deterministic, sql_data_access, security_type, \
            QUOTE(routine_comment), routine_definition) AS b \
     FROM information_schema.routines WHERE routine_schema = DATABASE()",
    "SELECT JSON_ARRAY('parameter', CONCAT(specific_name, '.', COALESCE(parameter_name, ''), ordinal_position), specific_name) AS a, \
        CONCAT_WS(' ', parameter_mode, dtd_identifier) AS b \
     FROM information_schema.parameters WHERE specific_schema = DATABASE()",
    "SELECT JSON_ARRAY('trigger', trigger_name, event_object_table) AS a, \
        CONCAT_WS(' ', action_timing, event_manipulation, action_statement) AS b \
     FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    "SELECT JSON_ARRAY('event', event_name, NULL) AS a, \
        CONCAT_WS(' ', event_type, interval_value, interval_field, status, on_completion, \
            QUOTE(event_comment), event_definition) AS b \
     FROM information_schema.events WHERE event_schema = DATABASE()",
    "SELECT JSON_ARRAY('table', table_name, NULL) AS a, '' AS b \
     FROM information_schema.tables WHERE table_schema = DATABASE() AND LEFT(table_name, 2) = '__' \
        AND table_name NOT IN ('__diesel_schema_migrations', '__diesel_manage_log', '__diesel_manage_lock')",
    "SELECT JSON_ARRAY('grant', CONCAT(p.privilege_type, ' to ', p.grantee), p.table_name) AS a, p.is_grantable AS b \
     FROM information_schema.table_privileges p JOIN information_schema.tables t \
        ON t.table_schema = p.table_schema AND t.table_name = p.table_name \
     WHERE p.table_schema = DATABASE()",
    "SELECT JSON_ARRAY('grant', CONCAT(p.privilege_type, ' to ', p.grantee), CONCAT(p.table_name, '.', p.column_name)) AS a, \
        p.is_grantable AS b \
     FROM information_schema.column_privileges p JOIN information_schema.columns c \
        ON c.table_schema = p.table_schema AND c.table_name = p.table_name AND c.column_name = p.column_name \
     WHERE p.table_schema = DATABASE()",
];

/// MariaDB's sequences; MySQL has none.
const SEQUENCES: &str = "SELECT table_name AS a, '' AS b FROM information_schema.tables \
     WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'";

/// Adds them.
pub(in crate::backend) fn add(
    database: &mut dyn Database,
    inventory: &mut Inventory,
) -> Result<(), DatabaseError> {
    for query in QUERIES {
        found(database, query, inventory)?;
    }
    let sequences = database.pairs(SEQUENCES)?;
    let parts: Vec<String> = sequences
        .iter()
        .map(|(name, _)| {
            let quoted = name.replace('`', "``");
            let literal = name.replace('\\', "\\\\").replace('\'', "''");
            format!(
                "SELECT JSON_ARRAY('sequence', '{literal}', NULL) AS a, CONCAT_WS(' ', start_value, \
                 minimum_value, maximum_value, increment, cache_size, cycle_option) AS b FROM `{quoted}`"
            )
        })
        .collect();
    if parts.is_empty() {
        return Ok(());
    }
    found(database, &parts.join(" UNION ALL "), inventory)
}
