use super::*;
use crate::migration::{
    Direction,
    history::{History, LedgerRow, State},
    lineage::tests::migration,
    plan::{Action, Back, Plan, PlanError},
    target::{Target, TargetError},
};

/// `3<2`: 3 revises 2; `5<1=2,3`: 5 is a squash of 2 and 3 on top of 1; `1<`: revises nothing.
fn on_disk(spec: &str) -> Vec<Migration> {
    spec.split_whitespace()
        .map(|one| {
            let (version, rest) = one.split_once('<').unwrap_or((one, "-"));
            let (revises, replaces) = rest.split_once('=').unwrap_or((rest, ""));
            let parents: Vec<&str> = revises.split(',').filter(|v| !v.is_empty()).collect();
            let mut found = migration(version, (revises != "-").then_some(&parents));
            let list = replaces.replace(',', ", ").replace('[', " (");
            let header = format!(
                "-- Version: {version}\n-- Replaces: {}",
                list.replace(']', ")")
            );
            let header = crate::migration::header::Header::parse(&header);
            found.header.replaces = header.replaces;
            found.header.squashed = header.squashed;
            found
        })
        .collect()
}

fn history(disk: &str, ledger: &str) -> History {
    let rows = ledger.split_whitespace().map(|version| LedgerRow {
        version: Version::new(version),
        run_on: "t".to_owned(),
    });
    History::new(on_disk(disk), rows.collect::<Vec<_>>())
}

/// `+4` runs, `r4` is recorded, `-4` is undone; `(2 3)` enter or leave the ledger along.
fn told(plan: Result<Plan, PlanError>) -> String {
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => return error.to_string(),
    };
    let steps = plan.steps.iter().map(|step| {
        let sign = match (step.direction, step.action) {
            (Direction::Backwards, _) => "-",
            (_, Action::Record) => "r",
            _ => "+",
        };
        let along: Vec<&str> = step.along.iter().map(Version::as_str).collect();
        let along = match along.as_slice() {
            [] => String::new(),
            along => format!("({})", along.join(" ")),
        };
        format!("{sign}{}{along}", step.migration.version)
    });
    let steps: Vec<String> = steps.collect();
    format!(
        "{}{}",
        steps.join(" "),
        if plan.out_of_order.is_empty() {
            ""
        } else {
            " late"
        }
    )
}

const BOTH: &str = "1< 2<1 3<2 4<3 35<1=2,3";
const ALONE: &str = "1< 4<35 35<1=2,3";

#[test]
fn the_way_forwards_from_every_state() {
    for (disk, ledger, expected) in [
        (BOTH, "", "+1 +35(2 3) +4"),
        (BOTH, "1", "+35(2 3) +4"),
        (BOTH, "1 2", "+3 r35 +4"),
        (BOTH, "1 2 3", "r35 +4"),
        (BOTH, "1 2 3 4", "r35"),
        (BOTH, "1 2 3 35", "+4"),
        (BOTH, "1 35", "+4"),
        (BOTH, "1 2 3 4 35", ""),
        (ALONE, "", "+1 +35(2 3) +4"),
        (ALONE, "1 2 3 4", "r35"),
        (ALONE, "1 35 4", ""),
        (ALONE, "1 2 3 35 4", ""),
        (
            ALONE,
            "1 2",
            "only a part of what 35_m35 replaces is applied, and the rest is gone from the migrations folder: 3",
        ),
        ("1 2 3 35<1=2,3 4", "1 2", "+3 r35 +4"),
        ("1 35<1=2,3 4", "1 2 3 4", "r35"),
        ("1 35<1=2,3 4", "", "+1 +35(2 3) +4"),
        // A squash of everything.
        ("1< 2<1 25<=1,2", "", "+25(1 2)"),
        ("25<=1,2", "1 2", "r25"),
    ] {
        let plan = Plan::migrate(&history(disk, ledger), &Target::Head);
        assert_eq!(told(plan), expected, "{disk} with {ledger}");
    }
}

#[test]
fn squashes_of_squashes_are_resolved_inside_out() {
    const ALL: &str = "1< 2<1 3<2 4<3 25<=1,2 45<=25[1,2],3,4 5<4";
    const OUTER: &str = "45<=25[1,2],3,4 5<45";
    for (disk, ledger, expected) in [
        (ALL, "", "+45(1 2 25 3 4) +5"),
        (ALL, "1", "+2 r25 +3 +4 r45 +5"),
        (ALL, "1 2 3", "r25 +4 r45 +5"),
        (ALL, "1 2 25", "+3 +4 r45 +5"),
        // The rows of what the inner one replaces are pruned.
        (ALL, "25 3 4 5", "r45(1 2)"),
        (OUTER, "", "+45(1 2 25 3 4) +5"),
        (OUTER, "1 2 3 4", "r45(25) +5"),
        (OUTER, "25 3 4", "r45(1 2) +5"),
        (OUTER, "1 2 25 3 4 45", "+5"),
        (
            OUTER,
            "25 3",
            "only a part of what 45_m45 replaces is applied, and the rest is gone from the migrations folder: 4",
        ),
    ] {
        let plan = Plan::migrate(&history(disk, ledger), &Target::Head);
        assert_eq!(told(plan), expected, "{disk} with {ledger}");
    }
}

#[test]
fn the_way_back_goes_through_a_squash_as_one() {
    for (disk, ledger, steps, expected) in [
        (BOTH, "1 2 3 35 4", 2, "-4 -35(2 3)"),
        (BOTH, "1 2 3 35 4", 3, "-4 -35(2 3) -1"),
        (BOTH, "1 35", 1, "-35"),
        (BOTH, "1 2 3", 2, "-3 -2"),
        (BOTH, "1 2 3 4", 1, "-4"),
        (
            ALONE,
            "1 2 3",
            1,
            "1 migration is applied but gone from the migrations folder, and the log has no `down.sql` of it: 3",
        ),
    ] {
        let plan = Plan::rollback(&history(disk, ledger), &Back::Steps(steps));
        let plan = plan.and_then(Plan::reversible);
        assert_eq!(told(plan), expected, "{disk} with {ledger}");
    }
    let again = Plan::redo(&history(BOTH, "1 2 3 35"), 1);
    assert_eq!(told(again), "-35(2 3) +35(2 3)");
}

#[test]
fn states_tell_what_is_replaced() {
    let states = |disk, ledger| {
        let history = history(disk, ledger);
        let entries = history.entries();
        let words = entries.iter().map(|entry| {
            let state = match entry.state {
                State::Applied => "applied",
                State::Pending => "pending",
                State::Missing => "missing",
                State::Replaced => "replaced",
                State::Failed | State::Edited | State::Changed | State::Removed => {
                    "not of a squash"
                }
            };
            format!("{} {state}", entry.version)
        });
        words.collect::<Vec<_>>().join(", ")
    };
    for (disk, ledger, expected) in [
        (
            BOTH,
            "",
            "1 pending, 2 replaced, 3 replaced, 35 pending, 4 pending",
        ),
        (
            BOTH,
            "1 2",
            "1 applied, 2 applied, 3 pending, 35 pending, 4 pending",
        ),
        (
            BOTH,
            "1 2 3 35",
            "1 applied, 2 replaced, 3 replaced, 35 applied, 4 pending",
        ),
        (ALONE, "1 35 4", "1 applied, 35 applied, 4 applied"),
        (
            ALONE,
            "1 2 3 4",
            "1 applied, 2 replaced, 3 replaced, 35 pending, 4 applied",
        ),
        (
            ALONE,
            "1 2 3 35 4 9",
            "1 applied, 2 replaced, 3 replaced, 35 applied, 4 applied, 9 missing",
        ),
    ] {
        assert_eq!(states(disk, ledger), expected, "{disk} with {ledger}");
    }
}

#[test]
fn lineage_runs_through_the_squash() {
    for (ledger, version, parents) in [
        ("", "4", "35"),
        ("", "35", "1"),
        ("1 2", "35", "3"),
        ("1 2", "4", "35"),
    ] {
        let history = history(BOTH, ledger);
        let found: Vec<&str> = history
            .lineage()
            .parents(&Version::new(version))
            .iter()
            .map(Version::as_str)
            .collect();
        assert_eq!(found.join(" "), parents, "{version} with {ledger}");
        assert_eq!(history.lineage().heads(), [Version::new("4")]);
        assert_eq!(history.lineage().flaws(), []);
    }
    assert_eq!(history(ALONE, "1 2 3").lineage().flaws(), []);
    assert_eq!(history(BOTH, "1 2 3 35 4").current(), [Version::new("4")]);
    assert_eq!(history(BOTH, "1 2 3 4").current(), [Version::new("4")]);
    assert!(history(BOTH, "1 2 3 4").out_of_order().is_empty());
}

#[test]
fn a_branch_off_the_range_hangs_on_the_squash() {
    let history = history("1< 2<1 3<2 35<=1,2,3 4<2", "");
    assert_eq!(
        told(Plan::migrate(&history, &Target::Head)),
        "+35(1 2 3) +4"
    );
}

#[test]
fn a_replaced_one_is_no_target() {
    let history = history(BOTH, "");
    assert_eq!(
        Plan::migrate(
            &history,
            &"2".parse::<Target>().unwrap_or_else(|never| match never {})
        ),
        Err(PlanError::Target(TargetError::Replaced {
            name: "2_m2".to_owned(),
            squash: "35_m35".to_owned(),
        }))
    );
}

#[test]
fn two_squashes_of_the_same_do_not_both_run() {
    let disk = "1< 2<1 3<2 25<=1,2 35<1=2,3";
    assert!(matches!(
        Plan::migrate(&history(disk, ""), &Target::Heads),
        Err(PlanError::Overlap { .. })
    ));
    assert_eq!(
        told(Plan::migrate(&history(disk, "1 2 25"), &Target::Heads)),
        "+3 r35"
    );
}

#[test]
fn what_replaces_itself_or_each_other_ends() {
    assert_eq!(
        told(Plan::migrate(&history("1<=1", ""), &Target::Heads)),
        "+1"
    );
    assert_eq!(
        told(Plan::migrate(&history("1<=2 2<=1", ""), &Target::Heads)),
        "+2(1)"
    );
}
