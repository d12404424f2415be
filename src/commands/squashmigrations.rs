//! `squashmigrations [FROM] TO`: one migration that replaces a range of others.

use std::{collections::BTreeSet, fs};

use serde_json::json;
use time::OffsetDateTime;

use super::{Context, production, report};
use crate::{
    autogenerate::{Autogenerate, squash::Proposal},
    cli,
    error::{Error, ExitStatus, count},
    migration::{
        Migration, Version,
        history::{History, State},
        squash::writing::{self, Range, SquashError},
        writer::{self, Claim, Draft},
    },
    schema::declared::Models,
    ui::Role,
};

pub(super) fn run(
    args: &cli::Squashmigrations,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    if args.message.as_ref().is_some_and(|m| m.trim().is_empty()) {
        return Err(Error::Usage(
            "the message is empty: say in a few words what the squash does".to_owned(),
        ));
    }
    let found = context.migrator.found()?;
    let migrations = &found.migrations;
    let history = History::new(migrations.clone(), []);
    let named = |name: &String| history.place(name);
    let (from, to) = match args.range.as_slice() {
        [from, to] => (Some(named(from)?), named(to)?),
        [to] if to == "head" => (None, head(&history)?),
        [to] => (None, named(to)?),
        _ => return Err(Error::Usage("name the last migration to squash".to_owned())),
    };
    let again = from.as_ref().is_none_or(|from| *from == to);
    if args.delete_replaced && again && history.squash(&to).is_some() {
        return clean_up(context, &history, &to);
    }
    let range = Range::of(&history, from.as_ref(), &to)?;
    if args.delete_replaced {
        needed(context, &range)?;
    }
    announce(args, context, &range)?;
    let autogenerate = Autogenerate::open(context.settings(), &found, Models::default())?;
    let proposal = if args.from_schema {
        autogenerate.squash_from_schema(&range)?
    } else {
        autogenerate.squash(&range)?
    };
    drop(autogenerate);
    let draft = draft(args, context, migrations, &range, &proposal);
    if !args.dry_run {
        let claim = Claim::take(context.settings().migrations_dir());
        claim.unchanged(migrations)?;
        claim.write(&draft)?;
        let newest = migrations.iter().map(|m| &m.version).max();
        if let Some(newest) = newest.filter(|newest| **newest > draft.version) {
            claim.keep_head(newest)?;
        }
    }
    let removed = if args.delete_replaced && !args.dry_run {
        remove(&range.members)?
    } else {
        Vec::new()
    };
    tell(args, context, &range, &draft, &removed);
    warn_of_one_way(context, &proposal);
    if !args.dry_run && removed.is_empty() {
        context.ui.hint(&format!(
            "commit it beside what it replaces; once every database has run `manage migrate`, `manage squashmigrations {} --delete-replaced` removes those folders",
            draft.name
        ));
    }
    Ok(ExitStatus::Done)
}

fn tell(
    args: &cli::Squashmigrations,
    context: &Context<'_>,
    range: &Range,
    draft: &Draft,
    removed: &[String],
) {
    let ui = context.ui;
    let folder = context.settings().migrations_dir().join(&draft.name);
    let texts = [
        ("up.sql", Some(&draft.up)),
        ("down.sql", Some(&draft.down)),
        ("metadata.toml", draft.metadata.as_ref()),
    ];
    let files: Vec<(String, &String)> = texts
        .into_iter()
        .filter_map(|(file, text)| Some((ui.path(&folder.join(file)), text?)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    if ui.is_json() {
        let squashed: Vec<&Version> = range.members.iter().map(|m| &m.version).collect();
        let paths: Vec<&String> = files.iter().map(|(path, _)| path).collect();
        ui.json(&report::object(
            "squashmigrations",
            json!({
                "version": draft.version,
                "name": draft.name,
                "revises": draft.revises,
                "squashed": squashed,
                "files": if args.dry_run { json!([]) } else { json!(paths) },
                "up": draft.up,
                "down": (!draft.down.is_empty()).then_some(&draft.down),
                "removed": removed,
            }),
        ));
        return;
    }
    for (path, text) in files {
        if args.dry_run {
            ui.line("");
            ui.line(&ui.paint(Role::Heading, &format!("-- {path}")));
            ui.sql(text);
        } else {
            ui.line(&format!("{} {path}", ui.paint(Role::Success, "Created")));
        }
    }
    tell_removed(context, removed);
}

fn head(history: &History) -> Result<Version, Error> {
    let heads = history.lineage().heads();
    match heads.as_slice() {
        [head] => Ok(head.clone()),
        [] => Err(Error::Usage("there are no migrations to squash".to_owned())),
        several => Err(Error::SeveralHeads {
            names: report::names(history, several),
        }),
    }
}

/// Lists what will be squashed and asks, where somebody is there: nothing is lost by it, unless the folders
/// go at once.
fn announce(
    args: &cli::Squashmigrations,
    context: &Context<'_>,
    range: &Range,
) -> Result<(), Error> {
    let ui = context.ui;
    ui.note("Will squash the following migrations:");
    for migration in &range.members {
        ui.note(&format!("  {}", migration.name));
    }
    if args.delete_replaced && !args.dry_run && context.settings().confirms_destruction() {
        return context.confirm(&removing(&range.members));
    }
    match ui.confirm("one migration is written that replaces them") {
        Err(Error::NeedsYes { .. }) => Ok(()),
        answered => answered,
    }
}

fn draft(
    args: &cli::Squashmigrations,
    context: &Context<'_>,
    migrations: &[Migration],
    range: &Range,
    proposal: &Proposal,
) -> Draft {
    let now = OffsetDateTime::now_utc();
    let message = args.message.clone().unwrap_or_else(|| range.message());
    let taken: BTreeSet<Version> = migrations.iter().map(|m| m.version.clone()).collect();
    let (stamp, version) = range.version(&taken).unwrap_or_else(|| {
        context.ui.warn(
            "there is no version between the range and what comes next, so the squash has the present time: Diesel's own tools run it after migrations that rest on it",
        );
        let stamp = writer::next_stamp(migrations.last().map(|m| m.name.as_str()), now);
        (stamp.clone(), Version::new(stamp.replace('-', "")))
    });
    let draft = Draft {
        name: writing::folder(&stamp, &message),
        version,
        revises: range.revises.clone(),
        up: proposal.up.clone(),
        down: proposal.down.clone().unwrap_or_default(),
        metadata: (!range.run_in_transaction()).then(|| "run_in_transaction = false\n".to_owned()),
    };
    let one_way = draft.down.is_empty();
    let draft = draft.under_header(&message, &range.replaces(), now);
    if one_way {
        Draft {
            down: String::new(),
            ..draft
        }
    } else {
        draft
    }
}

fn warn_of_one_way(context: &Context<'_>, proposal: &Proposal) {
    if proposal.down.is_some() {
        return;
    }
    let are = count(proposal.one_way.len(), "migration has", "migrations have");
    context.ui.warn(&format!(
        "there is no `down.sql`, so the squash cannot be undone: {are} no way back that leads where the range began: {}",
        proposal.one_way.join(", ")
    ));
}

/// `--delete-replaced` of a squash that is there.
fn clean_up(
    context: &Context<'_>,
    history: &History,
    squash: &Version,
) -> Result<ExitStatus, Error> {
    let live = context.look()?;
    let name = history.entry(squash).name().to_owned();
    if let Some(part) = live.squash(squash).filter(|_| live.is_recorded(squash)) {
        let pending = live.pending().into_iter();
        let lacking: Vec<String> = pending
            .filter(|m| part.replaces.contains(&m.version))
            .map(|m| m.name.clone())
            .collect();
        if !lacking.is_empty() {
            return Err(still_needed(context, name, lacking));
        }
    }
    let hidden = history.hidden_by(squash);
    let folders: Vec<Migration> = hidden
        .iter()
        .filter_map(|(version, ..)| history.migration(version))
        .cloned()
        .collect();
    let ui = context.ui;
    if !folders.is_empty() {
        context.confirm(&removing(&folders))?;
    }
    let removed = remove(&folders)?;
    let newest = history.entries();
    let newest = newest.iter().filter(|e| e.state != State::Replaced);
    if let Some(newest) = newest
        .map(|e| e.version)
        .max()
        .filter(|_| !removed.is_empty())
    {
        Claim::take(context.settings().migrations_dir()).keep_head(newest)?;
    }
    if ui.is_json() {
        ui.json(&report::object(
            "squashmigrations",
            json!({ "version": squash, "name": name, "removed": removed }),
        ));
    } else if removed.is_empty() {
        ui.say("There is nothing to remove.");
    } else {
        tell_removed(context, &removed);
    }
    Ok(ExitStatus::Done)
}

/// Refuses to remove what the database at hand has applied in part only.
fn needed(context: &Context<'_>, range: &Range) -> Result<(), Error> {
    let live = context.look()?;
    let (there, lacking): (Vec<&Migration>, Vec<&Migration>) = range
        .members
        .iter()
        .partition(|m| live.is_in_ledger(&m.version));
    if there.is_empty() || lacking.is_empty() {
        return Ok(());
    }
    let lacking = lacking.into_iter().map(|m| m.name.clone()).collect();
    Err(still_needed(context, "the squash".to_owned(), lacking))
}

fn still_needed(context: &Context<'_>, squash: String, names: Vec<String>) -> Error {
    let database = context.settings().database();
    SquashError::StillNeeded {
        squash,
        database: database.map_or_else(|_| "the database".to_owned(), ToString::to_string),
        names,
    }
    .into()
}

fn removing(migrations: &[Migration]) -> String {
    let names: Vec<&str> = migrations.iter().map(|m| m.name.as_str()).collect();
    format!("removing the folders of {}", production::listed(&names))
}

fn remove(migrations: &[Migration]) -> Result<Vec<String>, Error> {
    let mut removed = Vec::new();
    for migration in migrations {
        let Some(folder) = migration.folder() else {
            continue;
        };
        fs::remove_dir_all(folder).map_err(|error| Error::Io {
            doing: "remove",
            path: folder.to_owned(),
            message: error.to_string(),
        })?;
        removed.push(migration.name.clone());
    }
    Ok(removed)
}

fn tell_removed(context: &Context<'_>, removed: &[String]) {
    let ui = context.ui;
    for name in removed {
        ui.line(&format!("{} {name}", ui.paint(Role::Warning, "Removed")));
    }
}
