//! Everything that differs between engines.

pub mod statements;
pub mod url;
