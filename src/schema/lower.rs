//! Brings what the models declare into an engine's words.

use super::{
    Schema,
    declared::{ModelError, Models},
    dialect::Dialect,
    questioner::Renames,
};

/// Which things the models have the last word on. What they have not is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Indexes.
    pub indexes: bool,
    /// Column defaults.
    pub defaults: bool,
    /// Unique constraints.
    pub uniques: bool,
    /// Check constraints.
    pub checks: bool,
    /// Everything else that `table!` alone cannot say: exact types, foreign keys, collations,
    /// generated columns, how columns count up.
    pub details: bool,
}

/// The schema the models ask for. What they leave unsaid is taken from the schema that is there:
/// comments, options and extras always, names of constraints that are not named, and whatever is
/// outside the scope.
pub fn lower(
    _models: &Models,
    _dialect: &dyn Dialect,
    _from: &Schema,
    _renames: &Renames,
    _scope: Scope,
) -> Result<Schema, Vec<ModelError>> {
    Ok(Schema::default())
}
