//! The application's door: migrate at start-up, or refuse to start with the list of what is pending.
//!
//! | door | on a database that is behind |
//! |---|---|
//! | [`check`], [`check_async`] | refuses: [`Error::Pending`] names what is pending; changes nothing |
//! | [`migrate`], [`migrate_async`] | applies what is pending, and names it |
//!
//! ```no_run
//! use diesel_manage::{Migrator, startup};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     startup::check(&Migrator::from_env()?)?;
//!     // ... serve
//!     Ok(())
//! }
//! ```
//!
//! An application that carries its migrations inside itself, as `embed_migrations!` makes it do,
//! needs no folder beside it:
//!
//! ```no_run
//! use diesel_manage::{Migrator, error::Error, startup};
//! use diesel_migrations::{EmbeddedMigrations, embed_migrations};
//!
//! const MIGRATIONS: EmbeddedMigrations = embed_migrations!();
//!
//! # async fn start() -> Result<(), Error> {
//! let migrator = Migrator::from_env()?.with_embedded(MIGRATIONS);
//! for name in startup::migrate_async(&migrator).await? {
//!     println!("applied {name}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The asynchronous doors do the same on a thread of their own, for the drivers beneath wait in
//! place. The others may be used inside a runtime too; its thread then waits with them.
//!
//! `examples/axum_app.rs` and `examples/axum_embedded.rs` are whole applications.

use crate::{Migrator, error::Error, migration::target::Target};

/// Succeeds when nothing is pending; otherwise [`Error::Pending`] names what is.
///
/// Only looks: no ledger, no table and no file is created. Migrations that the database has and
/// the program does not (a newer release has run) are no obstacle.
///
/// # Errors
///
/// [`Error::Pending`]; [`PlanError::Broken`](crate::migration::plan::PlanError::Broken) for a migration
/// that stopped halfway; and whatever keeps the migrations or the database from being read.
pub fn check(migrator: &Migrator) -> Result<(), Error> {
    let history = migrator.status()?;
    migrator.refuse_broken(&history)?;
    let pending = history.pending().into_iter();
    let names: Vec<String> = pending.map(|migration| migration.name.clone()).collect();
    if names.is_empty() {
        Ok(())
    } else {
        Err(Error::Pending { names })
    }
}

/// Applies all that is pending; the names of what was applied, in order.
///
/// # Errors
///
/// [`Error::Migration`] says which migration failed and what stands of it; those before it stay
/// applied. One that stopped halfway before has to be put right first:
/// [`PlanError::Broken`](crate::migration::plan::PlanError::Broken).
pub fn migrate(migrator: &Migrator) -> Result<Vec<String>, Error> {
    let done = migrator.migrate(&Target::Head, &mut |_| {})?;
    Ok(done
        .into_iter()
        .map(|(step, _)| step.migration.name)
        .collect())
}

/// [`check`], without holding up the runtime's thread.
///
/// # Panics
///
/// Outside a tokio runtime.
pub async fn check_async(migrator: &Migrator) -> Result<(), Error> {
    apart(migrator, check).await
}

/// [`migrate`], without holding up the runtime's thread.
///
/// Dropping the future does not stop the migrations: a step that has begun is carried through.
///
/// # Panics
///
/// Outside a tokio runtime.
pub async fn migrate_async(migrator: &Migrator) -> Result<Vec<String>, Error> {
    apart(migrator, migrate).await
}

async fn apart<T: Send + 'static>(
    migrator: &Migrator,
    work: fn(&Migrator) -> Result<T, Error>,
) -> Result<T, Error> {
    let migrator = migrator.clone();
    match tokio::task::spawn_blocking(move || work(&migrator)).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Usage("the runtime is shutting down".to_owned())),
        },
    }
}
