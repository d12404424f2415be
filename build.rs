//! `embed_migrations!` reads SQL files that cargo does not watch by itself.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
