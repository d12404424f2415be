//! `table!`, `joinable!`, `sql_types` and directives, as declared, with the places they stand at.

mod directive;
mod docs;
mod grammar;
mod nearest;
mod parser;
mod part;
mod source;
mod table;
#[cfg(test)]
mod tests;
mod types;

use std::path::PathBuf;

use super::{
    Action, Auto, Deferrable, Generated, IndexPart, Name, dialect::DieselType, questioner::Renames,
};

pub(in crate::schema) use directive::quoted;
pub(in crate::schema) use docs::{is_open, starts_directive};
pub(in crate::schema) use nearest::did_you_mean;

/// A Rust file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says.
    pub text: String,
}

/// Something wrong in the models, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// How many characters it is long, at least 1.
    pub length: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Everything the models declare.
#[derive(Clone, Debug, Default)]
pub struct Models {
    /// Whether a directive stands anywhere, but for `@renamed_from`, `@unmanaged` and `@schema`.
    pub directives: bool,
    /// What `@renamed_from` says.
    pub renames: Renames,
    /// The files, which a [`Spot`] names by their index.
    pub files: Vec<PathBuf>,
    /// The tables, in the order of the files.
    pub tables: Vec<DeclaredTable>,
    /// The structs of `sql_types`, in the order of the files.
    pub types: Vec<DeclaredType>,
    /// What `joinable!` says.
    pub joins: Vec<Join>,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file's index in [`Models::files`].
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// How many characters it is long, at least 1.
    pub length: usize,
}

/// Something with the place it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// What.
    pub value: T,
    /// Where.
    pub at: Spot,
}

/// Which module of which file an item stands in, as far as the file itself tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The file's index in [`Models::files`].
    pub file: usize,
    /// The modules around it, from the outside in.
    pub modules: Vec<String>,
}

/// A `table!`.
#[derive(Clone, Debug)]
pub struct DeclaredTable {
    /// Its name in the database.
    pub name: Name,
    /// Its name in Rust.
    pub rust_name: String,
    /// Where its name stands.
    pub at: Spot,
    /// Where the `table!` stands.
    pub scope: Scope,
    /// Its columns, in order.
    pub columns: Vec<DeclaredColumn>,
    /// The columns of its primary key, by their names in the database.
    pub primary_key: Vec<String>,
    /// `@primary_key NAME`: the name of its primary key.
    pub primary_key_name: Option<String>,
    /// `@keyless`: the database has no primary key for it.
    pub keyless: bool,
    /// `@unmanaged`, or a `view!`: nothing is ever changed about it.
    pub unmanaged: bool,
    /// Its indexes.
    pub indexes: Vec<DeclaredIndex>,
    /// Its unique constraints.
    pub uniques: Vec<DeclaredUnique>,
    /// Its check constraints.
    pub checks: Vec<DeclaredCheck>,
    /// Its foreign keys.
    pub references: Vec<DeclaredReference>,
}

/// A column of a `table!`.
#[derive(Clone, Debug)]
pub struct DeclaredColumn {
    /// Its name in the database.
    pub name: String,
    /// Its name in Rust.
    pub rust_name: String,
    /// Where its name stands.
    pub at: Spot,
    /// Its type, without the `Nullable` around it.
    pub diesel_type: DieselType,
    /// Where the type stands.
    pub type_at: Spot,
    /// Which struct of `sql_types` is meant, by its index in [`Models::types`].
    pub custom: Option<usize>,
    /// Whether a path or a `use` names that struct, so that no type of Diesel's can be meant.
    pub is_custom: bool,
    /// Whether it is `Nullable`.
    pub nullable: bool,
    /// `#[max_length]`.
    pub max_length: Option<u64>,
    /// `@type`.
    pub sql_type: Option<Placed<String>>,
    /// `@default`.
    pub default: Option<Placed<String>>,
    /// `@default ... on update`, or `@on_update`.
    pub on_update: Option<Placed<String>>,
    /// `@serial` or `@identity`.
    pub auto: Option<Placed<Auto>>,
    /// `@generated`.
    pub generated: Option<Placed<Generated>>,
    /// `@collate`.
    pub collation: Option<Placed<String>>,
}

/// `@index`.
#[derive(Clone, Debug)]
pub struct DeclaredIndex {
    /// Where it stands.
    pub at: Spot,
    /// Its name, where it says one.
    pub name: Option<String>,
    /// What it is over.
    pub parts: Vec<IndexPart>,
    /// Whether no two rows may have the same.
    pub unique: bool,
    /// Its method, in small letters.
    pub method: Option<String>,
    /// The condition of a partial index.
    pub predicate: Option<String>,
    /// Columns it carries beside its parts.
    pub include: Vec<String>,
    /// Whether two nulls count as equal.
    pub nulls_not_distinct: bool,
}

/// `@unique`.
#[derive(Clone, Debug)]
pub struct DeclaredUnique {
    /// Where it stands.
    pub at: Spot,
    /// Its name, where it says one.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Whether two nulls count as equal.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
}

/// `@check`.
#[derive(Clone, Debug)]
pub struct DeclaredCheck {
    /// Where it stands.
    pub at: Spot,
    /// Its name, where it says one.
    pub name: Option<String>,
    /// The condition, without parentheses around it.
    pub expression: String,
}

/// `@references`.
#[derive(Clone, Debug)]
pub struct DeclaredReference {
    /// Where it stands.
    pub at: Spot,
    /// Its name, where it says one.
    pub name: Option<String>,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table they refer to, as written.
    pub table: Placed<Name>,
    /// The columns they refer to, as written; none for the primary key.
    pub referred: Vec<Placed<String>>,
    /// What a deleted row does.
    pub on_delete: Action,
    /// What a changed key does.
    pub on_update: Action,
    /// When it is checked.
    pub deferrable: Deferrable,
}

/// A struct of `sql_types`.
#[derive(Clone, Debug)]
pub struct DeclaredType {
    /// Its name.
    pub rust_name: String,
    /// Where its name stands.
    pub at: Spot,
    /// Where it is declared.
    pub scope: Scope,
    /// `postgres_type(name, schema)`.
    pub postgres: Option<Name>,
    /// `mysql_type(name)`.
    pub mysql: Option<String>,
    /// `sqlite_type(name)`.
    pub sqlite: Option<String>,
    /// `@enum`.
    pub labels: Option<Vec<String>>,
}

/// `joinable!(child -> parent (column))`, with the names as in Rust.
#[derive(Clone, Debug)]
pub struct Join {
    /// Where it is declared.
    pub scope: Scope,
    /// The table that refers.
    pub child: Placed<String>,
    /// The table it refers to.
    pub parent: Placed<String>,
    /// The column of the child.
    pub column: Placed<String>,
}

impl Models {
    /// An error at a place.
    pub fn error(&self, at: Spot, message: impl Into<String>, hint: Option<String>) -> ModelError {
        ModelError {
            path: self.files.get(at.file).cloned().unwrap_or_default(),
            line: at.line,
            column: at.column,
            length: at.length.max(1),
            message: message.into(),
            hint,
        }
    }

    /// The table of a name in Rust that stands nearest to a place.
    pub fn table_in_rust(&self, rust_name: &str, scope: &Scope) -> Option<&DeclaredTable> {
        let named = self
            .tables
            .iter()
            .filter(|table| table.rust_name == rust_name);
        named.max_by_key(|table| (closeness(&table.scope, scope), std::cmp::Reverse(table.at)))
    }
}

impl DeclaredTable {
    /// A column by its name in the database, else by its name in Rust.
    pub fn column(&self, name: &str) -> Option<&DeclaredColumn> {
        find_column(&self.columns, name)
    }
}

fn find_column<'a>(columns: &'a [DeclaredColumn], name: &str) -> Option<&'a DeclaredColumn> {
    columns
        .iter()
        .find(|column| column.name == name)
        .or_else(|| columns.iter().find(|column| column.rust_name == name))
}

/// How much of the way two places have in common: the file, then modules.
fn closeness(left: &Scope, right: &Scope) -> usize {
    if left.file != right.file {
        return 0;
    }
    let modules = left.modules.iter().zip(&right.modules);
    1 + modules.take_while(|(left, right)| left == right).count()
}

/// Reads the models: every `table!`, `joinable!` and `sql_types` struct of some files.
///
/// Items of tests (`#[cfg(test)]`) are passed over.
///
/// # Errors
///
/// Everything that is wrong, in the order of files and lines: Rust that cannot be parsed, directives
/// that make no sense, tables and columns of one name, columns that do not exist.
pub fn read(files: &[SourceFile]) -> Result<Models, Vec<ModelError>> {
    source::read(files)
}
