//! The module `sql_types`, and columns' types in terms of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Column, Name, Schema,
        dialect::{CustomType, Dialect, DieselType},
        lower::types::{POSTGRES, engine_type},
    },
    docs,
};

/// The project's own types, each with a name of its own.
pub(super) struct Types<'a> {
    schema: &'a Schema,
    dialect: &'a dyn Dialect,
    /// The types as the dialect shows them, and as they are named here.
    structs: BTreeMap<CustomType, CustomType>,
}

impl<'a> Types<'a> {
    /// All types that columns use, and enums that none does.
    pub(super) fn of(schema: &'a Schema, dialect: &'a dyn Dialect) -> Self {
        let mut found: Vec<CustomType> = Vec::new();
        for table in schema.tables.values() {
            for column in table.columns.values() {
                found.extend(dialect.shown(schema, &table.name, column).custom);
            }
        }
        for view in schema.views.values() {
            for column in view.columns.values() {
                found.extend(dialect.shown(schema, &view.name, column).custom);
            }
        }
        found.sort();
        found.dedup();
        let unused = schema
            .enums
            .values()
            .filter(|declared| !found.iter().any(|custom| custom.sql_name == declared.name));
        let unused: Vec<CustomType> = unused
            .map(|declared| CustomType {
                rust_name: unused_name(schema, dialect, &declared.name),
                sql_name: declared.name.clone(),
                labels: None,
            })
            .collect();
        let mut structs = BTreeMap::new();
        let mut used = BTreeSet::new();
        for custom in found.into_iter().chain(unused) {
            let mut wanted = custom.rust_name.clone();
            if let Some(schema) = custom
                .sql_name
                .schema
                .as_ref()
                .filter(|_| used.contains(&wanted))
            {
                wanted = format!("{}{wanted}", camel(schema));
            }
            while !used.insert(wanted.clone()) {
                wanted.push('_');
            }
            let existing = schema.enums.get(&custom.sql_name);
            let labels = custom.labels.clone();
            let named = CustomType {
                rust_name: wanted,
                sql_name: custom.sql_name.clone(),
                labels: labels.or_else(|| existing.map(|existing| existing.labels.clone())),
            };
            structs.insert(custom, named);
        }
        Self {
            schema,
            dialect,
            structs,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.structs.is_empty()
    }

    /// `pub mod sql_types`.
    pub(super) fn module(&self, attribute: &str) -> String {
        let mut structs: Vec<&CustomType> = self.structs.values().collect();
        structs.sort_by(|left, right| left.rust_name.cmp(&right.rust_name));
        let structs: Vec<String> = structs
            .into_iter()
            .map(|custom| declaration(custom, attribute))
            .collect();
        format!("pub mod sql_types {{\n{}}}\n", structs.join("\n"))
    }

    /// A column's type and `#[max_length]`, without the `Nullable`.
    pub(super) fn shown(&self, table: &Name, column: &Column) -> (DieselType, Option<u64>) {
        let shown = self.dialect.shown(self.schema, table, column);
        let mut diesel_type = shown.diesel_type;
        for custom in &shown.custom {
            if let Some(own) = self.structs.get(custom) {
                replace(&mut diesel_type, &custom.rust_name, &own.rust_name);
            }
        }
        (diesel_type, shown.max_length)
    }

    /// The structs that some types need brought in, sorted.
    pub(super) fn uses<'t>(&self, types: impl Iterator<Item = &'t DieselType>) -> BTreeSet<String> {
        let own: BTreeSet<&str> = self
            .structs
            .values()
            .map(|custom| custom.rust_name.as_str())
            .collect();
        let mut used = BTreeSet::new();
        let mut rest: Vec<&DieselType> = types.collect();
        while let Some(diesel_type) = rest.pop() {
            rest.extend(&diesel_type.arguments);
            if own.contains(diesel_type.name.as_str()) {
                used.insert(diesel_type.name.clone());
            }
        }
        used
    }
}

/// The name in Rust that the dialect would give a type that no column has.
fn unused_name(schema: &Schema, dialect: &dyn Dialect, name: &Name) -> String {
    let custom = CustomType {
        rust_name: String::new(),
        sql_name: name.clone(),
        labels: None,
    };
    let column = Column::new("column", dialect.custom_type(&custom));
    let shown = dialect.shown(schema, &Name::new("table"), &column);
    let found = shown
        .custom
        .into_iter()
        .find(|found| found.sql_name == *name);
    found.map_or_else(|| camel(&name.name), |found| found.rust_name)
}

fn declaration(custom: &CustomType, attribute: &str) -> String {
    let mut text = String::new();
    // An enum without labels stays as it is.
    if let Some(labels) = custom.labels.as_ref().filter(|labels| !labels.is_empty()) {
        let labels: Vec<String> = labels
            .iter()
            .map(|label| format!("'{}'", label.replace('\'', "''")))
            .collect();
        for line in docs::directive(&format!("@enum {}", labels.join(", "))) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    text.push_str("    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]\n");
    let name = docs::literal(&custom.sql_name.name);
    let schema = custom
        .sql_name
        .schema
        .as_ref()
        .filter(|_| attribute == POSTGRES);
    let schema = schema.map(|schema| format!(", schema = {}", docs::literal(schema)));
    let schema = schema.unwrap_or_default();
    text.push_str(&format!(
        "    #[diesel({attribute}(name = {name}{schema}))]\n"
    ));
    text.push_str(&format!("    pub struct {};\n", custom.rust_name));
    text
}

fn replace(diesel_type: &mut DieselType, old: &str, new: &str) {
    if diesel_type.name == old {
        new.clone_into(&mut diesel_type.name);
    }
    for argument in &mut diesel_type.arguments {
        replace(argument, old, new);
    }
}

fn camel(name: &str) -> String {
    let mut camel = String::new();
    let mut is_start = true;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            is_start = true;
        } else if is_start {
            camel.push(c.to_ascii_uppercase());
            is_start = false;
        } else {
            camel.push(c);
        }
    }
    if camel.starts_with(|c: char| c.is_ascii_digit()) || camel.is_empty() {
        camel.insert(0, '_');
    }
    camel
}

/// The type that a column would have if `table!` said all.
pub(super) fn plain_type(
    schema: &Schema,
    dialect: &dyn Dialect,
    table: &Name,
    column: &Column,
) -> Option<String> {
    let shown = dialect.shown(schema, table, column);
    let custom = shown.custom.first();
    engine_type(dialect, &shown.diesel_type, shown.max_length, custom)
}
