//! A schema as Rust: `table!` with directives, as `inspectdb` prints it.
//!
//! The plain part is laid out as `diesel print-schema` lays it out; what it does not say stands above
//! it in directives.

mod directives;
mod docs;
mod names;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeMap;

use super::{
    Column, ForeignKey, Name, Schema, Table,
    declared::quoted,
    dialect::{Dialect, DieselType},
    lower::names::taken,
};
use directives::Directives;
use names::RustNames;
use types::Types;

/// The Rust source of a schema's tables and types. Reading it back and lowering it over the same
/// schema gives the same schema.
pub fn rust(schema: &Schema, dialect: &dyn Dialect) -> String {
    let types = Types::of(schema, dialect);
    let names = RustNames::of(schema, !types.is_empty());
    let printer = Printer {
        schema,
        dialect,
        taken: taken(schema),
        types,
        names,
    };
    printer.file()
}

struct Printer<'a> {
    schema: &'a Schema,
    dialect: &'a dyn Dialect,
    /// How often each name of a constraint or index stands in each schema.
    taken: BTreeMap<(Option<String>, String), usize>,
    types: Types<'a>,
    names: RustNames,
}

impl Printer<'_> {
    fn file(&self) -> String {
        let mut blocks = Vec::new();
        if !self.types.is_empty() {
            blocks.push(self.types.module(self.dialect.type_attribute()));
        }
        let tables = self
            .schema
            .tables
            .values()
            .filter(|table| !table.columns.is_empty());
        blocks.extend(tables.map(|table| self.table(table)));
        let views = self
            .schema
            .views
            .values()
            .filter(|view| !view.columns.is_empty());
        for view in views {
            let mut table = Table::new(view.name.clone());
            table.columns.clone_from(&view.columns);
            table.comment.clone_from(&view.comment);
            blocks.push(self.view(&table));
        }
        let joins: String = self.joins().concat();
        blocks.extend(Some(joins).filter(|joins| !joins.is_empty()));
        blocks.extend(self.allow());
        for (name, _) in self
            .schema
            .tables
            .iter()
            .filter(|(_, t)| t.columns.is_empty())
        {
            let name = name.to_string().replace(char::is_control, " ");
            blocks.push(format!(
                "// `{name}` has no column, which `table!` cannot say.\n"
            ));
        }
        blocks.join("\n")
    }

    fn table(&self, table: &Table) -> String {
        let directives = Directives {
            schema: self.schema,
            dialect: self.dialect,
            taken: &self.taken,
            table,
        };
        let mut lines = docs::prose(table.comment.as_deref());
        let mut own = directives.table();
        Self::schema_directive(&table.name, &mut own);
        if !lines.is_empty() && !own.is_empty() {
            lines.push("///".to_owned());
        }
        lines.extend(own.iter().flat_map(|text| docs::directive(text)));
        self.block(table, &lines, &|column| directives.column(column))
    }

    fn view(&self, view: &Table) -> String {
        let mut lines = docs::prose(view.comment.as_deref());
        if !lines.is_empty() {
            lines.push("///".to_owned());
        }
        lines.push("/// A view, which migrations leave as it is.".to_owned());
        lines.push("///".to_owned());
        lines.push("/// @unmanaged".to_owned());
        let mut own = Vec::new();
        Self::schema_directive(&view.name, &mut own);
        lines.extend(own.iter().flat_map(|text| docs::directive(text)));
        self.block(view, &lines, &|_| Vec::new())
    }

    /// A schema whose name `table!` cannot say.
    fn schema_directive(name: &Name, directives: &mut Vec<String>) {
        if let Some(schema) = &name.schema
            && !names::is_sayable(schema)
        {
            directives.push(format!("@schema {}", quoted(schema)));
        }
    }

    fn block(
        &self,
        table: &Table,
        lines: &[String],
        directives: &dyn Fn(&Column) -> Vec<String>,
    ) -> String {
        let rust_name = self.names.table(&table.name);
        let columns = names::columns(table, rust_name);
        let shown: Vec<(DieselType, Option<u64>)> = table
            .columns
            .values()
            .map(|column| self.types.shown(&table.name, column))
            .collect();
        let mut text = String::from("diesel::table! {\n");
        let uses = self
            .types
            .uses(shown.iter().map(|(diesel_type, _)| diesel_type));
        if !uses.is_empty() {
            text.push_str("    use diesel::sql_types::*;\n");
            for name in uses {
                text.push_str(&format!("    use super::sql_types::{name};\n"));
            }
            text.push('\n');
        }
        for line in lines {
            text.push_str(&format!("    {line}\n"));
        }
        if rust_name != table.name.name {
            text.push_str(&format!(
                "    #[sql_name = {}]\n",
                docs::literal(&table.name.name)
            ));
        }
        let schema = table
            .name
            .schema
            .as_ref()
            .filter(|schema| names::is_sayable(schema));
        let schema = schema
            .map(|schema| format!("{schema}."))
            .unwrap_or_default();
        let key: Vec<&str> = match table.key_columns() {
            [] => columns
                .values()
                .next()
                .map(String::as_str)
                .into_iter()
                .collect(),
            key => key
                .iter()
                .filter_map(|name| columns.get(name).map(String::as_str))
                .collect(),
        };
        text.push_str(&format!(
            "    {schema}{rust_name} ({}) {{\n",
            key.join(", ")
        ));
        for (column, (diesel_type, max_length)) in table.columns.values().zip(&shown) {
            for line in docs::prose(column.comment.as_deref()) {
                text.push_str(&format!("        {line}\n"));
            }
            for line in directives(column)
                .iter()
                .flat_map(|text| docs::directive(text))
            {
                text.push_str(&format!("        {line}\n"));
            }
            let rust_name = columns.get(&column.name).unwrap_or(&column.name);
            if *rust_name != column.name {
                text.push_str(&format!(
                    "        #[sql_name = {}]\n",
                    docs::literal(&column.name)
                ));
            }
            if let Some(length) = max_length {
                text.push_str(&format!("        #[max_length = {length}]\n"));
            }
            let shown = if column.nullable {
                format!("Nullable<{diesel_type}>")
            } else {
                diesel_type.to_string()
            };
            text.push_str(&format!("        {rust_name} -> {shown},\n"));
        }
        text.push_str("    }\n}\n");
        text
    }

    /// `joinable!` for each foreign key that Diesel can join along: of one column, to the whole
    /// primary key of another table, and the only one between the two.
    fn joins(&self) -> Vec<String> {
        let pair = |table: &Name, key: &ForeignKey| {
            let (left, right) = (table.clone(), key.table.clone());
            if left < right {
                (left, right)
            } else {
                (right, left)
            }
        };
        let tables = &self.schema.tables;
        let keys = || {
            tables
                .values()
                .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)))
        };
        let mut pairs: BTreeMap<(Name, Name), usize> = BTreeMap::new();
        for (table, key) in keys() {
            *pairs.entry(pair(&table.name, key)).or_default() += 1;
        }
        let mut joins: Vec<String> = keys()
            .filter(|(table, key)| {
                let parent = tables.get(&key.table);
                table.name != key.table
                    && key.columns.len() == 1
                    && parent.is_some_and(|parent| parent.key_columns() == key.referred)
                    && pairs.get(&pair(&table.name, key)) == Some(&1)
            })
            .filter_map(|(table, key)| {
                let child = self.names.table(&table.name);
                let columns = names::columns(table, child);
                let column = columns.get(key.columns.first()?)?;
                let parent = self.names.table(&key.table);
                Some(format!(
                    "diesel::joinable!({child} -> {parent} ({column}));\n"
                ))
            })
            .collect();
        joins.sort();
        joins
    }

    fn allow(&self) -> Option<String> {
        let names = self.names.all();
        if names.len() < 2 {
            return None;
        }
        let start = "diesel::allow_tables_to_appear_in_same_query!(";
        let line = format!("{start}{},);\n", names.join(", "));
        if line.len() <= 101 {
            return Some(line);
        }
        Some(format!("{start}\n    {},\n);\n", names.join(",\n    ")))
    }
}
