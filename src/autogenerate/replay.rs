//! Runs the migrations in a scratch database.

use sha2::{Digest as _, Sha256};

use crate::{
    backend::scratch::{Scratch, Server},
    error::{Error, MigrationFailure},
    migration::{
        Direction,
        directory::Sound,
        executor::{self, Options},
        history::History,
        plan::{Plan, Step},
        target::Target,
    },
    schema::Schema,
};

/// Changes whenever introspection reads more or otherwise than before.
const FORMAT: &str = concat!(env!("CARGO_PKG_VERSION"), " 1");

/// Applies migrations to a new scratch database, and runs the repeatable ones; those that fail are left
/// out, and told of.
pub(super) fn replay(
    server: &Server,
    found: &Sound,
) -> Result<(Scratch, Vec<MigrationFailure>), Error> {
    let mut scratch = server.create().map_err(Error::scratch)?;
    let history = History::new(found.migrations.clone(), []);
    let plan = Plan::migrate(&history, &Target::Heads)?;
    let database = scratch.database()?;
    executor::execute(database, &plan, &Options::default(), &mut |_| {}).map_err(|error| {
        match error {
            Error::Migration(failure) => Error::Replay(failure),
            other => other,
        }
    })?;
    let mut left_out = Vec::new();
    for repeatable in &found.repeatables {
        let plan = Plan {
            steps: vec![Step::run(repeatable, Direction::Forwards)],
            ..Plan::default()
        };
        match executor::execute(database, &plan, &Options::default(), &mut |_| {}) {
            Ok(_) => {}
            Err(Error::Migration(failure)) => left_out.push(*failure),
            Err(other) => return Err(other),
        }
    }
    Ok((scratch, left_out))
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
