//! `makemigrations`: finds what the models ask for that the migrations do not give, and writes it.

mod merge;
mod rebase;

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Context, check::left_out, report};
use crate::{
    autogenerate::{self, Against, Autogenerate, Detected, Doubt, Wishes},
    cli,
    error::{Error, ExitStatus, count},
    migration::{
        Direction, Migration, Version,
        directory::Sound,
        lineage::Lineage,
        writer::{self, Claim, Draft},
    },
    schema::operation::{self, Mark, Operation},
    ui::{Person, Role, Ui},
};

pub(super) fn run(args: &cli::Makemigrations, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let message = args.msg.as_ref().or(args.message.as_ref());
    if message.is_some_and(|message| message.trim().is_empty()) {
        return Err(Error::Usage(
            "the message is empty: say in a few words what the migration does".to_owned(),
        ));
    }
    if let Some(name) = &args.rebase {
        return rebase::run(name, args, context);
    }
    if args.merge {
        return merge::run(message, args, context);
    }
    if args.empty {
        return empty(message, context);
    }
    generate(message, args, context)
}

/// Writes what the models ask for.
fn generate(
    message: Option<&String>,
    args: &cli::Makemigrations,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let Sound {
        migrations,
        repeatables,
    } = context.migrator.found()?;
    let amended = if args.update {
        Some(amendable(&migrations, context)?)
    } else {
        None
    };
    let compared: Vec<Migration> = migrations
        .iter()
        .filter(|migration| Some(*migration) != amended.as_ref())
        .cloned()
        .collect();
    one_head(&compared)?;
    let models = autogenerate::models(context.settings())?;
    if models.tables.is_empty() {
        return Err(Error::NoModels {
            globs: context.settings().models().to_vec(),
        });
    }
    let found = Sound {
        migrations: compared.clone(),
        repeatables,
    };
    let mut autogenerate = Autogenerate::open(context.settings(), &found, models)?;
    let against = match args.against {
        cli::Against::Migrations => Against::Migrations,
        cli::Against::Database => Against::Database,
    };
    let wishes = Wishes {
        renames: &args.rename,
        defaults: &args.default,
    };
    let mut person = Person::new(context.ui, args.check);
    let detected = autogenerate.detect(against, wishes, &mut person);
    let unasked = person.unasked();
    left_out(&autogenerate, context.ui);
    let detected = detected.map_err(|error| match error {
        Error::Unfilled { columns, .. } => Error::Unfilled {
            columns,
            renames: unasked.clone(),
        },
        other => other,
    })?;
    let Some(detected) = detected else {
        return nothing(amended.as_ref(), context.ui);
    };
    if args.check {
        return Ok(missing(&detected, context.ui));
    }
    let doubts = autogenerate.prove(&detected)?;
    drop(autogenerate);
    let message = match (message, &amended) {
        (Some(message), _) => message.clone(),
        (None, Some(amended)) => amended.message(),
        (None, None) => operation::name(&detected.from, &detected.operations).replace('_', " "),
    };
    let draft = Draft::new(
        &message,
        &Lineage::new(&compared).heads(),
        compared.last(),
        OffsetDateTime::now_utc(),
        &detected.up.text(),
        &detected.down.text(),
    );
    let draft = match &amended {
        Some(amended) => writer::amended(amended, draft)?,
        None => draft,
    };
    let outcome = if args.dry_run {
        Outcome::Shown
    } else if let Some(amended) = &amended {
        context.ui.confirm(&format!(
            "replacing the SQL of {} and every change made to it by hand",
            amended.name
        ))?;
        claim(&migrations, context)?.amend(amended, &draft)?;
        Outcome::Amended
    } else {
        claim(&migrations, context)?.write(&draft)?;
        Outcome::Written
    };
    tell(&draft, &detected, outcome, &doubts, context);
    for hint in unasked {
        context.ui.hint(&hint);
    }
    if outcome != Outcome::Shown && !context.ui.is_json() {
        context.ui.hint("read both files, then `manage migrate`");
    }
    Ok(ExitStatus::Done)
}

/// What became of a migration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Written,
    Amended,
    Shown,
}

/// The migrations folder, to write in it what these migrations led to.
fn claim(migrations: &[Migration], context: &Context<'_>) -> Result<Claim, Error> {
    let claim = Claim::take(context.settings().migrations_dir());
    claim.unchanged(migrations)?;
    Ok(claim)
}

fn empty(message: Option<&String>, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let Some(message) = message else {
        return Err(Error::Usage(
            "an empty migration needs a message: `manage makemigrations --empty -m MSG`".to_owned(),
        ));
    };
    let claim = Claim::take(context.settings().migrations_dir());
    let migrations = context.migrator.migrations()?;
    let heads = Lineage::new(&migrations).heads();
    let now = OffsetDateTime::now_utc();
    let draft = Draft::new(message, &heads, migrations.last(), now, "", "");
    let folder = claim.write(&draft)?;
    let ui = context.ui;
    let files = ["up.sql", "down.sql"].map(|file| ui.path(&folder.join(file)));
    if ui.is_json() {
        ui.json(&report::object(
            "makemigrations",
            json!({
                "changes": [],
                "version": draft.version,
                "name": draft.name,
                "revises": heads,
                "files": files,
            }),
        ));
        return Ok(ExitStatus::Done);
    }
    files_written(ui, "Created", &files);
    ui.hint(
        "fill both in, then `manage migrate` applies the one and `manage redo` proves the other",
    );
    Ok(ExitStatus::Done)
}

/// The newest migration, where it may still be changed.
fn amendable(migrations: &[Migration], context: &Context<'_>) -> Result<Migration, Error> {
    let history = context.look()?;
    let heads = history.lineage().heads();
    let [head] = heads.as_slice() else {
        one_head(migrations)?;
        return Err(Error::Usage("there is no migration to update".to_owned()));
    };
    if history.is_applied(head) {
        let name = history.entry(head).name().to_owned();
        return Err(Error::Usage(format!(
            "{name} is applied already: `manage rollback` undoes it, or leave `--update` away"
        )));
    }
    let newest = migrations
        .iter()
        .find(|migration| migration.version == *head);
    newest
        .cloned()
        .ok_or_else(|| Error::Usage("there is no migration to update".to_owned()))
}

fn one_head(migrations: &[Migration]) -> Result<(), Error> {
    let heads = Lineage::new(migrations).heads();
    if heads.len() < 2 {
        return Ok(());
    }
    let name = |version: &Version| {
        let found = migrations.iter().find(|m| m.version == *version);
        found.map_or_else(|| version.to_string(), |m| m.name.clone())
    };
    Err(Error::SeveralHeads {
        names: heads.iter().map(name).collect(),
    })
}

fn nothing(amended: Option<&Migration>, ui: &Ui) -> Result<ExitStatus, Error> {
    if let Some(amended) = amended {
        return Err(Error::Usage(format!(
            "without {} the models and the migrations agree: remove its folder instead",
            amended.name
        )));
    }
    if ui.is_json() {
        ui.json(&report::object("makemigrations", json!({ "changes": [] })));
    } else {
        ui.say("No changes detected.");
    }
    Ok(ExitStatus::Done)
}

/// `--check`: lists what no migration does yet.
fn missing(detected: &Detected, ui: &Ui) -> ExitStatus {
    if ui.is_json() {
        let changes = changes(&detected.operations);
        ui.json(&report::object(
            "makemigrations",
            json!({ "changes": changes }),
        ));
        return ExitStatus::No;
    }
    operations(ui, &detected.operations);
    let n = detected.operations.len();
    ui.say(&format!(
        "{} without a migration.",
        count(n, "change", "changes")
    ));
    ui.hint("`manage makemigrations` writes one");
    ExitStatus::No
}

fn changes(operations: &[Operation]) -> Value {
    operations
        .iter()
        .map(|operation| {
            json!({
                "mark": operation.mark().sign(),
                "description": operation.describe(),
                "table": operation.table().map(ToString::to_string),
                "destroys": operation.destroys(),
            })
        })
        .collect()
}

fn tell(
    draft: &Draft,
    detected: &Detected,
    outcome: Outcome,
    doubts: &[Doubt],
    context: &Context<'_>,
) {
    let ui = context.ui;
    let name = &draft.name;
    let folder = context.settings().migrations_dir().join(name);
    let files = ["up.sql", "down.sql"].map(|file| ui.path(&folder.join(file)));
    let written = outcome != Outcome::Shown;
    if ui.is_json() {
        let doubts: Value = doubts
            .iter()
            .map(|doubt| {
                json!({
                    "direction": doubt.direction,
                    "statement": doubt.statement,
                    "database_message": doubt.message,
                })
            })
            .collect();
        ui.json(&report::object(
            "makemigrations",
            json!({
                "changes": changes(&detected.operations),
                "version": draft.version,
                "name": name,
                "revises": draft.revises,
                "files": if written { json!(files) } else { json!([]) },
                "up": detected.up.text(),
                "down": detected.down.text(),
                "doubts": doubts,
            }),
        ));
        return;
    }
    operations(ui, &detected.operations);
    if written {
        let verb = if outcome == Outcome::Amended {
            "Updated"
        } else {
            "Created"
        };
        files_written(ui, verb, &files);
    } else {
        for (file, sql) in files.iter().zip([&draft.up, &draft.down]) {
            ui.line("");
            ui.line(&ui.paint(Role::Heading, &format!("-- {file}")));
            ui.sql(sql);
        }
    }
    warnings(ui, detected, doubts);
}

fn files_written(ui: &Ui, verb: &str, files: &[String]) {
    for file in files {
        ui.line(&format!("{} {file}", ui.paint(Role::Success, verb)));
    }
}

fn operations(ui: &Ui, operations: &[Operation]) {
    for operation in operations {
        let mark = operation.mark();
        let role = match mark {
            Mark::Add => Role::Success,
            Mark::Remove => Role::Error,
            Mark::Alter => Role::Warning,
        };
        let mark = ui.paint(role, &mark.sign().to_string());
        ui.line(&format!("  {mark} {}", operation.describe()));
    }
}

fn warnings(ui: &Ui, detected: &Detected, doubts: &[Doubt]) {
    let destroyed: Vec<String> = detected
        .operations
        .iter()
        .filter_map(Operation::destroys)
        .collect();
    if !destroyed.is_empty() {
        ui.warn(&format!("this destroys data: {}", destroyed.join(", ")));
    }
    for doubt in doubts {
        let file = match doubt.direction {
            Direction::Forwards => "up.sql",
            Direction::Backwards => "down.sql",
        };
        let statement = doubt.statement.lines().next().unwrap_or_default();
        ui.warn(&format!(
            "{file} runs on empty tables, but rows may stop it: `{statement}` failed on sample rows: {}",
            doubt.message
        ));
    }
}
