//! What several test binaries share.

// Each binary uses a part of it.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::print_stderr, clippy::expect_used, clippy::unwrap_used)]

pub mod beside;
pub mod limits;
pub mod private;
pub mod services;
