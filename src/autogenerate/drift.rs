//! What the live database has that its migrations do not lead to, or has not.

use super::{Against, Anything, Autogenerate};
use crate::{
    error::Error,
    schema::{Schema, autodetector, operation::Operation, questioner::Renames},
};

impl Autogenerate<'_> {
    /// What was done to the live database beside its migrations. Tables that no migration makes are
    /// nobody's business.
    ///
    /// # Errors
    ///
    /// Besides those of connections: migrations that are still to be applied.
    pub fn drift(&mut self) -> Result<Vec<Operation>, Error> {
        let replayed = self.replayed_schema()?;
        let (live, foreign) = self.start(Against::Database)?;
        let tables = live.tables.into_iter();
        let live = Schema {
            tables: tables
                .filter(|(name, _)| replayed.tables.contains_key(name) || !foreign.contains(name))
                .collect(),
            ..live
        };
        let detected = autodetector::detect(&replayed, &live, &Renames::default(), &mut Anything);
        Ok(detected.unwrap_or_default())
    }
}
