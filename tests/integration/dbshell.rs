use std::{fs, io::Write as _, os::unix::fs::PermissionsExt as _, process::Stdio};

use crate::support::{Project, applied_blog, installed};

#[test]
fn sqlites_own_shell_opens_the_database() {
    if !installed("sqlite3") {
        return;
    }
    let project = applied_blog();
    let mut child = project
        .command(["dbshell"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"SELECT count(*) FROM __diesel_schema_migrations;\n")
        .unwrap();
    project
        .wait(child)
        .success()
        .stdout(
            "
            3
            ",
        )
        .stderr("");
}

#[test]
fn arguments_go_to_the_client() {
    if !installed("sqlite3") {
        return;
    }
    let project = applied_blog();
    project
        .run(["dbshell", "--", "-header", "SELECT 1 AS one"])
        .success()
        .stdout(
            "
            one
            1
            ",
        );
}

#[test]
fn a_clients_own_status_counts() {
    if !installed("sqlite3") {
        return;
    }
    applied_blog()
        .run(["dbshell", "--", "-bail", "SELECT * FROM nothing"])
        .status(1)
        .stdout("");
}

#[test]
fn a_client_that_is_not_installed() {
    let project = Project::new().env("PATH", "/nowhere");
    project.run(["dbshell"]).status(2).stdout("").stderr(
        "
        error: cannot start `sqlite3`: No such file or directory (os error 2)

        hint: install it, or put its folder on the PATH
        ",
    );
    project
        .run([
            "dbshell",
            "--database-url",
            "mysql://app:s3cret@localhost/app",
        ])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot start `mariadb` and `mysql`: No such file or directory (os error 2)

            hint: install it, or put its folder on the PATH
            ",
        );
    project
        .run([
            "dbshell",
            "--database-url",
            "postgres://app:s3cret@localhost/app",
        ])
        .status(2)
        .stdout("")
        .stderr(
            "
            error: cannot start `psql`: No such file or directory (os error 2)

            hint: install it, or put its folder on the PATH
            ",
        );
}

/// A client that says how it was called.
const CLIENT: &str = "#!/bin/sh
echo \"${0##*/} $*\"
/usr/bin/env | /bin/grep -E '^(PG|MYSQL)' | /usr/bin/sort
";

fn with_client(name: &str) -> Project {
    let project = Project::new().file(&format!("bin/{name}"), CLIENT);
    let folder = project.path("bin");
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    project.env("PATH", folder.to_str().unwrap())
}

#[test]
fn psql_gets_everything_by_its_environment() {
    with_client("psql")
        .env(
            "DATABASE_URL",
            "postgres://app:s%40cret@db.example:6432/shop?sslmode=require",
        )
        .run(["dbshell", "--", "-c", "SELECT 1"])
        .success()
        .stdout(
            "
            psql -c SELECT 1
            PGAPPNAME=manage
            PGDATABASE=shop
            PGHOST=db.example
            PGPASSWORD=s@cret
            PGPORT=6432
            PGSSLMODE=require
            PGUSER=app
            ",
        );
}

#[test]
fn the_mysql_client_gets_no_password_as_an_argument() {
    with_client("mysql")
        .env("DATABASE_URL", "mysql://app:s%40cret@db.example:3307/shop")
        .run(["dbshell"])
        .success()
        .stdout(
            "
            mysql --host=db.example --port=3307 --protocol=tcp --user=app shop
            MYSQL_PWD=s@cret
            ",
        );
    with_client("mariadb")
        .env(
            "DATABASE_URL",
            "mariadb://app@db.example/shop?socket=/run/mysqld.sock",
        )
        .run(["dbshell"])
        .success()
        .stdout(
            "
            mariadb --socket=/run/mysqld.sock --user=app shop
            ",
        );
}
