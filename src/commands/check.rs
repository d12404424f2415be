//! `check`: looks for trouble in the migrations and the database's state.

mod report;

use super::Context;
use crate::{
    autogenerate::{self, Against, Anything, Autogenerate, Wishes},
    check::{self, Finding, Level, Rule},
    cli,
    error::{Error, ExitStatus},
    migration::{directory::Sound, history::History},
    schema::declared::Models,
    ui::Ui,
};

pub(super) fn run(args: &cli::Check, context: &Context<'_>) -> Result<ExitStatus, Error> {
    if let Some(word) = &args.explain {
        report::explain(Rule::named(word)?, context.ui);
        return Ok(ExitStatus::Done);
    }
    let policy = context.migrator.policy()?;
    if args.list {
        report::list(&policy, context.ui);
        return Ok(ExitStatus::Done);
    }
    let examined = context
        .migrator
        .examine(&mut |error| context.waiting(error))?;
    let mut findings = examined.findings;
    let schema = schema_findings(args, &examined.found, &examined.history, context);
    if let Ok(more) = &schema {
        findings.extend(more.iter().cloned());
    }
    let findings = policy.apply(&examined.allowed, findings);
    let fail_level = args
        .fail_level
        .map_or_else(|| context.settings().fail_level().into(), of_args);
    let migrations = examined.found.migrations.len() + examined.found.repeatables.len();
    report::show(&findings, migrations, context.ui);
    // What the files alone show is told even where the database cannot be asked.
    examined.history?;
    schema?;
    let fails = findings.iter().any(|finding| finding.level >= fail_level);
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
    history: &Result<History, Error>,
    context: &Context<'_>,
) -> Result<Vec<Finding>, Error> {
    let settings = context.settings();
    let mut looks_at_models = args.models || args.all;
    let looks_at_drift = args.drift || (args.all && can_drift(history, context.ui));
    if !looks_at_models && !looks_at_drift {
        return Ok(Vec::new());
    }
    let mut models = Models::default();
    if looks_at_models {
        models = autogenerate::models(settings)?;
        looks_at_models = !models.tables.is_empty();
        if args.models && !looks_at_models {
            return Err(Error::NoModels {
                globs: settings.models().to_vec(),
            });
        }
    }
    let mut autogenerate = Autogenerate::open(settings, found, models)?;
    let mut findings = Vec::new();
    if looks_at_models {
        let detected =
            autogenerate.detect(Against::Migrations, Wishes::default(), &mut Anything)?;
        let operations = detected.map(|detected| detected.operations);
        findings.extend(check::models(&operations.unwrap_or_default()));
    }
    if looks_at_drift {
        findings.extend(check::drift(&autogenerate.drift()?));
    }
    left_out(&autogenerate, context.ui);
    Ok(findings)
}

/// Whether the live database can be compared with its migrations: it has them all.
fn can_drift(history: &Result<History, Error>, ui: &Ui) -> bool {
    let Ok(history) = history else {
        return false;
    };
    let is_behind = !history.pending().is_empty() || !history.pending_repeatables().is_empty();
    if is_behind {
        ui.note("The live database is behind, and is not compared with the migrations.");
    }
    !is_behind && !history.applied().is_empty()
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
