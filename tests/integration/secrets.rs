//! No output anywhere holds a password.

use crate::support::{Project, blog};

/// Every command, as far as it needs a database.
const COMMANDS: &[&[&str]] = &[
    &["showmigrations"],
    &["current"],
    &["history"],
    &["check"],
    &["migrate"],
    &["migrate", "--plan"],
    &["migrate", "--check"],
    &["migrate", "--sql"],
    &["rollback", "--sql", "--all"],
    &["rollback"],
    &["redo"],
    &["stamp", "head"],
    &["sqlmigrate", "create_users"],
    &["settings"],
    &["createdb"],
    &["dropdb"],
    &["dropdb", "--yes"],
    &["dbshell"],
    &["init"],
    &["makemigrations", "x"],
    &["completions", "bash"],
    &["man"],
    &["migrate", "--help"],
    &["migrate", "--nonsense"],
    &["migrate", "--wait", "0.3"],
];

const SECRET: &str = "hunter2";

#[track_caller]
fn assert_kept(project: &Project) {
    for args in COMMANDS {
        for more in [
            &[][..],
            &["-v"],
            &["--format", "json"],
            &["--format", "table"],
        ] {
            let _ = project.run(args.iter().chain(more)).keeps(SECRET);
        }
    }
}

#[test]
fn of_a_url_in_the_environment() {
    assert_kept(&blog().env("DATABASE_URL", "postgres://app:hunter2@127.0.0.1:1/app"));
}

#[test]
fn of_a_url_in_the_env_file() {
    assert_kept(&blog().file(".env", "DATABASE_URL=mysql://app:hunter2@127.0.0.1:1/app\n"));
}

#[test]
fn of_parts() {
    assert_kept(
        &blog()
            .env("DB_CONNECTION", "postgres")
            .env("DB_HOST", "127.0.0.1")
            .env("DB_PORT", "1")
            .env("DB_PASSWORD", SECRET)
            .env(
                "MIGRATION_DATABASE_URL",
                "postgres://app:hunter2@127.0.0.1:1/app",
            ),
    );
}

#[test]
fn of_urls_that_make_no_sense() {
    for url in [
        "hunter2",
        "postgres://app:hunter2@127.0.0.1:port/app",
        "postgres://app:hunter2@[::1/app",
        "postgres://app:hunter2@127.0.0.1:1/app?sslmode=hunter2",
        "mysql://app:hunter2@",
        "postgres://app:hunter2%zz@127.0.0.1:1/app",
        "postgres:app:hunter2@127.0.0.1:1/app",
    ] {
        let project = blog().env("DATABASE_URL", url);
        for args in [
            &["migrate"][..],
            &["settings"],
            &["check"],
            &["current", "--format", "json"],
        ] {
            let _ = project.run(args).keeps(SECRET);
        }
    }
}

#[test]
fn of_a_flag() {
    let url = "--database-url=postgres://app:hunter2@127.0.0.1:1/app";
    let project = blog();
    for args in COMMANDS {
        let _ = project.run(args.iter().chain(&[url])).keeps(SECRET);
    }
    project
        .run(["migrate", url, "--database-url", "postgres://b:hunter2@c/d"])
        .keeps(SECRET);
    project.run(["migrate", url, "--nonsense"]).keeps(SECRET);
}
