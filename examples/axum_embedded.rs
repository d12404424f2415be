//! The same application with its migrations inside it: the program is all there is to deploy.
//!
//! `build.rs` tells cargo to compile again when only SQL changed.

use std::process::ExitCode;

use diesel_manage::Migrator;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

mod serve;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

#[tokio::main]
async fn main() -> ExitCode {
    serve::run(Migrator::from_env().map(|migrator| migrator.with_embedded(MIGRATIONS))).await
}
