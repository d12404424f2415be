//! Which key of a table serves which columns.
//!
//! InnoDB wants an index under [both ends of a foreign
//! key](https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html), and a key that begins
//! with an `AUTO_INCREMENT` column; neither lets the last such key go.

use crate::schema::{Index, IndexKey, Table};

/// Which key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    /// Its primary key.
    Primary,
    /// The index of this name, whether it backs a constraint or not.
    Named(&'a str),
}

/// Whether a table has a key that begins with some columns, leaving one key out.
///
/// The index that a foreign key made by itself does not count: it goes when it can.
pub(super) fn served(table: &Table, columns: &[String], except: Option<Key<'_>>) -> bool {
    let primary = table
        .primary_key
        .iter()
        .map(|key| (Key::Primary, key.columns.clone()));
    let uniques = table.uniques.iter().map(|unique| {
        let name = unique.name.as_deref().unwrap_or_default();
        (Key::Named(name), unique.columns.clone())
    });
    let indexes = table
        .indexes
        .iter()
        .map(|index| (Key::Named(&index.name), leading(index)));
    primary
        .chain(uniques)
        .chain(indexes)
        .any(|(key, of)| Some(key) != except && of.starts_with(columns))
}

/// The whole columns that an index begins with; none for an index that is no tree.
pub(super) fn leading(index: &Index) -> Vec<String> {
    if matches!(
        index.method.as_deref(),
        Some("fulltext" | "spatial" | "rtree")
    ) {
        return Vec::new();
    }
    let column = |part: &crate::schema::IndexPart| match &part.key {
        IndexKey::Column(column) if part.prefix.is_none() => Some(column.clone()),
        _ => None,
    };
    index.parts.iter().map_while(column).collect()
}
