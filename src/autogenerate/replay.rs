//! Runs the migrations in a scratch database.

use sha2::{Digest as _, Sha256};

use crate::{
    backend::{
        self, Database,
        scratch::{Scratch, Server},
    },
    error::Error,
    migration::{
        Direction, Migration,
        directory::Sound,
        executor::{self, Options},
        history::History,
        plan::{Plan, Step},
        target::Target,
    },
    schema::{Schema, dialect::Dialect},
};

/// Changes whenever introspection reads more or otherwise than before.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), " 1");

/// A repeatable migration, or a view, that does not work after the migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The migration's name, or the view's.
    pub name: String,
    /// What the database says of it.
    pub message: String,
}

/// Applies migrations to a new scratch database, and runs the repeatable ones; what does not work of
/// those is left out, and returned.
pub(super) fn replay(
    server: &Server,
    dialect: &dyn Dialect,
    found: &Sound,
) -> Result<(Scratch, Vec<LeftOut>), Error> {
    let mut scratch = server.create().map_err(Error::scratch)?;
    let history = History::new(found.migrations.clone(), []);
    let plan = Plan::migrate(&history, &Target::Heads)?;
    run(&mut scratch, &plan).map_err(as_replay)?;
    let mut left_out = Vec::new();
    for repeatable in &found.repeatables {
        match forwards(&mut scratch, std::slice::from_ref(repeatable)) {
            Ok(()) => {}
            Err(Error::Migration(failure)) => left_out.push(LeftOut {
                name: failure.migration,
                message: failure.error.message,
            }),
            Err(other) => return Err(other),
        }
    }
    let database = scratch.database()?;
    if !found.repeatables.is_empty() && !database.features().checks_views {
        while let Some(view) = drop_broken_view(database, dialect)? {
            left_out.push(view);
        }
    }
    Ok((scratch, left_out))
}

/// Runs a plan in a scratch database.
pub(super) fn run(scratch: &mut Scratch, plan: &Plan) -> Result<(), Error> {
    let database = scratch.database()?;
    executor::execute(database, plan, &Options::default(), &mut |_| {}).map(drop)
}

/// Runs migrations in a scratch database, in this order.
pub(super) fn forwards(scratch: &mut Scratch, migrations: &[Migration]) -> Result<(), Error> {
    let steps = migrations
        .iter()
        .map(|migration| Step::run(migration, Direction::Forwards));
    run(scratch, &Plan::of(steps.collect()))
}

/// A migration that fails where everything should run.
pub(super) fn as_replay(error: Error) -> Error {
    match error {
        Error::Migration(failure) => Error::Replay(failure),
        other => other,
    }
}

/// Drops a view whose query fails: SQLite lets it stand, and then changes no table any more.
fn drop_broken_view(
    database: &mut dyn Database,
    dialect: &dyn Dialect,
) -> Result<Option<LeftOut>, Error> {
    let schema = backend::introspect(database).map_err(Error::asking)?;
    for name in schema.views.keys() {
        let quoted = dialect.quote(&name.name);
        let asked = database.execute(&format!("SELECT 1 FROM {quoted} LIMIT 0"));
        if let Err(error) = asked {
            let drop = format!("DROP VIEW {quoted}");
            database.execute(&drop).map_err(Error::asking)?;
            return Ok(Some(LeftOut {
                name: format!("the view {}", name.name),
                message: error.message,
            }));
        }
    }
    Ok(None)
}

/// Names what a replay leads to: by the server, and the text of every migration.
pub(super) fn key(server: &str, on_connect: &[String], found: &Sound) -> Result<String, Error> {
    let mut hash = Hash::new("replay", server, on_connect);
    for migration in found.migrations.iter().chain(&found.repeatables) {
        hash.add(migration.version.as_str());
        hash.add(migration.run_in_transaction().to_string());
        if let Some(path) = migration.file(Direction::Forwards) {
            let text = std::fs::read(&path).map_err(|error| Error::Io {
                doing: "read",
                path,
                message: error.to_string(),
            })?;
            hash.add(&text);
        }
    }
    Ok(hash.end())
}

/// Names what a server makes of a declared schema.
pub(super) fn normal_key(
    server: &str,
    on_connect: &[String],
    from: &Schema,
    desired: &Schema,
) -> String {
    let mut hash = Hash::new("declared", server, on_connect);
    for schema in [from, desired] {
        hash.add(serde_json::to_vec(schema).unwrap_or_default());
    }
    hash.end()
}

struct Hash(Sha256);

impl Hash {
    fn new(kind: &str, server: &str, on_connect: &[String]) -> Self {
        let mut hash = Self(Sha256::new());
        for part in [FORMAT, kind, server] {
            hash.add(part);
        }
        for statement in on_connect {
            hash.add(statement);
        }
        hash
    }

    /// Each part with its length, so that no two lists of parts look alike.
    fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn end(self) -> String {
        self.0
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
