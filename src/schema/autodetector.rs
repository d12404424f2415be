//! Two schemas in, the operations between them out.
//!
//! What the models cannot say (comments, options, `extra`) is never a difference by itself, nor is
//! the order of columns, nor a name that only one side has.

mod comparison;
mod detection;
mod matching;
mod phasing;
mod renaming;
mod tables;

#[cfg(test)]
mod tests;

pub use detection::detect;
pub use renaming::renames;
pub(super) use renaming::{Stale, valid};

use super::{Column, Name, questioner::FillReason};

/// Columns whose rows need a value that nobody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: Column,
    /// Why.
    pub reason: FillReason,
}
