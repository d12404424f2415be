//! Which applied migrations no longer have the text that ran, by the log.

use std::collections::BTreeMap;

use time::{Duration, PrimitiveDateTime, macros::format_description};

use super::History;
use crate::{
    backend::{
        Direction,
        bookkeeping::{Action, LogRow, Outcome},
    },
    migration::{Migration, Version, checksum::Checksum},
};

/// By how much the ledger's moment may be later than the log's for both to be about the same run.
const SLACK: Duration = Duration::minutes(1);

impl History {
    /// The rows of the log about what is applied, where the file of now is another.
    pub(super) fn altered(&self) -> BTreeMap<Version, usize> {
        let rows = last_texts(self.log()).into_iter();
        let rows = rows.map(|(version, index)| (Version::new(version), index));
        rows.filter(|(version, index)| {
            let migration = self.migrations.get(version);
            let file = migration.and_then(|migration| migration.checksum.as_ref());
            let (Some(file), Some(run_on)) = (file, self.applied.get(version)) else {
                return false;
            };
            !self.broken.contains_key(version) && is_edit(&self.log()[*index], file, run_on)
        })
        .collect()
    }

    /// The applied migrations whose files are no longer those that ran, in order, each with the row of
    /// the log about that run.
    pub fn edited(&self) -> Vec<(&Migration, &LogRow)> {
        let order = self.lineage.order().iter();
        let edited = order.filter_map(|version| {
            let row = self.log().get(*self.edited.get(version)?)?;
            Some((self.migrations.get(version)?, row))
        });
        edited.collect()
    }
}

/// The rows that say with which text each version is applied: that of the last run or stamp.
fn last_texts(log: &[LogRow]) -> BTreeMap<&str, usize> {
    let mut texts = BTreeMap::new();
    for (index, row) in log.iter().enumerate() {
        if row.outcome != Outcome::Done || row.action == Action::Repeat {
            continue;
        }
        match row.direction {
            Direction::Forwards => texts.insert(row.version.as_str(), index),
            Direction::Backwards => texts.remove(row.version.as_str()),
        };
    }
    texts
}

/// Whether a file is another than the one a row is about, for a version that the ledger says was
/// applied at a moment.
fn is_edit(row: &LogRow, file: &Checksum, run_on: &str) -> bool {
    let ran = row.checksum.as_deref();
    ran.is_some_and(|ran| ran != file.as_str()) && !is_older(row, run_on)
}

/// Whether somebody who keeps no log applied the version again after the run that a row is about.
fn is_older(row: &LogRow, run_on: &str) -> bool {
    let (Some(began), Some(applied)) = (moment(&row.started_at), moment(run_on)) else {
        return false;
    };
    let took = i64::try_from(row.milliseconds.unwrap_or_default()).unwrap_or(i64::MAX);
    applied - began > Duration::milliseconds(took).saturating_add(SLACK)
}

fn moment(text: &str) -> Option<PrimitiveDateTime> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text.get(..19)?, format).ok()
}
