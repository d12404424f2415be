//! `inspectdb`: the live database as `table!` declarations.

use serde_json::json;

use super::{Context, report};
use crate::{
    backend::{self, Access},
    cli,
    error::{Error, ExitStatus, or_list},
    schema::{Schema, print},
};

pub(super) fn run(args: &cli::Inspectdb, context: &Context<'_>) -> Result<ExitStatus, Error> {
    let settings = context.settings();
    let mut database = backend::open(
        settings.database()?,
        Access::Look,
        settings.on_connect(),
        settings.wait(),
        &mut |error| context.waiting(error),
    )?;
    let dialect = backend::dialect(&mut *database).map_err(Error::asking)?;
    let schema = backend::introspect(&mut *database).map_err(Error::asking)?;
    let schema = only(schema, &args.tables)?;
    let rust = print::rust(&schema, &*dialect);
    if context.ui.is_json() {
        let tables: Vec<String> = schema.tables.keys().map(ToString::to_string).collect();
        let own = json!({ "tables": tables, "rust": rust });
        context.ui.json(&report::object("inspectdb", own));
    } else {
        context.ui.text(&rust);
    }
    Ok(ExitStatus::Done)
}

/// The schema with some of its tables and views, all where none are named.
fn only(mut schema: Schema, names: &[String]) -> Result<Schema, Error> {
    if names.is_empty() {
        return Ok(schema);
    }
    let there: Vec<String> = schema
        .tables
        .keys()
        .chain(schema.views.keys())
        .map(ToString::to_string)
        .collect();
    if let Some(unknown) = names.iter().find(|name| !there.contains(name)) {
        let mut near: Vec<(usize, &String)> = there
            .iter()
            .map(|name| (strsim::damerau_levenshtein(name, unknown), name))
            .filter(|(distance, name)| *distance <= name.len() / 2)
            .collect();
        near.sort();
        let near: Vec<String> = near
            .into_iter()
            .take(3)
            .map(|(_, name)| name.clone())
            .collect();
        let meant = if near.is_empty() {
            String::new()
        } else {
            format!(": did you mean {}?", or_list(&near))
        };
        return Err(Error::Usage(format!(
            "there is no table `{unknown}`{meant}"
        )));
    }
    schema
        .tables
        .retain(|name, _| names.contains(&name.to_string()));
    schema
        .views
        .retain(|name, _| names.contains(&name.to_string()));
    Ok(schema)
}
