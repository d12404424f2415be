use super::*;
use crate::migration::lineage::tests::migration;

fn row(version: &str, run_on: &str) -> LedgerRow {
    LedgerRow {
        version: Version::new(version),
        run_on: run_on.to_owned(),
    }
}

fn states(history: &History) -> Vec<(String, State)> {
    history
        .entries()
        .iter()
        .map(|e| (e.version.to_string(), e.state))
        .collect()
}

#[test]
fn crosses_disk_and_ledger() {
    let history = History::new(
        ["1", "2", "4"].map(|v| migration(v, None)),
        [row("1", "a"), row("3", "b")],
    );
    assert_eq!(
        states(&history),
        [
            ("1".to_owned(), State::Applied),
            ("2".to_owned(), State::Pending),
            ("3".to_owned(), State::Missing),
            ("4".to_owned(), State::Pending),
        ]
    );
    assert_eq!(history.missing(), [&Version::new("3")]);
    assert_eq!(history.current(), [Version::new("3")]);
}

#[test]
fn older_than_an_applied_one_is_out_of_order_only_where_related() {
    let plain = History::new(["1", "2"].map(|v| migration(v, None)), [row("2", "a")]);
    assert_eq!(plain.out_of_order(), [&Version::new("1")]);
    let branched = History::new(
        [
            migration("0", Some(&[])),
            migration("1", Some(&["0"])),
            migration("2", Some(&["0"])),
        ],
        [row("0", "a"), row("2", "a")],
    );
    assert!(branched.out_of_order().is_empty());
}

#[test]
fn undoing_goes_against_the_lineage_then_by_time() {
    let history = History::new(
        [
            migration("1", Some(&[])),
            migration("2", Some(&["1"])),
            migration("3", Some(&["1"])),
        ],
        [row("1", "10:00"), row("2", "12:00"), row("3", "11:00")],
    );
    let order: Vec<String> = history
        .undo_order(&history.applied())
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(order, ["2", "3", "1"]);
}
