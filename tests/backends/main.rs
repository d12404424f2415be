//! What every engine must do alike: one body, run on each server by the binary itself.
//!
//! A test is written once, in [`on_every_engine`] or one of its narrower sisters, and becomes one
//! `#[test]` per server: `migrate_applies::postgres2` names both what failed and where.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]
#![allow(unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

/// One test per server: the common part of the macros below.
macro_rules! contract {
    (@tests $name:ident [$($test:ident $server:ident),+]) => {
        $(#[test]
        fn $test() {
            crate::on(crate::support::services::Server::$server, super::$name);
        })+
    };
    (@case $case:ident [$($test:ident $server:ident),+]) => {
        $(#[test]
        fn $test() {
            let server = crate::support::services::Server::$server;
            crate::on(server, |server| crate::cases::golden(stringify!($case), server));
        })+
    };
    ($engines:tt $($(#[doc = $doc:literal])* fn $name:ident($server:ident: Server) $body:block)+) => {
        $($(#[doc = $doc])*
        fn $name($server: crate::support::services::Server) $body

        mod $name {
            contract!(@tests $name $engines);
        })+
    };
}

/// Tests of what is alike everywhere.
macro_rules! on_every_engine {
    ($($tests:tt)+) => {
        contract!([sqlite Sqlite, postgres Postgres, postgres2 Postgres2, mariadb Mariadb] $($tests)+);
    };
}

/// Tests of what needs a server.
macro_rules! on_servers {
    ($($tests:tt)+) => {
        contract!([postgres Postgres, postgres2 Postgres2, mariadb Mariadb] $($tests)+);
    };
}

/// Tests of what only PostgreSQL has.
macro_rules! on_postgres {
    ($($tests:tt)+) => {
        contract!([postgres Postgres, postgres2 Postgres2] $($tests)+);
    };
}

/// Tests of what a transaction takes back.
macro_rules! on_transactional_engines {
    ($($tests:tt)+) => {
        contract!([sqlite Sqlite, postgres Postgres, postgres2 Postgres2] $($tests)+);
    };
}

/// Tests of what only MariaDB has.
macro_rules! on_mariadb {
    ($($tests:tt)+) => {
        contract!([mariadb Mariadb] $($tests)+);
    };
}

mod backup;
mod branches;
mod cases;
mod checking;
mod commands;
mod connections;
mod corpus;
mod deploy;
mod edited;
mod failures;
mod faults;
mod forward;
mod gone;
mod initial;
mod inspectdb;
mod interop;
mod log;
mod looking;
mod lost;
mod merging;
mod mysql_schema;
mod offline;
mod plain;
mod postgres_schema;
mod project;
mod properties;
mod repair;
mod repeatable;
mod reversible;
mod scratch;
mod squashing;
mod timeouts;
mod unlogged;

/// Runs a test on a server; one that is not there is skipped, and said so.
fn on(server: support::services::Server, body: fn(support::services::Server)) {
    if support::services::available().contains(&server) {
        body(server);
    }
}
