use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::{Outcome, POSTS, Project, TAGS, USERS, blog};

/// A project of which one migration is applied, with a row.
fn begun() -> Project {
    let project = blog();
    project.run(["migrate", "+1"]).success();
    project.sql("INSERT INTO users (id) VALUES (7)");
    project
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// The tables of a SQLite file and the rows of `users`.
fn content(path: &Path) -> Vec<String> {
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let rows: Vec<Text> = diesel::sql_query(
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' \
         UNION ALL SELECT 'user ' || id FROM users ORDER BY 1",
    )
    .load(&mut connection)
    .unwrap();
    rows.into_iter().map(|row| row.value).collect()
}

const BEGUN: [&str; 5] = [
    "__diesel_manage_log",
    "__diesel_schema_migrations",
    "sqlite_sequence",
    "user 7",
    "users",
];

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What a folder holds, hidden files too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Nothing was applied, and nothing is left of a backup.
#[track_caller]
fn untouched(project: &Project) {
    assert_eq!(project.ledger(), ["202501010000000000"]);
    assert_eq!(project.tables(), ["users"]);
    let names = names(project.root());
    assert!(
        !names.iter().any(|name| name.contains(".part")),
        "{names:?}"
    );
}

#[track_caller]
fn applied_behind_a_backup(outcome: Outcome, file: &str) {
    outcome
        .success()
        .stdout(
            "
            Applying 2025-01-02-000000-0000_create_posts ... OK ([MS])
            Applying 2025-01-03-000000-0000_create_tags ... OK ([MS])
            Applied 2 migrations in [MS].
            ",
        )
        .stderr(&format!(
            "Backed up to {file} ([SIZE], [MS]).\n\
             hint: to go back to it: `manage dropdb`, then `cp {file} app.db`\n"
        ));
}

#[test]
fn a_backup_is_made_before_anything_runs() {
    let project = begun();
    applied_behind_a_backup(
        project.run(["migrate", "--backup"]),
        "backups/app-[MOMENT].db",
    );
    assert_eq!(project.tables(), ["posts", "tags", "users"]);
    let folder = project.path("backups");
    let names = names(&folder);
    let [ignore, backup] = names.as_slice() else {
        panic!("{names:?}");
    };
    assert_eq!(ignore, ".gitignore");
    assert_eq!(project.read("backups/.gitignore"), "*\n");
    assert_eq!(content(&folder.join(backup)), BEGUN);
    assert_eq!(mode(&folder.join(backup)), 0o600);
    assert_eq!(mode(&folder), 0o700);
}

#[test]
fn a_file_counts_from_the_current_folder() {
    let project = begun().folder("deep");
    let said = project
        .run_in("deep", ["migrate", "--backup=it's before.db"])
        .success();
    assert_eq!(
        said.err(),
        "Backed up to it's before.db ([SIZE], [MS]).\n\
         hint: to go back to it: `manage dropdb`, then `cp 'it'\\''s before.db' [ROOT]/app.db`\n"
    );
    assert_eq!(content(&project.path("deep/it's before.db")), BEGUN);
    assert_eq!(names(&project.path("deep")), ["it's before.db"]);
    assert!(!project.exists("backups"));
}

#[test]
fn a_folder_gets_a_new_file() {
    let project = begun().folder("safe");
    applied_behind_a_backup(
        project.run(["migrate", "--backup=safe"]),
        "safe/app-[MOMENT].db",
    );
    assert_eq!(names(&project.path("safe")).len(), 1);
}

#[test]
fn the_settings_name_the_folder() {
    let project = begun().file("manage.toml", "[backup]\ndir = \"../outside\"\n");
    let inner = project
        .folder("inner")
        .file("inner/manage.toml", "[backup]\ndir = \"../outside\"\n");
    fs::rename(inner.path("migrations"), inner.path("inner/migrations")).unwrap();
    fs::rename(inner.path("app.db"), inner.path("inner/app.db")).unwrap();
    inner.run_in("inner", ["migrate", "--backup"]).success();
    assert_eq!(names(&inner.path("outside")).len(), 2);
}

#[test]
fn nothing_is_overwritten() {
    let project = begun().file("before.db", "mine");
    project
        .run(["migrate", "--backup=before.db"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `[ROOT]/before.db` is there already, and a backup overwrites nothing

            hint: name another file; `--backup` alone finds a new name by itself
            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
    assert_eq!(project.read("before.db"), "mine");
    untouched(&project);
}

#[test]
fn backups_of_one_second_have_names_of_their_own() {
    let project = begun();
    for _ in 0..3 {
        project.run(["redo", "--backup"]).success();
    }
    assert_eq!(names(&project.path("backups")).len(), 4);
}

#[test]
fn nothing_to_do_needs_no_backup() {
    let project = begun();
    project.run(["migrate"]).success();
    project
        .run(["migrate", "--backup"])
        .success()
        .stdout("No migrations to apply.\n")
        .stderr("");
    assert!(!project.exists("backups"));
}

#[test]
fn a_database_that_is_only_created_has_nothing_to_keep() {
    let project = blog();
    project
        .run(["migrate", "+1", "--backup"])
        .success()
        .stdout(
            "
            Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("There is nothing to back up yet.\n");
    assert!(!project.exists("backups"));
}

#[test]
fn a_database_in_memory_is_refused() {
    blog()
        .run(["migrate", "--backup", "--database-url", "sqlite::memory:"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: a database in memory cannot be backed up

            hint: leave `--backup` away, or say `--no-backup`: what is in memory ends with the program
            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
}

#[test]
fn a_file_in_place_of_the_folder() {
    let project = begun().file("backups", "mine");
    project
        .run(["migrate", "--backup"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot create the folder `[ROOT]/backups` for the backup: File exists (os error 17)

            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
    untouched(&project);
    project
        .run(["migrate", "--backup=backups/before.db"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no folder `[ROOT]/backups` for the backup

            hint: create it first
            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
    untouched(&project);
}

#[test]
fn a_folder_that_is_not_there() {
    let project = begun();
    project
        .run(["migrate", "--backup=safe/before.db"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no folder `[ROOT]/safe` for the backup

            hint: create it first
            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
    untouched(&project);
}

#[test]
fn a_damaged_database_is_not_migrated() {
    let project = begun();
    project.sql("CREATE TABLE large (text); INSERT INTO large VALUES (randomblob(20000))");
    let mut bytes = fs::read(project.path("app.db")).unwrap();
    // The chain of pages that a large value is in ends in nowhere.
    let last = bytes.len() - 4096 * 2;
    bytes[last..last + 4].copy_from_slice(&[0, 0, 0, 0x7f]);
    fs::write(project.path("app.db"), bytes).unwrap();
    project
        .run(["migrate", "--backup"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the backup is not what the database is: Tree 7 page 7 cell 0: invalid page number 127

            hint: the database is damaged, it seems: `PRAGMA integrity_check` in `manage dbshell` says how
            hint: no migration runs without the backup: nothing was changed; `--no-backup` does without
            ",
        );
    assert_eq!(project.ledger().len(), 1);
    assert_eq!(names(&project.path("backups")), [".gitignore"]);
}

#[test]
fn rows_that_break_a_constraint_are_no_damage() {
    let project = begun();
    project.sql(
        "CREATE TABLE odd (id INTEGER CHECK (id > 0)); PRAGMA ignore_check_constraints = ON; INSERT INTO odd VALUES (-1)",
    );
    project.run(["migrate", "--backup=before.db"]).success();
    assert!(project.exists("before.db"));
}

#[test]
fn a_backup_holds_what_is_in_the_write_ahead_log_while_others_read() {
    let project = begun();
    let mut other = project.connect();
    other
        .batch_execute("PRAGMA journal_mode = WAL; INSERT INTO users (id) VALUES (8); BEGIN; SELECT * FROM users")
        .unwrap();
    project.run(["migrate", "--backup=before.db"]).success();
    let mut expected = BEGUN.map(str::to_owned).to_vec();
    expected.insert(4, "user 8".to_owned());
    assert_eq!(content(&project.path("before.db")), expected);
}

#[test]
fn undoing_makes_one_too() {
    let project = begun();
    project
        .run(["rollback", "--backup=before.db"])
        .success()
        .stdout(
            "
            Unapplying 2025-01-01-000000-0000_create_users ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        )
        .stderr(
            "
            Backed up to before.db ([SIZE], [MS]).
            hint: to go back to it: `manage dropdb`, then `cp before.db app.db`
            ",
        );
    assert_eq!(content(&project.path("before.db")), BEGUN);
    assert_eq!(project.tables(), Vec::<String>::new());
    project.run(["dropdb", "--yes"]).success();
    fs::copy(project.path("before.db"), project.path("app.db")).unwrap();
    untouched(&project);

    project.run(["redo", "--backup=again.db"]).success();
    assert_eq!(content(&project.path("again.db")), BEGUN);
    assert_eq!(
        project.query("SELECT CAST(count(*) AS TEXT) AS value FROM users"),
        ["0"]
    );
}

#[test]
fn a_backup_outlives_the_migration_that_fails() {
    let project = begun();
    project.write(
        &format!("migrations/{TAGS}/up.sql"),
        "CREATE TABLE users (id INTEGER);\n",
    );
    let said = project.run(["migrate", "--backup=before.db"]).status(2);
    assert!(
        said.err().starts_with("Backed up to before.db ("),
        "{}",
        said.err()
    );
    assert_eq!(content(&project.path("before.db")), BEGUN);
}

#[test]
fn as_json() {
    let project = begun();
    let step = |version: &str, name: &str| {
        json!({
            "version": version,
            "name": name,
            "repeatable": false,
            "direction": "forwards",
            "fake": false,
            "milliseconds": 0,
        })
    };
    project
        .run(["migrate", "--backup=before.db", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "migrate",
            "executed": true,
            "backup": "before.db",
            "steps": [step("202501020000000000", POSTS), step("202501030000000000", TAGS)],
        }));
}

#[test]
fn quietly() {
    let project = begun();
    project
        .run(["migrate", "-q", "--backup=before.db"])
        .success()
        .stdout("")
        .stderr("");
    assert!(project.exists("before.db"));
}

#[test]
fn production_can_ask_for_one() {
    let project = begun().file("manage.toml", "[production]\nbackup = true\n");
    project.run(["migrate", "+1"]).success().stderr("");
    assert!(!project.exists("backups"));

    let project = project.env("ENVIRONMENT", "production");
    project.run(["migrate"]).success().stderr(
        "
            Production mode is on: sqlite://[ROOT]/app.db
            Backed up to backups/app-[MOMENT].db ([SIZE], [MS]).
            hint: to go back to it: `manage dropdb`, then `cp backups/app-[MOMENT].db app.db`
            ",
    );
    assert_eq!(names(&project.path("backups")).len(), 2);
    for line in [
        &["rollback", "--yes", "--no-backup"][..],
        &["migrate", "--plan"],
        &["migrate", "--sql"],
        &["migrate", "--fake", "--yes"],
        &["rollback", "--fake", "--yes"],
        &["migrate", "--no-backup"],
    ] {
        project.run(line).success();
    }
    assert_eq!(names(&project.path("backups")).len(), 2);
    project.run(["redo"]).status(2);
    assert_eq!(names(&project.path("backups")).len(), 2);
    project.run(["redo", "--yes"]).success();
    project.run(["rollback", "--yes"]).success();
    assert_eq!(names(&project.path("backups")).len(), 4);
}

#[test]
fn what_runs_nothing_takes_no_backup() {
    let project = begun();
    for line in [
        &["migrate", "--plan"][..],
        &["migrate", "--check"],
        &["migrate", "--sql"],
        &["migrate", "--fake", "--yes"],
        &["migrate", "--prune"],
        &["migrate", "--no-backup"],
        &["rollback", "--plan"],
        &["rollback", "--sql"],
        &["rollback", "--fake", "--yes"],
        &["redo", "--plan"],
    ] {
        let said = project.run(line.iter().chain(&["--backup"])).status(2);
        assert!(said.err().contains("cannot be used with"), "{}", said.err());
    }
    untouched(&project);
    // The word behind it is the target, as the help says.
    let said = project.run(["migrate", "--backup", USERS]).success();
    assert_eq!(said.out(), "No migrations to apply.\n");
}
