//! What `table!` does not say, as directives.

use std::collections::BTreeMap;

use super::{
    super::{
        Action, Auto, Check, Column, Deferrable, ForeignKey, Index, IndexKey, IndexPart, Name,
        Schema, Table, Unique,
        declared::quoted,
        dialect::{Dialect, Named},
        expression::{self, Kind, Token},
        lower::names::{of_check, of_parts},
    },
    types,
};

/// The directives of one table.
pub(super) struct Directives<'a> {
    pub(super) schema: &'a Schema,
    pub(super) dialect: &'a dyn Dialect,
    pub(super) taken: &'a BTreeMap<(Option<String>, String), usize>,
    pub(super) table: &'a Table,
}

impl Directives<'_> {
    /// Those that stand above the table: all but what one column alone can say.
    pub(super) fn table(&self) -> Vec<String> {
        let table = self.table;
        let mut lines = Vec::new();
        match &table.primary_key {
            None => lines.push("@keyless".to_owned()),
            Some(key) => {
                let usual = self
                    .dialect
                    .default_name(Named::PrimaryKey, &table.name, &key.columns);
                if let Some(name) = key.name.as_ref().filter(|_| key.name != usual) {
                    lines.push(format!("@primary_key {}", quoted(name)));
                }
            }
        }
        let uniques = table
            .uniques
            .iter()
            .filter(|unique| unique.columns.len() != 1);
        lines.extend(uniques.map(|unique| self.unique(unique, false)));
        let indexes = table.indexes.iter().filter(|index| !is_simple(index));
        lines.extend(indexes.map(|index| self.index(index, false)));
        let keys = table
            .foreign_keys
            .iter()
            .filter(|key| key.columns.len() != 1);
        lines.extend(keys.map(|key| self.references(key, false)));
        lines.extend(table.checks.iter().map(|check| self.check(check)));
        lines
    }

    /// Those that stand above a column.
    pub(super) fn column(&self, column: &Column) -> Vec<String> {
        let table = self.table;
        let mut lines = Vec::new();
        let plain = types::plain_type(self.schema, self.dialect, &table.name, column);
        if plain.as_ref() != Some(&column.sql_type) {
            let is_typeless = column.sql_type.is_empty();
            let written = if is_typeless { "''" } else { &column.sql_type };
            lines.push(format!("@type {written}"));
        }
        if let Some(collation) = &column.collation {
            lines.push(format!("@collate {}", collation_name(collation)));
        }
        lines.extend(column.auto.map(|auto| {
            let words = match auto {
                Auto::Serial => "@serial",
                Auto::Identity => "@identity",
                Auto::IdentityAlways => "@identity always",
            };
            words.to_owned()
        }));
        match (&column.default, &column.on_update) {
            (Some(default), Some(update)) if !ends_in_comment(default) => {
                lines.push(format!("@default {default} on update {update}"));
            }
            (default, update) => {
                lines.extend(default.iter().map(|sql| format!("@default {sql}")));
                lines.extend(update.iter().map(|sql| format!("@on_update {sql}")));
            }
        }
        if let Some(generated) = &column.generated {
            let kind = if generated.stored {
                "stored"
            } else {
                "virtual"
            };
            let expression = parenthesized(&generated.expression);
            lines.push(format!("@generated {expression} {kind}"));
        }
        let is_own = |columns: &[String]| matches!(columns, [only] if *only == column.name);
        let uniques = table
            .uniques
            .iter()
            .filter(|unique| is_own(&unique.columns));
        lines.extend(uniques.map(|unique| self.unique(unique, true)));
        let indexes = table
            .indexes
            .iter()
            .filter(|index| is_simple(index) && is_own(&of_parts(&index.parts)));
        lines.extend(indexes.map(|index| self.index(index, true)));
        let keys = table.foreign_keys.iter().filter(|key| is_own(&key.columns));
        lines.extend(keys.map(|key| self.references(key, true)));
        lines
    }

    /// A name; nothing where it is the one that the models mean anyway.
    fn name(&self, name: Option<&String>, named: Named, columns: &[String]) -> Option<String> {
        let name = name?;
        let table = &self.table.name;
        let usual = self.dialect.default_name(named, table, columns);
        let key = (table.schema.clone(), name.clone());
        let is_meant = usual.as_ref() == Some(name) && self.taken.get(&key) == Some(&1);
        Some(quoted(name)).filter(|_| !is_meant)
    }

    fn unique(&self, unique: &Unique, on_column: bool) -> String {
        let mut words = vec!["@unique".to_owned()];
        words.extend(self.name(unique.name.as_ref(), Named::Unique, &unique.columns));
        words.extend(Some(list(&unique.columns)).filter(|_| !on_column));
        if unique.nulls_not_distinct {
            words.push("nulls not distinct".to_owned());
        }
        words.extend(deferrable(unique.deferrable));
        words.join(" ")
    }

    fn index(&self, index: &Index, on_column: bool) -> String {
        let mut words = vec!["@index".to_owned()];
        let columns = of_parts(&index.parts);
        words.extend(self.name(Some(&index.name), Named::Index, &columns));
        if !on_column {
            let parts: Vec<String> = index.parts.iter().map(part).collect();
            words.push(format!("({})", parts.join(", ")));
        }
        if index.unique {
            words.push("unique".to_owned());
        }
        words.extend(
            index
                .method
                .as_ref()
                .map(|method| format!("using {}", quoted(method))),
        );
        if !index.include.is_empty() {
            words.push(format!("include {}", list(&index.include)));
        }
        if index.nulls_not_distinct {
            words.push("nulls not distinct".to_owned());
        }
        if let Some(predicate) = &index.predicate {
            let is_plain = !predicate.contains('\n') && !predicate.starts_with('(');
            words.push(if is_plain {
                format!("where {predicate}")
            } else {
                format!("where {}", parenthesized(predicate))
            });
        }
        words.join(" ")
    }

    fn references(&self, key: &ForeignKey, on_column: bool) -> String {
        let mut words = vec!["@references".to_owned()];
        words.extend(self.name(key.name.as_ref(), Named::ForeignKey, &key.columns));
        words.extend(Some(list(&key.columns)).filter(|_| !on_column));
        // SQLite takes a key to a table that is not there, whose key nobody knows.
        let referred = Some(list(&key.referred)).filter(|_| !key.referred.is_empty());
        words.push(target(&key.table) + &referred.unwrap_or_default());
        for (word, action) in [("delete", key.on_delete), ("update", key.on_update)] {
            if action != Action::NoAction {
                words.push(format!("on {word} {}", action.sql().to_ascii_lowercase()));
            }
        }
        words.extend(deferrable(key.deferrable));
        words.join(" ")
    }

    fn check(&self, check: &Check) -> String {
        let columns = of_check(self.table, check);
        let mut words = vec!["@check".to_owned()];
        words.extend(self.name(check.name.as_ref(), Named::Check, &columns));
        words.push(parenthesized(&check.expression));
        words.join(" ")
    }
}

fn target(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

/// Whether an index is over one column and nothing else is said of that.
fn is_simple(index: &Index) -> bool {
    match index.parts.as_slice() {
        [only] => match &only.key {
            IndexKey::Column(name) => *only == IndexPart::column(&**name),
            IndexKey::Expression(_) => false,
        },
        _ => false,
    }
}

/// A collation: of a schema as it stands, otherwise a name.
fn collation_name(collation: &str) -> String {
    let tokens = expression::tokens(collation);
    let is_name = |token: &Token| token.closed && token.name(collation).is_some();
    match tokens.as_slice() {
        [schema, period, name]
            if is_name(schema)
                && period.kind == Kind::Symbol('.')
                && is_name(name)
                && name.end - schema.start == collation.len() =>
        {
            collation.to_owned()
        }
        _ => quoted(collation),
    }
}

fn part(part: &IndexPart) -> String {
    let mut text = match &part.key {
        IndexKey::Column(name) => quoted(name),
        IndexKey::Expression(sql) => parenthesized(sql),
    };
    if let Some(prefix) = part.prefix {
        text.push_str(&format!("({prefix})"));
    }
    if let Some(collation) = &part.collation {
        text.push_str(&format!(" collate {}", collation_name(collation)));
    }
    if let Some(class) = &part.operator_class {
        text.push_str(&format!(" {class}"));
    }
    if part.descending {
        text.push_str(" desc");
    }
    match part.nulls_first {
        Some(true) => text.push_str(" nulls first"),
        Some(false) => text.push_str(" nulls last"),
        None => {}
    }
    text
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("({})", names.join(", "))
}

/// An expression in parentheses, which a comment at its end does not swallow.
fn parenthesized(sql: &str) -> String {
    if ends_in_comment(sql) {
        format!("({sql}\n)")
    } else {
        format!("({sql})")
    }
}

/// Whether what comes behind a text in its line is swallowed.
fn ends_in_comment(sql: &str) -> bool {
    let last = expression::tokens(sql).pop();
    last.is_some_and(|token| token.kind == Kind::Comment && token.text(sql).starts_with("--"))
}

fn deferrable(deferrable: Deferrable) -> Option<String> {
    let words = match deferrable {
        Deferrable::No => return None,
        Deferrable::InitiallyImmediate => "deferrable",
        Deferrable::InitiallyDeferred => "deferrable initially deferred",
    };
    Some(words.to_owned())
}
