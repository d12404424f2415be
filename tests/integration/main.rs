//! Every command from outside, on SQLite: whole outputs, exit statuses, and what is left behind.
#![cfg(all(unix, feature = "sqlite"))]
#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

mod autogenerate;
mod backup;
mod check;
mod cli;
mod completions_man;
mod createdb;
mod current;
mod dbshell;
mod deploy;
mod edited;
mod failures;
mod fake;
mod heads;
mod history;
mod init;
mod inspectdb;
mod lineage;
mod log;
mod looking;
mod make;
mod makemigrations;
mod merge;
mod migrate;
mod offline;
mod output;
mod production;
mod redo;
mod repeatable;
mod resume;
mod reversible;
mod rollback;
mod scale;
mod secrets;
mod settings;
mod showmigrations;
mod sqlmigrate;
mod squashmigrations;
mod stamp;
mod wrong_models;
