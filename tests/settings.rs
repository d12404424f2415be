//! How `manage` finds out what it is to work on. Each table reads as the documentation of its
//! subject: what stands where, and what comes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use diesel_manage::{
    backend::url::{
        DatabaseUrl, Engine, Host, Secret, SqliteLocation, TargetSessionAttrs, TlsMode, UrlError,
    },
    settings::{
        CheckLevel, Compare, NamedCheck, OutOfOrder, Overrides, Settings, SettingsError,
        Surroundings, VARIABLES, Warning,
    },
};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

/// A project in a temporary folder, with an environment of its own.
struct Project {
    folder: TempDir,
    surroundings: Surroundings,
    overrides: Overrides,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings {
            cwd: folder.path().to_owned(),
            home: Some(folder.path().join("home")),
            env: BTreeMap::new(),
        };
        Self {
            folder,
            surroundings,
            overrides: Overrides::default(),
        }
        .file("Cargo.toml", "")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.surroundings = self.surroundings.with(name, value);
        self
    }

    fn flags(mut self, change: impl FnOnce(&mut Overrides)) -> Self {
        change(&mut self.overrides);
        self
    }

    fn database_flag(self, name: &str) -> Self {
        self.flags(|flags| flags.database = Some(name.to_owned()))
    }

    fn try_resolve(&self) -> Result<Settings, SettingsError> {
        Settings::resolve(&self.overrides, &self.surroundings)
    }

    fn resolve(&self) -> Settings {
        self.try_resolve().unwrap()
    }

    /// The database with its password, the project's folder shortened.
    fn url(&self) -> String {
        self.exposed(self.resolve().database().unwrap())
    }

    fn migration_url(&self) -> String {
        self.exposed(self.resolve().migration_database().unwrap())
    }

    fn exposed(&self, url: &DatabaseUrl) -> String {
        self.shortened(url.exposed().expose())
    }

    fn shortened(&self, text: &str) -> String {
        text.replace(&*self.folder.path().to_string_lossy(), "ROOT")
    }

    /// What is said about an error, from resolving or from the database.
    fn error(&self) -> String {
        let error = self
            .try_resolve()
            .and_then(|settings| settings.database().cloned())
            .unwrap_err();
        self.shortened(&error.to_string())
    }

    fn row(&self, name: &str) -> (String, String) {
        let rows = self.resolve().rows();
        let row = rows.into_iter().find(|row| row.name == name).unwrap();
        (self.shortened(&row.value), row.source)
    }

    fn warnings(&self) -> Vec<String> {
        let settings = self.resolve();
        let warnings = settings.warnings().iter();
        warnings
            .map(|warning| self.shortened(&warning.to_string()))
            .collect()
    }
}

// URLs ---------------------------------------------------------------------------------------

#[test]
#[allow(clippy::too_many_lines)] // one table
fn urls_are_read_in_every_form_and_shown_in_one() {
    let table = [
        // SQLite
        ("sqlite://rel.db", "sqlite://rel.db"),
        ("sqlite:rel.db", "sqlite://rel.db"),
        ("sqlite://data/rel.db", "sqlite://data/rel.db"),
        ("sqlite:///abs/path.db", "sqlite:///abs/path.db"),
        ("sqlite:/abs/path.db", "sqlite:///abs/path.db"),
        ("sqlite:////abs/path.db", "sqlite:///abs/path.db"),
        ("sqlite:///./x.db", "sqlite://./x.db"),
        ("sqlite:///../x.db", "sqlite://../x.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("sqlite://:memory:", "sqlite::memory:"),
        ("sqlite:///:memory:", "sqlite::memory:"),
        (":memory:", "sqlite::memory:"),
        ("app.db", "sqlite://app.db"),
        ("./data/app.sqlite", "sqlite://./data/app.sqlite"),
        ("/var/lib/app.SQLITE3", "sqlite:///var/lib/app.SQLITE3"),
        ("file:app.db?cache=shared", "sqlite://app.db"),
        ("file:///abs/app.db", "sqlite:///abs/app.db"),
        ("file:x?mode=memory", "sqlite::memory:"),
        ("sqlite://app.db?mode=rwc", "sqlite://app.db"),
        ("sqlite://my%20app%3F.db", "sqlite://my%20app%3F.db"),
        ("sqlite://100%.db", "sqlite://100%25.db"),
        // SQLite as SQLAlchemy writes it: the third slash belongs to the URL
        ("sqlite+aiosqlite:///./app.db", "sqlite://./app.db"),
        ("sqlite+pysqlite:///rel.db", "sqlite://rel.db"),
        ("sqlite+pysqlite:////abs/app.db", "sqlite:///abs/app.db"),
        ("sqlite+pysqlite:///:memory:", "sqlite::memory:"),
        ("sqlite+pysqlite://", "sqlite::memory:"),
        // Servers
        ("postgres://app@db/shop", "postgres://app@db/shop"),
        (
            "postgresql://app@db:5433/shop",
            "postgres://app@db:5433/shop",
        ),
        ("POSTGRES://app@db/shop", "postgres://app@db/shop"),
        ("  postgres://app@db/shop\n", "postgres://app@db/shop"),
        (
            "postgresql+asyncpg://app:x@db/shop",
            "postgres://app:***@db/shop",
        ),
        (
            "mysql+pymysql://app:x@db/shop?charset=utf8mb4",
            "mysql://app:***@db/shop",
        ),
        ("mysql2://app@db/shop", "mysql://app@db/shop"),
        ("mariadb://app@db/shop", "mysql://app@db/shop"),
        ("mysql://app@db", "mysql://app@db"),
        ("postgres://", "postgres://"),
        ("postgres:///shop", "postgres:///shop"),
        ("postgres://app@db", "postgres://app@db/app"), // as libpq
        ("postgres://:x@db/shop", "postgres://:***@db/shop"),
        (
            "postgres://j%40hn:p%40ss@db/a%2Fb",
            "postgres://j%40hn:***@db/a%2Fb",
        ),
        // Hosts
        (
            "postgres://app@[::1]:5432/shop",
            "postgres://app@[::1]:5432/shop",
        ),
        (
            "postgres://app@[fe80::1%25eth0]/shop",
            "postgres://app@[fe80::1%25eth0]/shop",
        ),
        (
            "postgres://app@h1:1,h2:2/shop",
            "postgres://app@h1:1,h2:2/shop",
        ),
        (
            "postgres://app@/shop?host=a,b&port=1,2",
            "postgres://app@a:1,b:2/shop",
        ),
        (
            "postgres://app@h1,h2/shop?port=9",
            "postgres://app@h1:9,h2:9/shop",
        ),
        (
            "postgres://app@:5433/shop",
            "postgres://app@localhost:5433/shop",
        ),
        (
            "postgres://app@/shop?hostaddr=10.0.0.1",
            "postgres://app@10.0.0.1/shop",
        ),
        // Sockets
        (
            "postgres://app@/shop?host=/run/postgresql",
            "postgres://app@/shop?host=/run/postgresql",
        ),
        (
            "postgres://app@%2Frun%2Fpostgresql:5433/shop",
            "postgres://app@/shop?host=/run/postgresql&port=5433",
        ),
        (
            "mysql://app@localhost/shop?socket=/run/m.sock",
            "mysql://app@/shop?socket=/run/m.sock",
        ),
        (
            "mysql://app@/shop?unix_socket=/run/m.sock",
            "mysql://app@/shop?socket=/run/m.sock",
        ),
        // Parameters
        (
            "postgres://db/x?user=app&password=x",
            "postgres://app:***@db/x",
        ),
        (
            "postgres://db/x?ssl=true",
            "postgres://db/x?sslmode=require",
        ),
        ("postgres://db/x?sslmode=allow", "postgres://db/x"),
        (
            "postgres://db/x?sslrootcert=system",
            "postgres://db/x?sslmode=verify-full",
        ),
        (
            "postgres://db/x?sslmode=verify-ca&sslrootcert=ca.pem&sslcert=c.pem&sslkey=k.pem",
            "postgres://db/x?sslmode=verify-ca&sslrootcert=ca.pem&sslcert=c.pem&sslkey=k.pem",
        ),
        (
            "postgres://db/x?connect_timeout=10&options=-c%20a%3Db&target_session_attrs=read-write",
            "postgres://db/x?connect_timeout=10&options=-c%20a=b&target_session_attrs=read-write",
        ),
        ("postgres://db/x?connect_timeout=0", "postgres://db/x"),
        (
            "postgres://db/x?application_name=web",
            "postgres://db/x?application_name=web",
        ),
        (
            "postgres://db/x?gssencmode=disable&keepalives=1&channel_binding=prefer",
            "postgres://db/x",
        ),
        (
            "mysql://db/x?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem",
            "mysql://db/x?ssl-mode=VERIFY_IDENTITY&ssl-ca=ca.pem",
        ),
        (
            "mysql://db/x?ssl_mode=required&ssl_ca=ca.pem",
            "mysql://db/x?ssl-mode=REQUIRED&ssl-ca=ca.pem",
        ),
        (
            "mysql://db/x?sslMode=DISABLED",
            "mysql://db/x?ssl-mode=DISABLED",
        ),
        (
            "mysql://db/x?sslmode=verify-ca",
            "mysql://db/x?ssl-mode=VERIFY_CA",
        ),
    ];
    for (written, shown) in table {
        let url = DatabaseUrl::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(url.to_string(), shown, "{written}");
    }
}

#[test]
fn a_password_may_stand_as_it_is_where_one_reading_is_possible() {
    let table = [
        ("app:p@ss@db/shop", "p@ss"),
        ("app:p@s@s@db/shop", "p@s@s"),
        ("app:p:ss@db/shop", "p:ss"),
        ("app:p/ss@db/shop", "p/ss"),
        ("app:p@ss/w/rd@db:5432/shop", "p@ss/w/rd"),
        ("app:1234/ss@db/shop", "1234/ss"),
        ("app:p#ss@db/shop", "p#ss"),
        ("app:100%@db/shop", "100%"),
        ("app:50%off@db/shop", "50%off"),
        ("app:a+b=c&d@db/shop", "a+b=c&d"),
        ("app:p%40ss%2F%3F%23@db/shop", "p@ss/?#"),
        ("app:p[]ss@[::1]:5432/shop", "p[]ss"),
        ("app:pässwörd@db/shop", "pässwörd"),
    ];
    for (rest, password) in table {
        for scheme in ["postgres", "mysql"] {
            let url = DatabaseUrl::parse(&format!("{scheme}://{rest}")).unwrap();
            let server = url.server().unwrap();
            assert_eq!(
                server.password.as_ref().map(Secret::expose),
                Some(password),
                "{rest}"
            );
            assert_eq!(server.user.as_deref(), Some("app"));
            assert_eq!(server.database.as_deref(), Some("shop"), "{rest}");
        }
    }
}

#[test]
fn an_at_sign_in_a_database_name_is_no_password() {
    let url = DatabaseUrl::parse("postgres://app@db/shop@eu").unwrap();
    assert_eq!(url.database_name().as_deref(), Some("shop@eu"));
    assert_eq!(url.to_string(), "postgres://app@db/shop%40eu");
}

#[test]
fn what_cannot_be_read_is_refused_without_its_text() {
    let port = "the port is not a number between 1 and 65535";
    let host = "the host is not a host name, an address or the path of a socket";
    let unclear = "cannot tell where the password ends and the host begins";
    let sslmode = "`sslmode` must be disable, prefer, require, verify-ca or verify-full";
    let table = [
        ("", "the database URL is empty"),
        ("  ", "the database URL is empty"),
        ("Sesame", "the database URL has no scheme"),
        ("app:Sesame@db/shop", "the database URL has no scheme"),
        ("app:Sesame@db/shop.db", "the database URL has no scheme"),
        ("oracle://app:Sesame@db/shop", "unknown scheme `oracle`"),
        (
            "postgres:app:Sesame@db",
            "`postgres:` must be followed by `//`",
        ),
        ("sqlite:", "the SQLite URL names no file"),
        ("sqlite://", "the SQLite URL names no file"),
        ("sqlite:///", "the SQLite URL names no file"),
        ("sqlite://data/", "the SQLite URL names no file"),
        (
            "sqlite://app.db?mode=ro",
            "`mode` must be rwc, rw or memory",
        ),
        (
            "sqlite://app.db?vfs=x",
            "the parameter `vfs` is not supported",
        ),
        // Raw passwords with several readings
        ("postgres://app:p@Sesame/shop@db", unclear),
        ("postgres://app:123/Sesame@db", unclear),
        ("postgres://app:Sesa?me@db/shop", unclear),
        ("postgres://app:Sesa?me=1&x@db/shop", unclear),
        ("postgres://app:Sesa?x=me@db/shop?sslmode=require", unclear),
        ("mysql://app:p@Sesa?me@db/shop", unclear),
        // Places
        ("postgres://app:Sesame", port),
        ("postgres://app@db:0/x", port),
        ("postgres://app@db:65536/x", port),
        ("postgres://app@db name/x", host),
        ("postgres://app@::1/x", port),
        ("postgres://app@[::1/x", host),
        ("postgres://app@h1,,h2/x", host),
        ("postgres://app@h1,h2,h3/x?port=1,2", "2 ports for 3 hosts"),
        // Parameters
        (
            "postgres://db/x?sslmod=require",
            "unknown parameter `sslmod`",
        ),
        (
            "mysql://db/x?application_name=x",
            "unknown parameter `application_name`",
        ),
        (
            "postgres://db/x?service=x",
            "the parameter `service` is not supported",
        ),
        ("postgres://db/x?sslmode=Sesame", sslmode),
        (
            "postgres://db/x?sslrootcert=system&sslmode=require",
            "`sslmode` must be verify-full when `sslrootcert` is `system`",
        ),
        (
            "postgres://db/x?connect_timeout=Sesame",
            "`connect_timeout` must be a whole number of seconds",
        ),
        (
            "postgres://db/x?target_session_attrs=Sesame",
            "`target_session_attrs` must be any, read-write, read-only, primary, standby or prefer-standby",
        ),
        (
            "postgres://app:%FFSesame@db/x",
            "the password is not UTF-8 text once decoded",
        ),
        (
            "postgres://app:a%00Sesame@db/x",
            "the password is not UTF-8 text once decoded",
        ),
    ];
    for (written, message) in table {
        let error = DatabaseUrl::parse(written).expect_err(written);
        assert_eq!(error.to_string(), message, "{written}");
        let said = format!("{error} {error:?} {:?}", error.hint());
        assert!(!said.contains("Sesa"), "{written}: {said}");
    }
}

#[test]
fn hints_name_the_remedy() {
    let hint = |url: &str| DatabaseUrl::parse(url).unwrap_err().hint().unwrap();
    assert_eq!(
        hint("postgres://db/x?sslmod=require"),
        "did you mean `sslmode`?"
    );
    assert!(hint("oracle://x").contains("`mysql://user@host/name`"));
    assert!(hint("postgres://a:b?c@d/e").contains("`?` is %3F"));
}

#[test]
fn a_url_becomes_typed_values() {
    let url = DatabaseUrl::parse(
        "postgres://app@h1,h2:6000/shop?connect_timeout=3&target_session_attrs=primary\
         &sslmode=require&sslrootcert=ca.pem",
    )
    .unwrap();
    let server = url.server().unwrap();
    let ports: Vec<_> = server.hosts.iter().map(|place| place.port).collect();
    assert_eq!(ports, [None, Some(6000)]);
    assert_eq!(server.hosts[1].host, Host::Tcp("h2".to_owned()));
    assert_eq!(server.connect_timeout, Some(Duration::from_secs(3)));
    assert_eq!(server.application_name.as_deref(), Some("manage"));
    assert_eq!(
        server.target_session_attrs,
        Some(TargetSessionAttrs::Primary)
    );
    assert_eq!(server.tls.mode, TlsMode::Require);
    // libpq: with a root file, `require` checks the authority.
    assert_eq!(server.tls.effective_mode(), TlsMode::VerifyCa);
    assert_eq!(
        (url.engine(), url.engine().name()),
        (Engine::Postgres, "PostgreSQL")
    );
    assert_eq!(
        url.with_database("postgres").database_name().as_deref(),
        Some("postgres")
    );

    let file = DatabaseUrl::parse("data/app.db").unwrap();
    assert_eq!(file.database_name().as_deref(), Some("app.db"));
    assert_eq!(
        file.resolved_against(Path::new("/srv")),
        DatabaseUrl::Sqlite(SqliteLocation::File("/srv/data/app.db".into()))
    );
}

// Sources ------------------------------------------------------------------------------------

#[test]
fn the_first_source_that_has_a_setting_wins() {
    // Each line takes away the strongest source that is left.
    let toml = "[databases.main]\nurl = \"sqlite://toml.db\"\n";
    let mut project = Project::new()
        .flags(|flags| flags.database_url = Some("flag.db".to_owned()))
        .env("DATABASE_URL", "process.db")
        .env("ENVIRONMENT", "test")
        .file(".env.test", "# hello\nDATABASE_URL=env-test.db\n")
        .file(".env", "DATABASE_URL=env.db\n")
        .file("manage.toml", toml);
    let row = |project: &Project| project.row("DATABASE_URL");
    let is = |file: &str, source: &str| (format!("sqlite://ROOT/{file}"), source.to_owned());

    assert_eq!(row(&project), is("flag.db", "--database-url"));
    project.overrides.database_url = Some(String::new());
    assert_eq!(row(&project), is("process.db", "environment"));
    project = project.env("DATABASE_URL", "");
    assert_eq!(row(&project), is("env-test.db", ".env.test (line 2)"));
    project = project.file(".env.test", "DATABASE_URL=");
    assert_eq!(row(&project), is("env.db", ".env (line 1)"));
    project = project.file(".env", "DATABASE_URL=''");
    assert_eq!(
        row(&project),
        is("toml.db", "manage.toml [databases.main] url")
    );
    assert!(!project.resolve().database_is_default());
    project = project.file("manage.toml", "[databases.main]\nurl = \"\"\n");
    assert_eq!(row(&project), is("app.db", "default"));
    assert!(project.resolve().database_is_default());
}

#[test]
fn the_environment_may_be_named_in_the_process_or_in_the_env_file() {
    let project = Project::new()
        .file(".env", "ENVIRONMENT=production\nDATABASE_URL=env.db\n")
        .file(
            ".env.production",
            "DATABASE_URL=production.db\nENVIRONMENT=ignored\n",
        );
    assert_eq!(project.url(), "sqlite://ROOT/production.db");
    assert!(project.resolve().is_production());
    assert!(project.resolve().confirms_destruction());
    assert_eq!(project.row("ENVIRONMENT").1, ".env (line 1)");
    assert_eq!(project.row("env files").0, ".env.production, .env");

    let project = project.env("ENVIRONMENT", "staging");
    assert_eq!(project.url(), "sqlite://ROOT/env.db");
    assert!(!project.resolve().is_production());

    let project = project
        .env("ENVIRONMENT", "Production")
        .file("manage.toml", "[production]\nconfirm = false");
    assert!(project.resolve().is_production());
    assert!(!project.resolve().confirms_destruction());

    let project = project.env("ENVIRONMENT", "../../etc");
    assert_eq!(project.resolve().environment(), Some("../../etc"));
}

#[test]
fn a_named_env_file_replaces_the_others() {
    let project = Project::new()
        .file(".env", "DATABASE_URL=env.db\nENVIRONMENT=test\n")
        .file(".env.test", "DATABASE_URL=test.db\n")
        .file("conf/ci.env", "MIGRATION_DIRECTORY=sql\n")
        .flags(|flags| flags.env_file = Some("conf/ci.env".into()));
    assert_eq!(project.url(), "sqlite://ROOT/app.db");
    assert_eq!(project.resolve().environment(), None);
    assert_eq!(
        project.row("MIGRATION_DIRECTORY"),
        ("ROOT/sql".into(), "conf/ci.env (line 1)".into())
    );

    let project = project.flags(|flags| flags.env_file = Some("none.env".into()));
    assert_eq!(
        project.error(),
        "the env file `ROOT/none.env` does not exist"
    );
}

#[test]
fn env_files_are_read_as_dotenvy_reads_them() {
    let table = [
        ("DATABASE_URL=a.db", "sqlite://ROOT/a.db"),
        ("export DATABASE_URL=a.db", "sqlite://ROOT/a.db"),
        ("DATABASE_URL = 'a b.db' # note", "sqlite://ROOT/a%20b.db"),
        ("\u{feff}DATABASE_URL=a.db", "sqlite://ROOT/a.db"),
        ("A=1\r\nDATABASE_URL=\"a.db\"\r\n", "sqlite://ROOT/a.db"),
        ("NAME=a\nDATABASE_URL=${NAME}.db", "sqlite://ROOT/a.db"),
        (
            "NAME=a\nDATABASE_URL='${NAME}.db'",
            "sqlite://ROOT/${NAME}.db",
        ),
        ("DATABASE_URL=a.db\nDATABASE_URL=b.db", "sqlite://ROOT/a.db"),
        ("DATABASE_URL=a.db ", "sqlite://ROOT/a.db"),
    ];
    for (content, url) in table {
        assert_eq!(
            Project::new().file(".env", content).url(),
            url,
            "{content:?}"
        );
    }
    // A Python environment in a folder `.env` is none of our business.
    assert_eq!(
        Project::new().file(".env/bin/x", "").url(),
        "sqlite://ROOT/app.db"
    );
}

#[test]
fn a_broken_env_file_is_named_by_line_and_never_quoted() {
    let table: [(&[u8], &str); 5] = [
        (
            b"A=1\n\nSesame\n",
            "`ROOT/.env` cannot be understood in line 3",
        ),
        (
            b"A=\"1\n2\"\n# x\nPASSWORD=Ses ame\n",
            "`ROOT/.env` cannot be understood in line 4",
        ),
        (
            b"A=1\nB='Sesame\nC=2\n",
            "`ROOT/.env` cannot be understood in line 2",
        ),
        (
            b"A=1\nB=\\Sesame\n",
            "`ROOT/.env` cannot be understood in line 2",
        ),
        (
            b"A=1\nB=Sesame\xff\n",
            "`ROOT/.env` is not UTF-8 text in line 2",
        ),
    ];
    for (content, message) in table {
        let project = Project::new().file(".env", content);
        assert_eq!(project.error(), message);
        let error = project.try_resolve().unwrap_err();
        assert!(!format!("{error:?} {:?}", error.hint()).contains("Ses"));
    }
}

#[test]
fn no_variable_is_ever_set_in_the_process() {
    Project::new()
        .file(".env", "DIESEL_MANAGE_PROBE=1")
        .resolve();
    assert!(std::env::var_os("DIESEL_MANAGE_PROBE").is_none());
}

// Parts --------------------------------------------------------------------------------------

#[test]
fn a_database_may_be_given_in_parts() {
    let table: [(&str, &str); 9] = [
        (
            "DB_CONNECTION=sqlite\nDB_DATABASE=data/x.db",
            "sqlite://ROOT/data/x.db",
        ),
        ("DB_CONNECTION=sqlite", "sqlite://ROOT/app.db"),
        (
            "DB_CONNECTION=sqlite\nDB_DATABASE=:memory:",
            "sqlite::memory:",
        ),
        (
            "DB_CONNECTION=pgsql\nDB_HOST=db\nDB_DATABASE=shop\nDB_USERNAME=app",
            "postgres://app@db/shop",
        ),
        (
            "DB_CONNECTION=postgres\nDB_HOST=::1\nDB_PORT=5433\nDB_DATABASE=x",
            "postgres://[::1]:5433/x",
        ),
        (
            "DB_CONNECTION=postgresql\nDB_HOST=/run/pg\nDB_DATABASE=x",
            "postgres:///x?host=/run/pg",
        ),
        (
            // Nothing in a part needs encoding.
            "DB_CONNECTION=mysql\nDB_HOST=db\nDB_USERNAME=a@b\nDB_PASSWORD='p@/?#%41'",
            "mysql://a%40b:p%40%2F%3F%23%2541@db",
        ),
        (
            "DB_CONNECTION=mariadb\nDB_HOST=db\nDB_DATABASE=shop",
            "mysql://db/shop",
        ),
        ("DB_PASSWORD=alone", "sqlite://ROOT/app.db"),
    ];
    for (content, url) in table {
        assert_eq!(Project::new().file(".env", content).url(), url, "{content}");
    }
}

#[test]
fn parts_combine_across_sources_down_to_the_first_url() {
    let parts =
        "DB_CONNECTION=postgres\nDB_HOST=db\nDB_DATABASE=shop\nDB_USERNAME=app\nDB_PASSWORD=file";
    // A password in the environment completes parts in the file.
    let project = Project::new().env("DB_PASSWORD", "env").file(".env", parts);
    assert_eq!(project.url(), "postgres://app:env@db/shop");
    assert_eq!(
        project.row("DB_PASSWORD"),
        ("***".into(), "environment".into())
    );
    assert_eq!(
        project.row("DB_HOST"),
        ("db".into(), ".env (line 2)".into())
    );
    assert_eq!(project.warnings(), [""; 0]);

    // Parts with a DB_CONNECTION beat a URL below them ...
    let project = Project::new()
        .env("DB_CONNECTION", "mysql")
        .env("DB_HOST", "db")
        .file(".env", "DATABASE_URL=env.db\nDB_DATABASE=not-read");
    assert_eq!(project.url(), "mysql://db");

    // ... without one they do not, and say so.
    let project = Project::new()
        .env("DB_HOST", "db")
        .file(".env", "DATABASE_URL=env.db");
    assert_eq!(project.url(), "sqlite://ROOT/env.db");
    assert_eq!(
        project.warnings(),
        ["`DB_HOST` (environment) is not used, because .env (line 1) names the database"]
    );

    let project = Project::new().env("DB_PASSWORD", "x");
    assert_eq!(
        project.warnings(),
        ["`DB_PASSWORD` (environment) is not used, because the default names the database"]
    );

    // A URL beats every part below it.
    let project = Project::new()
        .env("DATABASE_URL", "env.db")
        .file(".env", parts);
    assert_eq!(project.url(), "sqlite://ROOT/env.db");
    assert_eq!(project.warnings(), [""; 0]);

    // manage.toml is a source like the others.
    let toml = "[databases.main]\nconnection = \"postgres\"\nhost = \"db\"\nport = 6000\ndatabase = \"shop\"\nusername = \"app\"";
    let project = Project::new()
        .file("manage.toml", toml)
        .env("DB_PASSWORD", "env");
    assert_eq!(project.url(), "postgres://app:env@db:6000/shop");
}

#[test]
fn a_url_and_parts_in_one_source_that_disagree_are_a_warning() {
    let url = "DATABASE_URL=postgres://app:Sesame@db/shop\n";
    let warning = |part: &str| {
        vec![format!(
            ".env (line 1) has both a database URL and `{part}`, which disagree; the URL is used"
        )]
    };
    let table = [
        (
            "DB_CONNECTION=pgsql\nDB_HOST=db\nDB_PORT=5432\nDB_PASSWORD=Sesame",
            vec![],
        ),
        ("DB_CONNECTION=mysql", warning("DB_CONNECTION")),
        ("DB_HOST=other", warning("DB_HOST")),
        ("DB_PASSWORD=Simsim", warning("DB_PASSWORD")),
    ];
    for (parts, warnings) in table {
        let project = Project::new().file(".env", format!("{url}{parts}"));
        assert_eq!(project.warnings(), warnings, "{parts}");
        assert_eq!(project.url(), "postgres://app:Sesame@db/shop");
    }
}

#[test]
fn a_variable_may_come_as_a_file() {
    let project = Project::new()
        .file("secrets/url", "postgres://app:Sesame@db/shop\r\n\n")
        .env("DATABASE_URL_FILE", "secrets/url");
    assert_eq!(project.url(), "postgres://app:Sesame@db/shop");
    assert_eq!(
        project.row("DATABASE_URL"),
        (
            "postgres://app:***@db/shop".into(),
            "environment (DATABASE_URL_FILE)".into()
        )
    );
    // Within a source NAME wins over NAME_FILE; a stronger NAME_FILE wins over a weaker NAME.
    let project = project.file(".env", "DATABASE_URL=weaker.db");
    assert_eq!(project.url(), "postgres://app:Sesame@db/shop");
    let project = project.env("DATABASE_URL", "same.db");
    assert_eq!(project.url(), "sqlite://ROOT/same.db");

    let parts = "DB_CONNECTION=postgres\nDB_HOST=db\nDB_DATABASE=shop\nDB_USERNAME=app\nDB_PASSWORD_FILE=secrets/pw";
    let project = Project::new()
        .file(".env", parts)
        .file("secrets/pw", " keep blanks \n");
    assert_eq!(project.url(), "postgres://app:%20keep%20blanks%20@db/shop");
    let project = Project::new().file(".env", parts);
    assert_eq!(
        project.error(),
        "`DB_PASSWORD_FILE` names `ROOT/secrets/pw`, which cannot be read: no such file"
    );
}

#[test]
fn a_broken_database_stops_only_who_needs_it() {
    let table = [
        (
            "DATABASE_URL=oracle://x",
            "`DATABASE_URL` (.env (line 1)) cannot be used: unknown scheme `oracle`",
        ),
        (
            "DB_CONNECTION=oracle",
            "`DB_CONNECTION` (.env (line 1)) names no known engine",
        ),
        (
            "DB_HOST=db",
            "`DB_HOST` is set (.env (line 1)), but `DB_CONNECTION` is not",
        ),
        (
            "DB_CONNECTION=mysql\nDB_PORT=tcp://10.0.0.1:3306",
            "`DB_PORT` (DB_CONNECTION, DB_PORT) cannot be used: the port is not a number between 1 and 65535",
        ),
    ];
    for (content, message) in table {
        let project = Project::new().file(".env", content);
        let settings = project.resolve();
        assert_eq!(settings.database().unwrap_err().to_string(), message);
        assert!(
            settings.database().unwrap_err().hint().is_some(),
            "{content}"
        );
        assert!(!settings.database_is_default());
        assert_eq!(project.row("DATABASE_URL").0, format!("({message})"));
    }
}

// PostgreSQL's own variables -----------------------------------------------------------------

/// A URL, the variables beside it, what becomes of it.
type Filling = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

#[test]
fn postgresql_fills_what_the_url_leaves_out() {
    let table: [Filling; 8] = [
        (
            "postgres://app@db/shop",
            &[("PGHOST", "x"), ("PGUSER", "x"), ("PGDATABASE", "x")],
            "postgres://app@db/shop",
        ),
        (
            "postgres://",
            &[
                ("PGHOST", "db"),
                ("PGPORT", "6000"),
                ("PGUSER", "app"),
                ("PGPASSWORD", "p@"),
                ("PGDATABASE", "shop"),
            ],
            "postgres://app:p%40@db:6000/shop",
        ),
        (
            "postgres://db/shop",
            &[("USER", "me")],
            "postgres://me@db/shop",
        ),
        ("postgres://db", &[("USER", "me")], "postgres://me@db/me"),
        (
            "postgres://a@db/x",
            &[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", "ca.pem")],
            "postgres://a@db/x?sslmode=verify-full&sslrootcert=ROOT/ca.pem",
        ),
        (
            "postgres://a@db/x?sslmode=require",
            &[("PGSSLMODE", "disable")],
            "postgres://a@db/x?sslmode=require",
        ),
        (
            "postgres://a@db/x",
            &[
                ("PGCONNECT_TIMEOUT", "5"),
                ("PGAPPNAME", "web"),
                ("PGOPTIONS", "-c a=b"),
            ],
            "postgres://a@db/x?connect_timeout=5&application_name=web&options=-c%20a=b",
        ),
        (
            "mysql://db/x",
            &[("PGHOST", "x"), ("PGUSER", "x"), ("PGPASSWORD", "x")],
            "mysql://db/x",
        ),
    ];
    for (url, variables, expected) in table {
        let project = Project::new().env("DATABASE_URL", url);
        let project = variables
            .iter()
            .fold(project, |project, (name, value)| project.env(name, value));
        assert_eq!(project.url(), expected, "{url} {variables:?}");
    }
    let project = Project::new()
        .env("DATABASE_URL", "postgres://db/x")
        .env("PGPORT", "Sesame");
    assert_eq!(
        project.error(),
        "`PGPORT` (environment) cannot be used: the port is not a number between 1 and 65535"
    );
}

#[cfg(unix)]
#[test]
fn the_password_file_is_used_when_only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new()
        .env("DATABASE_URL", "postgres://app@db/shop")
        .file("home/.pgpass", "other:*:*:*:no\ndb:5432:*:app:Ses\\:ame\n")
        .file("elsewhere", "*:*:*:*:else\n");
    let mode = |path: &str, mode| {
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("home/.pgpass", 0o600);
    mode("elsewhere", 0o600);
    assert_eq!(project.url(), "postgres://app:Ses%3Aame@db/shop");
    assert_eq!(
        project.row("PGPASSFILE"),
        (
            "***".into(),
            project.path("home/.pgpass").display().to_string()
        )
    );

    mode("home/.pgpass", 0o640);
    assert_eq!(project.url(), "postgres://app@db/shop");
    assert_eq!(
        project.warnings(),
        ["the password file `ROOT/home/.pgpass` is ignored: others may read it"]
    );

    let project = project.env("PGPASSFILE", "elsewhere");
    assert_eq!(project.url(), "postgres://app:else@db/shop");
    let project = project.env("PGPASSWORD", "variable");
    assert_eq!(project.url(), "postgres://app:variable@db/shop");
}

// manage.toml --------------------------------------------------------------------------------

const TWO: &str = r#"
default = "main"
migrations = "sql"

[databases.main]
url = "postgres://app:${MAIN_PASSWORD:-none}@main/shop"

[databases.the-reports]
url = "mysql://app:${REPORTS_PASSWORD}@reports/r"
migrations = "reports/migrations"
models = ["reports/src/**/*.rs"]
on_connect = ["SET SESSION sql_mode = 'ANSI'"]
"#;

#[test]
fn a_named_database_is_not_the_environments() {
    let project = Project::new()
        .file("manage.toml", TWO)
        .env("REPORTS_PASSWORD", "Sesame")
        .env("MIGRATION_DATABASE_URL", "postgres://app@direct/shop");
    assert_eq!(project.url(), "postgres://app:none@main/shop");
    assert_eq!(project.migration_url(), "postgres://app@direct/shop");
    assert_eq!(project.resolve().database_name(), Some("main"));
    assert_eq!(
        project.row("MIGRATION_DIRECTORY"),
        ("ROOT/sql".into(), "manage.toml migrations".into())
    );
    assert_eq!(project.resolve().models(), ["src/**/*.rs"]);

    // The environment overrides the default database, also when that is named,
    let project = project.env("DATABASE_URL", "env.db");
    assert_eq!(project.url(), "sqlite://ROOT/env.db");
    let project = project.database_flag("main");
    assert_eq!(project.url(), "sqlite://ROOT/env.db");

    // and no other.
    let project = project.database_flag("the-reports");
    assert_eq!(project.url(), "mysql://app:Sesame@reports/r");
    assert_eq!(project.migration_url(), "mysql://app:Sesame@reports/r");
    let settings = project.resolve();
    assert_eq!(
        settings.migrations_dir(),
        project.path("reports/migrations")
    );
    assert_eq!(settings.models(), ["reports/src/**/*.rs"]);
    assert_eq!(settings.on_connect(), ["SET SESSION sql_mode = 'ANSI'"]);
    let project = project.env("DATABASE_URL_THE_REPORTS", "own.db");
    assert_eq!(project.url(), "sqlite://ROOT/own.db");

    // A URL given by flag is what was meant, by every command.
    let project = project.flags(|flags| {
        flags.database = None;
        flags.database_url = Some("flag.db".into());
    });
    assert_eq!(project.migration_url(), "sqlite://ROOT/flag.db");

    let project = project.database_flag("report");
    let error = project.try_resolve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no database `report` in manage.toml"
    );
    assert_eq!(
        error.hint().unwrap(),
        "known databases: `main`, `the-reports`"
    );
}

#[test]
fn what_manage_toml_leaves_open_is_an_error_of_the_database() {
    let two = "[databases.a]\nurl = 'a.db'\n[databases.b]\nhost = 'x'\n";
    let unset = "[databases.a]\nurl = 'postgres://${NOWHERE}@db/x'";
    let table = [
        (
            two,
            None,
            "manage.toml has several databases and no `default`",
        ),
        (
            two,
            Some("b"),
            "`DB_HOST` is set (manage.toml [databases.b] host), but `DB_CONNECTION` is not",
        ),
        (
            "default = 'a'\n[databases.a]\n[databases.b]\n",
            Some("b"),
            "`[databases.b]` in manage.toml says not where the database is",
        ),
        (
            unset,
            None,
            "`NOWHERE` is not set, but `[databases.a] url` in manage.toml needs it",
        ),
        (
            "[databases.a]\nurl_file = 'gone'",
            None,
            "`url_file` names `ROOT/gone`, which cannot be read: no such file",
        ),
        (
            "[databases.a]\nurl = 'x'",
            None,
            "`[databases.a] url` (manage.toml [databases.a] url) cannot be used: the database URL has no scheme",
        ),
    ];
    for (toml, name, message) in table {
        let project = Project::new().file("manage.toml", toml);
        let project = match name {
            Some(name) => project.database_flag(name),
            None => project,
        };
        project.resolve();
        assert_eq!(project.error(), message);
    }
    // A variable may be in a file here too.
    let project = Project::new()
        .file("manage.toml", unset)
        .file("secret", "db\n")
        .env("NOWHERE_FILE", "secret");
    assert_eq!(project.url(), "postgres://db@db/x");
    // Parts from above make an unset variable below them irrelevant.
    let project = Project::new()
        .file("manage.toml", unset)
        .env("DB_CONNECTION", "sqlite");
    assert_eq!(project.url(), "sqlite://ROOT/app.db");
    let project = Project::new()
        .file("manage.toml", "[databases.a]\nurl_file = 'f'")
        .file("f", "x.db\n");
    assert_eq!(project.url(), "sqlite://ROOT/x.db");
}

#[test]
fn a_mistake_in_manage_toml_is_named_by_key_and_line() {
    let table = [
        (
            "\ndefualt = 'x'",
            "unknown key `defualt` in `ROOT/manage.toml`, line 2",
            Some("did you mean `default`?"),
        ),
        (
            "[databases.main]\nurll = 'Sesame'",
            "unknown key `urll` in `ROOT/manage.toml`, line 2",
            Some("did you mean `url`?"),
        ),
        (
            "[production]\nzzz = 1",
            "unknown key `zzz` in `ROOT/manage.toml`, line 2",
            Some("known keys: `confirm`, `backup`"),
        ),
        (
            "[databases.main]\nport = 'Sesame'",
            "`port` in `ROOT/manage.toml`, line 2, must be a number up to 65535",
            None,
        ),
        (
            "[databases.main]\n\npassword = 53534",
            "`password` in `ROOT/manage.toml`, line 3, must be a string",
            None,
        ),
        (
            "[migrate]\nlock_timeout = -1",
            "`lock_timeout` in `ROOT/manage.toml`, line 2, must be a number of seconds",
            None,
        ),
        (
            "[migrate]\nstatement_timeout = 'Sesame'",
            "`statement_timeout` in `ROOT/manage.toml`, line 2, must be a number of seconds",
            None,
        ),
        (
            "[migrate]\nstatement_timeout = inf",
            "`statement_timeout` in `ROOT/manage.toml`, line 2, must be a number of seconds",
            None,
        ),
        (
            "[migrate]\nlock_retries = -1",
            "`lock_retries` in `ROOT/manage.toml`, line 2, must be a number",
            None,
        ),
        (
            "[migrate]\nout_of_order = 'Sesame'",
            "`out_of_order` in `ROOT/manage.toml`, line 2, must be `warn` or `refuse`",
            None,
        ),
        (
            "[autogenerate]\ncompare = ['Sesame']",
            "`compare` in `ROOT/manage.toml`, line 2, must be one of `indexes`, `defaults`, `uniques`, `checks`",
            None,
        ),
        (
            "default = 'gone'\n[databases.main]",
            "there is no database `gone` in manage.toml",
            Some("known databases: `main`"),
        ),
    ];
    for (toml, message, hint) in table {
        let project = Project::new().file("manage.toml", toml);
        let error = project.try_resolve().expect_err(toml);
        assert_eq!(project.shortened(&error.to_string()), message);
        assert_eq!(error.hint().as_deref(), hint, "{toml}");
        let said = format!("{error:?}");
        assert!(
            !said.contains("Sesame") && !said.contains("53534"),
            "{said}"
        );
    }
    let broken = Project::new()
        .file("manage.toml", "a = 1\n[databases.main\nurl = 'Sesame'\n")
        .error();
    assert!(
        broken.starts_with("`ROOT/manage.toml` cannot be understood in line 2: "),
        "{broken}"
    );
    let broken = Project::new()
        .file("manage.toml", "password = \"Sesame")
        .error();
    assert!(
        broken.contains("line 1: ") && !broken.contains("Sesame"),
        "{broken}"
    );
}

#[test]
fn the_other_tables_have_defaults() {
    let settings = Project::new().resolve();
    assert_eq!(settings.out_of_order(), OutOfOrder::Warn);
    assert_eq!(settings.fail_level(), CheckLevel::Warning);
    assert_eq!(settings.compare(), None);
    assert_eq!(settings.models(), ["src/**/*.rs"]);
    assert!(settings.ignored_checks().is_empty() && settings.on_connect().is_empty());

    let toml = "[migrate]\nout_of_order = 'refuse'\n[check]\nfail_level = 'error'\nignore = ['M001',\n'stray-file']\n\
                levels = { M007 = 'error', \"D003\" = 'info' }\n\
                [autogenerate]\ncompare = ['indexes', 'checks']\n";
    let settings = Project::new().file("manage.toml", toml).resolve();
    assert_eq!(settings.out_of_order(), OutOfOrder::Refuse);
    assert_eq!(settings.fail_level(), CheckLevel::Error);
    let named = |name, key, line| NamedCheck { name, key, line };
    assert_eq!(
        settings.ignored_checks(),
        [named("M001", "ignore", 5), named("stray-file", "ignore", 6)]
    );
    assert_eq!(
        settings.check_levels(),
        [
            (named("M007", "levels", 7), CheckLevel::Error),
            (named("D003", "levels", 7), CheckLevel::Info),
        ]
    );
    assert_eq!(
        settings.compare(),
        Some(&[Compare::Indexes, Compare::Checks][..])
    );

    let flagged = Project::new().flags(|flags| flags.refuse_out_of_order = true);
    assert_eq!(flagged.resolve().out_of_order(), OutOfOrder::Refuse);
    assert_eq!(
        flagged.row("migrate.out_of_order"),
        ("refuse".into(), "--refuse-out-of-order".into())
    );
}

// Places -------------------------------------------------------------------------------------

#[test]
fn the_project_is_the_nearest_folder_upwards_that_looks_like_one() {
    for marker in [
        "manage.toml",
        "diesel.toml",
        "Cargo.toml",
        "migrations/x/up.sql",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        let sub = root.join("a/b");
        fs::create_dir_all(&sub).unwrap();
        let file = root.join(marker);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        let surroundings = Surroundings {
            cwd: sub,
            ..Surroundings::default()
        };
        let settings = Settings::resolve(&Overrides::default(), &surroundings).unwrap();
        assert_eq!(settings.root(), root, "{marker}");
        assert_eq!(settings.migrations_dir(), root.join("migrations"));
        let file = SqliteLocation::File(root.join("app.db"));
        assert_eq!(settings.database().unwrap(), &DatabaseUrl::Sqlite(file));
    }
}

#[test]
fn relative_paths_resolve_against_the_root_from_any_sub_folder() {
    let mut project = Project::new()
        .file("deep/er/x", "")
        .file("conf/x.env", "PGUSER=x");
    project.surroundings.cwd = project.path("deep/er");
    let project = project.flags(|flags| {
        flags.database_url = Some("sqlite://./data/x.db".into());
        flags.migrations_dir = Some("./db/migrations".into());
        flags.env_file = Some("conf/x.env".into());
    });
    assert_eq!(project.url(), "sqlite://ROOT/data/x.db");
    assert_eq!(
        project.row("MIGRATION_DIRECTORY"),
        ("ROOT/db/migrations".into(), "--migrations-dir".into())
    );
}

#[test]
fn a_named_project_must_exist_and_is_relative_to_the_current_folder() {
    let mut project = Project::new()
        .file("one/two/Cargo.toml", "")
        .flags(|flags| flags.project = Some("two".into()));
    project.surroundings.cwd = project.path("one");
    assert_eq!(project.resolve().root(), project.path("one/two"));
    assert_eq!(project.row("project").1, "--project");
    let project = project.flags(|flags| flags.project = Some("three".into()));
    assert_eq!(
        project.error(),
        "the project folder `ROOT/one/three` does not exist"
    );
}

#[test]
fn the_migrations_folder_has_five_sources() {
    // Each line takes away the strongest source that is left.
    let mut project = Project::new()
        .flags(|flags| flags.migrations_dir = Some("by-flag".into()))
        .env("MIGRATION_DIRECTORY", "by-variable")
        .file(
            "manage.toml",
            "migrations = 'by-file'\n[databases.main]\nmigrations = 'by-table'",
        )
        .file(
            "diesel.toml",
            "[print_schema]\nfile = 'x'\n[migrations_directory]\ndir = 'by-diesel'",
        );
    let row = |project: &Project| {
        let (value, source) = project.row("MIGRATION_DIRECTORY");
        format!("{} | {source}", value.trim_start_matches("ROOT/"))
    };
    assert_eq!(row(&project), "by-flag | --migrations-dir");
    project.overrides.migrations_dir = None;
    assert_eq!(row(&project), "by-variable | environment");
    project = project.env("MIGRATION_DIRECTORY", "");
    assert_eq!(
        row(&project),
        "by-table | manage.toml [databases.main] migrations"
    );
    project = project.file("manage.toml", "migrations = 'by-file'");
    assert_eq!(row(&project), "by-file | manage.toml migrations");
    project = project.file("manage.toml", "");
    assert_eq!(row(&project), "by-diesel | diesel.toml");
    project = project
        .env("DIESEL_CONFIG_FILE", "conf/d.toml")
        .file("conf/d.toml", "[migrations_directory]\ndir = 'm'");
    assert_eq!(row(&project), "conf/m | diesel.toml"); // relative to its file, as in Diesel
    project = project.env("DIESEL_CONFIG_FILE", "none.toml");
    assert_eq!(row(&project), "migrations | default");
}

// What is shown ------------------------------------------------------------------------------

#[test]
fn every_setting_is_listed_with_its_source() {
    let project = Project::new()
        .file(
            ".env.production",
            "# the shop\n\nDATABASE_URL=postgres://app:Sesame@db/shop\n",
        )
        .env("ENVIRONMENT", "production")
        .env("PGSSLMODE", "require")
        .env(
            "MIGRATION_DATABASE_URL",
            "postgres://app:Sesame@direct/shop",
        );
    let settings = project.resolve();
    let listed: Vec<String> = settings
        .rows()
        .iter()
        .map(|row| project.shortened(&format!("{} | {} | {}", row.name, row.value, row.source)))
        .collect();
    assert_eq!(
        listed,
        [
            "project | ROOT | Cargo.toml",
            "ENVIRONMENT | production | environment",
            "env files | .env.production | default",
            "database |  | default",
            "DATABASE_URL | postgres://app:***@db/shop?sslmode=require | .env.production (line 3)",
            "PGSSLMODE | require | environment",
            "MIGRATION_DATABASE_URL | postgres://app:***@direct/shop?sslmode=require | environment",
            "MANAGE_SCRATCH_URL |  | default",
            "MIGRATION_DIRECTORY | ROOT/migrations | default",
            "models | src/**/*.rs | default",
            "on_connect |  | default",
            "autogenerate.compare |  | default",
            "backup.dir | ROOT/backups | default",
            "check.fail_level | warning | default",
            "check.ignore |  | default",
            "check.levels |  | default",
            "migrate.out_of_order | warn | default",
            "migrate.lock_wait | 60 s | default",
            "migrate.lock_timeout | the session's | default",
            "migrate.statement_timeout | the session's | default",
            "migrate.lock_retries | 0 | default",
            "production mode | on | environment",
            "production.confirm | true | default",
            "production.backup | false | default",
        ]
    );
    let overrides = Overrides {
        database_url: Some("postgres://a:Sesame@b/c".into()),
        ..Overrides::default()
    };
    let url = settings.database().unwrap();
    let shown = format!(
        "{settings:?} {url:?} {url} {overrides:?} {:?}",
        project.surroundings
    );
    assert!(!shown.contains("Sesame"), "{shown}");
}

#[test]
fn a_migration_url_from_a_weaker_source_that_names_another_database_is_a_warning() {
    let other = "MIGRATION_DATABASE_URL=postgres://app@direct/other";
    let project = Project::new()
        .file(".env", other)
        .env("DATABASE_URL", "postgres://app@db/shop");
    assert_eq!(project.migration_url(), "postgres://app@direct/other");
    let settings = project.resolve();
    assert!(matches!(
        settings.warnings(),
        [Warning::OtherMigrationDatabase { .. }]
    ));

    let same = "MIGRATION_DATABASE_URL=postgres://app@direct/shop";
    assert_eq!(project.file(".env", same).warnings(), [""; 0]);
}

#[test]
fn a_scratch_server_may_be_named() {
    assert_eq!(Project::new().resolve().scratch_database(), Ok(None));
    let project = Project::new().env("MANAGE_SCRATCH_URL", "postgres://app@scratch/x");
    let settings = project.resolve();
    assert_eq!(
        settings.scratch_database().unwrap().unwrap().to_string(),
        "postgres://app@scratch/x"
    );
}

#[test]
fn the_example_names_exactly_the_variables_that_are_read() {
    let example =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example")).unwrap();
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let named: Vec<&str> = example
        .lines()
        .filter_map(|line| Some(line.trim_start_matches("# ").split_once('=')?.0))
        .filter(|name| is_name(name))
        .collect();
    let read: BTreeSet<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), read);
    assert_eq!(named.len(), read.len(), "a name stands twice");

    // As it is, it says no more than the default does.
    let project = Project::new().file(".env", &example);
    assert_eq!(project.row("DATABASE_URL").0, "sqlite://ROOT/app.db");
    let set = example
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(set.collect::<Vec<_>>(), ["DATABASE_URL=sqlite://app.db"]);
}

/// A variable that is not text is an error wherever it is read, which proves that it is.
#[cfg(unix)]
#[test]
fn every_variable_in_the_list_is_read() {
    use std::os::unix::ffi::OsStringExt;
    for (name, _) in VARIABLES {
        let mut project = Project::new();
        if name.starts_with("PG") {
            project = project.env("DATABASE_URL", "postgres://");
        }
        let not_text = std::ffi::OsString::from_vec(vec![0xff]);
        project.surroundings = project.surroundings.with(*name, not_text);
        let error = project.try_resolve().and_then(|settings| {
            settings.scratch_database()?;
            settings.migration_database()?;
            settings.database().map(|_| ())
        });
        let expected = SettingsError::NotUnicode {
            variable: (*name).to_owned(),
        };
        assert_eq!(error, Err(expected));
    }
}

#[test]
fn errors_keep_their_facts() {
    let project = Project::new().env("DATABASE_URL", "mysql://db/x?ssl-mod=REQUIRED");
    let error = project.resolve().database().cloned().unwrap_err();
    let SettingsError::Url { name, error, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(name, "DATABASE_URL");
    assert_eq!(
        error,
        UrlError::UnknownParameter {
            name: "ssl-mod".to_owned(),
            nearest: Some("ssl-mode".to_owned())
        }
    );
}

#[test]
fn limits_come_from_manage_toml_and_zero_is_none() {
    let project = Project::new().file(
        "manage.toml",
        "[migrate]\nlock_timeout = 5\nstatement_timeout = 0\n",
    );
    let row = |project: &Project, name: &str| project.row(&format!("migrate.{name}"));
    let pair = |value: &str, source: &str| (value.to_owned(), source.to_owned());
    assert_eq!(
        row(&project, "lock_timeout"),
        pair("5 s", "manage.toml [migrate] lock_timeout")
    );
    assert_eq!(
        row(&project, "statement_timeout"),
        pair("no limit", "manage.toml [migrate] statement_timeout")
    );
    // Who limits the waiting waits several times.
    assert_eq!(row(&project, "lock_retries"), pair("3", "default"));
    let project = project.file(
        "manage.toml",
        "[migrate]\nlock_timeout = 0\nstatement_timeout = 0.25\n",
    );
    assert_eq!(row(&project, "lock_retries"), pair("0", "default"));
    assert_eq!(row(&project, "statement_timeout").0, "0.25 s");
    let project = project.file("manage.toml", "[migrate]\nlock_retries = 7\n");
    assert_eq!(
        row(&project, "lock_retries"),
        pair("7", "manage.toml [migrate] lock_retries")
    );
}
