//! `check`: looks for trouble in the migrations and the database's state.

use serde_json::{Value, json};

use super::{Context, report};
use crate::{
    autogenerate::{self, Against, Anything, Autogenerate, Wishes},
    check::{self, Finding, Level},
    cli,
    error::{Error, ExitStatus, count},
    interrupt,
    migration::directory::Sound,
    schema::declared::Models,
    settings::FailLevel,
    ui::{Cell, Role, Table, Ui},
};

pub(super) fn run(args: &cli::Check, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if args.list {
        list(context.ui);
        return Ok(ExitStatus::Done);
    }
    let settings = context.settings();
    let examined = context
        .migrator
        .examine(&mut |error| context.waiting(error))?;
    let mut findings = examined.findings;
    let schema = schema_findings(args, &examined.found, context);
    if let Ok(more) = &schema {
        findings.extend(more.iter().cloned());
    }
    let findings = context.migrator.wanted(findings);
    let fail_level = args
        .fail_level
        .map_or_else(|| of_settings(settings.fail_level()), of_args);
    let migrations = examined.found.migrations.len() + examined.found.repeatables.len();
    show(context.ui, &findings, migrations);
    // What the files alone show is told even where the database cannot be asked.
    examined.asked?;
    schema?;
    let fails = findings
        .iter()
        .any(|finding| finding.rule.level >= fail_level);
    Ok(if fails {
        ExitStatus::No
    } else {
        ExitStatus::Done
    })
}

/// What `--models` and `--drift` find.
fn schema_findings(
    args: &cli::Check,
    found: &Sound,
    context: &Context<'_>,
) -> Result<Vec<Finding>, Error> {
    if !args.models && !args.drift && !args.reversible {
        return Ok(Vec::new());
    }
    interrupt::clean_up();
    let settings = context.settings();
    let models = if args.models {
        let models = autogenerate::models(settings)?;
        if models.tables.is_empty() {
            return Err(Error::NoModels {
                globs: settings.models().to_vec(),
            });
        }
        models
    } else {
        Models::default()
    };
    let mut autogenerate = Autogenerate::open(settings, found, models)?;
    let mut findings = Vec::new();
    if args.models {
        let detected =
            autogenerate.detect(Against::Migrations, Wishes::default(), &mut Anything)?;
        let operations = detected.map(|detected| detected.operations);
        findings.extend(check::models(&operations.unwrap_or_default()));
    }
    if args.drift {
        findings.extend(check::drift(&autogenerate.drift()?));
    }
    left_out(&autogenerate, context.ui);
    if args.reversible {
        findings.extend(reversible(&autogenerate, context.ui)?);
    }
    Ok(findings)
}

/// What `--reversible` finds, with a bar that shows how far it is.
fn reversible(autogenerate: &Autogenerate<'_>, ui: &Ui) -> Result<Vec<Finding>, Error> {
    let way = autogenerate.way()?;
    let progress = ui.progress(way.steps.len());
    let mut begun = 0;
    let reversals = autogenerate.reversals(&way, &mut |step| {
        if begun > 0 {
            progress.advance();
        }
        begun += 1;
        progress.doing(&step.migration.name);
    });
    progress.finish();
    Ok(check::reversible(&reversals?))
}

/// Says what of the repeatable migrations does not work in the scratch database.
pub(super) fn left_out(autogenerate: &Autogenerate<'_>, ui: &Ui) {
    for left_out in autogenerate.left_out() {
        ui.warn(&format!(
            "{} is left out of the comparison, for it does not work after the migrations: {}",
            left_out.name, left_out.message
        ));
    }
}

fn of_args(level: cli::Level) -> Level {
    match level {
        cli::Level::Info => Level::Info,
        cli::Level::Warning => Level::Warning,
        cli::Level::Error => Level::Error,
    }
}

fn of_settings(level: FailLevel) -> Level {
    match level {
        FailLevel::Info => Level::Info,
        FailLevel::Warning => Level::Warning,
        FailLevel::Error => Level::Error,
    }
}

fn role(level: Level) -> Role {
    match level {
        Level::Info => Role::Hint,
        Level::Warning => Role::Warning,
        Level::Error => Role::Error,
    }
}

fn list(ui: &Ui) {
    if ui.is_json() {
        let checks: Value = check::rules()
            .iter()
            .map(|rule| json!({ "id": rule.id, "level": rule.level, "finds": rule.finds }))
            .collect();
        ui.json(&report::object("check", json!({ "checks": checks })));
        return;
    }
    let mut table = Table::new(["Id", "Level", "Finds"]);
    for rule in check::rules() {
        table.push([
            rule.id.into(),
            Cell::new(role(rule.level), rule.level.to_string()),
            rule.finds.into(),
        ]);
    }
    ui.table(&table);
}

fn show(ui: &Ui, findings: &[Finding], migrations: usize) {
    if ui.is_json() {
        let findings: Value = findings
            .iter()
            .map(|finding| {
                json!({
                    "id": finding.rule.id,
                    "level": finding.rule.level,
                    "message": finding.message,
                    "hint": finding.hint,
                    "file": finding.file.as_ref().map(|file| ui.path(file)),
                    "line": finding.line,
                })
            })
            .collect();
        ui.json(&report::object("check", json!({ "findings": findings })));
        return;
    }
    for (index, finding) in findings.iter().enumerate() {
        let level = ui.paint(
            role(finding.rule.level),
            &format!("{}[{}]", finding.rule.level, finding.rule.id),
        );
        let place = match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!(" {}:{line}:", ui.path(file)),
            (Some(file), None) => format!(" {}:", ui.path(file)),
            (None, _) => String::new(),
        };
        ui.line(&format!("{level}{place} {}", finding.message));
        // What helps against all of a row is said once, after the last.
        let next = findings.get(index + 1);
        let goes_on =
            next.is_some_and(|next| next.rule == finding.rule && next.hint == finding.hint);
        if let Some(hint) = finding.hint.as_ref().filter(|_| !goes_on) {
            ui.line(&format!("  {} {hint}", ui.paint(Role::Hint, "hint:")));
        }
    }
    let n = |level| {
        findings
            .iter()
            .filter(|finding| finding.rule.level == level)
            .count()
    };
    ui.say(&if findings.is_empty() {
        format!(
            "Checked {}: nothing found.",
            count(migrations, "migration", "migrations")
        )
    } else {
        format!(
            "Checked {}: {}, {}, {}.",
            count(migrations, "migration", "migrations"),
            count(n(Level::Error), "error", "errors"),
            count(n(Level::Warning), "warning", "warnings"),
            count(n(Level::Info), "note", "notes"),
        )
    });
}
