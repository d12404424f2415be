//! What trying a `down.sql` right behind its `up.sql` showed, as values.

use super::Migration;
use crate::{
    error::MigrationFailure,
    schema::inventory::{Difference, RowDifference},
};

/// A migration whose way back was tried, and what is wrong with it; nothing most often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// The migration.
    pub migration: Migration,
    /// What is wrong.
    pub troubles: Vec<Trouble>,
}

/// What is wrong with a way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// `down.sql` fails.
    Fails(Box<MigrationFailure>),
    /// `up.sql` changes something, and `down.sql` holds comments alone.
    Nothing {
        /// What stays as it is.
        stays: Vec<Difference>,
        /// The rows that do.
        rows: Vec<RowDifference>,
        /// Whether the comments say so: they have the word `irreversible`.
        says_so: bool,
    },
    /// What `down.sql` leaves behind.
    Leaves(Vec<Difference>),
    /// What it does not bring back, or brings back otherwise than it was.
    Lacks(Vec<Difference>),
    /// Rows that are not as they were.
    Rows(Vec<RowDifference>),
    /// Labels of enum types, which the engine cannot take back.
    Labels(Vec<Difference>),
    /// `up.sql` fails behind `down.sql`.
    NotAgain(Box<MigrationFailure>),
    /// `up.sql` leads elsewhere behind `down.sql` than at first.
    OtherwiseAgain(Vec<Difference>),
}
