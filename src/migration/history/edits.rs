//! Which applied migrations no longer have the text that ran, by the log.

use std::collections::BTreeMap;

use time::{Duration, PrimitiveDateTime, macros::format_description};

use crate::{
    backend::{
        Direction,
        bookkeeping::{Action, LogRow, Outcome},
    },
    migration::checksum::Checksum,
};

/// By how much the ledger's moment may be later than the log's for both to be about the same run.
const SLACK: Duration = Duration::minutes(1);

/// The rows that say with which text each version is applied: that of the last run or stamp.
pub(super) fn last_texts(log: &[LogRow]) -> BTreeMap<&str, usize> {
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
pub(super) fn is_edit(row: &LogRow, file: &Checksum, run_on: &str) -> bool {
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
