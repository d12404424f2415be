//! What is dangerous about a migration as a whole.

use super::{Script, known::Known, reading::Reading, rows::Verb, rules, scene::Danger};
use crate::{
    backend::statements::{Dialect, Statement, TransactionControl},
    check::Rule,
};

const SPLIT: &str = "write it into a migration of its own: `manage makemigrations --empty`";

/// What the statements of a script are together, with what is known before the first.
pub(super) fn judge(
    script: &Script<'_>,
    dialect: Dialect,
    statements: &[Statement<'_>],
    readings: &[Reading],
    before: &Known,
) -> Vec<Danger> {
    let mut dangers = Vec::new();
    let changing = |reading: &Reading| !matches!(reading, Reading::Nothing);
    let Some(first) = readings.iter().position(changing) else {
        return dangers;
    };
    let mut found = |rule: &'static Rule, at: usize, message: String, hint: &str| {
        dangers.push(Danger {
            rule,
            at: statements[at].start,
            message,
            hint: hint.to_owned(),
        });
    };
    if dialect != Dialect::Sqlite
        && (script.in_transaction || dialect == Dialect::Mysql)
        && let Some(at) = mixed(readings, before)
    {
        let message = match dialect {
            Dialect::Mysql => {
                "rows are changed beside structure: what fails then is not taken back as one"
            }
            _ => "rows are changed beside structure: its locks last until they are written",
        };
        found(&rules::MIXED, at, message.to_owned(), SPLIT);
    }
    if script.undone_by == Undo::Missing {
        let hint = "write a down.sql that takes it back, or says in a statement why it cannot";
        found(
            &rules::IRREVERSIBLE,
            first,
            "nothing takes this back: there is no `down.sql`".to_owned(),
            hint,
        );
    } else if script.undone_by == Undo::Empty {
        let hint = "write what takes it back into down.sql";
        found(
            &rules::IRREVERSIBLE,
            first,
            "nothing takes this back: `down.sql` says nothing".to_owned(),
            hint,
        );
    }
    if dialect == Dialect::Mysql {
        let structure: Vec<usize> = (0..readings.len())
            .filter(|at| is_structure(&readings[*at]))
            .collect();
        if let [_, second, ..] = structure[..] {
            let count = structure.len();
            let message =
                format!("{count} changes of structure: where a later one fails, the others stand");
            let hint =
                "one change for each migration; `manage migrate --resume` goes on behind a failure";
            found(&rules::PARTIAL, second, message, hint);
        }
    } else if !script.in_transaction {
        outside(statements, readings, &mut found);
    }
    dangers
}

/// What can take a script back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// A `down.sql` that does something; or none is needed.
    Something,
    /// A `down.sql` of comments.
    Empty,
    /// There is no `down.sql`.
    Missing,
}

fn is_structure(reading: &Reading) -> bool {
    !matches!(
        reading,
        Reading::Nothing | Reading::Rows(_) | Reading::Heavy { .. }
    )
}

/// The first statement that makes it a mixture: existing tables changed both in structure and rows.
fn mixed(readings: &[Reading], before: &Known) -> Option<usize> {
    let mut known = before.clone();
    let (mut structure, mut rows) = (false, false);
    for (at, reading) in readings.iter().enumerate() {
        match reading {
            Reading::AlterTable { table, .. } => structure |= !known.is_fresh(table),
            Reading::CreateIndex(index) => structure |= !known.is_fresh(&index.table),
            Reading::DropTables(tables) => {
                structure |= tables.iter().any(|table| !known.is_fresh(table));
            }
            Reading::RenameTables(_) => structure = true,
            Reading::Rows(changes) => {
                rows |= changes.iter().any(|change| {
                    change.verb != Verb::Insert && !known.is_fresh(&change.table)
                        || change.copies.is_some() && !known.is_fresh(&change.table)
                });
            }
            Reading::Truncate { tables, .. } => {
                rows |= tables.iter().any(|table| !known.is_fresh(table));
            }
            _ => {}
        }
        if structure && rows {
            return Some(at);
        }
        known.learn(reading, true);
    }
    None
}

/// What a failure outside a transaction leaves behind.
fn outside(
    statements: &[Statement<'_>],
    readings: &[Reading],
    found: &mut impl FnMut(&'static Rule, usize, String, &str),
) {
    let mut open = None;
    let mut units = Vec::new();
    for (at, (statement, reading)) in statements.iter().zip(readings).enumerate() {
        match statement.transaction_control() {
            Some(TransactionControl::Begin) => {
                open = Some(at);
                units.push(at);
            }
            Some(TransactionControl::Commit | TransactionControl::Rollback) => open = None,
            None if open.is_none() && !matches!(reading, Reading::Nothing) => units.push(at),
            None => {}
        }
    }
    if let Some(at) = open {
        let message = "the transaction that begins here is never ended: its work may be lost";
        let hint = "end it with COMMIT, or let `run_in_transaction = true` begin and end one";
        found(&rules::UNCOMMITTED, at, message.to_owned(), hint);
    }
    if let [_, second, ..] = units[..] {
        let message = format!(
            "{} changes outside a transaction: where a later one fails, the others stand",
            units.len()
        );
        let hint =
            "one change for each migration; `manage migrate --resume` goes on behind a failure";
        found(&rules::SEVERAL_OUTSIDE, second, message, hint);
    }
}
