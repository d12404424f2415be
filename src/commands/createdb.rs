//! `createdb` and `dropdb`.

use serde_json::json;

use super::{Context, report};
use crate::{
    backend,
    error::{Error, ExitStatus},
};

pub(super) fn create(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let url = context.settings().migration_database()?;
    let created = backend::create(url, context.settings().wait(), &mut |e| context.waiting(e))?;
    let name = name(context)?;
    if context.ui.is_json() {
        context.ui.json(&report::object(
            "createdb",
            json!({ "database": name, "created": created }),
        ));
    } else if created {
        context.ui.say(&format!("Created database {name}."));
    } else {
        context.ui.say(&format!("Database {name} exists already."));
    }
    Ok(ExitStatus::Done)
}

pub(super) fn drop(context: &Context<'_>) -> Result<ExitStatus, Error> {
    let url = context.settings().migration_database()?;
    let name = name(context)?;
    let what = format!("dropping database {name} and everything in it");
    if context.settings().is_production() {
        context.confirm(&what)?;
    } else {
        context.ui.confirm(&format!("{what} ({url})"))?;
    }
    let dropped = backend::drop(url)?;
    if context.ui.is_json() {
        context.ui.json(&report::object(
            "dropdb",
            json!({ "database": name, "dropped": dropped }),
        ));
    } else if dropped {
        context.ui.say(&format!("Dropped database {name}."));
    } else {
        context.ui.say(&format!("Database {name} does not exist."));
    }
    Ok(ExitStatus::Done)
}

fn name(context: &Context<'_>) -> Result<String, Error> {
    let url = context.settings().migration_database()?;
    Ok(url
        .database_name()
        .map_or_else(|| url.to_string(), std::borrow::Cow::into_owned))
}
