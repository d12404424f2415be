//! `check`: looks for trouble in the migrations and the database's state.

mod report;

use super::Context;
use crate::{
    autogenerate::{self, Against, Anything, Autogenerate, Wishes},
    check::{self, Finding, Level, Rule, deploy::Scope},
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
    if args.deploy || args.all {
        let scope = match &examined.history {
            Ok(history) => Scope::Pending(history),
            Err(_) => Scope::Each(&examined.found),
        };
        let dialect = context.migrator.dialect()?;
        findings.extend(check::deploy::check(scope, &examined.texts, dialect));
    }
    let findings = policy.apply(&examined.allowed, findings);
    let fail_level = args
        .fail_level
        .map_or_else(|| context.settings().fail_level().into(), of_args);
    let migrations = examined.found.migrations.len() + examined.found.repeatables.len();
    report::show(&findings, migrations, context.ui);
    let history = examined.history.as_ref().ok();
    context.warn_of_unread(history.and_then(History::unread_log));
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

/// What `--models`, `--drift` and `--reversible` find.
fn schema_findings(
    args: &cli::Check,
    found: &Sound,
    history: &Result<History, Error>,
    context: &Context<'_>,
) -> Result<Vec<Finding>, Error> {
    let settings = context.settings();
    let mut looks_at_models = args.models || args.all;
    let looks_at_drift = args.drift || (args.all && can_drift(history, context.ui));
    let tries_ways_back = args.reversible || args.all;
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
    if !looks_at_models && !looks_at_drift && !tries_ways_back {
        return Ok(Vec::new());
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
    if tries_ways_back {
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
