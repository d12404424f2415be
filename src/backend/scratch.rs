//! Scratch databases: made on a server to try things in, and removed on every way out.
//!
//! SQLite's are in memory. PostgreSQL's and MySQL's are databases of their own, named
//! `manage_scratch_<seconds since 1970>_<process>_<number>`. They are dropped with the value; by
//! [`remove_all`] when the program is interrupted; and, where a program was killed, by the next that
//! makes one ([`Server::open`] sweeps those that are old and unused).

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::schema::{Name, dialect::Dialect};

use super::{
    Access, AdminError, Database,
    failure::{ConnectError, DatabaseError},
    open,
    url::{DatabaseUrl, Engine, SqliteLocation},
};

/// What the names of scratch databases begin with.
pub const PREFIX: &str = "manage_scratch_";

/// Scratch databases older than this, and unused, were left by a program that was killed.
const ABANDONED: Duration = Duration::from_secs(600);

/// Those of this process that are still there, for [`remove_all`].
static LIVE: Mutex<Vec<DatabaseUrl>> = Mutex::new(Vec::new());

/// Held while one is made or connected to, and by [`remove_all`] until the program ends: what it
/// removes is neither half made nor made anew.
static DOOR: Mutex<()> = Mutex::new(());

fn live() -> MutexGuard<'static, Vec<DatabaseUrl>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn door() -> MutexGuard<'static, ()> {
    DOOR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where scratch databases are made.
pub struct Server {
    url: DatabaseUrl,
    on_connect: Vec<String>,
    /// What `CREATE DATABASE` says of character sets, so that they are the real database's.
    characters: String,
}

/// A scratch database, empty at first. Dropping the value removes it.
pub struct Scratch {
    url: DatabaseUrl,
    on_connect: Vec<String>,
    database: Option<Box<dyn Database>>,
}

impl Server {
    /// The server of a database, which itself is never touched and need not be there. Removes what
    /// killed programs left behind.
    pub fn open(url: &DatabaseUrl, on_connect: &[String]) -> Result<Self, AdminError> {
        let mut server = Self {
            url: match url {
                DatabaseUrl::Sqlite(_) => DatabaseUrl::Sqlite(SqliteLocation::Memory),
                DatabaseUrl::Postgres(_) | DatabaseUrl::Mysql(_) => url.clone(),
            },
            on_connect: on_connect.to_vec(),
            characters: String::new(),
        };
        match url.engine() {
            Engine::Sqlite => return Ok(server),
            // Nobody waits for the disk to keep what is thrown away.
            // Compiling the long queries for catalogs would take longer than they do.
            Engine::Postgres => {
                let faster = ["SET synchronous_commit = off", "SET jit = off"];
                server.on_connect.splice(0..0, faster.map(str::to_owned));
            }
            Engine::Mysql => {}
        }
        let mut admin = administer(&server.url)?;
        if url.engine() == Engine::Mysql {
            server.characters = characters(&mut *admin, url)?;
        }
        sweep(&mut *admin)?;
        Ok(server)
    }

    /// The engine.
    pub fn engine(&self) -> Engine {
        self.url.engine()
    }

    /// A connection to ask the server about itself with.
    pub fn any(&self) -> Result<Box<dyn Database>, ConnectError> {
        administer(&self.url)
    }

    /// Makes an empty database.
    pub fn create(&self) -> Result<Scratch, AdminError> {
        self.make(&self.characters)
    }

    /// Whether [`Server::create_like`] takes no longer than dropping and creating tables does.
    /// PostgreSQL copies some megabytes of catalogs, and takes `DROP` and `CREATE` back instead.
    pub fn copies_are_cheap(&self) -> bool {
        self.url.engine() != Engine::Postgres
    }

    /// Makes a database that has what a schema does not hold (extensions, functions, domains) as the
    /// original has it, where the engine has such things; its tables may be there or not.
    pub fn create_like(&self, original: &mut Scratch) -> Result<Scratch, AdminError> {
        if self.url.engine() != Engine::Postgres {
            return self.create();
        }
        // A template must have no connections.
        original.database = None;
        let name = original
            .url
            .database_name()
            .unwrap_or_default()
            .into_owned();
        let copy = self.make(&format!(" TEMPLATE {name}"))?;
        original.connect()?;
        Ok(copy)
    }

    fn make(&self, how: &str) -> Result<Scratch, AdminError> {
        if self.url.engine() == Engine::Sqlite {
            return Scratch::connected(self.url.clone(), self.on_connect.clone());
        }
        let name = name();
        let url = self.url.with_database(&name);
        let mut admin = administer(&self.url)?;
        let making = door();
        live().push(url.clone());
        if let Err(error) = admin.execute(&format!("CREATE DATABASE {name}{how}")) {
            live().retain(|other| *other != url);
            return Err(error.into());
        }
        drop(making);
        Scratch::connected(url, self.on_connect.clone())
    }
}

impl Scratch {
    fn connected(url: DatabaseUrl, on_connect: Vec<String>) -> Result<Self, AdminError> {
        let mut scratch = Self {
            url,
            on_connect,
            database: None,
        };
        scratch.connect()?;
        Ok(scratch)
    }

    fn connect(&mut self) -> Result<(), ConnectError> {
        let _connecting = door();
        let database = open(
            &self.url,
            Access::Change,
            &self.on_connect,
            None,
            &mut |_| {},
        )?;
        self.database = Some(database);
        Ok(())
    }

    /// The connection to it.
    ///
    /// # Errors
    ///
    /// When it was lost, and the server does not take a new one.
    pub fn database(&mut self) -> Result<&mut dyn Database, ConnectError> {
        if self.database.is_none() {
            self.connect()?;
        }
        match &mut self.database {
            Some(database) => Ok(&mut **database),
            None => Err(ConnectError {
                place: self.url.to_string(),
                reason: super::failure::ConnectReason::Other,
                message: "the scratch database is closed".to_owned(),
                waited: None,
            }),
        }
    }
}

impl Scratch {
    /// What it is called on its server; nothing in memory has a name.
    pub fn name(&self) -> Option<String> {
        match self.url.engine() {
            Engine::Sqlite => None,
            Engine::Postgres | Engine::Mysql => {
                self.url.database_name().map(std::borrow::Cow::into_owned)
            }
        }
    }

    /// Ends what the session alone holds, as the end of a command does: temporary tables, settings.
    ///
    /// # Errors
    ///
    /// Those of a new connection.
    pub fn renew(&mut self) -> Result<(), AdminError> {
        if self.url.engine() != Engine::Sqlite {
            return Ok(self.connect()?);
        }
        // The database is its connection's.
        let database = self.database()?;
        let temporary = database.pairs(
            "SELECT type AS a, name AS b FROM temp.sqlite_schema WHERE type IN ('view', 'table') \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC",
        )?;
        for (kind, name) in temporary {
            let name = name.replace('"', "\"\"");
            database.execute(&format!("DROP {kind} temp.\"{name}\""))?;
        }
        Ok(())
    }

    /// Drops every table and enum type, and what rests on them.
    pub fn clear(&mut self, dialect: &dyn Dialect) -> Result<(), AdminError> {
        if self.url.engine() == Engine::Sqlite {
            // A new one in memory is empty.
            return Ok(self.connect()?);
        }
        let database = self.database()?;
        let schema = super::introspect(database)?;
        let (before, cascade, after) = match database.engine() {
            Engine::Sqlite | Engine::Postgres => ("", " CASCADE", ""),
            Engine::Mysql => (
                "SET foreign_key_checks = 0",
                "",
                "SET foreign_key_checks = 1",
            ),
        };
        let qualified = |name: &Name| match &name.schema {
            Some(schema) => format!("{}.{}", dialect.quote(schema), dialect.quote(&name.name)),
            None => dialect.quote(&name.name),
        };
        let tables = schema.tables.keys().map(|name| ("TABLE", name));
        let views = schema.views.keys().map(|name| ("VIEW", name));
        let types = schema.enums.keys().map(|name| ("TYPE", name));
        if !before.is_empty() {
            database.execute(before)?;
        }
        for (kind, name) in tables.chain(views).chain(types) {
            // A view may be gone with its table.
            let drop = format!("DROP {kind} IF EXISTS {}{cascade}", qualified(name));
            let dropped = database.execute(&drop);
            if kind != "VIEW" {
                dropped?;
            }
        }
        if !after.is_empty() {
            database.execute(after)?;
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.database = None;
        if self.url.engine() == Engine::Sqlite {
            return;
        }
        // What cannot be removed now, the next sweep removes.
        let _ = remove(&self.url);
        live().retain(|url| *url != self.url);
    }
}

/// Removes every scratch database of this process, whatever is connected to it: for the way out of
/// an interrupted program. From then on none can be made.
pub fn remove_all() {
    // Never opened again: whoever waits at it waits for the end of the program.
    std::mem::forget(door());
    let urls: Vec<DatabaseUrl> = live().drain(..).collect();
    for url in urls {
        let _ = remove(&url);
    }
}

fn remove(url: &DatabaseUrl) -> Result<(), AdminError> {
    let mut admin = administer(url)?;
    let name = url.database_name().unwrap_or_default();
    if url.engine() == Engine::Postgres {
        admin.pairs(&format!(
            "SELECT pg_catalog.pg_terminate_backend(pid)::text AS a, '' AS b \
             FROM pg_catalog.pg_stat_activity WHERE datname = '{name}'"
        ))?;
    }
    admin.execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
    Ok(())
}

fn name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    format!("{PREFIX}{}_{process}_{number}", now().as_secs())
}

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// When a scratch database was made; `None` for a database of another kind.
fn made(name: &str) -> Option<Duration> {
    let mut parts = name.strip_prefix(PREFIX)?.split('_');
    let seconds = parts.next()?.parse().ok()?;
    let rest: Vec<u64> = parts.map(str::parse).collect::<Result<_, _>>().ok()?;
    (rest.len() == 2).then(|| Duration::from_secs(seconds))
}

fn sweep(admin: &mut dyn Database) -> Result<(), DatabaseError> {
    let unused = match admin.engine() {
        Engine::Sqlite => return Ok(()),
        Engine::Postgres => {
            "SELECT datname::text AS a, '' AS b FROM pg_catalog.pg_database d \
             WHERE starts_with(datname::text, 'manage_scratch_') AND NOT EXISTS \
             (SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.datname = d.datname)"
        }
        Engine::Mysql => {
            "SELECT CAST(schema_name AS CHAR) AS a, '' AS b FROM information_schema.schemata s \
             WHERE LEFT(schema_name, 15) = 'manage_scratch_' AND NOT EXISTS \
             (SELECT 1 FROM information_schema.processlist p WHERE p.db = s.schema_name)"
        }
    };
    for (name, _) in admin.pairs(unused)? {
        if made(&name).is_some_and(|made| made + ABANDONED < now()) {
            // Somebody else may sweep at the same time, or it may belong to another user.
            let _ = admin.execute(&format!("DROP DATABASE {name}"));
        }
    }
    Ok(())
}

fn characters(admin: &mut dyn Database, url: &DatabaseUrl) -> Result<String, DatabaseError> {
    let name = url.database_name().unwrap_or_default();
    let literal = name.replace('\\', "\\\\").replace('\'', "''");
    let found = admin.pairs(&format!(
        "SELECT CAST(default_character_set_name AS CHAR) AS a, CAST(default_collation_name AS CHAR) AS b \
         FROM information_schema.schemata WHERE schema_name = '{literal}'"
    ))?;
    Ok(found
        .first()
        .map_or(" CHARACTER SET utf8mb4".to_owned(), |(set, collation)| {
            format!(" CHARACTER SET {set} COLLATE {collation}")
        }))
}

fn administer(url: &DatabaseUrl) -> Result<Box<dyn Database>, ConnectError> {
    match url {
        #[cfg(feature = "postgres")]
        // A user may be let into one database alone; databases are made from any.
        DatabaseUrl::Postgres(_) => super::postgres::administer(url)
            .or_else(|error| open(url, Access::Change, &[], None, &mut |_| {}).map_err(|_| error)),
        #[cfg(feature = "mysql")]
        DatabaseUrl::Mysql(_) => super::mysql::administer(url),
        other => open(other, Access::Change, &[], None, &mut |_| {}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_our_own_making_are_swept() {
        assert_eq!(
            made("manage_scratch_1700000000_12_3"),
            Some(Duration::from_secs(1_700_000_000))
        );
        for other in [
            "manage_scratch_",
            "manage_scratch_mine",
            "manage_scratch_1700000000",
            "manage_scratch_1700000000_12_3_4",
            "manage_scratch_1700000000_12_x",
            "app",
        ] {
            assert_eq!(made(other), None, "{other}");
        }
        assert!(made(&name()).is_some());
    }
}
