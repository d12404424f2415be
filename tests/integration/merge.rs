//! Branches that met: `makemigrations --merge`, `--rebase`, and two that write at once.

use std::process::Child;

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::{Project, blog};

const BASE: &str = "2025-01-01-000000-0000_base";
const EAST: &str = "2025-01-02-000000-0000_east";
const WEST: &str = "2025-01-03-000000-0000_west";
/// A newest migration from the far future makes the next names certain.
const FAR: &str = "2999-01-01-000000-0000_far";

/// Two branches on top of one migration.
fn met() -> Project {
    Project::new()
        .revising(BASE, "none")
        .revising(EAST, "202501010000000000")
        .revising(WEST, "202501010000000000")
}

/// Three branches, the last of two migrations.
fn three() -> Project {
    met()
        .revising("2025-01-04-000000-0000_north", "202501010000000000")
        .revising(FAR, "202501040000000000")
}

#[test]
fn with_one_head_there_is_nothing_to_join() {
    let project = blog();
    let before = project.files();
    project
        .run(["makemigrations", "--merge"])
        .success()
        .stdout("No conflicts to merge.\n")
        .stderr("");
    project
        .run(["makemigrations", "--merge", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "makemigrations",
            "changes": [],
            "branches": [],
            "files": [],
        }));
    assert_eq!(project.files(), before);
}

#[test]
fn a_conflict_in_the_head_file_is_settled_where_there_are_no_branches() {
    let project = blog().file(
        "migrations/head.txt",
        "<<<<<<< HEAD\n202501020000000000\n=======\n202501030000000000\n>>>>>>> b\n",
    );
    project
        .run(["check", "--fail-level", "error"])
        .success()
        .stdout(
            "
            warning[M015] migrations/head.txt: it holds the marks of a conflict in git, and the newest version is `202501030000000000`
              hint: `manage makemigrations --merge` looks for branches, and rewrites it
            warning[H001] 3 migrations are pending: 2025-01-01-000000-0000_create_users, 2025-01-02-000000-0000_create_posts, 2025-01-03-000000-0000_create_tags
              hint: `manage migrate` applies what is pending
            Checked 3 migrations: 0 errors, 2 warnings, 0 notes.
            ",
        );
    project.run(["makemigrations", "--merge"]).success().stdout(
        "
            No conflicts to merge.
            Updated migrations/head.txt
            ",
    );
    assert_eq!(project.read("migrations/head.txt"), "202501030000000000\n");
}

#[test]
fn branches_are_shown_and_joined() {
    let project = three();
    project
        .run(["makemigrations", "--merge"])
        .success()
        .stdout(
            "
            Branch 2025-01-02-000000-0000_east
              + create table `east`
            Branch 2025-01-03-000000-0000_west
              + create table `west`
            Branch 2025-01-04-000000-0000_north, 2999-01-01-000000-0000_far
              + create table `far`
              + create table `north`
            Created migrations/2999-01-01-000000-0001_merge_east_and_west_and_far/up.sql
            Created migrations/2999-01-01-000000-0001_merge_east_and_west_and_far/down.sql
            ",
        )
        .stderr(
            "
            hint: `manage migrate` applies it, and the branch that is not applied yet
            ",
        );
    let folder = "migrations/2999-01-01-000000-0001_merge_east_and_west_and_far";
    let up = project.read(&format!("{folder}/up.sql"));
    let lines: Vec<&str> = up
        .lines()
        .filter(|line| !line.contains("Created"))
        .collect();
    assert_eq!(
        lines,
        [
            "-- merge east and west and far",
            "--",
            "-- Version: 299901010000000001",
            "-- Revises: 202501020000000000, 202501030000000000, 299901010000000000",
            "",
            "-- Joins 2025-01-02-000000-0000_east and 2025-01-03-000000-0000_west and 2999-01-01-000000-0000_far; it changes nothing itself.",
        ]
    );
    project.run(["migrate"]).success().stderr("");
    project
        .run(["check"])
        .success()
        .stdout("Checked 6 migrations: nothing found.\n");
    project.run(["redo"]).success().stderr("");
}

#[test]
fn a_dry_run_joins_nothing() {
    let project = three();
    let before = project.files();
    let shown = project
        .run(["makemigrations", "--merge", "--dry-run", "-m", "both"])
        .success()
        .stderr("");
    assert!(
        shown
            .out()
            .contains("-- migrations/2999-01-01-000000-0001_both/up.sql"),
        "{}",
        shown.out()
    );
    assert_eq!(project.files(), before);
}

#[test]
fn a_merge_as_json() {
    three()
        .migration(
            "2025-01-05-000000-0000_rows",
            "-- rows\n-- Revises: 202501030000000000\nINSERT INTO base VALUES (1);\n",
            "DELETE FROM base;\n",
        )
        .run(["makemigrations", "--merge", "--format", "json"])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "makemigrations",
            "changes": [],
            "branches": [
                {
                    "head": EAST,
                    "migrations": [EAST],
                    "changes": [{ "mark": "+", "description": "create table `east`", "table": "east", "destroys": null }],
                    "rows": [],
                },
                {
                    "head": "2025-01-05-000000-0000_rows",
                    "migrations": [WEST, "2025-01-05-000000-0000_rows"],
                    "changes": [{ "mark": "+", "description": "create table `west`", "table": "west", "destroys": null }],
                    "rows": ["base"],
                },
                {
                    "head": FAR,
                    "migrations": ["2025-01-04-000000-0000_north", FAR],
                    "changes": [
                        { "mark": "+", "description": "create table `far`", "table": "far", "destroys": null },
                        { "mark": "+", "description": "create table `north`", "table": "north", "destroys": null },
                    ],
                    "rows": [],
                },
            ],
            "shared_tables": [],
            "version": "299901010000000001",
            "name": "2999-01-01-000000-0001_merge_east_and_rows_and_far",
            "revises": ["202501020000000000", "202501050000000000", "299901010000000000"],
            "files": [
                "migrations/2999-01-01-000000-0001_merge_east_and_rows_and_far/up.sql",
                "migrations/2999-01-01-000000-0001_merge_east_and_rows_and_far/down.sql",
            ],
        }));
}

#[test]
fn what_two_heads_have_in_common_is_no_overlap_of_theirs() {
    let project = met()
        .migration(
            "2025-01-04-000000-0000_shared",
            "-- shared\n-- Revises: 202501030000000000\nALTER TABLE base ADD COLUMN x INTEGER;\n",
            "ALTER TABLE base DROP COLUMN x;\n",
        )
        .revising("2025-01-05-000000-0000_a", "202501040000000000")
        .revising("2025-01-06-000000-0000_b", "202501040000000000");
    project
        .run(["makemigrations", "--merge"])
        .success()
        .stdout(
            "
            Branch 2025-01-02-000000-0000_east
              + create table `east`
            Branch 2025-01-03-000000-0000_west, 2025-01-04-000000-0000_shared, 2025-01-05-000000-0000_a
              + create table `west`
              + add column `x` to `base`
              + create table `a`
            Branch 2025-01-03-000000-0000_west, 2025-01-04-000000-0000_shared, 2025-01-06-000000-0000_b
              + create table `west`
              + add column `x` to `base`
              + create table `b`
            Created migrations/[STAMP]_merge_east_and_a_and_b/up.sql
            Created migrations/[STAMP]_merge_east_and_a_and_b/down.sql
            ",
        );
}

#[test]
fn a_person_is_asked_about_tables_that_both_touch() {
    let project = met()
        .migration(
            EAST,
            "-- e\n-- Revises: 202501010000000000\nUPDATE base SET id = 1;\n",
            "SELECT 1;\n",
        )
        .migration(
            WEST,
            "-- w\n-- Revises: 202501010000000000\nINSERT INTO base VALUES (1);\n",
            "SELECT 1;\n",
        );
    let before = project.files();
    let asked = project.terminal("$MANAGE makemigrations --merge --color never", "n\n");
    assert!(
        asked
            .out()
            .contains("? joining branches that both touch `base`. Go on? [y/N] n"),
        "{}",
        asked.out()
    );
    asked.status(2);
    assert_eq!(project.files(), before);
    project
        .terminal("$MANAGE makemigrations --merge", "y\n")
        .success();
    assert_eq!(project.migrations(), 4);
}

#[test]
fn options_that_make_no_sense_together_are_refused() {
    for args in [
        &["--merge", "--empty"][..],
        &["--merge", "--update"],
        &["--merge", "--check"],
        &["--merge", "--rename", "a=b"],
        &["--merge", "--rebase", "x"],
        &["--rebase", "x", "-m", "y"],
        &["--rebase", "x", "--empty"],
        &["--onto", "x"],
    ] {
        met()
            .run([&["makemigrations"], args].concat())
            .status(2)
            .stdout("");
    }
}

#[test]
fn a_branch_moves_with_its_files() {
    let project = three()
        .file("migrations/head.txt", "<<<<<<< HEAD\n")
        .migration(
            "2025-01-04-000000-0000_north",
            "\u{feff}-- north\r\n--   Version:  202501040000000000 \r\n-- Revises: 202501010000000000\r\nCREATE TABLE north (id INTEGER);\r\n-- Version: 1",
            "DROP TABLE north;",
        )
        .file("migrations/2025-01-04-000000-0000_north/metadata.toml", "run_in_transaction = false\n")
        .file("migrations/2025-01-04-000000-0000_north/notes/why.txt", b"\xff\x00");
    project
        .run(["makemigrations", "--rebase", "north", "--onto", "east"])
        .success()
        .stdout(
            "
            Moved migrations/2025-01-04-000000-0000_north to migrations/2999-01-01-000000-0001_north
            Moved migrations/2999-01-01-000000-0000_far to migrations/2999-01-01-000000-0002_far
            ",
        )
        .stderr(
            "
            hint: `manage migrate` applies what is pending, in the new order
            ",
        );
    let north = "migrations/2999-01-01-000000-0001_north";
    assert_eq!(
        project.read(&format!("{north}/up.sql")),
        "\u{feff}-- north\r\n--   Version:  299901010000000001 \r\n-- Revises: 202501020000000000\r\nCREATE TABLE north (id INTEGER);\r\n-- Version: 1"
    );
    let files = project.files();
    let names: Vec<&str> = files.keys().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "migrations/2025-01-01-000000-0000_base/down.sql",
            "migrations/2025-01-01-000000-0000_base/up.sql",
            "migrations/2025-01-02-000000-0000_east/down.sql",
            "migrations/2025-01-02-000000-0000_east/up.sql",
            "migrations/2025-01-03-000000-0000_west/down.sql",
            "migrations/2025-01-03-000000-0000_west/up.sql",
            "migrations/2999-01-01-000000-0001_north/down.sql",
            "migrations/2999-01-01-000000-0001_north/metadata.toml",
            "migrations/2999-01-01-000000-0001_north/notes/why.txt",
            "migrations/2999-01-01-000000-0001_north/up.sql",
            "migrations/2999-01-01-000000-0002_far/down.sql",
            "migrations/2999-01-01-000000-0002_far/up.sql",
            "migrations/head.txt",
        ]
    );
    assert_eq!(project.read("migrations/head.txt"), "299901010000000002\n");
    project
        .run(["makemigrations", "--rebase", "west"])
        .success();
    project.run(["migrate"]).success().stderr("");
}

#[test]
fn a_rebase_as_json() {
    three()
        .run([
            "makemigrations",
            "--rebase",
            "east",
            "--onto",
            "far",
            "--dry-run",
            "--format",
            "json",
        ])
        .success()
        .json(&json!({
            "schema": 1,
            "command": "makemigrations",
            "changes": [],
            "executed": false,
            "onto": "299901010000000000",
            "moved": [{
                "from": EAST,
                "name": "2999-01-01-000000-0001_east",
                "version": "299901010000000001",
                "revises": ["299901010000000000"],
            }],
        }));
}

#[test]
fn what_cannot_be_moved_stays() {
    for (name, error, hint) in [
        (
            "west",
            "`2025-01-03-000000-0000_west` could go on top of 2 heads: 2025-01-02-000000-0000_east, 2999-01-01-000000-0000_far",
            "`manage makemigrations --rebase 2025-01-03-000000-0000_west --onto 2999-01-01-000000-0000_far` names one of them",
        ),
        (
            "far",
            "`2999-01-01-000000-0000_far` is not where its branch begins",
            "`manage makemigrations --rebase 2025-01-04-000000-0000_north` moves the whole branch",
        ),
        (
            "base",
            "`2025-01-01-000000-0000_base` is on the only branch: there is nothing to rebase it onto",
            "`manage history` shows what rests on what",
        ),
        (
            "wets",
            "no migration is named `wets`",
            "did you mean `2025-01-03-000000-0000_west`?",
        ),
    ] {
        let project = three();
        let before = project.files();
        project
            .run(["makemigrations", "--rebase", name])
            .status(2)
            .stdout("")
            .stderr(&format!("error: {error}\n\nhint: {hint}\n"));
        assert_eq!(project.files(), before);
    }
}

#[test]
fn a_plain_migration_that_came_late_goes_last() {
    let project = blog();
    project.run(["migrate"]).success();
    let late = "2025-01-02-120000-0000_late";
    let sql = "-- no header: Version\nCREATE TABLE late (id INTEGER);\n";
    let project = project.migration(late, sql, "DROP TABLE late;\n");
    project
        .run(["makemigrations", "--rebase", "late"])
        .success()
        .stdout(
            "
            Moved migrations/2025-01-02-120000-0000_late to migrations/[STAMP]_late
            ",
        );
    project
        .run(["migrate"])
        .success()
        .stdout(
            "
            Applying [STAMP]_late ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
    assert!(project.files().values().any(|text| text == sql.as_bytes()));
}

#[test]
fn a_move_that_fails_midway_is_taken_back() {
    // The name that the second folder would get is a file's.
    let project = three().file("migrations/2999-01-01-000000-0002_far", "no migration");
    let before = project.files();
    project
        .run(["makemigrations", "--rebase", "north", "--onto", "east"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot create `[ROOT]/migrations/2999-01-01-000000-0002_far`: entity already exists
            ",
        );
    assert_eq!(project.files(), before);
}

#[test]
fn the_branch_alone_is_undone() {
    let project = met();
    project.run(["migrate", "heads"]).success();
    project
        .run(["makemigrations", "--rebase", "east"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: 1 migration to move is applied: 2025-01-02-000000-0000_east

            hint: `manage rollback --branch 2025-01-02-000000-0000_east` undoes that branch and nothing else; then the same again
            ",
        );
    project
        .run(["rollback", "--branch", EAST, "--plan"])
        .success()
        .squeezed()
        .stdout(
            "
            STEP  ACTION  MIGRATION  NOTES
            1  unapply  2025-01-02-000000-0000_east
            ",
        );
    project
        .run(["rollback", "--branch", EAST])
        .success()
        .stdout(
            "
            Unapplying 2025-01-02-000000-0000_east ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        );
    assert_eq!(project.tables(), ["base", "west"]);
    project
        .run(["rollback", "--branch", EAST])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `2025-01-02-000000-0000_east` is not applied, so there is nothing to go back to

            hint: `manage current` shows where the database is
            ",
        );
}

/// Runs the same number of processes at once, and waits for all.
fn at_once(project: &Project, commands: &[Vec<String>]) -> Vec<(i32, String)> {
    let start = |args: &Vec<String>| -> Child {
        project
            .command(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<Child> = commands.iter().map(start).collect();
    let ends = children.into_iter().map(|child| {
        let end = child.wait_with_output().unwrap();
        let said = String::from_utf8(end.stderr).unwrap();
        (end.status.code().unwrap(), said)
    });
    ends.collect()
}

#[test]
fn many_that_begin_a_migration_at_once_lose_none() {
    // The clock is behind the newest, so that all want the same next version.
    let project = Project::new().revising(FAR, "none");
    let commands: Vec<Vec<String>> = (0..8)
        .map(|n| {
            ["makemigrations", "--empty", &format!("number {n}")]
                .map(str::to_owned)
                .to_vec()
        })
        .collect();
    for (status, said) in at_once(&project, &commands) {
        assert_eq!(status, 0, "{said}");
    }
    assert_eq!(project.migrations(), 9);
    project.run(["history", "--format", "json"]).success();
    project.run(["migrate"]).success().stderr("");
    assert_eq!(
        project.ledger(),
        (0..9)
            .map(|n| format!("29990101000000{n:04}"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn many_that_find_the_same_change_write_it_once() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { users (id) { id -> Integer, } }\n",
    );
    let commands: Vec<Vec<String>> = (0..6)
        .map(|n| {
            ["makemigrations", "-m", &format!("number {n}")]
                .map(str::to_owned)
                .to_vec()
        })
        .collect();
    for (status, said) in at_once(&project, &commands) {
        let late = said.starts_with(
            "error: another program wrote to the migrations folder at the same time: `",
        );
        assert!(status == 0 || status == 2 && late, "{said}");
    }
    assert_eq!(project.migrations(), 1);
    project.run(["makemigrations", "--check"]).success();
}
