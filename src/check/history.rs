//! Family H: the history and the ledger.

use super::{Finding, Rule};
use crate::{
    backend::bookkeeping::Action,
    error::count,
    migration::{
        Direction, Version,
        history::{Entry, History, State},
        lineage::Flaw,
        trust::{circle, correct_circle, correct_parent},
    },
};

static PENDING: Rule = rule!("H001", "pending", Warning, "migrations still to apply");
static MISSING: Rule = rule!(
    "H002",
    "missing-folder",
    Error,
    "applied migrations whose folders are gone"
);
static OUT_OF_ORDER: Rule = rule!(
    "H003",
    "out-of-order",
    Warning,
    "pending migrations older than applied ones"
);
static SEVERAL_HEADS: Rule = rule!(
    "H004",
    "several-heads",
    Error,
    "more than one newest migration"
);
static UNKNOWN_PARENT: Rule = rule!(
    "H005",
    "unknown-parent",
    Error,
    "a header that revises a migration that is not there"
);
static OLDER_THAN_PARENT: Rule = rule!(
    "H006",
    "older-than-parent",
    Warning,
    "a migration with a lower version than one it revises"
);
static CYCLE: Rule = rule!(
    "H007",
    "circular-parents",
    Error,
    "migrations that revise each other in a circle"
);

static REMOVABLE: Rule = rule!(
    "H010",
    "replaced-folders",
    Info,
    "folders that an applied squash replaces"
);
static HALF_SQUASHED: Rule = rule!(
    "H011",
    "half-squashed",
    Error,
    "a squash of which a part is applied, and the rest gone"
);
static OVERLAP: Rule = rule!(
    "H012",
    "overlapping-squashes",
    Error,
    "two squashes that replace some of the same migrations"
);
static EDITED: Rule = rule!(
    "H013",
    "edited",
    Error,
    "applied migrations whose files are no longer those that ran"
);
static REMOVED: Rule = rule!(
    "H008",
    "removed-repeatable",
    Info,
    "repeatable migrations that ran and whose files are gone"
);

/// How many migrations a finding names; `manage showmigrations` names all.
const NAMED: usize = 5;

/// The checks of this family.
pub static RULES: &[&Rule] = &[
    &PENDING,
    &MISSING,
    &OUT_OF_ORDER,
    &SEVERAL_HEADS,
    &UNKNOWN_PARENT,
    &OLDER_THAN_PARENT,
    &CYCLE,
    &REMOVED,
    &REMOVABLE,
    &HALF_SQUASHED,
    &OVERLAP,
    &EDITED,
];

/// What is still to run: in the order of the history, and whenever it changes.
fn pending(history: &History) -> Vec<Finding> {
    let late = history.out_of_order();
    let pending: Vec<&str> = history
        .pending()
        .into_iter()
        .filter(|migration| !late.contains(&&migration.version))
        .filter(|migration| history.broken_at(&migration.version).is_none())
        .map(|migration| migration.name.as_str())
        .collect();
    let repeatables = history.repeatables();
    let standing = |state| -> Vec<&str> {
        let those = repeatables.iter().filter(|entry| entry.state == state);
        those.map(Entry::name).collect()
    };
    let kinds = [
        (pending, "migration is", "migrations are", "pending"),
        (
            standing(State::Pending),
            "repeatable migration is",
            "repeatable migrations are",
            "pending",
        ),
        (
            standing(State::Changed),
            "repeatable migration has",
            "repeatable migrations have",
            "changed since the last run",
        ),
    ];
    let kinds = kinds.into_iter().filter(|(names, ..)| !names.is_empty());
    let findings = kinds.map(|(names, one, many, what)| {
        let shown = names[..names.len().min(NAMED)].join(", ");
        let more = if names.len() > NAMED { ", ..." } else { "" };
        let are = count(names.len(), one, many);
        Finding::new(&PENDING, format!("{are} {what}: {shown}{more}"))
            .hint("`manage migrate` applies what is pending")
    });
    findings.collect()
}

pub(super) fn check(history: &History) -> Vec<Finding> {
    let mut findings = pending(history);
    let removed = history.repeatables();
    let removed = removed.iter().filter(|entry| entry.state == State::Removed);
    for name in removed.map(Entry::name) {
        findings.push(
            Finding::new(
                &REMOVED,
                format!("{name} ran, and its file is gone: what it made is still in the database"),
            )
            .hint(format!(
                "drop that in a migration; `manage stamp {name}` then forgets it"
            )),
        );
    }
    for version in history.missing() {
        let migration = history.migration_or_gone(version);
        let hint = if migration.reversible {
            "bring it back from version control; or `manage rollback` undoes it by the `down.sql` that the log kept"
        } else {
            "bring it back from version control, or forget it with `manage stamp TARGET --purge`"
        };
        findings.push(
            Finding::new(
                &MISSING,
                format!("{} is applied, but its folder is gone", migration.name),
            )
            .hint(hint)
            .of(migration.name),
        );
    }
    for version in history.out_of_order() {
        let name = history.entry(version).name().to_owned();
        findings.push(
            Finding::new(
                &OUT_OF_ORDER,
                format!("{name} is pending, and older than applied migrations that rest on it"),
            )
            .hint(format!(
                "unless it is fine for it to run last, `manage makemigrations --rebase {name}` gives it a newer version"
            ))
            .of(name),
        );
    }
    findings.extend(several_heads(history));
    findings.extend(
        history
            .lineage()
            .flaws()
            .iter()
            .map(|flaw| of_flaw(history, flaw)),
    );
    findings.extend(squashes(history));
    findings.extend(edited(history));
    findings
}

fn several_heads(history: &History) -> Option<Finding> {
    let heads = history.lineage().heads();
    if heads.len() < 2 {
        return None;
    }
    let names: Vec<String> = heads
        .iter()
        .map(|head| history.entry(head).name().to_owned())
        .collect();
    let message = format!("there are {} heads: {}", heads.len(), names.join(", "));
    Some(Finding::new(&SEVERAL_HEADS, message).hint(crate::error::SEVERAL_HEADS))
}

fn edited(history: &History) -> Vec<Finding> {
    let stay = history.stay().join(" ");
    let edited = history.edited().into_iter();
    let findings = edited.map(|(migration, row)| {
        let when = row.started_at.get(..19).unwrap_or(&row.started_at);
        let message = match row.action {
            Action::Stamp => format!("{} was edited after it was recorded, {when}", migration.name),
            Action::Run | Action::Repeat => {
                format!("{} was edited after it was applied, {when}", migration.name)
            }
        };
        let finding = Finding::new(&EDITED, message).hint(format!(
            "put the file back as it was, and write a new migration of what should change; or, where nothing should, `manage stamp {stay}` accepts what is edited as it is now"
        ));
        match migration.file(Direction::Forwards) {
            Some(file) => finding.at(file, None),
            None => finding,
        }
    });
    findings.collect()
}

fn squashes(history: &History) -> Vec<Finding> {
    let name = |version| history.entry(version).name().to_owned();
    let mut findings = Vec::new();
    for (version, squash) in history.squashes().iter() {
        let folders = history.hidden_by(version);
        let folders = folders.iter().filter(|(_, on_disk, _)| *on_disk).count();
        if folders > 0 && history.is_applied(version) {
            let name = name(version);
            findings.push(
                Finding::new(
                    &REMOVABLE,
                    format!(
                        "{name} is applied, and {} still there",
                        count(folders, "migration that it replaces is", "migrations that it replaces are")
                    ),
                )
                .hint(format!(
                    "once every database has it, `manage squashmigrations {name} --delete-replaced` removes their folders"
                ))
                .of(name),
            );
        }
        if !squash.lost.is_empty() {
            let lost: Vec<&str> = squash.lost.iter().map(Version::as_str).collect();
            findings.push(
                Finding::new(
                    &HALF_SQUASHED,
                    format!(
                        "only a part of what {} replaces is applied, and the rest is gone: {}",
                        name(version),
                        lost.join(", ")
                    ),
                )
                .hint("bring the folders back from version control, run `manage migrate`, then remove them again")
                .of(name(version)),
            );
        }
    }
    findings.extend(history.squashes().overlaps().iter().map(|(one, other)| {
        let message = format!(
            "{} and {} both replace some of the same migrations",
            name(one),
            name(other)
        );
        Finding::new(&OVERLAP, message).hint(
            "only one of them can run: remove one of the two folders, and squash what is left",
        )
    }));
    findings
}

fn of_flaw(history: &History, flaw: &Flaw) -> Finding {
    let name = |version| history.entry(version).name().to_owned();
    let file = |version| {
        history
            .migration(version)
            .and_then(|m| m.folder())
            .map(|f| f.join("up.sql"))
    };
    let finding = match flaw {
        Flaw::UnknownParent { version, parent } => Finding::new(
            &UNKNOWN_PARENT,
            format!(
                "{} revises {parent}, which is no migration here",
                name(version)
            ),
        )
        .hint(correct_parent(&history.meant_parents(version, parent))),
        Flaw::ChildOlderThanParent { version, parent } => Finding::new(
            &OLDER_THAN_PARENT,
            format!(
                "{} revises {}, which has a higher version",
                name(version),
                name(parent)
            ),
        )
        .hint("Diesel runs the lower version first: give the child a newer version"),
        Flaw::Cycle { versions } => {
            let names: Vec<String> = versions.iter().map(name).collect();
            Finding::new(&CYCLE, circle(&names)).hint(correct_circle(names.len()))
        }
    };
    let version = match flaw {
        Flaw::UnknownParent { version, .. } | Flaw::ChildOlderThanParent { version, .. } => {
            Some(version)
        }
        Flaw::Cycle { versions } => versions.first(),
    };
    let finding = match version {
        Some(version) => finding.of(name(version)),
        None => finding,
    };
    match version.and_then(file) {
        Some(file) => finding.at(file, None),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Version, history::LedgerRow, lineage::tests::migration};

    #[test]
    fn each_trouble_has_its_finding() {
        let row = |version: &str| LedgerRow {
            version: Version::new(version),
            run_on: String::new(),
        };
        let plain = History::new(
            ["1", "3", "4"].map(|v| migration(v, None)),
            [row("2"), row("3")],
        );
        let ids: Vec<&str> = check(&plain).iter().map(|f| f.rule.id).collect();
        assert_eq!(ids, ["H001", "H002", "H003"]);
        let headed = History::new(
            [
                migration("1", Some(&["9"])),
                migration("2", Some(&[])),
                migration("3", Some(&["4"])),
                migration("4", Some(&[])),
            ],
            ["1", "2", "3", "4"].map(row),
        );
        let ids: Vec<&str> = check(&headed).iter().map(|f| f.rule.id).collect();
        assert_eq!(ids, ["H004", "H005", "H006"]);
    }
}
