//! Family R: ways back that do not lead back.

use std::fmt::Display;

use super::{Finding, Rule};
use crate::{
    backend::statements::{self, Place},
    error::MigrationFailure,
    migration::{
        Direction, Migration,
        reversal::{Reversal, Trouble},
    },
    schema::inventory::{Difference, RowDifference},
};

static FAILS: Rule = rule!(
    "R001",
    "failing-down",
    Error,
    "a `down.sql` that fails right behind its `up.sql` (`--reversible`)"
);
static LEAVES: Rule = rule!(
    "R002",
    "left-behind",
    Error,
    "a `down.sql` that leaves something behind (`--reversible`)"
);
static LACKS: Rule = rule!(
    "R003",
    "not-restored",
    Error,
    "a `down.sql` that does not bring something back as it was (`--reversible`)"
);
static ROWS: Rule = rule!(
    "R004",
    "changed-rows",
    Warning,
    "a `down.sql` that leaves, loses or changes rows of the migrations (`--reversible`)"
);
static NOT_AGAIN: Rule = rule!(
    "R005",
    "not-repeatable",
    Error,
    "an `up.sql` that does not do the same again behind its `down.sql` (`--reversible`)"
);
static NOTHING: Rule = rule!(
    "R006",
    "idle-down",
    Warning,
    "a `down.sql` of comments alone, where `up.sql` changes something (`--reversible`)"
);
static IRREVERSIBLE: Rule = rule!(
    "R007",
    "said-irreversible",
    Info,
    "a `down.sql` that says in a comment that there is no way back (`--reversible`)"
);
static LABELS: Rule = rule!(
    "R008",
    "enum-label",
    Info,
    "a label added to an enum type, which PostgreSQL cannot take back (`--reversible`)"
);

/// How many things one finding names.
const NAMED: usize = 20;

/// The checks of this family.
pub static RULES: &[&Rule] = &[
    &FAILS,
    &LEAVES,
    &LACKS,
    &ROWS,
    &NOT_AGAIN,
    &NOTHING,
    &IRREVERSIBLE,
    &LABELS,
];

pub(super) fn check(reversals: &[Reversal]) -> Vec<Finding> {
    let findings = reversals.iter().flat_map(|reversal| {
        let troubles = reversal.troubles.iter();
        troubles.map(|trouble| finding(&reversal.migration, trouble))
    });
    findings.collect()
}

fn finding(migration: &Migration, trouble: &Trouble) -> Finding {
    let (direction, place) = match trouble {
        Trouble::Fails(failure) => (Direction::Backwards, place(failure)),
        Trouble::NotAgain(failure) => (Direction::Forwards, place(failure)),
        Trouble::OtherwiseAgain(_) => (Direction::Forwards, None),
        _ => (Direction::Backwards, None),
    };
    let finding = worded(trouble).of(&migration.name);
    match (migration.file(direction), place) {
        (Some(path), Some(place)) => finding.at_place(path, place),
        (Some(path), None) => finding.at(path, None),
        (None, _) => finding,
    }
}

fn worded(trouble: &Trouble) -> Finding {
    match trouble {
        Trouble::Fails(failure) => Finding::new(
            &FAILS,
            format!(
                "`down.sql` fails right behind `up.sql`: {}",
                failure.error.message
            ),
        )
        .hint("undo what `up.sql` does, the last statement first"),
        Trouble::Leaves(left) => {
            Finding::new(&LEAVES, format!("`down.sql` leaves behind: {}", list(left)))
                .hint("drop in `down.sql` what `up.sql` creates")
        }
        Trouble::Lacks(lacking) => Finding::new(
            &LACKS,
            format!("`down.sql` does not bring back: {}", list(lacking)),
        )
        .hint("create in `down.sql` what `up.sql` drops or changes, as it was before"),
        Trouble::Rows(rows) => Finding::new(
            &ROWS,
            format!("rows are not what they were before `up.sql`: {}", list(rows)),
        )
        .hint(
            "delete in `down.sql` what `up.sql` inserts; where old values cannot be computed, let `up.sql` keep them in a table of their own",
        ),
        Trouble::NotAgain(failure) => Finding::new(
            &NOT_AGAIN,
            format!(
                "`up.sql` fails when it runs again behind `down.sql`: {}",
                failure.error.message
            ),
        )
        .hint("after `manage rollback` the database could not be migrated again: let `down.sql` undo all of it, or `up.sql` accept what is there"),
        Trouble::OtherwiseAgain(differences) => Finding::new(
            &NOT_AGAIN,
            format!(
                "`up.sql` leads elsewhere when it runs again behind `down.sql`: {}",
                list(differences)
            ),
        )
        .hint("give names to constraints and indexes, and leave away what depends on what is there"),
        Trouble::Nothing {
            stays,
            rows,
            says_so,
        } => nothing(stays, rows, *says_so),
        Trouble::Labels(labels) => Finding::new(
            &LABELS,
            format!("PostgreSQL cannot take back what `up.sql` adds: {}", list(labels)),
        )
        .hint("an unused label does no harm; `ADD VALUE IF NOT EXISTS` lets `up.sql` run again"),
    }
}

fn nothing(stays: &[Difference], rows: &[RowDifference], says_so: bool) -> Finding {
    let stays = stays.iter().map(ToString::to_string);
    let stays: Vec<String> = stays.chain(rows.iter().map(ToString::to_string)).collect();
    let stays = list(&stays);
    if says_so {
        return Finding::new(
            &IRREVERSIBLE,
            format!("there is no way back, as `down.sql` says: {stays}"),
        );
    }
    Finding::new(
        &NOTHING,
        format!("`down.sql` holds comments alone, and undoes nothing: {stays}"),
    )
    .hint("write the way back; a comment with the word `irreversible` says that there is none")
}

fn place(failure: &MigrationFailure) -> Option<Place> {
    let at = failure.place.as_ref().or(failure.statement.as_ref())?;
    Some(statements::place(&failure.text, at.start))
}

fn list(values: &[impl Display]) -> String {
    let shown = values.iter().take(NAMED).map(ToString::to_string);
    let mut words = shown.collect::<Vec<_>>().join("; ");
    if values.len() > NAMED {
        words += &format!("; and {} more", values.len() - NAMED);
    }
    words
}
