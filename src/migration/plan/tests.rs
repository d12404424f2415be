use super::*;
use crate::migration::{history::LedgerRow, lineage::tests::migration};

fn history(applied: &[&str]) -> History {
    History::new(
        ["1", "2", "3", "4"].map(|v| migration(v, None)),
        applied.iter().map(|v| LedgerRow {
            version: Version::new(*v),
            run_on: "t".to_owned(),
        }),
    )
}

fn steps(plan: &Plan) -> String {
    plan.steps
        .iter()
        .map(|s| {
            format!(
                "{}{}",
                if s.direction == Direction::Forwards {
                    "+"
                } else {
                    "-"
                },
                s.migration.version
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_target_of_migrate() {
    for (applied, target, expected) in [
        (&["1"][..], "head", "+2 +3 +4"),
        (&["1"], "heads", "+2 +3 +4"),
        (&["1"], "3", "+2 +3"),
        (&["1", "2", "3"], "1", "-3 -2"),
        (&["1", "2", "3"], "base", "-3 -2 -1"),
        (&["1"], "+2", "+2 +3"),
        (&["1", "2"], "-1", "-2"),
        (&["1", "2"], "2", ""),
        (&["1", "4"], "head", "+2 +3"),
    ] {
        let plan = Plan::migrate(&history(applied), &target.parse().unwrap()).unwrap();
        assert_eq!(steps(&plan), expected, "{applied:?} to {target}");
    }
}

#[test]
fn every_way_back() {
    for (back, expected) in [
        (Back::Steps(1), "-3"),
        (Back::Steps(2), "-3 -2"),
        (Back::All, "-3 -2 -1"),
        (Back::To(Target::Base), "-3 -2 -1"),
        (Back::To(Target::Relative(-2)), "-3 -2"),
        (Back::To(Target::Named("1".to_owned())), "-3 -2"),
    ] {
        assert_eq!(
            steps(&Plan::rollback(&history(&["1", "2", "3"]), &back).unwrap()),
            expected,
            "{back:?}"
        );
    }
}

#[test]
fn a_branch_is_undone_without_the_other() {
    let all = [
        migration("1", Some(&[])),
        migration("2", Some(&["1"])),
        migration("3", Some(&["1"])),
        migration("4", Some(&["2"])),
    ];
    let rows = ["1", "2", "3", "4"].map(|v| LedgerRow {
        version: Version::new(v),
        run_on: "t".to_owned(),
    });
    let history = History::new(all.clone(), rows);
    let back = Back::Branch("2".to_owned());
    assert_eq!(steps(&Plan::rollback(&history, &back).unwrap()), "-4 -2");
    assert!(matches!(
        Plan::rollback(&History::new(all, []), &back),
        Err(PlanError::Target(TargetError::NotApplied { .. }))
    ));
}

#[test]
fn redo_undoes_and_does_again() {
    assert_eq!(
        steps(&Plan::redo(&history(&["1", "2"]), 2).unwrap()),
        "-2 -1 +1 +2"
    );
}

#[test]
fn more_steps_than_there_are_says_how_many_lack() {
    assert_eq!(
        Plan::rollback(&history(&["1"]), &Back::Steps(3))
            .unwrap()
            .short_by,
        2
    );
}

#[test]
fn a_late_migration_is_named() {
    assert_eq!(
        Plan::migrate(&history(&["2"]), &Target::Head)
            .unwrap()
            .out_of_order,
        ["1_m1"]
    );
}

#[test]
fn a_gone_folder_stops_the_way_back_only_where_it_is_needed() {
    let history = history(&["1", "2", "9"]);
    let back = Plan::rollback(&history, &Back::Steps(1)).unwrap();
    assert!(matches!(back.clone().reversible(), Err(PlanError::Gone { names }) if names == ["9"]));
    assert_eq!(steps(&back.faked().reversible().unwrap()), "-9");
    assert!(matches!(
        Plan::redo(&history, 1),
        Err(PlanError::GoneForGood { .. })
    ));
    assert_eq!(
        steps(&Plan::migrate(&history, &Target::Head).unwrap()),
        "+3 +4"
    );
}

#[test]
fn several_heads_stop_until_applied() {
    let all = [
        migration("1", Some(&[])),
        migration("2", Some(&["1"])),
        migration("3", Some(&["1"])),
    ];
    let history = History::new(all, []);
    assert!(matches!(
        Plan::migrate(&history, &Target::Head),
        Err(PlanError::Target(TargetError::SeveralHeads { .. }))
    ));
    assert_eq!(
        steps(&Plan::migrate(&history, &Target::Heads).unwrap()),
        "+1 +2 +3"
    );
    assert_eq!(
        steps(&Plan::migrate(&history, &Target::Named("2".to_owned())).unwrap()),
        "+1 +2"
    );
}
