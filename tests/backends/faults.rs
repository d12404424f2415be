//! What holds when something goes wrong from outside: runners that are killed, told to stop or many at
//! once, servers that die, disks that are full.
//!
//! `make test` runs a few rounds of each; `make test-faults` sets `MANAGE_FAULTS`, how many rounds the
//! tests with random moments take. `MANAGE_FAULTS_SEED` repeats the moments of an earlier run, as far as
//! the machine lets it.

mod interruptions;
mod killed;
mod kit;
mod surroundings;
mod together;
