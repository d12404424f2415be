//! `history --log`: who ran what, when, for how long, and how it ended.

use serde_json::{Value, json};

use super::super::{Context, report};
use crate::{
    backend::{
        Direction,
        bookkeeping::{Action, LogRow, Outcome},
    },
    cli,
    error::{Error, ExitStatus, count},
    migration::{REPEATABLE, ledger::LogReader},
    ui::{self, Cell, Role, Table, Ui},
};

pub(super) fn run(args: &cli::History, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let versions = match &args.range {
        Some(range) => {
            let history = context.look()?;
            let versions = history.range(range)?;
            Some(versions.iter().map(ToString::to_string).collect())
        }
        None => None,
    };
    let mut log =
        (context.migrator).log(versions, args.limit, &mut |error| context.waiting(error))?;
    let ui = context.ui;
    let Some(first) = log.page()? else {
        if ui.is_json() {
            ui.json(&report::object("history", json!({ "log": null })));
        }
        ui.note("There is no log: nothing ran since `manage` keeps one, or this user may neither create nor see it.");
        return Ok(ExitStatus::Done);
    };
    if ui.is_json() {
        as_json(ui, first, &mut log)?;
    } else if first.is_empty() {
        ui.note("Nothing of that is in the log.");
    } else {
        for_people(ui, first, &mut log)?;
    }
    Ok(ExitStatus::Done)
}

/// One object, written a row at a time: a log may be longer than what fits into memory.
fn as_json(ui: &Ui, first: Vec<LogRow>, log: &mut LogReader) -> Result<(), Error> {
    let mut rows = first;
    let mut object = report::object("history", json!({ "log": [] }));
    if rows.is_empty() {
        ui.json(&object);
        return Ok(());
    }
    object["log"] = json!(["@"]);
    let frame = format!("{object:#}");
    let (before, after) = frame.split_once("\"@\"").unwrap_or((&frame, ""));
    let mut gap = before.to_owned();
    while !rows.is_empty() {
        let mut text = String::new();
        for row in &rows {
            text += &gap;
            text += &format!("{:#}", value(row)).replace('\n', "\n    ");
            ",\n    ".clone_into(&mut gap);
        }
        ui.text(&text);
        rows = log.page()?.unwrap_or_default();
    }
    ui.line(after);
    Ok(())
}

fn value(row: &LogRow) -> Value {
    let is_repeatable = row.version.starts_with(REPEATABLE);
    json!({
        "id": row.id,
        "action": row.action,
        "direction": row.direction,
        "version": (!is_repeatable).then_some(&row.version),
        "name": row.name,
        "repeatable": is_repeatable,
        "started_at": row.started_at,
        "milliseconds": row.milliseconds,
        "outcome": row.outcome,
        "standing": row.standing,
        "message": row.message,
        "user": row.db_user,
        "host": row.host,
        "process": row.process,
        "tool": row.tool,
        "checksum": row.checksum,
        "keeps_down": row.kept_down.is_some(),
    })
}

fn for_people(ui: &Ui, first: Vec<LogRow>, log: &mut LogReader) -> Result<(), Error> {
    let mut rows = first;
    let mut is_first = true;
    while !rows.is_empty() {
        if ui.is_verbose() {
            let texts: Vec<String> = rows.iter().map(|row| details(ui, row)).collect();
            let gap = if is_first { "" } else { "\n" };
            ui.text(&format!("{gap}{}", texts.join("\n")));
        } else {
            let table = table(&rows);
            ui.table(&if is_first { table } else { table.continued() });
        }
        is_first = false;
        rows = log.page()?.unwrap_or_default();
    }
    Ok(())
}

fn table(rows: &[LogRow]) -> Table {
    let mut table = Table::new([
        "When (UTC)",
        "Action",
        "Migration",
        "Outcome",
        "Time",
        "User",
        "Host",
        "Tool",
    ]);
    for row in rows {
        let role = match row.direction {
            Direction::Forwards => Role::Success,
            Direction::Backwards => Role::Warning,
        };
        table.push([
            Cell::new(Role::Dim, when(row)),
            Cell::new(role, action(row)),
            row.name.as_str().into(),
            Cell::new(outcome_role(row), outcome(row)),
            took(row).into(),
            row.db_user.as_deref().unwrap_or_default().into(),
            row.host.as_deref().unwrap_or_default().into(),
            Cell::new(Role::Dim, row.tool.as_str()),
        ]);
    }
    table
}

/// The moment, to the second.
fn when(row: &LogRow) -> &str {
    row.started_at.get(..19).unwrap_or(&row.started_at)
}

fn took(row: &LogRow) -> String {
    let milliseconds = row.milliseconds.map(std::time::Duration::from_millis);
    milliseconds.map(ui::duration).unwrap_or_default()
}

fn action(row: &LogRow) -> &'static str {
    match (row.action, row.direction) {
        (Action::Run, Direction::Forwards) => "apply",
        (Action::Run, Direction::Backwards) => "unapply",
        (Action::Stamp, Direction::Forwards) => "stamp",
        (Action::Stamp, Direction::Backwards) => "forget",
        (Action::Repeat, _) => "repeat",
    }
}

/// How it ended; of what no transaction takes back, with how far it came.
fn outcome(row: &LogRow) -> String {
    let word = match row.outcome {
        Outcome::Done => return "done".to_owned(),
        Outcome::Running => "running",
        Outcome::Failed => "failed",
    };
    match row.standing {
        Some(standing) => format!(
            "{word} after {}",
            count(standing, "statement", "statements")
        ),
        None => word.to_owned(),
    }
}

fn outcome_role(row: &LogRow) -> Role {
    match row.outcome {
        Outcome::Done => Role::Success,
        Outcome::Running => Role::Warning,
        Outcome::Failed => Role::Error,
    }
}

fn details(ui: &Ui, row: &LogRow) -> String {
    let mut text = format!(
        "{} {}\n",
        ui.paint(Role::Dim, when(row)),
        ui.paint(
            Role::Heading,
            &ui::clean(&format!("{} {}", action(row), row.name))
        )
    );
    let mut line = |key: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("{key:<10}{}\n", ui::clean(value));
        }
    };
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    line("Outcome:", &outcome(row));
    if let (Outcome::Running | Outcome::Failed, Some(standing)) = (row.outcome, row.standing) {
        let key = match row.outcome {
            Outcome::Running => "Begun:",
            Outcome::Failed | Outcome::Done => "Stopped:",
        };
        line(key, &format!("in statement {}", standing + 1));
    }
    line("Time:", &took(row));
    line("User:", &optional(&row.db_user));
    line("Host:", &optional(&row.host));
    line(
        "Process:",
        &row.process.map(|id| id.to_string()).unwrap_or_default(),
    );
    line("Tool:", &row.tool);
    line("Checksum:", &optional(&row.checksum));
    line(
        "Keeps:",
        row.kept_down.map_or("", |_| "its `down.sql` of then"),
    );
    for (index, words) in optional(&row.message).lines().enumerate() {
        line(if index == 0 { "Message:" } else { "" }, words);
    }
    text
}
