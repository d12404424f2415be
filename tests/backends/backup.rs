//! A backup before anything runs, by each engine's own means, and back again with the engine's own client.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use pretty_assertions::assert_eq;

use crate::{
    forward::dead_port,
    project::{Project, ended, eventually, repository},
    support::services::{Server, User, authority, client_certificate, client_key, wrong_authority},
};

const NO_BACKUP: &str =
    "hint: no migration runs without the backup: nothing was changed; `--no-backup` does without\n";

/// A database with rows and everything that stands beside tables, and a migration that would drop it.
fn furnished(server: Server) -> Project {
    let (blob, bytes, beside) = match server {
        Server::Sqlite => (
            "BLOB",
            "x'00ff27'",
            "CREATE TRIGGER watch AFTER INSERT ON items BEGIN SELECT 1; END",
        ),
        Server::Postgres | Server::Postgres2 => (
            "BYTEA",
            "'\\x00ff27'",
            "CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
             CREATE TRIGGER watch BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION watch()",
        ),
        Server::Mariadb => (
            "BLOB",
            "x'00ff27'",
            "CREATE TRIGGER watch BEFORE INSERT ON items FOR EACH ROW SET NEW.name = TRIM(NEW.name); \
             CREATE PROCEDURE called() SELECT 1; \
             CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DO DELETE FROM items WHERE id < 0",
        ),
    };
    let project = Project::with(
        server,
        &[
            (
                "1_items",
                &format!(
                    "CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, data {blob}, price NUMERIC(10, 2));\n\
                     CREATE INDEX items_name ON items (name);\n\
                     CREATE VIEW names AS SELECT name FROM items;\n\
                     INSERT INTO items VALUES (1, 'it''s; ü \"☃\"', {bytes}, 9.99), (2, 'two\nlines', NULL, NULL);\n"
                ),
                "DROP VIEW names; DROP TABLE items;",
            ),
            (
                "2_nothing",
                "DROP VIEW names;\nDROP TABLE items;\nCREATE TABLE other (id INTEGER);",
                "DROP TABLE other",
            ),
        ],
    );
    project.succeed(&["migrate", "+1"]);
    project.database.execute(beside);
    project
}

/// The schema, the rows, what stands beside the tables, and where the migrations are.
fn state(project: &Project) -> String {
    let (hex, beside) = match project.database.server() {
        Server::Sqlite => (
            "hex(data)",
            "SELECT name FROM sqlite_master WHERE type <> 'table' ORDER BY 1",
        ),
        Server::Postgres | Server::Postgres2 => (
            "encode(data, 'hex')",
            "SELECT tgname FROM pg_trigger UNION ALL SELECT proname FROM pg_proc WHERE proname = 'watch' ORDER BY 1",
        ),
        Server::Mariadb => (
            "HEX(data)",
            "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() \
             UNION ALL SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() \
             UNION ALL SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY 1",
        ),
    };
    let rows = project.database.query(&format!(
        "SELECT id, name, {hex}, price FROM items ORDER BY id"
    ));
    format!(
        "{}\n{rows:?}\n{:?}\n{}",
        project.succeed(&["inspectdb"]),
        project.database.query(beside),
        project.succeed(&["history", "--format", "plain"]),
    )
}

/// What a folder holds, hidden files too.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Nothing was applied, and nothing is left of a backup.
fn untouched(project: &Project) {
    assert_eq!(project.ledger(), ["1"]);
    assert!(project.tables().contains(&"items".to_owned()));
    let folder = project.root().join("backups");
    if folder.is_dir() {
        assert_eq!(names(&folder), [".gitignore"]);
    }
}

/// The programs that back a server up, in the order they are looked for.
fn programs(server: Server) -> &'static [&'static str] {
    if server.is_postgres() {
        &["pg_dump"]
    } else {
        &["mariadb-dump", "mysqldump"]
    }
}

/// The major version that a PostgreSQL's program must have.
fn major(server: &Project) -> u32 {
    let number = server
        .database
        .value("SELECT current_setting('server_version_num')");
    number.parse::<u32>().expect("a number") / 10_000
}

/// Whether one of some `pg_dump`s is new enough for the server.
fn is_served_by(project: &Project, programs: impl IntoIterator<Item = PathBuf>) -> bool {
    programs.into_iter().any(|program| {
        let said = Command::new(program).arg("--version").output();
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let version = said.unwrap_or_default();
        let number = version
            .trim_start_matches("pg_dump (PostgreSQL) ")
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .and_then(|digits| digits.parse::<u32>().ok());
        number.is_some_and(|number| number >= major(project))
    })
}

/// Where versions of `pg_dump` are beside the PATH.
fn elsewhere() -> Vec<PathBuf> {
    let folders = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    folders
        .map(|folder| folder.path().join("bin/pg_dump"))
        .collect()
}

/// Whether this machine can back a server up. PostgreSQL's needs a program as new as the server.
fn can_be_dumped(project: &Project) -> bool {
    if !project.database.server().is_postgres() {
        return true;
    }
    let there = is_served_by(
        project,
        elsewhere().into_iter().chain([PathBuf::from("pg_dump")]),
    );
    if !there {
        let said = project.fail(&["migrate", "--backup"]);
        assert!(
            said.contains("cannot back up a server of version"),
            "{said}"
        );
        untouched(project);
    }
    there
}

/// A project in which a script is all that can make backups. It gets the version of the future.
fn with_program(server: Server, script: &str) -> Project {
    let project = furnished(server);
    let program = programs(server)[0];
    let text = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{program} (PostgreSQL) 99.0'; exit; fi\n{script}\n"
    );
    let path = project.write(&format!("bin/{program}"), &text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    let path = format!("{}:/usr/bin:/bin", project.root().join("bin").display());
    project.set("PATH", path)
}

/// The scripts of a section of `docs/BACKUPS.md`.
fn documented(server: Server) -> Vec<String> {
    let page = fs::read_to_string(repository().join("docs/BACKUPS.md")).expect("the page");
    let heading = match server {
        Server::Sqlite => "\n### SQLite\n",
        Server::Postgres | Server::Postgres2 => "\n### PostgreSQL\n",
        Server::Mariadb => "\n### MySQL and MariaDB\n",
    };
    let (_, section) = page.split_once(heading).expect("the section");
    let section = section.split("\n#").next().expect("a text");
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("its end").to_owned())
        .collect()
}

/// Runs a script as somebody would type it.
fn shell(project: &Project, script: &str) {
    let mut path = PathBuf::from(env!("CARGO_BIN_EXE_manage"));
    path.pop();
    let output = project
        .command(&[])
        .get_envs()
        .fold(&mut Command::new("bash"), |command, (name, value)| {
            command.env(name, value.unwrap_or_default())
        })
        .env("PATH", format!("{}:/usr/bin:/bin", path.display()))
        .args(["-e", "-o", "pipefail", "-c", script])
        .current_dir(project.root())
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    assert!(output.status.success(), "{script}\n{output:?}");
}

on_every_engine! {
    fn the_documented_way_back_brings_everything_back(server: Server) {
        let project = furnished(server);
        if !can_be_dumped(&project) {
            return;
        }
        let before = state(&project);
        let scripts = documented(server);
        let [backup, restore] = scripts.as_slice() else { panic!("{scripts:?}") };
        shell(&project, backup);
        assert_eq!(project.tables(), ["other"]);
        let restore = match server {
            Server::Sqlite => restore.replace("app.db", &project.database.path().display().to_string()),
            _ => restore.clone(),
        };
        shell(&project, &restore);
        assert_eq!(state(&project), before);
    }

    fn a_backup_is_its_owners_alone_and_told_of(server: Server) {
        let project = furnished(server);
        if !can_be_dumped(&project) {
            return;
        }
        let run = project.manage(&["migrate", "--backup"]);
        assert_eq!(run.status, 0, "{run:?}");
        let folder = project.root().join("backups");
        let names = names(&folder);
        let [_, name] = names.as_slice() else { panic!("{names:?}") };
        let file = folder.join(name);
        let metadata = fs::metadata(&file).expect("the backup");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        let (kind, again) = match server {
            Server::Sqlite => ("db", format!("`manage dropdb`, then `cp backups/{name} {}`", project.database.path().display())),
            Server::Postgres | Server::Postgres2 => ("dump", format!("`manage dropdb`, `manage createdb`, then `pg_restore --file=- backups/{name} | manage dbshell -- --quiet --set=ON_ERROR_STOP=1`")),
            Server::Mariadb => ("sql", format!("`manage dropdb`, `manage createdb`, then `manage dbshell < backups/{name}`")),
        };
        assert!(name.ends_with(&format!(".{kind}")), "{name}");
        let (first, rest) = run.stderr.split_once('\n').expect("lines");
        assert!(first.starts_with(&format!("Backed up to backups/{name} (")), "{first}");
        assert_eq!(rest, format!("hint: to go back to it: {again}\n"));
    }

    fn undoing_and_redoing_make_one_too(server: Server) {
        let project = furnished(server);
        if !can_be_dumped(&project) {
            return;
        }
        project.succeed(&["redo", "--backup=first"]);
        project.succeed(&["rollback", "--backup=second"]);
        for name in ["first", "second"] {
            assert!(fs::metadata(project.root().join(name)).expect("a backup").len() > 500);
        }
        assert_eq!(project.tables(), Vec::<String>::new());
    }
}

on_servers! {
    fn a_program_that_is_missing_stops_everything(server: Server) {
        let project = furnished(server).set("PATH", "/nowhere");
        let (programs, packages) = if server.is_postgres() {
            ("`pg_dump`", "package `postgresql-client`; Fedora: `postgresql`, Homebrew: `libpq`")
        } else {
            ("`mariadb-dump` or `mysqldump`", "package `mariadb-client` or `mysql-client`")
        };
        assert_eq!(
            project.fail(&["migrate", "--backup"]),
            format!(
                "error: no backup without {programs}: No such file or directory (os error 2)\n\n\
                 hint: install it ({packages}), or put its folder on the PATH\n{NO_BACKUP}"
            )
        );
        untouched(&project);
    }

    fn a_program_that_fails_stops_everything_and_leaves_nothing(server: Server) {
        let project = with_program(server, "echo half of it; echo \"no: $PGPASSWORD$MYSQL_PWD\" >&2; exit 3");
        let program = programs(server)[0];
        let failed = format!("error: `{program}` failed (exit status: 3): no: ***\n\n{NO_BACKUP}");
        for command in [&["migrate", "--backup"][..], &["rollback", "--backup"], &["redo", "--backup"]] {
            assert_eq!(project.fail(command), failed);
            untouched(&project);
        }
        assert_eq!(project.fail(&["migrate", "--backup=before"]), failed);
        let names = names(project.root());
        assert_eq!(names, ["backups", "bin", "migrations"]);
    }

    fn a_program_that_is_killed_stops_everything_and_leaves_nothing(server: Server) {
        let project = with_program(server, "echo half of it; kill -9 $$");
        let program = programs(server)[0];
        assert_eq!(
            project.fail(&["migrate", "--backup"]),
            format!("error: `{program}` failed (signal: 9 (SIGKILL))\n\n{NO_BACKUP}")
        );
        untouched(&project);
    }

    fn an_interruption_ends_the_program_and_leaves_nothing(server: Server) {
        let project = with_program(server, "echo $$ > pid; echo half of it; exec sleep 600");
        let child = project.start(&["migrate", "--backup"]);
        let pid = project.root().join("pid");
        eventually("the program runs", || fs::read_to_string(&pid).is_ok_and(|pid| pid.ends_with('\n')));
        let pid = fs::read_to_string(pid).expect("the program's number");
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
        let run = ended(child, &["migrate", "--backup"]);
        assert_eq!((run.status, run.stderr.as_str()), (130, "error: interrupted\n"));
        assert!(!Path::new("/proc").join(pid.trim()).exists());
        untouched(&project);
    }

    fn no_argument_of_the_program_is_a_password(server: Server) {
        let project = with_program(server, "echo \"$@\"; /usr/bin/env | grep -E '^(PG|MYSQL)' | sort");
        let url = project.database.url_as(User::Nasty);
        let project = project
            .set("DATABASE_URL", url)
            .set(if server.is_postgres() { "PGHOSTADDR" } else { "MYSQL_PWD" }, "192.0.2.1");
        project.succeed(&["migrate", "--backup=said"]);
        let said = fs::read_to_string(project.root().join("said")).expect("what it said");
        let (port, name) = (server.port(), project.database.name());
        let expected = if server.is_postgres() {
            format!(
                "--format=custom --no-password\nPGAPPNAME=manage\nPGDATABASE={name}\nPGHOST=127.0.0.1\n\
                 PGPASSWORD=p@ss/w#rd%41 ü\nPGPORT={port}\nPGSSLMODE=require\nPGUSER=nasty\n"
            )
        } else {
            format!(
                "--no-defaults --host=127.0.0.1 --port={port} --protocol=tcp --user=nasty --ssl \
                 --skip-ssl-verify-server-cert --single-transaction --routines --triggers --events --hex-blob \
                 --no-tablespaces --default-character-set=utf8mb4 --max-allowed-packet=1G -- {name}\n\
                 MYSQL_PWD=p@ss/w#rd%41 ü\n"
            )
        };
        assert_eq!(said, expected);
    }

    fn a_user_who_may_not_read_everything_is_told_what_is_needed(server: Server) {
        let words = if server.is_postgres() {
            "ERROR:  permission denied for table items"
        } else {
            "Got error: 1044: Access denied for user"
        };
        let project = with_program(server, &format!("echo '{words}' >&2; exit 1"));
        let said = project.fail(&["migrate", "--backup"]);
        let needed = if server.is_postgres() { "GRANT pg_read_all_data" } else { "GRANT SELECT, LOCK TABLES" };
        assert!(said.contains(words) && said.contains(needed), "{said}");
        untouched(&project);
    }

    fn every_way_to_a_server_is_a_way_to_a_backup(server: Server) {
        let project = furnished(server);
        if !can_be_dumped(&project) {
            return;
        }
        let name = project.database.name();
        let of = |user, host: &str| server.url_of(user, host, name);
        let file = |path: PathBuf| path.display().to_string();
        let (mode, full, root, cert, key) = if server.is_postgres() {
            ("sslmode", "verify-full", "sslrootcert", "sslcert", "sslkey")
        } else {
            ("ssl-mode", "VERIFY_IDENTITY", "ssl-ca", "ssl-cert", "ssl-key")
        };
        let verified = format!("{mode}={full}&{root}={}", file(authority()));
        let dead = of(User::Manage, "127.0.0.1").replace(
            &format!("127.0.0.1:{}", server.port()),
            &format!("127.0.0.1:{},127.0.0.1:{}", dead_port(), server.port()),
        );
        for (number, url) in [
            of(User::Manage, "127.0.0.1"),
            project.database.url_as(User::Nasty),
            format!("{}?{verified}", of(User::Manage, "localhost")),
            format!(
                "{}?{verified}&{cert}={}&{key}={}",
                of(User::Certified, "localhost"),
                file(client_certificate()),
                file(client_key()),
            ),
            project.database.socket_url(),
            dead,
        ]
        .into_iter()
        .enumerate()
        {
            let backup = format!("--backup=backup-{number}");
            project.succeed(&["redo", &backup, "--database-url", &url]);
        }
        // Somebody else's word for who the server is counts no more for the program than for `manage`.
        let wrong = format!("{}?{mode}={full}&{root}={}", of(User::Manage, "localhost"), file(wrong_authority()));
        project.fail(&["redo", "--backup", "--database-url", &wrong]);
        untouched(&project);
    }
}

on_postgres! {
    fn a_program_older_than_the_server_gives_way_to_a_newer_one(server: Server) {
        let project = furnished(server);
        let path = project.write("bin/pg_dump", "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
        let bin = project.root().join("bin");
        let project = project.set("PATH", bin);
        if is_served_by(&project, elsewhere()) {
            project.succeed(&["migrate", "--backup=before"]);
            let bytes = fs::read(project.root().join("before")).expect("the backup");
            assert!(bytes.starts_with(b"PGDMP"));
            return;
        }
        let version = project.database.value("SELECT split_part(current_setting('server_version'), ' ', 1)");
        let wanted = major(&project);
        assert_eq!(
            project.fail(&["migrate", "--backup=before"]),
            format!(
                "error: `pg_dump` 9.6.24 cannot back up a server of version {version}\n\n\
                 hint: install version {wanted} or newer (package `postgresql-client-{wanted}`), and put its folder first on the PATH\n\
                 {NO_BACKUP}"
            )
        );
        untouched(&project);
    }
}
