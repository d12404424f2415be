//! What a change needs to know that two schemas do not say. Asking people is the terminal's business.

mod scripted;

pub use scripted::{FlagError, Scripted, parse_default, parse_rename};

use std::collections::BTreeMap;

use super::{Column, Name};

/// What was renamed, by directive, by flag or by answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// Old names of tables by their new ones.
    pub tables: BTreeMap<Name, Name>,
    /// Old names of columns by the table's new name and the column's new one.
    pub columns: BTreeMap<(Name, String), String>,
}

/// Why rows that are there need a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FillReason {
    /// The column is new, may not be null and has no default.
    Added,
    /// The column may be null no longer.
    MadeRequired,
}

/// Answers questions.
pub trait Questioner {
    /// Whether a table that is gone and one that is new are the same.
    fn is_table_renamed(&mut self, from: &Name, to: &Name) -> bool;

    /// Whether a column that is gone and one that is new are the same; the table by its new name.
    fn is_column_renamed(&mut self, table: &Name, from: &Column, to: &Column) -> bool;

    /// The SQL expression that rows get which are there already; `None` where nobody says.
    fn fill(&mut self, table: &Name, column: &Column, reason: FillReason) -> Option<String>;
}
