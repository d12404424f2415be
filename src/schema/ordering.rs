//! Puts operations in an order in which they can run.
