//! What is asked in production, and what is not.

use crate::support::{POSTS, Project, TAGS, USERS, applied_blog, blog};

const WHERE: &str = "in production (sqlite://[ROOT]/app.db)";

fn applied() -> Project {
    applied_blog().env("ENVIRONMENT", "production")
}

/// A command asks this one question at a terminal, after whatever else it says; does nothing when the
/// answer is no, nor where nobody can be asked; and goes on when yes was said in advance.
#[track_caller]
fn asks_after(project: &Project, line: &str, said: &str, question: &str) {
    let args: Vec<&str> = line.split_whitespace().collect();
    let folders = project.migrations();
    let ledger = || {
        if project.exists("app.db") && !project.tables().is_empty() {
            project.ledger()
        } else {
            Vec::new()
        }
    };
    let before = ledger();
    project
        .terminal(&format!("\"$MANAGE\" --color never {line}"), "n\n")
        .status(2)
        .stdout(&format!(
            "{said}? {question}. Go on? [y/N] n\nerror: nothing was done\n"
        ));
    for no_one in [&args[..], &[&args[..], &["--no-input"]].concat()] {
        project.run(no_one).status(2).stdout("").stderr(&format!(
            "{said}error: {question} needs a yes, and there is no terminal to ask at\n\nhint: `--yes` says it in advance\n"
        ));
    }
    assert_eq!(ledger(), before);
    assert_eq!(project.migrations(), folders);
    project.run([&args[..], &["--yes"]].concat()).success();
}

#[track_caller]
fn asks(project: &Project, line: &str, question: &str) {
    asks_after(project, line, "", question);
}

#[test]
fn undoing_is_asked_for() {
    let one = format!("unapplying 1 migration ({TAGS}), {WHERE}");
    asks(&applied(), "rollback", &one);
    asks(&applied(), "redo", &one);
    asks(
        &applied(),
        "migrate create_users",
        &format!("unapplying 2 migrations ({TAGS}, {POSTS}), {WHERE}"),
    );
}

#[test]
fn what_has_the_ledger_say_what_was_not_done_is_asked_for() {
    let pending = blog().env("ENVIRONMENT", "production");
    asks(
        &pending,
        "migrate --fake",
        &format!(
            "recording 3 migrations ({USERS}, {POSTS}, {TAGS}) without running anything, {WHERE}"
        ),
    );
    let forgetting = format!("forgetting 1 migration ({TAGS}) without undoing anything, {WHERE}");
    asks(&applied(), "rollback --fake", &forgetting);
    asks(&applied(), "migrate create_posts --fake", &forgetting);
    asks(&applied(), "stamp create_posts", &forgetting);
    let project = applied();
    project.remove(&format!("migrations/{TAGS}"));
    asks(&project, "stamp head --purge", &forgetting);
}

#[test]
fn dropping_the_database_is_asked_for() {
    asks(
        &applied(),
        "dropdb",
        &format!("dropping database app.db and everything in it, {WHERE}"),
    );
}

#[test]
fn what_destroys_data_is_asked_for_once_and_named() {
    let project = applied();
    project.sql("ALTER TABLE users ADD COLUMN name TEXT");
    let project = project
        .migration(
            "2025-02-01-000000-0000_tidy",
            "DROP TABLE tags;\n\nDELETE FROM posts;\n",
            "SELECT 1;\n",
        )
        .migration(
            "2025-02-02-000000-0000_harmless",
            "CREATE TABLE more (id INTEGER);\nDROP TABLE more;\nINSERT INTO posts (id) VALUES (1);\n",
            "SELECT 1;\n",
        )
        .migration(
            "2025-02-03-000000-0000_last",
            "ALTER TABLE users DROP COLUMN name;\n\nDROP TABLE users;\n",
            "SELECT 1;\n",
        );
    asks(
        &project,
        "migrate",
        &format!(
            "applying 2025-02-01-000000-0000_tidy, which destroys data (line 1: table `tags` is dropped with its rows, line 3: all rows of `posts` are deleted); applying 2025-02-03-000000-0000_last, which destroys data (line 1: column `users.name` is dropped with its values, line 3: table `users` is dropped with its rows), {WHERE}"
        ),
    );
    assert_eq!(project.tables(), ["posts"]);
}

#[test]
fn undoing_what_is_gone_is_the_same_question() {
    let project = applied();
    project.remove(&format!("migrations/{TAGS}"));
    asks(
        &project,
        "rollback",
        &format!(
            "unapplying 1 migration ({TAGS}); undoing what is gone from the migrations folder by the `down.sql` in the log ({TAGS}), {WHERE}"
        ),
    );
    assert_eq!(project.tables(), ["posts", "users"]);
}

#[test]
fn what_a_squash_makes_needless_is_asked_for() {
    let project = applied();
    let said = format!("Will squash the following migrations:\n  {USERS}\n  {POSTS}\n  {TAGS}\n");
    let removing =
        format!("removing the folders of 3 migrations ({USERS}, {POSTS}, {TAGS}), {WHERE}");
    asks_after(
        &project,
        "squashmigrations create_tags --delete-replaced",
        &said,
        &removing,
    );
    assert_eq!(project.migrations(), 1);
    project.run(["migrate"]).success();
    asks(
        &project,
        "migrate --prune",
        &format!(
            "forgetting 3 replaced migrations (202501010000000000, 202501020000000000, 202501030000000000), {WHERE}"
        ),
    );

    let project = applied();
    project
        .run(["squashmigrations", "create_tags", "--yes"])
        .success();
    project.run(["migrate"]).success();
    let folders = project.migrations();
    asks(
        &project,
        "squashmigrations head --delete-replaced",
        &removing,
    );
    assert_eq!(project.migrations(), folders - 3);
}

#[test]
fn looking_asks_nothing() {
    let project = applied();
    let before = project.files();
    for line in [
        "rollback --plan",
        "redo --plan",
        "migrate base --plan",
        "migrate base --check",
        "rollback --fake --plan",
        "rollback --sql",
        "migrate --sql",
        "migrate --fake --sql",
        "stamp base --sql",
        "squashmigrations create_tags --delete-replaced --dry-run",
    ] {
        let run = project.run(line.split_whitespace());
        assert!(!run.err().contains("needs a yes"), "{line}: {}", run.err());
        assert!(!run.err().contains("roduction"), "{line}: {}", run.err());
    }
    assert_eq!(project.files(), before);
}

#[test]
fn what_destroys_nothing_says_where_it_is() {
    for (name, toml) in [
        ("Production", ""),
        ("PRODUCTION", "[production]\nconfirm = false\n"),
    ] {
        let project = blog().file("manage.toml", toml).env("ENVIRONMENT", name);
        project
            .run(["migrate", "+1"])
            .success()
            .stdout(
                "
                Applying 2025-01-01-000000-0000_create_users ... OK ([MS])
                Applied 1 migration in [MS].
                ",
            )
            .stderr("Production mode is on: sqlite://[ROOT]/app.db\n");
        project.run(["migrate", "+0"]).success().stderr("");
        let back = project.run(["rollback"]);
        if toml.is_empty() {
            back.status(2);
        } else {
            back.success()
                .stderr("Production mode is on: sqlite://[ROOT]/app.db\n");
        }
    }
    let project = blog().env("ENVIRONMENT", "production-like");
    project.run(["migrate"]).success().stderr("");
    project.run(["rollback"]).success().stderr("");
}
