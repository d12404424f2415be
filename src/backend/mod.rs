//! Everything that differs between engines.

pub mod url;
