use crate::support::Project;

const USERS: &str = "2026-01-01-000000-0000_create_users";
const TAGS: &str = "2026-01-02-000000-0000_create_tags";
const POSTS: &str = "2026-01-03-000000-0000_create_posts";
const SQUASH: &str = "2026-01-02-000000-0001_squashed_create_users_to_create_tags";

fn project() -> Project {
    let up = |table: &str, version: &str, parent: &str| {
        format!(
            "-- create {table}\n--\n-- Version: {version}\n-- Revises: {parent}\n\nCREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"
        )
    };
    Project::new()
        .migration(
            USERS,
            &up("users", "202601010000000000", "none"),
            "DROP TABLE users;\n",
        )
        .migration(
            TAGS,
            &up("tags", "202601020000000000", "202601010000000000"),
            "DROP TABLE tags",
        )
        .migration(
            POSTS,
            &up("posts", "202601030000000000", "202601020000000000"),
            "DROP TABLE posts;\n",
        )
        .file("migrations/head.txt", "202601030000000000\n")
}

fn without_created(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("-- Created: "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn one_migration_is_written_that_replaces_the_range() {
    let project = project();
    project
        .run(["squashmigrations", "create_tags"])
        .success()
        .stdout(&format!(
            "
            Created migrations/{SQUASH}/up.sql
            Created migrations/{SQUASH}/down.sql
            "
        ))
        .stderr(&format!(
            "
            Will squash the following migrations:
              {USERS}
              {TAGS}
            hint: commit it beside what it replaces; once every database has run `manage migrate`, `manage squashmigrations {SQUASH} --delete-replaced` removes those folders
            "
        ));
    assert_eq!(
        without_created(&project.read(&format!("migrations/{SQUASH}/up.sql"))),
        format!(
            "\
-- squashed create users to create tags
--
-- Version: 202601020000000001
-- Revises: none
-- Replaces: 202601010000000000, 202601020000000000

-- {USERS}

CREATE TABLE users (id INTEGER PRIMARY KEY);

-- {TAGS}

CREATE TABLE tags (id INTEGER PRIMARY KEY);
"
        )
    );
    assert_eq!(
        project.read(&format!("migrations/{SQUASH}/down.sql")),
        format!(
            "\
-- Undoes: squashed create users to create tags

-- {TAGS}

DROP TABLE tags
;

-- {USERS}

DROP TABLE users;
"
        )
    );
    assert_eq!(project.read("migrations/head.txt"), "202601030000000000\n");
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = project();
    let before = project.files();
    project
        .run([
            "squashmigrations",
            "create_tags",
            "--from-schema",
            "--dry-run",
        ])
        .success();
    assert_eq!(project.files(), before);
}

#[test]
fn states_and_history_tell_what_is_replaced() {
    let project = project();
    project.run(["squashmigrations", "create_tags"]).success();
    project
        .run(["showmigrations"])
        .success()
        .stdout(&format!(
            "
            STATE     MIGRATION                                                    APPLIED (UTC)
            replaced  {USERS}
            replaced  {TAGS}
            pending   {SQUASH}
            pending   {POSTS}
            "
        ))
        .stderr("0 applied, 2 pending, 2 replaced\n");
    project.run(["history"]).success().stdout(
        "
        STATE    VERSION             MESSAGE                               REVISES             APPLIED (UTC)
        pending  202601030000000000  create posts                          202601020000000001
        pending  202601020000000001  squashed create users to create tags
        ",
    );
    project
        .run(["migrate", "create_users"])
        .status(2)
        .stderr(&format!(
            "
        error: {USERS} is replaced by the squash {SQUASH}, and no place of its own any longer

        hint: name the squash instead: `{SQUASH}`
        "
        ));
}

#[test]
fn replaced_folders_go_when_they_are_applied() {
    let project = project();
    project.run(["migrate", "create_users"]).success();
    project.run(["squashmigrations", "create_tags"]).success();
    project
        .run(["squashmigrations", SQUASH, "--delete-replaced", "--yes"])
        .status(2)
        .stderr(&format!(
            "
            error: sqlite://[ROOT]/app.db has only a part of what {SQUASH} replaces; it lacks {TAGS}

            hint: run `manage migrate` first; they must stay until every database has them
            "
        ));
    project.run(["migrate"]).success();
    project
        .run(["squashmigrations", SQUASH, "--delete-replaced", "--yes"])
        .success()
        .stdout(&format!("Removed {USERS}\nRemoved {TAGS}\n"));
    project.run(["migrate", "--prune"]).success().stdout(
        "
            Pruned 202601010000000000
            Pruned 202601020000000000
            Forgot 2 replaced migrations.
            ",
    );
    assert_eq!(
        project.ledger(),
        ["202601020000000001", "202601030000000000"]
    );
    project
        .run(["migrate", "--prune"])
        .success()
        .stdout("No migrations to prune.\n");
}

#[test]
fn an_open_range_is_refused() {
    let project = project().revising("2026-01-04-000000-0000_side", "202601010000000000");
    let before = project.files();
    project.run(["squashmigrations", "create_tags"]).status(2).stderr(&format!(
        "
        error: 2026-01-04-000000-0000_side rests on {USERS}, in the middle of the range

        hint: squash up to {USERS}, or up to where the branches meet again: `manage history --graph` shows them
        "
    ));
    project
        .run(["squashmigrations", "create_users"])
        .status(2)
        .stderr(&format!(
            "
        error: there is nothing to squash: {USERS} would replace itself alone

        hint: name a later migration, or an earlier one to begin with
        "
        ));
    project.run(["squashmigrations", "create_tags", "create_users"]).status(2).stderr(&format!(
        "
        error: {USERS} does not rest on {TAGS}, so there is no range from the one to the other

        hint: the older one comes first: `manage squashmigrations {USERS} {TAGS}`; `manage history --graph` shows what rests on what
        "
    ));
    assert_eq!(project.files(), before);
}

#[test]
fn transactions_are_not_mixed() {
    let project = project().file(
        &format!("migrations/{TAGS}/metadata.toml"),
        "run_in_transaction = false\n",
    );
    project
        .run(["squashmigrations", "create_tags"])
        .status(2)
        .stderr(&format!(
            "
        error: 1 migration of the range runs outside a transaction, and the others in one: {TAGS}

        hint: squash what stands before and behind them
        "
        ));
}
