//! What SQLite holds beside tables and their indexes: views, triggers, virtual tables, and the two
//! numbers in the file's header that are the application's.

use crate::{
    backend::{Database, failure::DatabaseError, found},
    schema::inventory::Inventory,
};

/// <https://www.sqlite.org/schematab.html>; a table whose name begins with `__` is left out of a
/// schema, and a virtual one is.
const STORED: &str = "\
SELECT json_array(CASE WHEN type = 'table' AND sql LIKE 'CREATE VIRTUAL%' THEN 'virtual table' ELSE type END, \
    name, CASE WHEN type = 'trigger' THEN tbl_name END) AS a, sql AS b \
FROM main.sqlite_schema \
WHERE type IN ('view', 'trigger') OR (type = 'table' AND (sql LIKE 'CREATE VIRTUAL%' \
    OR (substr(name, 1, 2) = '__' AND name NOT IN ('__diesel_schema_migrations', '__diesel_manage_log')))) \
UNION ALL SELECT json_array('pragma', 'user_version', NULL), CAST(user_version AS TEXT) FROM pragma_user_version \
UNION ALL SELECT json_array('pragma', 'application_id', NULL), CAST(application_id AS TEXT) FROM pragma_application_id";

/// Adds them.
pub(in crate::backend) fn add(
    database: &mut dyn Database,
    inventory: &mut Inventory,
) -> Result<(), DatabaseError> {
    found(database, STORED, inventory)
}
