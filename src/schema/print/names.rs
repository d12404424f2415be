//! Names in Rust for names in a database, as `diesel print-schema` makes them.
//! <https://github.com/diesel-rs/diesel/blob/master/diesel_cli/src/infer_schema_internals/inference.rs>

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Name, Schema, Table};

/// Names that would clash with what `table!` makes.
const RESERVED: &[&str] = &["table", "columns", "is_nullable"];

/// The tables' and views' names in Rust.
#[derive(Debug)]
pub(super) struct RustNames {
    names: BTreeMap<Name, String>,
}

impl RustNames {
    /// Names every table and view, each name once; `has_types` where `sql_types` stands beside them.
    pub(super) fn of(schema: &Schema, has_types: bool) -> Self {
        let mut used = BTreeSet::from(["diesel".to_owned()]);
        if has_types {
            used.insert("sql_types".to_owned());
        }
        let mut names = BTreeMap::new();
        let tables = schema.tables.values();
        let tables = tables.map(|table| (&table.name, table.columns.is_empty()));
        let views = schema.views.values();
        let views = views.map(|view| (&view.name, view.columns.is_empty()));
        let all: Vec<&Name> = tables
            .chain(views)
            .filter(|(_, is_empty)| !is_empty)
            .map(|(name, _)| name)
            .collect();
        // Those of the default schema come first, as names without a schema sort first.
        for name in all {
            let mut wanted = rust_name(&name.name);
            if let Some(schema) = name.schema.as_ref().filter(|_| used.contains(&wanted)) {
                wanted = rust_name(&format!("{schema}_{}", name.name));
            }
            while !used.insert(wanted.clone()) {
                wanted.push('_');
            }
            names.insert(name.clone(), wanted);
        }
        Self { names }
    }

    pub(super) fn table(&self, name: &Name) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// All of them, sorted.
    pub(super) fn all(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.values().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

/// The columns' names in Rust by those in the database, in their order.
pub(super) fn columns(table: &Table, table_name: &str) -> indexmap::IndexMap<String, String> {
    // `star` is what `table!` calls all columns; the table's own name would hide the table.
    let mut used = BTreeSet::from(["star".to_owned(), table_name.to_owned()]);
    let mut names = indexmap::IndexMap::new();
    for name in table.columns.keys() {
        let mut wanted = rust_name(name);
        while !used.insert(wanted.clone()) {
            wanted.push('_');
        }
        names.insert(name.clone(), wanted);
    }
    names
}

/// Whether a schema's name can stand in `table!` as it is, which has no `#[sql_name]` for it.
pub(super) fn is_sayable(schema: &str) -> bool {
    rust_name(schema) == schema
}

fn rust_name(name: &str) -> String {
    let mut mapped = String::with_capacity(name.len());
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        mapped.push('_');
    }
    let mut was_mapped = !mapped.is_empty();
    for c in name.chars() {
        let is_mapped = !(c.is_ascii_alphanumeric() || c == '_');
        match (is_mapped, was_mapped) {
            (false, _) => mapped.push(c),
            (true, false) => mapped.push('_'),
            (true, true) => {}
        }
        was_mapped = is_mapped;
    }
    let is_reserved = syn::parse_str::<syn::Ident>(&mapped).is_err()
        || RESERVED.contains(&mapped.as_str())
        || (mapped.starts_with("__") && !mapped.ends_with('_'));
    if is_reserved {
        mapped.push('_');
    }
    mapped
}
