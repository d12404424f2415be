//! Scratch databases: gone on every way out.

use std::{process::Command, time::SystemTime};

use crate::{
    project::{Project, ended, eventually},
    support::services::Server,
};

const USERS: &str =
    "diesel::table! {\n    users (id) {\n        id -> Integer,\n        name -> Text,\n    }\n}\n";

/// The scratch databases of a server.
fn scratches(project: &Project) -> Vec<String> {
    let sql = if project.database.server().is_postgres() {
        "SELECT datname FROM pg_database WHERE datname LIKE 'manage\\_scratch\\_%'"
    } else {
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'manage\\_scratch\\_%'"
    };
    project.database.query(sql).into_iter().flatten().collect()
}

/// Those that a process has made.
fn made_by(project: &Project, process: u32) -> Vec<String> {
    let mut names = scratches(project);
    names.retain(|name| name.split('_').nth(3) == Some(&process.to_string()));
    names
}

fn sleep(server: Server) -> &'static str {
    if server.is_postgres() {
        "SELECT pg_sleep(60);\n"
    } else {
        "DO SLEEP(60);\n"
    }
}

on_servers! {
    /// Success and failure leave nothing behind.
    fn nothing_is_left(server: Server) {
        let project = Project::new(server);
        project.write("src/schema.rs", USERS);
        for (args, status) in [
            (&["makemigrations", "--dry-run"][..], 0),
            (&["makemigrations", "--check"][..], 1),
            (&["makemigrations", "-m", "users"][..], 0),
        ] {
            let child = project.start(args);
            let process = child.id();
            let run = ended(child, args);
            assert_eq!(run.status, status, "{run:?}");
            assert_eq!(made_by(&project, process), Vec::<String>::new());
        }
        project.migration("2099-01-01-000000-0000_wrong", "CREATE TABL wrong;\n", "SELECT 1;\n");
        let child = project.start(&["makemigrations"]);
        let process = child.id();
        let run = ended(child, &[]);
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("do not run in a scratch database"), "{}", run.stderr);
        assert_eq!(made_by(&project, process), Vec::<String>::new());
    }

    /// Ctrl-C in the middle of a replay leaves nothing behind and exits as an interrupted program.
    fn an_interruption_removes_them(server: Server) {
        let project = Project::new(server);
        project.write("src/schema.rs", USERS);
        project.migration("2026-01-01-000000-0000_slow", sleep(server), "SELECT 1;\n");
        for signal in ["INT", "TERM"] {
            let child = project.start(&["makemigrations"]);
            let process = child.id();
            eventually("a scratch database", || !made_by(&project, process).is_empty());
            let status = Command::new("kill").args([format!("-{signal}"), process.to_string()]).status();
            assert!(status.unwrap().success());
            let run = ended(child, &[]);
            assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (130, "", "error: interrupted\n"));
            assert_eq!(made_by(&project, process), Vec::<String>::new());
        }
    }

    /// What a killed program left is removed by a later one, once it is old and unused; what is young,
    /// or only looks alike, stays.
    fn what_was_left_is_swept(server: Server) {
        let project = Project::new(server);
        project.write("src/schema.rs", USERS);
        let process = std::process::id();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let old = format!("manage_scratch_1600000000_{process}_1");
        let young = format!("manage_scratch_{now}_{process}_2");
        let other = format!("manage_scratch_other_{process}");
        for name in [&old, &young, &other] {
            project.database.execute(&format!("CREATE DATABASE {name}"));
        }
        project.succeed(&["makemigrations", "--dry-run"]);
        let left = scratches(&project);
        for name in [&young, &other] {
            project.database.execute(&format!("DROP DATABASE {name}"));
        }
        assert!(!left.contains(&old) && left.contains(&young) && left.contains(&other), "{left:?}");
    }

    /// A user who may create no database is told of the setting that names another server.
    fn a_user_without_the_right_is_told(server: Server) {
        let project = Project::new(server);
        let url = project.database.url_as(crate::support::services::User::Reader);
        let project = project.set("DATABASE_URL", url);
        project.write("src/schema.rs", USERS);
        let told = project.fail(&["makemigrations"]);
        assert!(told.starts_with("error: no scratch database can be made: "), "{told}");
        assert!(told.contains("hint: the migrations are tried out in a temporary database: `MANAGE_SCRATCH_URL`"), "{told}");
        let elsewhere = Project::new(server);
        let project = project.set("MANAGE_SCRATCH_URL", elsewhere.database.url());
        project.succeed(&["makemigrations"]);
    }
}
