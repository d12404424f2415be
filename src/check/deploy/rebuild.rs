//! Tables that are built anew under their old name: what is dropped then is a copy.

use super::{action::What, reading::Reading, rows::Verb};

/// A table that is built anew, and the statements that do it, by their places in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rebuild {
    /// Its name before and after.
    pub(super) table: String,
    /// Where it, or the new one, is renamed.
    pub(super) rename: usize,
    /// Where the rows are copied.
    pub(super) copy: usize,
    /// Where the old one is dropped.
    pub(super) drop: usize,
    /// The names that the copying query mentions; `*` is all.
    pub(super) mentions: Vec<String>,
}

impl Rebuild {
    /// Where it begins.
    pub(super) fn first(&self) -> usize {
        self.rename.min(self.copy)
    }

    /// Where it is done.
    pub(super) fn last(&self) -> usize {
        self.rename.max(self.drop)
    }

    /// Whether a column's values are copied.
    pub(super) fn keeps(&self, column: &str) -> bool {
        self.mentions
            .iter()
            .any(|name| name == "*" || name.eq_ignore_ascii_case(column))
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The tables that a file builds anew.
///
/// Either the old one is renamed, its successor made under its name, filled and the old one
/// dropped; or the successor is made, filled, and renamed when the old one is dropped.
pub(super) fn find(readings: &[Reading]) -> Vec<Rebuild> {
    let mut rebuilds = Vec::new();
    for (copy, reading) in readings.iter().enumerate() {
        let Reading::Rows(changes) = reading else {
            continue;
        };
        for change in changes.iter().filter(|change| change.verb == Verb::Insert) {
            let Some((from, mentions)) = &change.copies else {
                continue;
            };
            let made = readings[..copy].iter().any(|reading| {
                matches!(reading, Reading::CreateTable(table) if same(&table.name, &change.table))
            });
            let drop = (copy..readings.len()).find(|at| {
                matches!(&readings[*at], Reading::DropTables(names) if names.iter().any(|name| same(name, from)))
            });
            let (true, Some(drop)) = (made, drop) else {
                continue;
            };
            let before = renames(&readings[..copy], &change.table, from).next();
            let after = renames(&readings[drop..], &change.table, from).next();
            let (table, rename) = match (before, after) {
                (Some(at), _) => (&change.table, at),
                (None, Some(at)) => (from, drop + at),
                (None, None) => continue,
            };
            rebuilds.push(Rebuild {
                table: table.clone(),
                rename,
                copy,
                drop,
                mentions: mentions.clone(),
            });
        }
    }
    rebuilds
}

/// Where a table is renamed.
fn renames<'r>(
    readings: &'r [Reading],
    from: &'r str,
    to: &'r str,
) -> impl Iterator<Item = usize> + 'r {
    let fits = move |(a, b): (&str, &str)| same(a, from) && same(b, to);
    (0..readings.len()).filter(move |at| match &readings[*at] {
        Reading::AlterTable { table, actions } => actions
            .iter()
            .any(|action| matches!(&action.what, What::RenameTable(name) if fits((table, name)))),
        Reading::RenameTables(pairs) => pairs.iter().any(|(a, b)| fits((a, b))),
        _ => false,
    })
}
