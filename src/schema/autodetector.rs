//! Two schemas in, the operations between them out.

use super::{
    Column, Name, Schema,
    operation::Operation,
    questioner::{FillReason, Questioner, Renames},
};

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

/// What was renamed between two schemas: what is known beforehand, and what the questioner says of
/// tables and columns that went while alike ones came.
pub fn renames(
    _from: &Schema,
    _to: &Schema,
    known: &Renames,
    _questioner: &mut dyn Questioner,
) -> Renames {
    known.clone()
}

/// The operations that lead from one schema to another, in an order in which they can run.
pub fn detect(
    _from: &Schema,
    _to: &Schema,
    _renames: &Renames,
    _questioner: &mut dyn Questioner,
) -> Result<Vec<Operation>, Vec<Unfilled>> {
    Ok(Vec::new())
}
