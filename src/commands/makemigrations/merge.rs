//! `makemigrations --merge`: joins several heads, once it is proven that their order does not matter.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{changes, claim, files_written, operations};
use crate::{
    autogenerate::{
        Autogenerate,
        branches::{Branch, Branches},
    },
    backend::Features,
    cli,
    commands::{Context, report},
    error::{Error, ExitStatus, and_list},
    migration::{
        Migration,
        lineage::Lineage,
        writer::{Draft, HEAD_FILE},
    },
    schema::declared::Models,
    ui::{Role, Ui},
};

pub(super) fn run(
    message: Option<&String>,
    args: &cli::Makemigrations,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let sound = context.migrator.found()?;
    let migrations = &sound.migrations;
    let heads = Lineage::new(migrations).heads();
    if heads.len() < 2 {
        return nothing(migrations, args.dry_run, context);
    }
    let settings = context.settings();
    let autogenerate = Autogenerate::open(settings, &sound, Models::default())?;
    let mut found = autogenerate.branches()?;
    drop(autogenerate);
    let ui = context.ui;
    if !ui.is_json() {
        for branch in &found.branches {
            show(ui, branch);
        }
    }
    if let Some(conflict) = found.conflict.take() {
        return Err(Box::new(conflict).into());
    }
    let slugs: Vec<&str> = heads
        .iter()
        .filter_map(|head| migrations.iter().find(|m| m.version == *head))
        .map(Migration::slug)
        .collect();
    let message = message.map_or_else(|| format!("merge {}", slugs.join(" and ")), Clone::clone);
    let text = text(
        &found,
        Features::of(settings.migration_database()?.engine()),
    );
    let draft = Draft::new(
        &message,
        &heads,
        migrations.last(),
        OffsetDateTime::now_utc(),
        &text,
        &text,
    );
    if !found.shared.is_empty() && !args.dry_run {
        let tables: Vec<String> = found.shared.iter().cloned().collect();
        ui.confirm(&format!(
            "joining branches that both touch {}",
            and_list(&tables)
        ))?;
    }
    let folder = settings.migrations_dir().join(&draft.name);
    let files = ["up.sql", "down.sql"].map(|file| ui.path(&folder.join(file)));
    if !args.dry_run {
        claim(migrations, context)?.write(&draft)?;
    }
    if ui.is_json() {
        ui.json(&report::object(
            "makemigrations",
            json!({
                "changes": [],
                "branches": branches(&found),
                "shared_tables": found.shared,
                "version": draft.version,
                "name": draft.name,
                "revises": draft.revises,
                "files": if args.dry_run { json!([]) } else { json!(files) },
            }),
        ));
    } else if args.dry_run {
        for (file, sql) in files.iter().zip([&draft.up, &draft.down]) {
            ui.line("");
            ui.line(&ui.paint(Role::Heading, &format!("-- {file}")));
            ui.sql(sql);
        }
    } else {
        files_written(ui, "Created", &files);
        ui.hint("`manage migrate` applies it, and the branch that is not applied yet");
    }
    Ok(ExitStatus::Done)
}

/// There are no branches; what a merge of two versions of the folder left in the file that names the
/// newest version is put right all the same.
fn nothing(
    migrations: &[Migration],
    dry_run: bool,
    context: &Context<'_>,
) -> Result<ExitStatus, Error> {
    let ui = context.ui;
    let mended = match migrations.last() {
        Some(newest) if !dry_run => claim(migrations, context)?.keep_head(&newest.version)?,
        _ => false,
    };
    let head = ui.path(&context.settings().migrations_dir().join(HEAD_FILE));
    if ui.is_json() {
        let files = if mended { vec![head] } else { Vec::new() };
        ui.json(&report::object(
            "makemigrations",
            json!({ "changes": [], "branches": [], "files": files }),
        ));
        return Ok(ExitStatus::Done);
    }
    ui.say("No conflicts to merge.");
    if mended {
        files_written(ui, "Updated", &[head]);
    }
    Ok(ExitStatus::Done)
}

fn show(ui: &Ui, branch: &Branch) {
    let names = branch.migrations.join(", ");
    ui.line(&format!("Branch {}", ui.paint(Role::Heading, &names)));
    operations(ui, &branch.operations);
    for table in &branch.rows {
        let mark = ui.paint(Role::Warning, "~");
        ui.line(&format!("  {mark} change rows of `{table}`"));
    }
    if branch.operations.is_empty() && branch.rows.is_empty() {
        ui.line("    no change of tables or rows");
    }
}

fn branches(found: &Branches) -> Value {
    let branches = found.branches.iter().map(|branch| {
        json!({
            "head": branch.head,
            "migrations": branch.migrations,
            "changes": changes(&branch.operations),
            "rows": branch.rows,
        })
    });
    branches.collect()
}

/// What stands in a file that does nothing.
fn text(found: &Branches, features: Features) -> String {
    let heads: Vec<String> = found.branches.iter().map(|b| b.head.clone()).collect();
    let comment = format!(
        "-- Joins {}; it changes nothing itself.\n",
        heads.join(" and ")
    );
    if features.runs_comments {
        comment
    } else {
        format!("{comment}SELECT 1;\n")
    }
}
