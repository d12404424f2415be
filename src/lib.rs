//! Django's `manage.py` for Diesel.

pub mod backend;
pub mod settings;
