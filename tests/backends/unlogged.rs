//! Users who may not create the log, write it or read it: what runs leaves no trace in it.

use pretty_assertions::assert_eq;

use crate::{
    project::Project,
    support::services::{Server, User},
};

/// A user with rights on a table and the ledger, and to create nothing; gone with this value.
struct Restricted<'a> {
    project: &'a Project,
    name: String,
}

impl<'a> Restricted<'a> {
    fn new(project: &'a Project) -> Self {
        let database = &project.database;
        let name = format!("limited_{}", database.name());
        let password = database.server().credentials(User::Reader);
        let password = password.strip_prefix("reader:").unwrap();
        let password = password.strip_suffix('@').unwrap();
        let statements = if database.server().is_postgres() {
            vec![
                format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'"),
                format!("GRANT ALL ON __diesel_schema_migrations TO {name}"),
                format!("ALTER TABLE accounts OWNER TO {name}"),
            ]
        } else {
            let schema = database.name();
            vec![
                format!("CREATE USER {name}@'%' IDENTIFIED BY '{password}'"),
                format!(
                    "GRANT SELECT, INSERT, DELETE ON {schema}.__diesel_schema_migrations TO {name}@'%'"
                ),
                format!("GRANT ALL ON {schema}.accounts TO {name}@'%'"),
            ]
        };
        for statement in statements {
            database.execute(&statement);
        }
        Self { project, name }
    }

    /// Gives rights on the log.
    fn grant(&self, rights: &str) {
        let (database, name) = (&self.project.database, &self.name);
        database.execute(&if database.server().is_postgres() {
            format!("GRANT {rights} ON __diesel_manage_log TO {name}")
        } else {
            let schema = database.name();
            format!("GRANT {rights} ON {schema}.__diesel_manage_log TO {name}@'%'")
        });
    }

    fn url(&self) -> String {
        let url = self.project.database.url_as(User::Reader);
        url.replacen("://reader:", &format!("://{}:", self.name), 1)
    }
}

impl Drop for Restricted<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        let statements = if self.project.database.server().is_postgres() {
            vec![
                format!("REASSIGN OWNED BY {name} TO CURRENT_USER"),
                format!("DROP OWNED BY {name}"),
                format!("DROP ROLE {name}"),
            ]
        } else {
            vec![format!("DROP USER {name}@'%'")]
        };
        for statement in statements {
            // What the server keeps of it is in nobody's way.
            let _ = self.project.database.try_execute(&statement);
        }
    }
}

/// A project with a table and a ledger, and without a log.
fn project(server: Server) -> Project {
    let project = Project::with(
        server,
        &[(
            "1_accounts",
            "CREATE TABLE accounts (id INTEGER PRIMARY KEY)",
            "DROP TABLE accounts",
        )],
    );
    project.succeed(&["migrate"]);
    project.database.execute("DROP TABLE __diesel_manage_log");
    project
}

/// What is said of the log, in the server's words.
fn warning(user: &Restricted<'_>, again: &str) -> String {
    let database = &user.project.database;
    let words = if database.server().is_postgres() {
        "permission denied for schema public".to_owned()
    } else {
        format!(
            "CREATE command denied to user '{}'@'127.0.0.1' for table `{}`.`__diesel_manage_log`",
            user.name,
            database.name()
        )
    };
    format!(
        "warning: the log table cannot be created: {words}; what runs now will not show in it{again}\n"
    )
}

on_servers! {
    fn migrations_run_without_a_log_and_say_so(server: Server) {
        let project = project(server);
        project.migration("2_row", "INSERT INTO accounts VALUES (1)", "DELETE FROM accounts");
        let user = Restricted::new(&project);
        let (url, warning) = (user.url(), warning(&user, ""));
        let forwards = project.manage(&["migrate", "--database-url", &url]);
        assert_eq!((forwards.status, &forwards.stderr), (0, &warning));
        assert_eq!(project.database.value("SELECT id FROM accounts"), "1");
        assert_eq!(project.ledger(), ["1", "2"]);
        for args in [&["rollback"][..], &["migrate", "--fake"], &["stamp", "1"]] {
            let run = project.manage(&[args, &["--database-url", &url]].concat());
            assert_eq!((run.status, &run.stderr), (0, &warning), "{args:?}");
        }
        assert_eq!(project.ledger(), ["1"]);
        assert!(!project.database.table_exists("__diesel_manage_log"));
        project.succeed(&["showmigrations", "--database-url", &url]);
    }

    fn repeatables_run_every_time_without_a_log(server: Server) {
        let project = project(server);
        project.write("migrations/R__rows.sql", "DELETE FROM accounts;\nINSERT INTO accounts VALUES (7);\n");
        let user = Restricted::new(&project);
        let warning = warning(&user, ", and repeatable migrations run every time");
        for _ in 0..2 {
            let run = project.manage(&["migrate", "--database-url", &user.url()]);
            assert_eq!((run.status, &run.stderr), (0, &warning));
            assert!(run.stdout.starts_with("Applying R__rows ... OK"), "{}", run.stdout);
        }
    }

    fn what_stops_halfway_without_a_log_cannot_be_resumed(server: Server) {
        let project = project(server);
        project.migration(
            "2_more",
            "ALTER TABLE accounts ADD COLUMN name VARCHAR(40);\nINSERT INTO accounts (nope) VALUES (1);\n",
            "ALTER TABLE accounts DROP COLUMN name",
        );
        project.without_transaction("2_more");
        let user = Restricted::new(&project);
        let said = project.fail(&["migrate", "--database-url", &user.url()]);
        assert!(said.starts_with(&warning(&user, "")), "{said}");
        let (_, hints) = said.split_once("\n\n").unwrap();
        assert_eq!(
            hints,
            "hint: finish or undo the rest by hand, then say where the database is with `manage stamp 2_more`\n"
        );
        assert!(said.contains("= 1 of 2 statements stands and cannot be taken back (line 1); the migration is not recorded as applied\n"), "{said}");
        assert_eq!(project.ledger(), ["1"]);
        project.succeed(&["stamp", "2_more", "--database-url", &user.url()]);
        assert_eq!(project.ledger(), ["1", "2"]);
    }

    fn a_log_that_may_only_be_read_is_no_obstacle(server: Server) {
        let project = project(server);
        project.migration("2_row", "INSERT INTO accounts VALUES (1)", "DELETE FROM accounts");
        project.succeed(&["redo"]);
        let user = Restricted::new(&project);
        user.grant("SELECT");
        let url = user.url();
        let run = project.manage(&["migrate", "--database-url", &url]);
        assert_eq!((run.status, run.stdout.starts_with("Applying 2_row ... OK")), (0, true), "{run:?}");
        let words = "warning: the log table cannot be written: ";
        assert!(run.stderr.starts_with(words) && run.stderr.lines().count() == 1, "{run:?}");
        assert_eq!(project.ledger(), ["1", "2"]);
        let shown = project.succeed(&["history", "--log", "--database-url", &url]);
        assert_eq!(shown.lines().count(), 3, "{shown}");
        project.migration("1_accounts", "SELECT 1", "DROP TABLE accounts");
        let shown = project.succeed(&["showmigrations", "--database-url", &url]);
        assert!(shown.contains("\nedited "), "{shown}");
        let run = project.manage(&["stamp", "2", "--database-url", &url]);
        assert_eq!((run.status, run.stdout.as_str()), (0, "The ledger says so already.\n"), "{run:?}");
        assert!(run.stderr.starts_with(words), "{run:?}");
        assert!(run.stderr.ends_with("\nwarning: 1_accounts stays edited: only the log can tell otherwise\n"), "{run:?}");
    }
}

on_postgres! {
    fn a_log_that_may_not_be_read_is_told(server: Server) {
        let project = project(server);
        project.succeed(&["redo"]);
        let user = Restricted::new(&project);
        let url = user.url();
        let error = "the log `__diesel_manage_log` cannot be read: permission denied for table __diesel_manage_log";
        let hint = "hint: `GRANT SELECT, INSERT, UPDATE ON __diesel_manage_log TO` this user: without it nobody knows what stopped halfway\n";
        let warning = format!("warning: {error}; what stopped halfway, was edited, or runs again is not known\n{hint}");
        for args in ["current", "check", "history", "heads"] {
            let run = project.manage(&[args, "--database-url", &url]);
            assert_eq!((run.status, &run.stderr), (0, &warning), "{args}");
        }
        let refusal = format!("error: {error}\n\n{hint}");
        for args in [&["migrate"][..], &["rollback"], &["history", "--log"]] {
            assert_eq!(project.fail(&[args, &["--database-url", &url]].concat()), refusal);
        }
        assert_eq!(project.ledger(), ["1"]);
    }
}
