//! `manage`: create, apply, inspect, check and undo Diesel migrations.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(diesel_manage::run(std::env::args_os()).code())
}
