//! `history`: migrations, newest first, with message, parents and time.

mod log;

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{
        Version,
        history::{Entry, History, State},
    },
    ui::{self, Cell, Node, Role, Table, Ui},
};

pub(super) fn run(args: &cli::History, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if args.log {
        return log::run(args, context);
    }
    let history = context.look_closely()?;
    let mut entries = history.entries();
    if args.graph || !context.ui.is_verbose() && !context.ui.is_json() {
        entries.retain(|entry| entry.state != State::Replaced);
    }
    let range = match &args.range {
        Some(range) => Some(history.range(range)?),
        None => None,
    };
    // They have no place in the order that a range or a number is about, nor in the tree.
    let repeatables =
        if range.is_some() || args.limit.is_some() || args.graph && !context.ui.is_json() {
            Vec::new()
        } else {
            history.repeatables()
        };
    let shown = entries
        .iter()
        .rev()
        .filter(|entry| {
            range
                .as_ref()
                .is_none_or(|range| range.contains(entry.version))
        })
        .take(args.limit.unwrap_or(usize::MAX));
    let shown: Vec<&Entry<'_>> = repeatables.iter().rev().chain(shown).collect();
    let marks = Marks::new(&history);
    let ui = context.ui;
    if ui.is_json() {
        let migrations: Value = shown.iter().map(|e| report::entry(&history, e)).collect();
        ui.json(&report::object(
            "history",
            json!({ "migrations": migrations }),
        ));
    } else if shown.is_empty() {
        ui.note("No migrations.");
    } else if args.graph {
        ui.graph(&nodes(ui, &history, &marks, &shown));
    } else if ui.is_verbose() {
        ui.text(
            &shown
                .iter()
                .map(|e| details(ui, &history, &marks, e))
                .collect::<Vec<_>>()
                .join("\n"),
        );
    } else {
        ui.table(&table(&history, &shown));
    }
    Ok(ExitStatus::Done)
}

fn table(history: &History, shown: &[&Entry<'_>]) -> Table {
    let mut table = Table::new(["State", "Version", "Message", "Revises", "Applied (UTC)"]);
    for entry in shown {
        let parents: Vec<&str> = history
            .lineage()
            .parents(entry.version)
            .iter()
            .map(Version::as_str)
            .collect();
        table.push([
            report::state(entry.state),
            entry.version.as_str().into(),
            entry.message().into(),
            Cell::new(Role::Dim, parents.join(", ")),
            Cell::new(Role::Dim, entry.run_on.unwrap_or_default()),
        ]);
    }
    table
}

/// What is told of an entry beside its name.
struct Marks {
    heads: Vec<Version>,
    current: Vec<Version>,
}

impl Marks {
    fn new(history: &History) -> Self {
        Self {
            heads: history.lineage().heads(),
            current: history.current(),
        }
    }

    fn of(&self, history: &History, version: &Version) -> Vec<&'static str> {
        let lineage = history.lineage();
        [
            (self.heads.contains(version), "head"),
            (self.current.contains(version), "current"),
            (lineage.parents(version).len() > 1, "merge"),
            (lineage.children(version).len() > 1, "branch point"),
        ]
        .into_iter()
        .filter_map(|(holds, mark)| holds.then_some(mark))
        .collect()
    }
}

fn in_brackets(marks: &[&str]) -> String {
    if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    }
}

fn nodes(ui: &Ui, history: &History, marks: &Marks, shown: &[&Entry<'_>]) -> Vec<Node> {
    let mut nodes: Vec<Node> = shown
        .iter()
        .map(|entry| Node {
            version: entry.version.clone(),
            parents: history
                .parents(entry.version)
                .iter()
                .chain(history.unknown_parents(entry.version))
                .cloned()
                .collect(),
            state: entry.state,
            text: if ui.is_verbose() {
                format!("{}\n", details(ui, history, marks, entry))
            } else {
                title(ui, history, marks, entry)
            },
        })
        .collect();
    // Blank lines stand between, not after the last.
    if let Some(last) = nodes.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    nodes
}

fn title(ui: &Ui, history: &History, marks: &Marks, entry: &Entry<'_>) -> String {
    let (state, role) = match entry.state {
        State::Applied => (None, Role::Success),
        State::Pending | State::Changed => (Some("pending"), Role::Warning),
        State::Missing | State::Removed => (Some("missing on disk"), Role::Error),
        State::Replaced => (Some("replaced"), Role::Dim),
        State::Failed => (Some("failed"), Role::Error),
        State::Edited => (Some("edited"), Role::Error),
    };
    let marks: Vec<&str> = state
        .into_iter()
        .chain(marks.of(history, entry.version))
        .collect();
    let message = entry.message();
    let gap = if message.is_empty() { "" } else { "  " };
    format!(
        "{}{gap}{}{}",
        ui.paint(Role::Dim, entry.version.as_str()),
        ui::clean(&message),
        ui.paint(role, &in_brackets(&marks))
    )
}

fn details(ui: &Ui, history: &History, marks: &Marks, entry: &Entry<'_>) -> String {
    let mut text = format!(
        "{}{}\n",
        ui.paint(Role::Heading, entry.name()),
        ui.paint(
            Role::Success,
            &in_brackets(&marks.of(history, entry.version))
        )
    );
    let mut line = |key: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("{key:<9}{value}\n");
        }
    };
    if entry.is_repeatable() {
        line("Runs:", "again whenever its file changes");
    } else {
        line("Version:", entry.version.as_str());
        let parents = report::names(history, history.lineage().parents(entry.version));
        line(
            "Revises:",
            &if parents.is_empty() {
                "none".to_owned()
            } else {
                parents.join(", ")
            },
        );
        if let Some(squash) = history.replaced_by(entry.version) {
            line("Replaced: ", history.entry(squash).name());
        }
    }
    line(
        "Applied:",
        &entry
            .run_on
            .map_or_else(|| "no".to_owned(), |at| format!("{at} UTC")),
    );
    if entry.state == State::Edited {
        line("Edited:", "yes: the file is no longer the one that ran");
    }
    if let Some(migration) = entry.migration {
        let replaces: Vec<&str> = migration
            .header
            .replaces
            .iter()
            .map(Version::as_str)
            .collect();
        line("Replaces: ", &replaces.join(", "));
        line(
            "Created:",
            migration.header.created.as_deref().unwrap_or_default(),
        );
        line(
            "Path:",
            &migration
                .path()
                .map(|path| ui.path(path))
                .unwrap_or_default(),
        );
        text += &format!("\n    {}\n", migration.message());
    } else {
        line("Path:", "missing on disk");
    }
    text
}
