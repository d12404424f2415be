//! `makemigrations` from models. Whole outputs take their room: the file is long.

use crate::support::Project;

const BLOG: &str = "diesel::table! {
    users (id) {
        id -> Integer,
        name -> Text,
        email -> Nullable<Text>,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        /// @references users(id) on delete cascade
        user_id -> Integer,
        title -> Text,
    }
}
";

const TAGS: &str = "diesel::table! { tags (id) { id -> Integer, name -> Nullable<Text>, } }
";

const TAGS_WITH_LABELS: &str =
    "diesel::table! { tags (id) { id -> Integer, label -> Nullable<Text>, } }
";

const TAGS_WITH_NAMES: &str = "diesel::table! { tags (id) { id -> Integer, name -> Text, } }
";

const TAGS_WITH_AGES: &str =
    "diesel::table! { tags (id) { id -> Integer, age -> Integer, name -> Nullable<Text>, } }
";

#[test]
fn a_new_project_gets_its_first_migration() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", BLOG);
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
              + create table `users`
              + create table `posts`
            Created migrations/[STAMP]_initial/up.sql
            Created migrations/[STAMP]_initial/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
    project
        .run(["migrate"])
        .status(0)
        .stdout(
            "
            Applying [STAMP]_initial ... OK ([MS])
            Applied 1 migration in [MS].
            ",
        )
        .stderr("");
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
    project
        .run(["makemigrations", "--check"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
    project
        .run(["rollback"])
        .status(0)
        .stdout(
            "
            Unapplying [STAMP]_initial ... OK ([MS])
            Unapplied 1 migration in [MS].
            ",
        )
        .stderr("");
}

#[test]
fn a_single_change_names_the_migration() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
              + create table `tags`
            Created migrations/[STAMP]_add_tags/up.sql
            Created migrations/[STAMP]_add_tags/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
    project.write("src/schema.rs", "diesel::table! { tags (id) { id -> Integer, age -> Nullable<Integer>, name -> Nullable<Text>, } }
");
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
              + add column `age` to `tags`
            Created migrations/[STAMP]_tags_add_age/up.sql
            Created migrations/[STAMP]_tags_add_age/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_message_names_it_otherwise() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project
        .run(["makemigrations", "-m", "what posts are about"])
        .status(0)
        .stdout(
            "
              + create table `tags`
            Created migrations/[STAMP]_what_posts_are_about/up.sql
            Created migrations/[STAMP]_what_posts_are_about/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_dry_run_shows_the_sql_and_writes_nothing() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", BLOG);
    project
        .run(["makemigrations", "--dry-run"])
        .status(0)
        .stdout(
            "
              + create table `users`
              + create table `posts`

            -- migrations/[STAMP]_initial/up.sql
            -- initial
            --
            -- Version: [VERSION]
            -- Revises: none
            -- Created: [TIME] UTC

            CREATE TABLE users (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                email TEXT
            );

            CREATE TABLE posts (
                id INTEGER PRIMARY KEY,
                user_id INTEGER NOT NULL,
                title TEXT NOT NULL,
                FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
            );

            -- migrations/[STAMP]_initial/down.sql
            -- Undoes: initial

            -- destroys data: table `posts` and its rows
            DROP TABLE posts;

            -- destroys data: table `users` and its rows
            DROP TABLE users;
            ",
        )
        .stderr("");
    project
        .run(["makemigrations", "--dry-run", "--color", "always"])
        .status(0)
        .stdout("
              \u{1b}[32m+\u{1b}[0m create table `users`
              \u{1b}[32m+\u{1b}[0m create table `posts`

            \u{1b}[1m-- migrations/[STAMP]_initial/up.sql\u{1b}[0m
            \u{1b}[2m-- initial\u{1b}[0m
            \u{1b}[2m--\u{1b}[0m
            \u{1b}[2m-- Version: [VERSION]\u{1b}[0m
            \u{1b}[2m-- Revises: none\u{1b}[0m
            \u{1b}[2m-- Created: [TIME] UTC\u{1b}[0m

            \u{1b}[36mCREATE\u{1b}[0m \u{1b}[36mTABLE\u{1b}[0m users (
                id \u{1b}[36mINTEGER\u{1b}[0m \u{1b}[36mPRIMARY\u{1b}[0m \u{1b}[36mKEY\u{1b}[0m,
                name \u{1b}[36mTEXT\u{1b}[0m \u{1b}[36mNOT\u{1b}[0m \u{1b}[36mNULL\u{1b}[0m,
                email \u{1b}[36mTEXT\u{1b}[0m
            );

            \u{1b}[36mCREATE\u{1b}[0m \u{1b}[36mTABLE\u{1b}[0m posts (
                id \u{1b}[36mINTEGER\u{1b}[0m \u{1b}[36mPRIMARY\u{1b}[0m \u{1b}[36mKEY\u{1b}[0m,
                user_id \u{1b}[36mINTEGER\u{1b}[0m \u{1b}[36mNOT\u{1b}[0m \u{1b}[36mNULL\u{1b}[0m,
                title \u{1b}[36mTEXT\u{1b}[0m \u{1b}[36mNOT\u{1b}[0m \u{1b}[36mNULL\u{1b}[0m,
                \u{1b}[36mFOREIGN\u{1b}[0m \u{1b}[36mKEY\u{1b}[0m (user_id) \u{1b}[36mREFERENCES\u{1b}[0m users (id) \u{1b}[36mON\u{1b}[0m \u{1b}[36mDELETE\u{1b}[0m \u{1b}[36mCASCADE\u{1b}[0m
            );

            \u{1b}[1m-- migrations/[STAMP]_initial/down.sql\u{1b}[0m
            \u{1b}[2m-- Undoes: initial\u{1b}[0m

            \u{1b}[2m-- destroys data: table `posts` and its rows\u{1b}[0m
            \u{1b}[36mDROP\u{1b}[0m \u{1b}[36mTABLE\u{1b}[0m posts;

            \u{1b}[2m-- destroys data: table `users` and its rows\u{1b}[0m
            \u{1b}[36mDROP\u{1b}[0m \u{1b}[36mTABLE\u{1b}[0m users;
            ")
        .stderr("");
    assert_eq!(project.migrations(), 0);
}

#[test]
fn check_lists_what_is_missing() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", BLOG);
    project
        .run(["makemigrations", "--check"])
        .status(1)
        .stdout(
            "
              + create table `users`
              + create table `posts`
            2 changes without a migration.
            ",
        )
        .stderr(
            "
            hint: `manage makemigrations` writes one
            ",
        );
    project
        .run(["makemigrations", "--check", "--format", "json"])
        .status(1)
        .stdout(
            r#"
            {
              "schema": 1,
              "command": "makemigrations",
              "changes": [
                {
                  "mark": "+",
                  "description": "create table `users`",
                  "table": "users",
                  "destroys": null
                },
                {
                  "mark": "+",
                  "description": "create table `posts`",
                  "table": "posts",
                  "destroys": null
                }
              ]
            }
            "#,
        )
        .stderr("");
    assert_eq!(project.migrations(), 0);
}

#[test]
fn as_json() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project
        .run(["makemigrations", "--dry-run", "--format", "json"])
        .status(0)
        .stdout(
            r#"
            {
              "schema": 1,
              "command": "makemigrations",
              "changes": [
                {
                  "mark": "+",
                  "description": "create table `tags`",
                  "table": "tags",
                  "destroys": null
                }
              ],
              "version": "[VERSION]",
              "name": "[STAMP]_add_tags",
              "revises": [],
              "files": [],
              "up": "CREATE TABLE tags (\n    id INTEGER PRIMARY KEY,\n    name TEXT\n);\n",
              "down": "-- destroys data: table `tags` and its rows\nDROP TABLE tags;\n",
              "doubts": []
            }
            "#,
        )
        .stderr("");
    project
        .run(["makemigrations", "--format", "json"])
        .status(0)
        .stdout(
            r#"
            {
              "schema": 1,
              "command": "makemigrations",
              "changes": [
                {
                  "mark": "+",
                  "description": "create table `tags`",
                  "table": "tags",
                  "destroys": null
                }
              ],
              "version": "[VERSION]",
              "name": "[STAMP]_add_tags",
              "revises": [],
              "files": [
                "migrations/[STAMP]_add_tags/up.sql",
                "migrations/[STAMP]_add_tags/down.sql"
              ],
              "up": "CREATE TABLE tags (\n    id INTEGER PRIMARY KEY,\n    name TEXT\n);\n",
              "down": "-- destroys data: table `tags` and its rows\nDROP TABLE tags;\n",
              "doubts": []
            }
            "#,
        )
        .stderr("");
    project
        .run(["makemigrations", "--format", "json"])
        .status(0)
        .stdout(
            r#"
            {
              "schema": 1,
              "command": "makemigrations",
              "changes": []
            }
            "#,
        )
        .stderr("");
}

#[test]
fn update_amends_the_newest_migration() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_AGES);
    project
        .run(["makemigrations", "--update", "--dry-run"])
        .status(0)
        .stdout(
            "
              + create table `tags`

            -- migrations/[STAMP]_add_tags/up.sql
            -- add tags
            --
            -- Version: [VERSION]
            -- Revises: none
            -- Created: [TIME] UTC

            CREATE TABLE tags (
                id INTEGER PRIMARY KEY,
                age INTEGER NOT NULL,
                name TEXT
            );

            -- migrations/[STAMP]_add_tags/down.sql
            -- Undoes: add tags

            -- destroys data: table `tags` and its rows
            DROP TABLE tags;
            ",
        )
        .stderr("");
    project
        .run(["makemigrations", "--update"])
        .status(2)
        .stdout("")
        .stderr("
            error: replacing the SQL of [STAMP]_add_tags and every change made to it by hand needs a yes, and there is no terminal to ask at

            hint: `--yes` says it in advance
            ");
    project
        .terminal_answers("$MANAGE makemigrations --update --color never", &["n\n"])
        .status(2)
        .stdout("
            ? replacing the SQL of [STAMP]_add_tags and every change made to it by hand. Go on? [y/N] n
            error: nothing was done
            ");
    project
        .terminal_answers("$MANAGE makemigrations --update --color never", &["y\n"])
        .status(0)
        .stdout("
            ? replacing the SQL of [STAMP]_add_tags and every change made to it by hand. Go on? [y/N] y
              + create table `tags`
            Updated migrations/[STAMP]_add_tags/up.sql
            Updated migrations/[STAMP]_add_tags/down.sql
            hint: read both files, then `manage migrate`
            ");
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
    assert_eq!(project.migrations(), 1);
}

#[test]
fn update_needs_no_question_with_yes() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_AGES);
    project
        .run(["makemigrations", "--update", "--yes", "--format", "json"])
        .status(0)
        .stdout(r#"
            {
              "schema": 1,
              "command": "makemigrations",
              "changes": [
                {
                  "mark": "+",
                  "description": "create table `tags`",
                  "table": "tags",
                  "destroys": null
                }
              ],
              "version": "[VERSION]",
              "name": "[STAMP]_add_tags",
              "revises": [],
              "files": [
                "migrations/[STAMP]_add_tags/up.sql",
                "migrations/[STAMP]_add_tags/down.sql"
              ],
              "up": "CREATE TABLE tags (\n    id INTEGER PRIMARY KEY,\n    age INTEGER NOT NULL,\n    name TEXT\n);\n",
              "down": "-- destroys data: table `tags` and its rows\nDROP TABLE tags;\n",
              "doubts": []
            }
            "#)
        .stderr("");
}

#[test]
fn update_takes_no_message() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project
        .run(["makemigrations", "--update", "-m", "x"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: the argument '--update' cannot be used with '--message <MSG>'

            Usage: manage makemigrations --update [MSG]

            For more information, try '--help'.
            ",
        );
}

#[test]
fn update_leaves_what_is_applied_alone() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.run(["migrate"]).success();
    project.write("src/schema.rs", TAGS_WITH_AGES);
    project
        .run(["makemigrations", "--update"])
        .status(2)
        .stdout("")
        .stderr("
            error: [STAMP]_add_tags is applied already: `manage rollback` undoes it, or leave `--update` away
            ");
}

#[test]
fn update_with_nothing_left_or_nothing_there() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project
        .run(["makemigrations", "--empty", "-m", "by hand"])
        .success();
    project
        .run(["makemigrations", "--update", "--yes"])
        .status(2)
        .stdout("")
        .stderr("
            error: without [STAMP]_by_hand the models and the migrations agree: remove its folder instead
            ");
    project.remove("migrations");
    project.write("migrations/head.txt", "");
    project
        .run(["makemigrations", "--update", "--yes"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: there is no migration to update
            ",
        );
}

#[test]
fn a_rename_is_said_by_a_flag() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_LABELS);
    project
        .run([
            "makemigrations",
            "--rename",
            "tags.name=tags.label",
            "--dry-run",
        ])
        .status(0)
        .stdout(
            "
              ~ rename column `tags.name` to `label`

            -- migrations/[STAMP]_tags_rename_name_to_label/up.sql
            -- tags rename name to label
            --
            -- Version: [VERSION]
            -- Revises: [VERSION]
            -- Created: [TIME] UTC

            ALTER TABLE tags RENAME COLUMN name TO label;

            -- migrations/[STAMP]_tags_rename_name_to_label/down.sql
            -- Undoes: tags rename name to label

            ALTER TABLE tags RENAME COLUMN label TO name;
            ",
        )
        .stderr("");
    project
        .run(["makemigrations", "--rename", "tags.nme=tags.label"])
        .status(2)
        .stdout("")
        .stderr("
            error: `--rename tags.nme=tags.label`: there is no column `tags.nme` in the database; did you mean `tags.name`?
            ");
    project
        .run(["makemigrations", "--rename", "tags.name"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--rename tags.name`: `tags.name` is not of the form `OLD=NEW`
            ",
        );
    project
        .run(["makemigrations", "--rename", "tags=labels"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--rename tags=labels`: there is no table `labels` in the models
            ",
        );
}

#[test]
fn a_rename_is_asked_for_at_a_terminal() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_LABELS);
    project
        .terminal_answers("$MANAGE makemigrations --check --color never", &["y\n"])
        .status(1)
        .stdout(
            "
            ? Was tags.name (TEXT) renamed to tags.label (TEXT)? [y/N] y
              ~ rename column `tags.name` to `label`
            1 change without a migration.
            hint: `manage makemigrations` writes one
            ",
        );
    project
        .terminal_answers("$MANAGE makemigrations --check --color never", &["n\n"])
        .status(1)
        .stdout(
            "
            ? Was tags.name (TEXT) renamed to tags.label (TEXT)? [y/N] n
              + add column `label` to `tags`
              - drop column `name` from `tags`
            2 changes without a migration.
            hint: `manage makemigrations` writes one
            ",
        );
    project
        .terminal_answers("$MANAGE makemigrations --color never", &["y\n"])
        .status(0)
        .stdout(
            "
            ? Was tags.name (TEXT) renamed to tags.label (TEXT)? [y/N] y
              ~ rename column `tags.name` to `label`
            Created migrations/[STAMP]_tags_rename_name_to_label/up.sql
            Created migrations/[STAMP]_tags_rename_name_to_label/down.sql
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_rename_of_a_table_is_asked_for_at_a_terminal() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write(
        "src/schema.rs",
        "diesel::table! { labels (id) { id -> Integer, name -> Nullable<Text>, } }
",
    );
    project
        .terminal_answers("$MANAGE makemigrations --color never", &["y\n"])
        .status(0)
        .stdout(
            "
            ? Was the table tags renamed to labels? [y/N] y
              ~ rename table `tags` to `labels`
            Created migrations/[STAMP]_rename_tags_to_labels/up.sql
            Created migrations/[STAMP]_rename_tags_to_labels/down.sql
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn without_a_terminal_a_rename_is_a_hint() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_LABELS);
    project
        .run(["makemigrations"])
        .status(0)
        .stdout("
              + add column `label` to `tags`
              - drop column `name` from `tags`
            Created migrations/[STAMP]_tags_add_label_and_tags_drop_name/up.sql
            Created migrations/[STAMP]_tags_add_label_and_tags_drop_name/down.sql
            ")
        .stderr("
            warning: this destroys data: column `tags.name` and its data
            hint: `tags.name` goes and `tags.label` comes; if it was renamed: `--rename tags.name=tags.label`
            hint: read both files, then `manage migrate`
            ");
}

#[test]
fn a_column_that_may_not_be_null_asks_for_a_value() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_AGES);
    project
        .terminal_answers("$MANAGE makemigrations --color never", &["\n"])
        .status(2)
        .stdout(
            r#"
            ? tags.age (INTEGER) is new, may not be null and has no default.
              What do existing rows get? An SQL expression, or nothing to stop: 
            error: existing rows need a value: `tags.age` is new, may not be null and has no default

            hint: say what existing rows get: `--default "tags.age=EXPRESSION"`, an SQL expression
            "#,
        );
    assert_eq!(project.migrations(), 1);
    project
        .terminal_answers("$MANAGE makemigrations --color never --dry-run", &["18\n"])
        .status(0)
        .stdout(
            "
            ? tags.age (INTEGER) is new, may not be null and has no default.
              What do existing rows get? An SQL expression, or nothing to stop: 18
              + add column `age` to `tags`

            -- migrations/[STAMP]_tags_add_age/up.sql
            -- tags add age
            --
            -- Version: [VERSION]
            -- Revises: [VERSION]
            -- Created: [TIME] UTC

            -- SQLite cannot change this in place: `tags` is built anew
            ALTER TABLE tags RENAME TO tags__old;

            CREATE TABLE tags (
                id INTEGER PRIMARY KEY,
                age INTEGER NOT NULL,
                name TEXT
            );

            INSERT INTO tags (id, age, name)
            SELECT id, 18, name
            FROM tags__old;

            DROP TABLE tags__old;

            -- migrations/[STAMP]_tags_add_age/down.sql
            -- Undoes: tags add age

            -- destroys data: column `tags.age` and its data
            ALTER TABLE tags DROP COLUMN age;
            ",
        );
}

#[test]
fn only_one_question_is_left_unanswered() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write(
        "src/schema.rs",
        "diesel::table! { tags (id) { id -> Integer, age -> Integer, name -> Text, } }
",
    );
    project
        .terminal_answers("$MANAGE makemigrations --color never", &["\n"])
        .status(2)
        .stdout(r#"
            ? tags.age (INTEGER) is new, may not be null and has no default.
              What do existing rows get? An SQL expression, or nothing to stop: 
            error: existing rows need a value: `tags.age` is new, may not be null and has no default; `tags.name` may be null no longer

            hint: say what existing rows get: `--default "tags.age=EXPRESSION"`, an SQL expression
            hint: say what existing rows get: `--default "tags.name=EXPRESSION"`, an SQL expression
            "#);
}

#[test]
fn a_value_is_said_by_a_flag() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write("src/schema.rs", TAGS_WITH_AGES);
    project.run(["makemigrations"]).status(2).stdout("").stderr(
        r#"
            error: existing rows need a value: `tags.age` is new, may not be null and has no default

            hint: say what existing rows get: `--default "tags.age=EXPRESSION"`, an SQL expression
            "#,
    );
    project
        .run(["makemigrations", "--default", "tags.age"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--default tags.age`: `tags.age` is not of the form `TABLE.COLUMN=EXPRESSION`
            ",
        );
    project
        .run(["makemigrations", "--default", "tags.aeg=1"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: `--default tags.aeg=1`: there is no column `tags.aeg` in the models
            ",
        );
    project
        .run(["makemigrations", "--default", "tags.age=nonsense"])
        .status(2)
        .stdout("")
        .stderr("
            error: the generated up.sql does not do what it should: `INSERT INTO tags (id, age, name)
            SELECT id, nonsense, name
            FROM tags__old` fails: no such column: nonsense

            hint: is it a value that was given for existing rows, or a view or trigger that uses what changes? a migration before this one can take that away: `manage makemigrations --empty -m MSG` begins it
            hint: nothing was written
            ");
    assert_eq!(project.migrations(), 1);
    project
        .run(["makemigrations", "--default", "tags.age=18"])
        .status(0)
        .stdout(
            "
              + add column `age` to `tags`
            Created migrations/[STAMP]_tags_add_age/up.sql
            Created migrations/[STAMP]_tags_add_age/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_renamed_column_that_may_not_be_null_is_hinted_at_too() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS_WITH_NAMES);
    project.run(["makemigrations"]).success();
    project.write(
        "src/schema.rs",
        "diesel::table! { tags (id) { id -> Integer, label -> Text, } }
",
    );
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr(r#"
            error: existing rows need a value: `tags.label` is new, may not be null and has no default

            hint: `tags.name` goes and `tags.label` comes; if it was renamed: `--rename tags.name=tags.label`
            hint: say what existing rows get: `--default "tags.label=EXPRESSION"`, an SQL expression
            "#);
}

#[test]
fn what_is_lost_is_said() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", BLOG);
    project.run(["makemigrations"]).success();
    project.write(
        "src/schema.rs",
        "diesel::table! { users (id) { id -> Integer, name -> Text, } }
",
    );
    project
        .run(["makemigrations"])
        .status(0)
        .stdout("
              - drop column `email` from `users`
              - drop table `posts`
            Created migrations/[STAMP]_drop_posts_and_users_drop_email/up.sql
            Created migrations/[STAMP]_drop_posts_and_users_drop_email/down.sql
            ")
        .stderr("
            warning: this destroys data: column `users.email` and its data, table `posts` and its rows
            hint: read both files, then `manage migrate`
            ");
}

#[test]
fn rows_that_may_stop_a_migration_are_warned_about() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project.write(
        "src/schema.rs",
        "diesel::table! { tags (id) { id -> Integer,
  /// @check names_are_long (length(name) > 100)
  name -> Nullable<Text>, } }
",
    );
    project
        .run(["makemigrations"])
        .status(0)
        .stdout("
              + add check (length(name) > 100) to `tags`
            Created migrations/[STAMP]_tags_add_check/up.sql
            Created migrations/[STAMP]_tags_add_check/down.sql
            ")
        .stderr("
            warning: up.sql runs on empty tables, but rows may stop it: `INSERT INTO tags (id, name)` failed on sample rows: CHECK constraint failed: names_are_long
            hint: read both files, then `manage migrate`
            ");
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
            No changes detected.
            ",
        )
        .stderr("");
}

#[test]
fn what_cannot_be_proven_is_not_written() {
    let project = Project::new()
        .file(
            "migrations/2025-01-01-000000-0000_all/up.sql",
            "CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT);
CREATE VIEW names AS SELECT name FROM tags;
",
        )
        .file(
            "src/schema.rs",
            "diesel::table! { tags (id) { id -> Integer, } }
",
        );
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: the generated up.sql does not do what it should: `ALTER TABLE tags DROP COLUMN name` fails: error in view names after drop column: no such column: name

            hint: is it a value that was given for existing rows, or a view or trigger that uses what changes? a migration before this one can take that away: `manage makemigrations --empty -m MSG` begins it
            hint: nothing was written
            ");
    assert_eq!(project.migrations(), 1);
}

#[test]
fn a_migration_that_does_not_run_is_shown() {
    let project = Project::new()
        .file(
            "migrations/2025-01-01-000000-0000_all/up.sql",
            "CREATE TABLE tags (id INTEGER);

INSERT INTO tgs VALUES (1);
",
        )
        .file("src/schema.rs", TAGS);
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: the migrations do not run in a scratch database: applying 2025-01-01-000000-0000_all failed: no such table: tgs
             --> migrations/2025-01-01-000000-0000_all/up.sql:3:13
              |
            3 | INSERT INTO tgs VALUES (1);
              |             ^^^
              |
              = nothing was applied before it in this run
              = nothing of this migration stands: it was rolled back

            hint: the migrations must run from the first to the last on an empty database, for new developers and for tests too
            hint: `MANAGE_SCRATCH_URL` names another server to try them on
            ");
    project
        .run(["makemigrations", "--format", "json"])
        .status(2)
        .stdout(r#"
            {
              "schema": 1,
              "error": {
                "message": "the migrations do not run in a scratch database: applying 2025-01-01-000000-0000_all failed: no such table: tgs",
                "hints": [
                  "the migrations must run from the first to the last on an empty database, for new developers and for tests too",
                  "`MANAGE_SCRATCH_URL` names another server to try them on"
                ],
                "migration": "2025-01-01-000000-0000_all",
                "direction": "forwards",
                "file": "migrations/2025-01-01-000000-0000_all/up.sql",
                "line": 3,
                "column": 13,
                "statement": "INSERT INTO tgs VALUES (1)",
                "database_message": "no such table: tgs",
                "finished": [],
                "state": "nothing of this migration stands: it was rolled back"
              }
            }
            "#)
        .stderr("
            error: the migrations do not run in a scratch database: applying 2025-01-01-000000-0000_all failed: no such table: tgs
             --> migrations/2025-01-01-000000-0000_all/up.sql:3:13
              |
            3 | INSERT INTO tgs VALUES (1);
              |             ^^^
              |
              = nothing was applied before it in this run
              = nothing of this migration stands: it was rolled back

            hint: the migrations must run from the first to the last on an empty database, for new developers and for tests too
            hint: `MANAGE_SCRATCH_URL` names another server to try them on
            ");
}

#[test]
fn several_heads_are_refused() {
    let project = Project::new()
        .file(
            "migrations/2025-01-01-000000-0000_a/up.sql",
            "-- a
--
-- Revises: none

SELECT 1;
",
        )
        .file(
            "migrations/2025-01-02-000000-0000_b/up.sql",
            "-- b
--
-- Revises: none

SELECT 1;
",
        )
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).status(2).stdout("").stderr(
        "
            error: there are 2 heads: `2025-01-01-000000-0000_a` and `2025-01-02-000000-0000_b`

            hint: `manage makemigrations --merge` joins them; `manage makemigrations --rebase MIGRATION` puts a branch on top of the other
            ",
    );
}

#[test]
fn no_models_are_an_error() {
    let project = Project::new().folder("migrations").file(
        "src/main.rs",
        "fn main() {}
",
    );
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: there is no `table!` in `src/**/*.rs`

            hint: `models` in manage.toml says where they are; `manage inspectdb` prints those of a database that is there
            hint: `manage makemigrations --empty -m MSG` begins a migration to be filled in by hand
            ");
}

#[test]
fn models_stand_where_the_settings_say() {
    let project = Project::new()
        .folder("migrations")
        .file("db/tables/tags.rs", TAGS)
        .file(
            "manage.toml",
            r#"models = ["db/**/*.rs"]
"#,
        );
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
              + create table `tags`
            Created migrations/[STAMP]_add_tags/up.sql
            Created migrations/[STAMP]_add_tags/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
    project.write(
        "manage.toml",
        r#"models = ["db/***"]
"#,
    );
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: the models' glob `db/***` makes no sense: wildcards are either regular `*` or recursive `**`
            ");
}

#[test]
fn models_of_workspace_members_count() {
    let project = Project::new()
        .folder("migrations")
        .file(
            "Cargo.toml",
            r#"[workspace]
members = ["crates/*"]
"#,
        )
        .file("crates/a/Cargo.toml", "")
        .file("crates/a/src/schema.rs", TAGS)
        .file("crates/b/Cargo.toml", "")
        .file(
            "crates/b/src/schema.rs",
            "diesel::table! { users (id) { id -> Integer, } }
",
        );
    project
        .run(["makemigrations"])
        .status(0)
        .stdout(
            "
              + create table `tags`
              + create table `users`
            Created migrations/[STAMP]_initial/up.sql
            Created migrations/[STAMP]_initial/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_sub_folder_will_do() {
    let project = Project::new()
        .folder("migrations")
        .folder("src/deep")
        .file("src/schema.rs", TAGS);
    project
        .run_in("src/deep", ["makemigrations"])
        .status(0)
        .stdout(
            "
              + create table `tags`
            Created [ROOT]/migrations/[STAMP]_add_tags/up.sql
            Created [ROOT]/migrations/[STAMP]_add_tags/down.sql
            ",
        )
        .stderr(
            "
            hint: read both files, then `manage migrate`
            ",
        );
}

#[test]
fn a_scratch_server_that_is_not_there() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS)
        .env("DATABASE_URL", "postgres://app@127.0.0.1:1/app");
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: no scratch database can be made: nobody answers at postgres://app@127.0.0.1:1/postgres: Connection refused (os error 111)

            hint: the migrations are tried out in a temporary database: `MANAGE_SCRATCH_URL` names a server where one may be created
            ");
}

#[test]
fn a_scratch_server_of_another_engine() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS)
        .env("MANAGE_SCRATCH_URL", "postgres://app@127.0.0.1:1/app");
    project
        .run(["makemigrations"])
        .status(2)
        .stdout("")
        .stderr("
            error: `MANAGE_SCRATCH_URL` names a database of another engine than sqlite://[ROOT]/app.db
            ");
}

#[test]
fn against_the_live_database() {
    let project = Project::new()
        .folder("migrations")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    project
        .run(["makemigrations", "--against", "database"])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: sqlite://[ROOT]/app.db does not exist

            hint: `manage migrate` creates it
            ",
        );
    project.run(["migrate"]).success();
    project.sql("ALTER TABLE tags DROP COLUMN name; CREATE TABLE other (id INTEGER);");
    project
        .run(["makemigrations", "--against", "database", "--check"])
        .status(1)
        .stdout(
            "
              + add column `name` to `tags`
            1 change without a migration.
            ",
        )
        .stderr(
            "
            hint: `manage makemigrations` writes one
            ",
        );
}

#[test]
fn the_head_file_is_kept_and_a_header_names_the_parent() {
    let project = Project::new()
        .file("migrations/head.txt", "")
        .migration("2999-01-01-000000-0000_far", "SELECT 1;", "SELECT 1;")
        .file("src/schema.rs", TAGS);
    project.run(["makemigrations"]).success();
    assert_eq!(project.read("migrations/head.txt"), "299901010000000001\n");
    let up = project.read("migrations/2999-01-01-000000-0001_add_tags/up.sql");
    assert_eq!(
        up.lines().nth(3),
        Some("-- Revises: 299901010000000000"),
        "{up}"
    );
}
