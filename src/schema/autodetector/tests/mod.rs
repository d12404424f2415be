mod cases;
mod laws;
mod random;

use super::*;
use crate::schema::{self, Schema};
