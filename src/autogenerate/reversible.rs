//! Tries every `down.sql` in a scratch database right behind its `up.sql`: it must lead exactly back,
//! and `up.sql` must run again.
//!
//! One database serves all. A state is looked at once, behind `up.sql` and behind `down.sql`; where
//! the second is the one before, an `up.sql` of structure alone leads from there to where it led. Whenever the database is
//! not where it would be without the way back (a wrong `down.sql`, counters that went on), the
//! migrations up to there run once more in a new one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Autogenerate,
    proof::qualified,
    replay::{as_replay, run},
    squash::{is_structure, steady},
};
use crate::{
    backend::{
        self, Database,
        scratch::Scratch,
        statements::{self, Statement},
    },
    error::{Error, MigrationFailure},
    migration::{
        Direction,
        executor::read_sql,
        history::History,
        plan::{Plan, Step},
        reversal::{Reversal, Trouble},
        target::Target,
    },
    schema::{
        IndexKey, Name, Schema, Table,
        inventory::{Difference, Inventory, Object, RowDifference},
    },
};

/// How many tables one query asks for rows: SQLite takes 500 terms
/// (<https://www.sqlite.org/limits.html>).
const IN_ONE_QUERY: usize = 200;

/// The word by which a comment says that there is no way back.
const IRREVERSIBLE: &str = "irreversible";

/// The rows of the tables that have any, each a text of the values that do not move by themselves.
type Rows = BTreeMap<Name, Vec<String>>;

/// All there is in a database at one moment.
#[derive(PartialEq)]
struct State {
    schema: Schema,
    inventory: Inventory,
    rows: Rows,
}

impl State {
    /// What is otherwise than it was.
    fn differences(&self, goal: &Self) -> (Vec<Difference>, Vec<RowDifference>) {
        let differences = self.inventory.differences(&goal.inventory);
        let touched: BTreeSet<&str> = differences
            .iter()
            .filter_map(Difference::object)
            .filter(|object| object.kind == "column")
            .filter_map(|object| object.of.as_deref())
            .collect();
        let names: BTreeSet<&Name> = self.rows.keys().chain(goal.rows.keys()).collect();
        let both = names.into_iter().filter(|name| {
            self.schema.tables.contains_key(*name)
                && goal.schema.tables.contains_key(*name)
                && !touched.contains(name.to_string().as_str())
        });
        let rows = both.filter_map(|name| {
            let of = |state: &'_ Self| state.rows.get(name).cloned().unwrap_or_default();
            RowDifference::of(name, &of(self), &of(goal))
        });
        let rows = rows.collect();
        (differences, rows)
    }
}

impl Autogenerate<'_> {
    /// The migrations in the order in which an empty database gets them.
    ///
    /// # Errors
    ///
    /// Where there is no such order.
    pub fn way(&self) -> Result<Plan, Error> {
        let history = History::new(self.found.migrations.clone(), []);
        Ok(Plan::migrate(&history, &Target::Heads)?)
    }

    /// Tries the way back of each, and says of which it begins.
    ///
    /// # Errors
    ///
    /// [`Error::Replay`] where an `up.sql` does not run in the first place, and those of the scratch
    /// database.
    pub fn reversals(
        &self,
        way: &Plan,
        begun: &mut dyn FnMut(&Step),
    ) -> Result<Vec<Reversal>, Error> {
        let mut walk = Walk::new(self)?;
        let mut reversals = Vec::new();
        for (at, step) in way.steps.iter().enumerate() {
            begun(step);
            if !walk.settled {
                walk = Walk::new(self)?;
                let again = Plan::of(way.steps[..at].to_vec());
                run(&mut walk.scratch, &again).map_err(as_replay)?;
                walk.before = walk.look()?;
            }
            reversals.push(Reversal {
                migration: step.migration.clone(),
                troubles: walk.go(step)?,
            });
        }
        Ok(reversals)
    }
}

/// A scratch database on its way.
struct Walk<'a> {
    autogenerate: &'a Autogenerate<'a>,
    scratch: Scratch,
    before: State,
    /// Whether the database is where the migrations alone would have led.
    settled: bool,
}

impl<'a> Walk<'a> {
    fn new(autogenerate: &'a Autogenerate<'a>) -> Result<Self, Error> {
        let mut walk = Self {
            autogenerate,
            scratch: autogenerate.server.create().map_err(Error::scratch)?,
            before: State {
                schema: Schema::default(),
                inventory: Inventory::default(),
                rows: Rows::new(),
            },
            settled: true,
        };
        walk.before = walk.look()?;
        Ok(walk)
    }

    /// Runs a migration, tries its way back, and stands behind it.
    fn go(&mut self, step: &Step) -> Result<Vec<Trouble>, Error> {
        self.run(step).map_err(as_replay)?;
        let after = self.look()?;
        let troubles = self.back(step, &after)?;
        self.before = after;
        Ok(troubles)
    }

    fn back(&mut self, step: &Step, after: &State) -> Result<Vec<Trouble>, Error> {
        let down = step.migration.file(Direction::Backwards);
        let Some(path) = down.filter(|_| step.migration.reversible) else {
            return Ok(Vec::new());
        };
        // What cannot be read or is empty, the checks of files tell of.
        let Ok(text) = read_sql(&path) else {
            return Ok(Vec::new());
        };
        let statements = statements::split(self.autogenerate.language(), &text);
        if statements.is_empty() {
            return Ok(self.nothing(after, &text));
        }
        let back = Step {
            direction: Direction::Backwards,
            ..step.clone()
        };
        // What turns out wrong is taken back, which is faster than to run all again.
        let is_guarded = self.scratch.database()?.features().transactional_ddl
            && step.migration.run_in_transaction()
            && statements
                .iter()
                .all(|one| one.transaction_control().is_none());
        if is_guarded {
            self.scratch.database()?.begin().map_err(Error::asking)?;
        }
        if let Err(error) = self.run(&back) {
            return self.failed(error, after, is_guarded);
        }
        let found = self.look()?;
        let (differences, rows) = self.differences(step, &found, after)?;
        let mut troubles = sorted(differences, rows);
        if is_guarded {
            if troubles.iter().any(explains) {
                self.take_back()?;
                return Ok(troubles);
            }
            // Constraints that are checked at the end may still refuse.
            if self.scratch.database()?.commit().is_err() {
                // Most engines have ended the transaction by then.
                let _ = self.take_back();
                if let Err(error) = self.run(&back) {
                    return self.failed(error, after, false);
                }
            }
        }
        self.renew(step, &text)?;
        let is_unchanged = found == self.before && self.is_structure(step)?;
        self.again(step, after, is_unchanged, &mut troubles)?;
        Ok(troubles)
    }

    /// Whether `up.sql` changes structure alone, which leads to the same from the same: rows may get other
    /// ids, and code may look at what no state holds.
    fn is_structure(&self, step: &Step) -> Result<bool, Error> {
        let up = step.migration.file(Direction::Forwards);
        let up = up
            .map(|path| read_sql(&path))
            .transpose()?
            .unwrap_or_default();
        let statements = statements::split(self.autogenerate.language(), &up);
        Ok(statements.iter().all(is_structure))
    }

    /// Of a `down.sql` that fails.
    fn failed(
        &mut self,
        error: Error,
        after: &State,
        is_guarded: bool,
    ) -> Result<Vec<Trouble>, Error> {
        let Error::Migration(failure) = error else {
            return Err(error);
        };
        if is_guarded {
            self.take_back()?;
        } else {
            self.settled = self.look()? == *after;
        }
        Ok(vec![Trouble::Fails(self.told(failure))])
    }

    fn take_back(&mut self) -> Result<(), Error> {
        let database = self.scratch.database()?;
        database.rollback().map_err(Error::asking)
    }

    /// A failure in words that do not name the scratch database, which is called otherwise every time.
    fn told(&self, mut failure: Box<MigrationFailure>) -> Box<MigrationFailure> {
        if let Some(name) = self.scratch.name() {
            let message = &failure.error.message;
            failure.error.message = message
                .replace(&format!("`{name}`."), "")
                .replace(&format!("{name}."), "");
        }
        failure
    }

    /// Of a `down.sql` of comments alone.
    fn nothing(&self, after: &State, text: &str) -> Vec<Trouble> {
        let (stays, rows) = after.differences(&self.before);
        let is_label = |difference: &Difference| matches!(difference, Difference::Label { .. });
        if stays.is_empty() && rows.is_empty() {
            Vec::new()
        } else if rows.is_empty() && stays.iter().all(is_label) {
            vec![Trouble::Labels(stays)]
        } else {
            vec![Trouble::Nothing {
                stays,
                rows,
                says_so: text.to_lowercase().contains(IRREVERSIBLE),
            }]
        }
    }

    /// Runs `up.sql` once more. What is wrong then is told where nothing else explains it.
    fn again(
        &mut self,
        step: &Step,
        after: &State,
        is_unchanged: bool,
        troubles: &mut Vec<Trouble>,
    ) -> Result<(), Error> {
        let is_explained = troubles.iter().any(explains);
        match self.run(step) {
            Ok(()) if is_unchanged => Ok(()),
            Ok(()) => {
                let found = self.look()?;
                self.settled = found == *after;
                let (differences, _) = found.differences(after);
                if !is_explained && !differences.is_empty() {
                    troubles.push(Trouble::OtherwiseAgain(differences));
                }
                Ok(())
            }
            Err(Error::Migration(failure)) => {
                self.settled = false;
                if !is_explained {
                    troubles.push(Trouble::NotAgain(self.told(failure)));
                }
                Ok(())
            }
            Err(other) => Err(other),
        }
    }

    /// What `down.sql` did not take back, without what is right all the same: an extension that may
    /// have been there before, and an index that was a foreign key's.
    fn differences(
        &mut self,
        step: &Step,
        found: &State,
        after: &State,
    ) -> Result<(Vec<Difference>, Vec<RowDifference>), Error> {
        let (mut differences, rows) = found.differences(&self.before);
        if differences.is_empty() {
            return Ok((differences, rows));
        }
        let up = step.migration.file(Direction::Forwards);
        let up = up.map(|path| read_sql(&path)).transpose()?;
        let shared = shared_extensions(&statements::split(
            self.autogenerate.language(),
            up.as_deref().unwrap_or_default(),
        ));
        let keys_make_indexes = self.scratch.database()?.features().keys_make_indexes;
        differences.retain(|difference| match difference {
            Difference::Left(object) if object.kind == "extension" => {
                !shared.contains(&object.name.to_lowercase())
            }
            Difference::Left(object) if object.kind == "index" && keys_make_indexes => {
                !made_by_key(object, found, after)
            }
            _ => true,
        });
        Ok((differences, rows))
    }

    fn run(&mut self, step: &Step) -> Result<(), Error> {
        run(&mut self.scratch, &Plan::of(vec![step.clone()]))
    }

    /// Ends what a session alone holds: the next command has one of its own.
    fn renew(&mut self, step: &Step, down: &str) -> Result<(), Error> {
        let up = step.migration.file(Direction::Forwards);
        let up = up.map(|path| read_sql(&path)).transpose()?;
        let up = up.unwrap_or_default().to_lowercase();
        if up.contains("temp") || down.to_lowercase().contains("temp") {
            self.scratch.renew()?;
        }
        Ok(())
    }

    fn look(&mut self) -> Result<State, Error> {
        let database = self.scratch.database()?;
        let schema = backend::introspect(database).map_err(Error::asking)?;
        let inventory = backend::inventory(database, &schema).map_err(Error::asking)?;
        let rows = self.rows(&schema)?;
        Ok(State {
            schema,
            inventory,
            rows,
        })
    }

    fn rows(&mut self, schema: &Schema) -> Result<Rows, Error> {
        let dialect = self.autogenerate.dialect();
        let database = self.scratch.database()?;
        let mut filled: Vec<&Table> = Vec::new();
        let tables: Vec<&Table> = schema.tables.values().collect();
        for some in tables.chunks(IN_ONE_QUERY) {
            let has_rows = numbered(database, some, &|at, table| {
                let name = qualified(dialect, &table.name);
                format!("SELECT '' AS a, '{at}' AS b WHERE EXISTS (SELECT 1 FROM {name})")
            })?;
            filled.extend(has_rows.into_iter().map(|(table, _)| table));
        }
        let mut rows = Rows::new();
        for some in filled.chunks(IN_ONE_QUERY) {
            let texts = numbered(database, some, &|at, table| {
                let texts = dialect.rows(&table.name, &steady_names(table));
                format!("SELECT a, '{at}' AS b FROM ({texts}) AS texts{at}")
            })?;
            for (table, text) in texts {
                rows.entry(table.name.clone()).or_default().push(text);
            }
        }
        for texts in rows.values_mut() {
            texts.sort();
        }
        Ok(rows)
    }
}

/// Asks the same of several tables in one query, whose second column has the number of the table.
fn numbered<'t>(
    database: &mut dyn Database,
    tables: &[&'t Table],
    ask: &dyn Fn(usize, &Table) -> String,
) -> Result<Vec<(&'t Table, String)>, Error> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let asked: Vec<String> = (0..)
        .zip(tables)
        .map(|(at, table)| ask(at, table))
        .collect();
    let answers = database
        .pairs(&asked.join(" UNION ALL "))
        .map_err(Error::asking)?;
    let known = answers.into_iter().filter_map(|(text, at)| {
        let table = at.parse().ok().and_then(|at: usize| tables.get(at))?;
        Some((*table, text))
    });
    Ok(known.collect())
}

/// The columns whose values do not move by themselves, by their names: their order is no difference.
fn steady_names(table: &Table) -> Vec<String> {
    let mut columns: Vec<String> = steady(table).map(|column| column.name.clone()).collect();
    columns.sort();
    columns
}

fn sorted(differences: Vec<Difference>, rows: Vec<RowDifference>) -> Vec<Trouble> {
    let (mut left, mut lacking, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for difference in differences {
        match difference {
            Difference::Left(_) => left.push(difference),
            Difference::Missing(_) | Difference::Changed { .. } => lacking.push(difference),
            Difference::Label { .. } => labels.push(difference),
        }
    }
    let mut troubles = Vec::new();
    if !left.is_empty() {
        troubles.push(Trouble::Leaves(left));
    }
    if !lacking.is_empty() {
        troubles.push(Trouble::Lacks(lacking));
    }
    if !rows.is_empty() {
        troubles.push(Trouble::Rows(rows));
    }
    if !labels.is_empty() {
        troubles.push(Trouble::Labels(labels));
    }
    troubles
}

/// The extensions that `CREATE EXTENSION IF NOT EXISTS` asks for, in small letters.
fn shared_extensions(statements: &[Statement<'_>]) -> BTreeSet<String> {
    let creates = statements.iter().filter(|statement| {
        let words = statement.words().take(5).map(str::to_ascii_uppercase);
        words.eq(["CREATE", "EXTENSION", "IF", "NOT", "EXISTS"])
    });
    let named = creates.flat_map(|statement| {
        let names = statement
            .sql
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
        names.filter(|name| !name.is_empty()).skip(5).take(1)
    });
    named.map(str::to_lowercase).collect()
}

/// Whether an index is what a foreign key made that `up.sql` added and `down.sql` dropped. That of a key
/// with a name is called like it, and no schema has it while the key is there; that of another is called
/// like its first column.
fn made_by_key(object: &Object, found: &State, after: &State) -> bool {
    let of = |state: &'_ State| {
        let mut tables = state.schema.tables.values();
        tables
            .find(|table| object.of == Some(table.name.to_string()))
            .cloned()
    };
    let (Some(now), Some(then)) = (of(found), of(after)) else {
        return false;
    };
    let mut indexes = now.indexes.iter();
    let Some(index) = indexes.find(|index| index.name == object.name) else {
        return false;
    };
    let parts = index.parts.iter().map(|part| &part.key);
    let is_new = !after.inventory.has(object);
    let unnamed = format!("{}_ibfk_", now.name.name);
    then.foreign_keys
        .iter()
        .filter(|key| !now.foreign_keys.contains(key))
        .filter(|key| {
            is_new
                || key
                    .name
                    .as_ref()
                    .is_some_and(|name| name.starts_with(&unnamed))
        })
        .filter(|key| is_new || key.columns.first() == Some(&object.name))
        .any(|key| {
            parts.clone().eq(key
                .columns
                .iter()
                .map(|name| IndexKey::Column(name.clone()))
                .collect::<Vec<_>>()
                .iter())
        })
}

/// Whether a trouble explains why `up.sql` does not run again.
fn explains(trouble: &Trouble) -> bool {
    !matches!(trouble, Trouble::Labels(_))
}
