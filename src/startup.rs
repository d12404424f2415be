//! The application's door: migrate at start-up, or refuse to start with the list of what is pending.
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
//! The asynchronous doors do the same on a thread of their own, for the drivers beneath wait in
//! place and must not do so inside a runtime's task.

use crate::{Migrator, error::Error, migration::target::Target};

/// Succeeds when nothing is pending; otherwise [`Error::Pending`] names what is.
///
/// Only looks. Migrations that the database has and the program does not (a newer release has run)
/// are no obstacle.
pub fn check(migrator: &Migrator) -> Result<(), Error> {
    let names: Vec<String> = migrator
        .pending()?
        .into_iter()
        .map(|migration| migration.name)
        .collect();
    if names.is_empty() {
        Ok(())
    } else {
        Err(Error::Pending { names })
    }
}

/// Applies all that is pending; the names of what was applied, in order.
pub fn migrate(migrator: &Migrator) -> Result<Vec<String>, Error> {
    let done = migrator.migrate(&Target::Head, &mut |_| {})?;
    Ok(done
        .into_iter()
        .map(|(step, _)| step.migration.name)
        .collect())
}

/// [`check`], for use inside a tokio runtime.
pub async fn check_async(migrator: Migrator) -> Result<(), Error> {
    apart(move || check(&migrator)).await
}

/// [`migrate`], for use inside a tokio runtime.
pub async fn migrate_async(migrator: Migrator) -> Result<Vec<String>, Error> {
    apart(move || migrate(&migrator)).await
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Usage("the runtime is shutting down".to_owned())),
        },
    }
}
