//! `history`: migrations, newest first, with message, parents and time.

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    cli,
    error::{Error, ExitStatus},
    migration::{
        Version,
        history::{Entry, History, State},
    },
    ui::{Cell, Role, Table, Ui},
};

pub(super) fn run(args: &cli::History, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let history = context.look()?;
    let mut entries = history.entries();
    if !context.ui.is_verbose() && !context.ui.is_json() {
        entries.retain(|entry| entry.state != State::Replaced);
    }
    let range = match &args.range {
        Some(range) => parse_range(range, &history, &entries)?,
        None => 0..entries.len(),
    };
    let limit = args.limit.unwrap_or(usize::MAX);
    let shown: Vec<&Entry<'_>> = entries[range].iter().rev().take(limit).collect();
    let ui = context.ui;
    if ui.is_json() {
        let migrations: Value = shown.iter().map(|e| report::entry(&history, e)).collect();
        ui.json(&report::object(
            "history",
            json!({ "migrations": migrations }),
        ));
    } else if shown.is_empty() {
        ui.note("No migrations.");
    } else if ui.is_verbose() {
        ui.text(
            &shown
                .iter()
                .map(|e| details(ui, &history, e))
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
            entry
                .migration
                .map(super::super::migration::Migration::message)
                .unwrap_or_default()
                .into(),
            Cell::new(Role::Dim, parents.join(", ")),
            Cell::new(Role::Dim, entry.run_on.unwrap_or_default()),
        ]);
    }
    table
}

fn details(ui: &Ui, history: &History, entry: &Entry<'_>) -> String {
    let mut marks = Vec::new();
    if history.lineage().heads().contains(entry.version) {
        marks.push("head");
    }
    if history.current().contains(entry.version) {
        marks.push("current");
    }
    let marks = if marks.is_empty() {
        String::new()
    } else {
        format!(" ({})", marks.join(", "))
    };
    let mut text = format!(
        "{}{}\n",
        ui.paint(Role::Heading, entry.name()),
        ui.paint(Role::Success, &marks)
    );
    let mut line = |key: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("{key:<9}{value}\n");
        }
    };
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
        line("Replaced:", history.entry(squash).name());
    }
    line(
        "Applied:",
        &entry
            .run_on
            .map_or_else(|| "no".to_owned(), |at| format!("{at} UTC")),
    );
    if let Some(migration) = entry.migration {
        let replaces: Vec<&str> = migration
            .header
            .replaces
            .iter()
            .map(Version::as_str)
            .collect();
        line("Replaces:", &replaces.join(", "));
        line(
            "Created:",
            migration.header.created.as_deref().unwrap_or_default(),
        );
        line(
            "Path:",
            &migration
                .folder()
                .map(|folder| ui.path(folder))
                .unwrap_or_default(),
        );
        text += &format!("\n    {}\n", migration.message());
    } else {
        line("Path:", "missing on disk");
    }
    text
}

/// `A:B`, both included and either left out; a side is a name, `base`, `head`, `current`, or `-N`:
/// so many before the current one.
fn parse_range(
    range: &str,
    history: &History,
    entries: &[Entry<'_>],
) -> Result<std::ops::Range<usize>, Error> {
    let Some((from, to)) = range.split_once(':') else {
        return Err(Error::Usage(format!(
            "`{range}` is no range: write `A:B`, `A:` or `:B`"
        )));
    };
    let index = |version: &Version| {
        entries
            .iter()
            .position(|e| e.version == version)
            .unwrap_or(0)
    };
    let current = || history.current().iter().map(index).max();
    let side = |name: &str, default: usize| -> Result<usize, Error> {
        Ok(match name.trim() {
            "" => default,
            "base" | "zero" => 0,
            "head" | "heads" => entries.len().saturating_sub(1),
            "current" => current().unwrap_or(0),
            steps if steps.starts_with('-') && steps[1..].parse::<usize>().is_ok() => current()
                .unwrap_or(0)
                .saturating_sub(steps[1..].parse().unwrap_or(0)),
            name => index(&history.find(name)?),
        })
    };
    let (from, to) = (side(from, 0)?, side(to, entries.len().saturating_sub(1))?);
    if from > to {
        return Err(Error::Usage(format!(
            "`{range}` runs backwards: the older one comes first"
        )));
    }
    Ok(from..(to + 1).min(entries.len()))
}
