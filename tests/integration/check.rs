use diesel_manage::{
    Migrator, Settings,
    settings::{Overrides, Surroundings},
};
use serde_json::json;

use crate::support::{POSTS, Project, TAGS, applied_blog, blog};

#[test]
fn nothing_found() {
    applied_blog()
        .run(["check"])
        .success()
        .stdout(
            "
            Checked 3 migrations: nothing found.
            ",
        )
        .stderr("");
    applied_blog()
        .run(["check", "-q"])
        .success()
        .stdout("")
        .stderr("");
}

#[test]
fn pending_migrations_are_found() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project
        .run(["check"])
        .status(1)
        .stdout(
            "
            warning[H001] 1 migration is pending: 2025-01-03-000000-0000_create_tags
              hint: `manage migrate` applies what is pending
            Checked 3 migrations: 0 errors, 1 warning, 0 notes.
            ",
        )
        .stderr("");
    project.run(["check", "--fail-level", "error"]).success();
    let project = project.file("manage.toml", "[check]\nfail_level = \"error\"\n");
    project.run(["check"]).success();
    project.run(["check", "--fail-level", "info"]).status(1);
}

#[test]
fn a_check_can_be_ignored() {
    blog()
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n")
        .run(["check"])
        .success()
        .stdout(
            "
            Checked 3 migrations: nothing found.
            ",
        );
}

#[test]
fn a_migration_that_is_gone() {
    let project = applied_blog();
    project.remove(&format!("migrations/{POSTS}"));
    project
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[H002] 2025-01-02-000000-0000_create_posts is applied, but its folder is gone
              hint: bring it back from version control; or `manage rollback` undoes it by the `down.sql` that the log kept
            Checked 2 migrations: 1 error, 0 warnings, 0 notes.
            ",
        )
        .stderr("");
}

#[test]
fn a_late_migration() {
    applied_blog()
        .migration("2025-01-02-120000-0000_late", "SELECT 1;", "SELECT 1;")
        .run(["check"])
        .status(1)
        .stdout(
            "
            warning[H003] 2025-01-02-120000-0000_late is pending, and older than applied migrations that rest on it
              hint: unless it is fine for it to run last, `manage makemigrations --rebase 2025-01-02-120000-0000_late` gives it a newer version
            Checked 4 migrations: 0 errors, 1 warning, 0 notes.
            ",
        );
}

#[test]
fn several_heads_and_wrong_headers() {
    Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .revising("2025-01-03-000000-0000_c", "202501010000000000")
        .revising("2025-01-04-000000-0000_d", "7")
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[H004] there are 3 heads: 2025-01-02-000000-0000_b, 2025-01-03-000000-0000_c, 2025-01-04-000000-0000_d
              hint: `manage makemigrations --merge` joins them; `manage makemigrations --rebase MIGRATION` puts a branch on top of the other
            error[H005] migrations/2025-01-04-000000-0000_d/up.sql: 2025-01-04-000000-0000_d revises 7, which is no migration here
              hint: correct `Revises:` in its header, or bring the parent's folder back
            Checked 4 migrations: 2 errors, 0 warnings, 0 notes.
            ",
        );
}

#[test]
fn a_circle() {
    Project::new()
        .revising("2025-01-01-000000-0000_a", "202501020000000000")
        .revising("2025-01-02-000000-0000_b", "202501010000000000")
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            warning[H006] migrations/2025-01-01-000000-0000_a/up.sql: 2025-01-01-000000-0000_a revises 2025-01-02-000000-0000_b, which has a higher version
              hint: Diesel runs the lower version first: give the child a newer version
            error[H007] migrations/2025-01-01-000000-0000_a/up.sql: these revise each other in a circle: 2025-01-01-000000-0000_a, 2025-01-02-000000-0000_b
              hint: correct `Revises:` in their headers
            Checked 2 migrations: 1 error, 1 warning, 0 notes.
            ",
        );
}

#[test]
fn everything_wrong_with_files() {
    let files = Project::new()
        .migration("1_a", "-- nothing\n", "SELECT 1;")
        .migration("2_b", "", "SELECT 1;")
        .migration(
            "3_c",
            "CREATE TABLE c (id INTEGER);\nCOMMIT;\n",
            "SELECT 1;",
        )
        .migration("4_d", "SELECT 1;\nVACUUM;\n", "SELECT 1;")
        .migration(
            "5_e",
            "-- e\n--\n-- Version: 55\n\nSELECT 1;\n",
            "SELECT 1;",
        )
        .file("migrations/6_f/up.sql", "SELECT 1;")
        .file("migrations/7_g/down.sql", "SELECT 1;")
        .migration("8_h", "SELECT 1;", "SELECT 1;")
        .file(
            "migrations/8_h/metadata.toml",
            "run_in_transaction = maybe\n",
        )
        .migration("9_i", "SELECT 1;", "SELECT 1;")
        .file("migrations/9_i/metadata.toml", "")
        .migration("9_j", "SELECT 1;", "SELECT 1;")
        .migration("10_k", "SELECT 1;", "SELECT 1;")
        .file("migrations/__l/up.sql", "SELECT 1;")
        .file("migrations/91_m/up.sql", b"SELECT 1;\nSELECT '\xff';\n")
        .file("migrations/91_m/down.sql", "SELECT 1;")
        .file("migrations/head.txt", "1\n")
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n");
    files.run(["check"]).status(1).stdout(
        "
        error[M002] migrations/7_g: it has no `up.sql`
          hint: write one, or remove the folder: Diesel runs nothing while it is there
        error[M010] migrations/__l: its name has no version before the first `_`
          hint: name it `<version>_<name>`, as in `2026-01-13-172403-0000_add_users`
        error[M001] `9_i` and `9_j` have the same version 9
          hint: `manage makemigrations --rebase 9_j` gives that one a version of its own
        info[M005] migrations/1_a/up.sql: it holds comments only, so it does nothing
        error[M004] migrations/2_b/up.sql: it is empty
          hint: write SQL into it; Diesel refuses an empty file, a comment is enough
        warning[M012] migrations/3_c/up.sql:2: this ends the transaction the migration runs in
          hint: remove it, or write `run_in_transaction = false` into metadata.toml
        error[M013] migrations/4_d/up.sql:2: VACUUM cannot run in a transaction
          hint: write `run_in_transaction = false` into metadata.toml
        warning[M014] migrations/5_e/up.sql: the header of 5_e says version 55, its folder 5
          hint: Diesel goes by the folder: correct the header
        info[M007] migrations/6_f: it has no `down.sql`
          hint: write one, if only a comment, so that it can be undone
        error[M008] migrations/8_h/metadata.toml:1: string values must be quoted, expected literal string; Diesel takes the file for `run_in_transaction = true`
          hint: write `run_in_transaction = true` or `run_in_transaction = false`
        warning[M009] migrations/9_i/metadata.toml: `run_in_transaction` is missing, which Diesel takes for `false`
          hint: write `run_in_transaction = true` or `run_in_transaction = false`
        error[M006] migrations/91_m/up.sql:2: it is not UTF-8
          hint: save it as UTF-8
        warning[M011] 10_k sorts before 2_b, for versions compare as texts
          hint: give all versions the same number of digits
        warning[M015] migrations/head.txt: it names `1`, and the newest version is `91`
          hint: `manage makemigrations --merge` looks for branches, and rewrites it
        Checked 11 migrations: 7 errors, 5 warnings, 2 notes.
        ",
    ).stderr("");
}

#[test]
#[allow(clippy::too_many_lines)] // a line for each
fn the_list_of_checks() {
    Project::new()
        .run(["check", "--list"])
        .success()
        .stdout(
            "
            ID    NAME                         LEVEL    FINDS
            M001  duplicate-version            error    two migrations of one version: Diesel drops one of them
            M002  missing-up                   error    a folder without `up.sql`: Diesel then runs nothing at all
            M003  unreadable-file              error    a file that cannot be read
            M004  empty-file                   error    an empty file, which Diesel refuses to run
            M005  only-comments                info     an `up.sql` that holds comments only, and joins no branches
            M006  not-utf8                     error    a file that is not UTF-8
            M007  missing-down                 info     a migration without `down.sql`: it cannot be undone
            M008  broken-metadata              error    a `metadata.toml` that cannot be parsed: Diesel silently takes it for `run_in_transaction = true`
            M009  incomplete-metadata          warning  a `metadata.toml` without `run_in_transaction`: Diesel takes that for `false`
            M010  unusable-version             error    a folder whose name gives no usable version
            M011  version-width                warning  versions that sort wrongly: they compare as texts, so `10` runs before `9`
            M012  transaction-control          warning  `BEGIN`, `COMMIT` or `ROLLBACK` in a migration that runs in a transaction
            M013  refuses-transaction          error    a statement that cannot run in a transaction, in a migration that does
            M014  header-version               warning  a header whose `Version:` is not the folder's
            M015  stale-head-file              warning  a `head.txt` that does not name the newest version, or holds the marks of a conflict
            M016  client-copy                  error    `COPY` from or to the client, which neither Diesel nor `manage` can feed or read
            M017  case-only-names              error    repeatable migrations whose names differ by the case of letters alone
            M018  stray-file                   warning  an SQL file in the migrations folder that nothing runs
            M019  unknown-allow                warning  a comment `-- manage: ...` that allows nothing there is
            M020  unexplained-allow            info     a comment `-- manage: allow(...)` that does not say why
            H001  pending                      warning  migrations still to apply
            H002  missing-folder               error    applied migrations whose folders are gone
            H003  out-of-order                 warning  pending migrations older than applied ones
            H004  several-heads                error    more than one newest migration
            H005  unknown-parent               error    a header that revises a migration that is not there
            H006  older-than-parent            warning  a migration with a lower version than one it revises
            H007  circular-parents             error    migrations that revise each other in a circle
            H008  removed-repeatable           info     repeatable migrations that ran and whose files are gone
            H009  stopped-halfway              error    migrations that stopped halfway
            H010  replaced-folders             info     folders that an applied squash replaces
            H011  half-squashed                error    a squash of which a part is applied, and the rest gone
            H012  overlapping-squashes         error    two squashes that replace some of the same migrations
            H013  edited                       error    applied migrations whose files are no longer those that ran
            R001  failing-down                 error    a `down.sql` that fails right behind its `up.sql` (`--reversible`)
            R002  left-behind                  error    a `down.sql` that leaves something behind (`--reversible`)
            R003  not-restored                 error    a `down.sql` that does not bring something back as it was (`--reversible`)
            R004  changed-rows                 warning  a `down.sql` that leaves, loses or changes rows of the migrations (`--reversible`)
            R005  not-repeatable               error    an `up.sql` that does not do the same again behind its `down.sql` (`--reversible`)
            R006  idle-down                    warning  a `down.sql` of comments alone, where `up.sql` changes something (`--reversible`)
            R007  said-irreversible            info     a `down.sql` that says in a comment that there is no way back (`--reversible`)
            R008  enum-label                   info     a label added to an enum type, which PostgreSQL cannot take back (`--reversible`)
            S001  unmigrated-models            warning  changes of the models that no migration makes (`--models`)
            S002  drift                        warning  changes of the live database that no migration made (`--drift`)
            D001  drop-table                   error    a table, or a partition of one, that is dropped or emptied with its rows
            D002  drop-column                  error    a column that is dropped with its values
            D003  drop-database                error    a database, or a schema with everything in it, that is dropped
            D004  drop-cascade                 error    a `DROP ... CASCADE` that may take columns and their values along
            D005  truncate                     error    `TRUNCATE`: all rows of a table go
            D006  delete-all-rows              error    `DELETE` without a condition: all rows of a table go
            D007  update-all-rows              warning  `UPDATE` without a condition: all rows of a table are written, and locked meanwhile
            D008  narrower-type                error    a type that not all values of the old one fit into
            D009  rename-table                 warning  a table that is renamed under the code that runs
            D010  rename-column                warning  a column that is renamed under the code that runs
            D011  required-column              error    a new column that is `NOT NULL`, on a table that may have rows, and without a default
            D012  set-not-null                 warning  a column that becomes `NOT NULL`: rows are searched for nulls, and the code that runs may still write them
            D013  drop-not-null                info     a column that may be null from now on, which the code that runs may not expect
            D014  column-type                  warning  a column whose type changes: its table is locked and, most often, written anew
            D015  row-default                  warning  a new column with a value of its own for each row: the table is written anew
            D016  table-rewrite                warning  a statement that writes a whole table anew, or keeps others from writing to it
            D017  index-blocks-writes          warning  an index that is built while nobody can write to its table
            D018  index-locks-file             info     an index on an existing table in SQLite: nobody else writes to the file while it is built
            D019  drop-index-blocks            warning  an index that is dropped while nobody can use its table
            D020  foreign-key-scan             warning  a foreign key on an existing table: all rows are checked while nobody can write
            D021  check-scan                   warning  a check on an existing table: all rows are checked while nobody can write
            D022  unique-on-existing           warning  uniqueness asked of an existing table: equal rows make it fail, and its index is built under a lock
            D023  primary-key-change           warning  a primary key that is added to, or dropped from, an existing table
            D024  validated-at-once            warning  a constraint added `NOT VALID` and validated in the same transaction, which gains nothing
            D025  domain-constraint            warning  a constraint on a domain: every table that uses it is searched under a lock
            D026  blocking-maintenance         warning  maintenance that keeps others from a table: `LOCK TABLE`, `VACUUM FULL`, `CLUSTER`, `REINDEX` and their like
            D027  online-unsaid                info     a change of an existing table in MySQL that does not say `ALGORITHM` or `LOCK`
            D028  table-rebuild                info     a table in SQLite that is built anew: all its rows are copied
            D029  reference-ignored            warning  `REFERENCES` beside a column, which MySQL before 9.0 reads and ignores
            D030  implicit-timestamp           warning  a `TIMESTAMP` column without a default, which older MySQL and MariaDB set to the current time at each update
            D031  schema-and-data              warning  structure and rows changed in one migration: locks last as long as the rows take
            D032  irreversible                 warning  a migration that changes something, and whose `down.sql` is missing or takes nothing back
            D033  several-outside-transaction  warning  several changes in a migration that runs outside a transaction
            D034  partial-failure              info     several changes of structure in one migration for MySQL: a failure leaves the first ones standing
            D035  uncommitted-transaction      error    a transaction that is begun and never ended, in a migration that runs outside one
            ",
        )
        .stderr("");
    let value = Project::new()
        .run(["check", "--list", "--format", "json"])
        .success()
        .value();
    assert_eq!(
        value["checks"][0],
        json!({
            "id": "M001",
            "name": "duplicate-version",
            "level": "error",
            "ignored": false,
            "finds": "two migrations of one version: Diesel drops one of them",
        })
    );
}

#[test]
fn as_json() {
    let project = blog();
    project.run(["migrate", "+2"]).success();
    project.write(&format!("migrations/{TAGS}/metadata.toml"), "\nx = ");
    let value = project
        .run(["check", "--format", "json"])
        .status(1)
        .stderr("")
        .value();
    assert_eq!(value["schema"], 1);
    assert_eq!(value["command"], "check");
    assert_eq!(
        value["findings"][1],
        json!({
            "id": "H001",
            "name": "pending",
            "level": "warning",
            "message": format!("1 migration is pending: {TAGS}"),
            "hint": "`manage migrate` applies what is pending",
            "migration": null,
            "file": null,
            "line": null,
            "column": null,
        })
    );
    assert_eq!(value["findings"][0]["id"], "M008");
    assert_eq!(
        value["findings"][0]["file"],
        format!("migrations/{TAGS}/metadata.toml")
    );
    assert_eq!(value["findings"][0]["line"], 2);
    assert_eq!(value["findings"][0]["column"], json!(null));
    assert_eq!(value["findings"][0]["migration"], TAGS);
    applied_blog()
        .run(["check", "--format", "json"])
        .success()
        .json(&json!({ "schema": 1, "command": "check", "findings": [] }));
}

#[test]
fn what_the_files_show_is_told_without_a_database() {
    blog()
        .file("migrations/1_a/up.sql", "")
        .env("DATABASE_URL", "postgres://app:s3cret@127.0.0.1:1/app")
        .run(["check"])
        .status(2)
        .stdout(
            "
            error[M004] migrations/1_a/up.sql: it is empty
              hint: write SQL into it; Diesel refuses an empty file, a comment is enough
            info[M007] migrations/1_a: it has no `down.sql`
              hint: write one, if only a comment, so that it can be undone
            Checked 4 migrations: 1 error, 0 warnings, 1 note.
            ",
        )
        .stderr(
            "
            error: nobody answers at postgres://app:***@127.0.0.1:1/app: Connection refused (os error 111)

            hint: is the server running? `--wait 30` keeps trying for 30 seconds while it starts; `manage settings` shows where host and port come from
            ",
        );
}

// The schema: `--models` and `--drift`.

#[test]
fn changes_of_the_models_without_a_migration() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { tags (id) { id -> Integer, name -> Nullable<Text>, } }
",
    );
    project
        .run(["check", "--models"])
        .status(1)
        .stdout(
            "
            warning[S001] no migration does this yet: create table `tags`
              hint: `manage makemigrations` writes one
            Checked 0 migrations: 0 errors, 1 warning, 0 notes.
            ",
        )
        .stderr("");
    project
        .run(["check", "--models", "--fail-level", "error"])
        .status(0)
        .stdout(
            "
            warning[S001] no migration does this yet: create table `tags`
              hint: `manage makemigrations` writes one
            Checked 0 migrations: 0 errors, 1 warning, 0 notes.
            ",
        )
        .stderr("");
    project.run(["makemigrations"]).success();
    project.run(["migrate"]).success();
    project
        .run(["check", "--models"])
        .status(0)
        .stdout(
            "
            Checked 1 migration: nothing found.
            ",
        )
        .stderr("");
}

#[test]
fn drift_of_the_live_database() {
    let project = Project::new().folder("migrations").file(
        "src/schema.rs",
        "diesel::table! { tags (id) { id -> Integer, name -> Nullable<Text>, } }
",
    );
    project.run(["makemigrations"]).success();
    project.run(["migrate"]).success();
    project
        .run(["check", "--drift"])
        .status(0)
        .stdout(
            "
            Checked 1 migration: nothing found.
            ",
        )
        .stderr("");
    project.sql("ALTER TABLE tags ADD COLUMN age INTEGER; CREATE INDEX tags_name ON tags (name);");
    project
        .run(["check", "--drift"])
        .status(1)
        .stdout("
            warning[S002] somebody did this to the database beside the migrations: add column `age` to `tags`
            warning[S002] somebody did this to the database beside the migrations: add index `tags_name` to `tags`
              hint: undo it by hand, or declare it: `manage makemigrations`, then `manage migrate --fake`
            Checked 1 migration: 0 errors, 2 warnings, 0 notes.
            ")
        .stderr("");
    project
        .run(["check", "--drift", "--models", "--format", "json"])
        .status(1)
        .stdout(r#"
            {
              "schema": 1,
              "command": "check",
              "findings": [
                {
                  "id": "S002",
                  "name": "drift",
                  "level": "warning",
                  "message": "somebody did this to the database beside the migrations: add column `age` to `tags`",
                  "hint": "undo it by hand, or declare it: `manage makemigrations`, then `manage migrate --fake`",
                  "migration": null,
                  "file": null,
                  "line": null,
                  "column": null
                },
                {
                  "id": "S002",
                  "name": "drift",
                  "level": "warning",
                  "message": "somebody did this to the database beside the migrations: add index `tags_name` to `tags`",
                  "hint": "undo it by hand, or declare it: `manage makemigrations`, then `manage migrate --fake`",
                  "migration": null,
                  "file": null,
                  "line": null,
                  "column": null
                }
              ]
            }
            "#)
        .stderr("");
    project
        .run(["check"])
        .status(0)
        .stdout(
            "
            Checked 1 migration: nothing found.
            ",
        )
        .stderr("");
}

#[test]
fn models_are_looked_for_only_when_asked() {
    let project = Project::new().folder("migrations");
    project
        .run(["check"])
        .status(0)
        .stdout(
            "
            Checked 0 migrations: nothing found.
            ",
        )
        .stderr("");
    project
        .run(["check", "--models"])
        .status(2)
        .stdout("
            Checked 0 migrations: nothing found.
            ")
        .stderr("
            error: there is no `table!` in `src/**/*.rs`

            hint: `models` in manage.toml says where they are; `manage inspectdb` prints those of a database that is there
            hint: `manage makemigrations --empty -m MSG` begins a migration to be filled in by hand
            ");
}

#[test]
fn applications_find_the_same() {
    let project = Project::new()
        .revising("2025-01-01-000000-0000_a", "none")
        .revising("2025-01-02-000000-0000_b", "7")
        .file("migrations/2025-01-03-000000-0000_c/down.sql", "SELECT 1;")
        .file("manage.toml", "[check]\nignore = [\"H004\"]\n");
    let answer = project.run(["check", "--format", "json"]).status(1).value();
    let told: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["id"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["M002", "H001", "H005"]);
    assert_eq!(found_by_the_library(&project), told);
}

/// The ids of what `Migrator::check` finds.
fn found_by_the_library(project: &Project) -> Vec<&'static str> {
    let overrides = Overrides {
        project: Some(project.root().to_owned()),
        ..Overrides::default()
    };
    let settings = Settings::resolve(&overrides, &Surroundings::default()).unwrap();
    let findings = Migrator::new(settings).check().unwrap();
    findings.iter().map(|finding| finding.rule.id).collect()
}

// What the settings and the files say of the checks.

#[test]
fn levels_are_what_the_settings_say() {
    let project = applied_blog()
        .migration("2025-02-01-000000-0000_a", "-- nothing\n", "SELECT 1;")
        .file("migrations/2025-02-02-000000-0000_b/up.sql", "SELECT 1;")
        .file(
            "manage.toml",
            "[check]\nignore = [\"Only-Comments\"]\nlevels = { M007 = \"error\", pending = \"info\" }\n",
        );
    project
        .run(["check"])
        .status(1)
        .stdout(
            "
            error[M007] migrations/2025-02-02-000000-0000_b: it has no `down.sql`
              hint: write one, if only a comment, so that it can be undone
            info[H001] 2 migrations are pending: 2025-02-01-000000-0000_a, 2025-02-02-000000-0000_b
              hint: `manage migrate` applies what is pending
            Checked 5 migrations: 1 error, 0 warnings, 1 note.
            ",
        )
        .stderr("");
    let checks = project
        .run(["check", "--list", "--format", "json"])
        .success()
        .value();
    let named = |id: &str| {
        let checks = checks["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["id"] == id).unwrap();
        (check["level"].clone(), check["ignored"].clone())
    };
    assert_eq!(named("M005"), (json!("info"), json!(true)));
    assert_eq!(named("M007"), (json!("error"), json!(false)));
    let list = project.run(["check", "--list"]).success().squeezed();
    let list = list.out();
    assert!(
        list.contains("\nM005  only-comments  ignored  an"),
        "{list}"
    );
    let shown = project.run(["settings"]).success().squeezed();
    let row = "check.levels  M007 = error, pending = info  manage.toml [check] levels";
    assert!(
        shown.out().lines().any(|line| line == row),
        "{}",
        shown.out()
    );
}

#[test]
fn a_check_that_is_none_is_an_error_of_check_alone() {
    let project = blog().file(
        "manage.toml",
        "[check]\nfail_level = \"error\"\nignore = [\n  \"M001\",\n  \"M07\",\n]\n",
    );
    for arguments in [["check"].as_slice(), &["check", "--list"]] {
        project
            .run(arguments.iter().copied())
            .status(2)
            .stdout("")
            .stderr(
                "
                error: unknown check `M07` under `[check] ignore` in `[ROOT]/manage.toml`, line 5

                hint: did you mean `M007`? `manage check --list` lists them all
                ",
            );
    }
    project.run(["migrate"]).success();
    blog()
        .file("manage.toml", "[check.levels]\nnothing-like-it = \"error\"\n")
        .run(["check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: unknown check `nothing-like-it` under `[check] levels` in `[ROOT]/manage.toml`, line 2

            hint: `manage check --list` lists them
            ",
        );
    blog()
        .file("manage.toml", "[check]\nlevels = { M007 = \"fatal\" }\n")
        .run(["check"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `levels` in `[ROOT]/manage.toml`, line 2, must be one of `info`, `warning`, `error`
            ",
        );
}

#[test]
fn comments_allow_findings_in_their_file() {
    let project = Project::new()
        .migration(
            "1_file",
            "-- manage: allow(transaction-control) as the vendor wrote it\nBEGIN;\nSELECT 1;\nCOMMIT;\n",
            "ROLLBACK;",
        )
        .migration("2_other", "BEGIN;", "COMMIT; -- MANAGE: Allow( m012 , M006 ) it is empty")
        .file(
            "migrations/3_whole/up.sql",
            "-- manage: allow(M007, incomplete-metadata) never undone\nSELECT 1;",
        )
        .file("migrations/3_whole/metadata.toml", "")
        .file("migrations/4_none/up.sql", "SELECT 1;")
        .file(
            "migrations/R__view.sql",
            "-- manage: allow(M012) it works\nCOMMIT;\n",
        )
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n");
    project.run(["check"]).status(1).stdout(
        "
        warning[M012] migrations/1_file/down.sql:1: this ends the transaction the migration runs in
        warning[M012] migrations/2_other/up.sql:1: this ends the transaction the migration runs in
          hint: remove it, or write `run_in_transaction = false` into metadata.toml
        info[M007] migrations/4_none: it has no `down.sql`
          hint: write one, if only a comment, so that it can be undone
        Checked 5 migrations: 0 errors, 2 warnings, 1 note.
        ",
    );
    assert_eq!(found_by_the_library(&project), ["M012", "M012", "M007"]);
}

#[test]
fn a_late_migration_can_be_allowed() {
    applied_blog()
        .migration(
            "2025-01-02-120000-0000_late",
            "-- manage: allow(out-of-order) it touches nothing of the others\nSELECT 1;",
            "SELECT 1;",
        )
        .run(["check"])
        .success()
        .stdout(
            "
            Checked 4 migrations: nothing found.
            ",
        );
}

#[test]
fn comments_that_allow_nothing_are_found() {
    Project::new()
        .migration(
            "1_a",
            "-- a\n-- manage: allow(M07) hm\n\nSELECT 1; -- manage: allow(missing-dwn, M005)\n",
            "-- manage: alow(M005) oh\n-- manage: allow M005\n-- manage: the rows\nSELECT 1;",
        )
        .file("manage.toml", "[check]\nignore = [\"H001\"]\n")
        .run(["check"])
        .status(1)
        .stdout(
            "
            warning[M019] migrations/1_a/up.sql:2: there is no check `M07`
              hint: did you mean `M007`? `manage check --list` lists them all
            warning[M019] migrations/1_a/up.sql:4: there is no check `missing-dwn`
              hint: did you mean `missing-down`? `manage check --list` lists them all
            info[M020] migrations/1_a/up.sql:4: nothing says why this is allowed
              hint: write `-- manage: allow(RULE, ...) REASON`
            warning[M019] migrations/1_a/down.sql:1: `alow(M005) oh` is nothing that `manage` understands
            warning[M019] migrations/1_a/down.sql:2: `allow M005` is nothing that `manage` understands
              hint: write `-- manage: allow(RULE, ...) REASON`
            Checked 1 migration: 0 errors, 4 warnings, 1 note.
            ",
        )
        .stderr("");
}

// Other answers.

#[test]
fn findings_have_a_column() {
    let value = Project::new()
        .migration("1_a", "SELECT 'é';  VACUUM;", "SELECT 1;")
        .run(["check", "--format", "json"])
        .status(1)
        .value();
    assert_eq!(
        value["findings"][0],
        json!({
            "id": "M013",
            "name": "refuses-transaction",
            "level": "error",
            "message": "VACUUM cannot run in a transaction",
            "hint": "write `run_in_transaction = false` into metadata.toml",
            "migration": "1_a",
            "file": "migrations/1_a/up.sql",
            "line": 1,
            "column": 14,
        })
    );
}

#[test]
fn as_annotations_of_a_github_workflow() {
    let project = Project::new()
        .migration("1_a,b:100%", "-- nothing\n", "SELECT 1;\n  VACUUM;")
        .file("migrations/1_a,b:100%/metadata.toml", "x = y\n")
        .folder("api");
    let annotations = |folder: &str| {
        format!(
            "
            ::error file={folder}migrations/1_a%2Cb%3A100%25/metadata.toml,line=1,title=M008::string values must be quoted, expected literal string; Diesel takes the file for `run_in_transaction = true`%0Ahint: write `run_in_transaction = true` or `run_in_transaction = false`
            ::notice file={folder}migrations/1_a%2Cb%3A100%25/up.sql,title=M005::it holds comments only, so it does nothing
            ::error file={folder}migrations/1_a%2Cb%3A100%25/down.sql,line=2,col=3,title=M013::VACUUM cannot run in a transaction%0Ahint: write `run_in_transaction = false` into metadata.toml
            ::warning title=H001::1 migration is pending: 1_a,b:100%25%0Ahint: `manage migrate` applies what is pending
            "
        )
    };
    let summary = "
        Checked 1 migration: 2 errors, 1 warning, 1 note.
        ";
    project
        .run(["check", "--format", "github"])
        .status(1)
        .stdout(&annotations(""))
        .stderr(summary);
    applied_blog()
        .run(["check", "--format", "github"])
        .success()
        .stdout("")
        .stderr(
            "
            Checked 3 migrations: nothing found.
            ",
        );
    let parent = project.root().parent().unwrap().to_owned();
    let name = project.root().file_name().unwrap().to_owned();
    let folder = format!("{}/", name.to_str().unwrap());
    project
        .env("GITHUB_WORKSPACE", parent.to_str().unwrap())
        .run(["check", "--format", "github", "-q"])
        .status(1)
        .stdout(&annotations(&folder))
        .stderr("");
}

#[test]
fn an_error_is_an_annotation_too() {
    Project::new()
        .run(["check", "--format", "github"])
        .status(2)
        .stdout("
            ::error title=manage::there is no migrations folder at `[ROOT]/migrations`%0Ahint: run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`
            ")
        .stderr("
            error: there is no migrations folder at `[ROOT]/migrations`

            hint: run `manage init` to start a project here, or name the folder with `--project` or `--migrations-dir`
            ");
}

#[test]
fn annotations_are_for_check_alone() {
    let project = blog();
    project
        .run(["migrate", "--format", "github"])
        .status(2)
        .stdout("
            ::error title=manage::`--format github` is for `manage check`%0Ahint: the formats of every command are `table`, `plain` and `json`
            ")
        .stderr("
            error: `--format github` is for `manage check`

            hint: the formats of every command are `table`, `plain` and `json`
            ");
    assert!(!project.root().join("app.db").exists());
}

#[test]
fn a_check_is_explained_by_its_page() {
    let page = include_str!("../../docs/checks/M007.md");
    for word in ["M007", "m007", "missing-down"] {
        let explained = Project::new().run(["check", "--explain", word]).success();
        assert_eq!(explained.out(), page, "{word}");
    }
    let value = Project::new()
        .run(["check", "--explain", "M007", "--format", "json"])
        .success()
        .value();
    assert_eq!(
        value["check"],
        json!({
            "id": "M007",
            "name": "missing-down",
            "level": "info",
            "finds": "a migration without `down.sql`: it cannot be undone",
            "page": page,
        })
    );
    Project::new()
        .run(["check", "--explain", "mising-down"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no check `mising-down`

            hint: did you mean `missing-down`? `manage check --list` lists them all
            ",
        );
}

// `--all`

#[test]
fn all_looks_at_what_there_is() {
    let project = blog();
    project
        .run(["check", "--all"])
        .status(1)
        .stdout(
            "
            warning[H001] 3 migrations are pending: 2025-01-01-000000-0000_create_users, 2025-01-02-000000-0000_create_posts, 2025-01-03-000000-0000_create_tags
              hint: `manage migrate` applies what is pending
            Checked 3 migrations: 0 errors, 1 warning, 0 notes.
            ",
        )
        .stderr(
            "
            The live database is behind, and is not compared with the migrations.
            ",
        );
    assert!(!project.root().join("app.db").exists());
    project.run(["migrate"]).success();
    project.sql("CREATE INDEX by_hand ON users (id);");
    let project = project.file(
        "src/schema.rs",
        "diesel::table! { labels (id) { id -> Integer, } }\n",
    );
    let value = project
        .run(["check", "--all", "--format", "json"])
        .status(1)
        .stderr("")
        .value();
    let findings = value["findings"].as_array().unwrap();
    let mut ids: Vec<&str> = findings
        .iter()
        .map(|finding| finding["id"].as_str().unwrap())
        .filter(|id| id.starts_with('S'))
        .collect();
    ids.dedup();
    assert_eq!(ids, ["S001", "S002"]);
}
