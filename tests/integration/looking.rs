//! What only looks leaves no trace.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection as _;

use crate::support::{Project, TAGS, applied_blog, blog};

const LOOKING: &[&[&str]] = &[
    &["showmigrations"],
    &["showmigrations", "--plan"],
    &["current"],
    &["history"],
    &["check"],
    &["migrate", "--plan"],
    &["migrate", "--check"],
    &["migrate", "base", "--plan"],
    &["rollback", "--plan"],
    &["rollback", "--all", "--plan"],
    &["redo", "--plan"],
    &["sqlmigrate", "create_users"],
    &["settings"],
    &["check", "--list"],
];

#[track_caller]
fn assert_nothing_changes(project: &Project) {
    let before = project.files();
    for args in LOOKING {
        let outcome = project.run(*args);
        assert!(!outcome.err().contains("error:"), "{outcome:?}");
        let changed = changes(&before, &project.files());
        assert!(changed.is_empty(), "{args:?} changed {changed:?}");
    }
}

fn changes<K: Ord + Clone, V: PartialEq>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> Vec<K> {
    before
        .keys()
        .chain(after.keys())
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect()
}

#[test]
fn no_database_is_created() {
    assert_nothing_changes(&blog());
}

#[test]
fn a_fresh_database_stays_empty() {
    let project = blog();
    project.run(["createdb"]).success();
    assert_nothing_changes(&project);
    let project = blog();
    project
        .connect()
        .batch_execute("CREATE TABLE a (id INTEGER)")
        .unwrap();
    assert_nothing_changes(&project);
}

#[test]
fn a_database_in_use_stays_as_it_is() {
    let project = applied_blog();
    project.run(["rollback"]).success();
    assert_nothing_changes(&project);
    project.remove(&format!("migrations/{TAGS}"));
    assert_nothing_changes(&project);
}

#[test]
fn a_database_with_a_write_ahead_log_stays_as_it_is() {
    let project = applied_blog();
    project
        .connect()
        .batch_execute("PRAGMA journal_mode = WAL")
        .unwrap();
    assert_nothing_changes(&project);
}

#[test]
fn a_write_ahead_log_that_was_left_behind_is_read() {
    let project = blog();
    let left = Project::new();
    project.run(["migrate", "+1"]).success();
    let mut connection = project.connect();
    connection
        .batch_execute("PRAGMA journal_mode = WAL; CREATE TABLE extra (id INTEGER)")
        .unwrap();
    project.run(["migrate", "+1"]).success();
    // A copy taken while the log still holds the newest rows, as a crash would leave it.
    for (name, content) in project.files() {
        if !name.ends_with("app.db-shm") {
            left.write(name.to_str().unwrap(), content);
        }
    }
    assert!(left.exists("app.db-wal"));
    left.run(["current"]).success().stdout(
        "
        2025-01-02-000000-0000_create_posts
        ",
    );
}

#[test]
fn plans_of_nothing_and_mistakes_create_no_database() {
    let project = blog();
    for args in [
        &["rollback"][..],
        &["redo"],
        &["migrate", "base"],
        &["migrate", "wxyz"],
        &["rollback", "create_users"],
    ] {
        let _ = project.run(args);
        assert!(!project.exists("app.db"), "{args:?}");
    }
}
