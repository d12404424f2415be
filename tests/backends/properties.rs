//! What holds of any two schemas on real engines: the change between them leads from the one to the
//! other and back with rows present, and models say all that a schema has.
//!
//! Random, yet the same in every run: `MANAGE_TEST_SEED` gives other cases, and a failure names the
//! seed it was found with.

mod engines;
#[allow(dead_code)]
#[path = "../../src/schema/autodetector/tests/random.rs"]
mod random;

use std::{cell::RefCell, panic::AssertUnwindSafe};

use diesel_manage::{
    autogenerate::{
        Anything, Detected,
        proof::{self, Problem, ProofFailure},
    },
    backend::{
        self, Database, Direction,
        scratch::{Scratch, Server as ScratchServer},
        url::DatabaseUrl,
    },
    schema::{
        self, Column, Name, Schema,
        autodetector::{detect, renames},
        declared::{self, SourceFile},
        dialect::{Change, Dialect, Script},
        lower::{self, Scope},
        operation::{Operation, inverses},
        print,
        questioner::{FillReason, Questioner, Renames},
    },
};
use engines::Engine;
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use random::Choices;

use crate::support::services::{Server, TestDatabase};

/// The seed of the cases of an ordinary run.
const SEED: u64 = 20;

/// Everything is for the models to say.
const ALL: Scope = Scope {
    indexes: true,
    defaults: true,
    uniques: true,
    checks: true,
    details: true,
};

/// A database to try schemas in, one after the other.
struct Lab {
    engine: Engine,
    /// Names the server; never touched itself.
    _base: TestDatabase,
    server: ScratchServer,
    scratch: Scratch,
    dialect: Box<dyn Dialect>,
}

/// What two schemas are made of.
#[derive(Clone, Debug)]
struct Case {
    numbers: Vec<u32>,
    edits: usize,
    whims: u64,
}

/// Says yes now and then, and knows a value for everything.
struct Whimsical<'a> {
    choices: Choices,
    to: &'a Schema,
    dialect: &'a dyn Dialect,
}

impl Questioner for Whimsical<'_> {
    fn is_table_renamed(&mut self, _: &Name, _: &Name) -> bool {
        self.choices.one_in(2)
    }

    fn is_column_renamed(&mut self, _: &Name, _: &Column, _: &Column) -> bool {
        self.choices.one_in(2)
    }

    fn fill(&mut self, table: &Name, column: &Column, _: FillReason) -> Option<String> {
        let table = self.to.tables.get(table)?;
        self.dialect.sample(self.to, table, column, 1)
    }
}

fn equal(what: &str, found: &Schema, wanted: &Schema, text: &str) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    let lines = |schema: &Schema| format!("{schema:#?}");
    let (found, wanted) = (lines(found), lines(wanted));
    let difference = pretty_assertions::StrComparison::new(&wanted, &found).to_string();
    let near = engines::near_changes(&difference);
    Err(format!("{what} (< wanted, > found)\n{near}\n{text}"))
}

fn described(operations: &[Operation]) -> String {
    let lines = operations
        .iter()
        .map(|operation| operation.describe() + "\n");
    lines.collect()
}

impl Lab {
    fn open(server: Server) -> Self {
        let base = TestDatabase::create(server);
        let url = DatabaseUrl::parse(&base.url()).expect("a url");
        let server_of_scratches = ScratchServer::open(&url, &[]).expect("a server");
        let mut scratch = server_of_scratches.create().expect("a scratch database");
        let dialect = backend::dialect(scratch.database().unwrap()).expect("a language");
        Self {
            engine: Engine::of(server),
            _base: base,
            server: server_of_scratches,
            scratch,
            dialect,
        }
    }

    fn database(&mut self) -> &mut dyn Database {
        self.scratch.database().expect("a connection")
    }

    fn read(&mut self) -> Schema {
        backend::introspect(self.database()).expect("a schema")
    }

    fn script(&self, from: &Schema, to: &Schema, list: &[Operation]) -> Result<Script, String> {
        let change = Change {
            from,
            to,
            operations: list,
        };
        let script = self.dialect.script(&change);
        script.map_err(|error| format!("{error}\n{}", described(list)))
    }

    /// Makes the database hold a schema and nothing else, and says how the engine understands it.
    fn make(&mut self, schema: &Schema) -> Result<Schema, String> {
        let Self {
            scratch, dialect, ..
        } = self;
        scratch.clear(&**dialect).expect("an empty database");
        for schema in &self.read().schemas {
            let drop = format!("DROP SCHEMA {} CASCADE", self.dialect.quote(schema));
            self.database().execute(&drop).expect("a dropped schema");
        }
        let empty = self.read();
        let operations = detect(&empty, schema, &Renames::default(), &mut Anything);
        let operations = operations.map_err(|unfilled| format!("{unfilled:?}"))?;
        let script = self.script(&empty, schema, &operations)?;
        for statement in &script.statements {
            let sql = &statement.sql;
            let done = self.database().execute(sql);
            done.map_err(|error| format!("creating: {}\n{}", error.message, script.text()))?;
        }
        Ok(self.read())
    }

    /// The models of a schema, read back over another one.
    fn lowered(&self, of: &Schema, over: &Schema, renames: &Renames) -> Result<Schema, String> {
        let text = print::rust(of, &*self.dialect);
        let file = SourceFile {
            path: "src/schema.rs".into(),
            text: text.clone(),
        };
        let models = declared::read(&[file]).map_err(|errors| format!("{errors:#?}\n{text}"))?;
        lower::lower(&models, &*self.dialect, over, renames, ALL)
            .map_err(|errors| format!("{errors:#?}\n{text}"))
    }

    /// Tries a change both ways; `true` where it was with rows.
    fn prove(&mut self, detected: &Detected) -> Result<bool, String> {
        let list = described(&detected.operations);
        let told = |failure: &ProofFailure| {
            format!(
                "{failure}\n{list}\n-- up\n{}\n-- down\n{}",
                detected.up.text(),
                detected.down.text()
            )
        };
        for with_rows in [true, false] {
            let Self {
                scratch, dialect, ..
            } = self;
            match proof::attempt(&**dialect, scratch, detected, with_rows).expect("a proof") {
                Ok(()) => return Ok(with_rows),
                Err(failure) => {
                    let goal = match failure.direction {
                        Direction::Forwards => &detected.to,
                        Direction::Backwards => &detected.from,
                    };
                    let found = self.read();
                    let error = match &failure.problem {
                        Problem::Differs(_) => equal("left", &found, goal, &told(&failure)),
                        _ => Err(told(&failure)),
                    };
                    let error = error.err().unwrap_or_default();
                    self.scratch = self.server.create().expect("a scratch database");
                    match failure.problem {
                        Problem::Statement { message, .. }
                            if with_rows && self.engine.is_about_rows(&message) => {}
                        _ => return Err(format!("with rows: {with_rows}\n{error}")),
                    }
                    self.make(&detected.from)?;
                }
            }
        }
        unreachable!("without rows it is one or the other")
    }

    /// All that holds of two schemas.
    fn check(&mut self, case: &Case) -> Result<bool, String> {
        let mut choices = Choices::given(case.numbers.clone());
        let (a, b) = self.engine.pair(&mut choices, case.edits);
        let to = self.make(&b)?;
        equal("the same again", &self.make(&to)?, &to, "")?;
        self.models(&to)?;

        let from = self.make(&a)?;
        let mut questioner = Whimsical {
            choices: Choices::seeded(case.whims),
            to: &to,
            dialect: &*self.dialect,
        };
        let renamed = renames(&from, &to, &Renames::default(), &mut questioner);
        let operations = detect(&from, &to, &renamed, &mut questioner)
            .map_err(|unfilled| format!("{unfilled:?}"))?;
        let up = self.script(&from, &to, &operations)?;
        let down = self.script(&to, &from, &inverses(&operations))?;
        let with_rows = self.prove(&Detected {
            from: from.clone(),
            to: to.clone(),
            operations,
            up,
            down,
        })?;
        equal("undone", &self.read(), &from, "")?;

        let wished = self.lowered(&to, &from, &renamed)?;
        let wished = self.make(&wished)?;
        let rest = detect(&wished, &to, &Renames::default(), &mut Anything);
        let rest = rest.map_err(|unfilled| format!("{unfilled:?}"))?;
        if rest.is_empty() {
            Ok(with_rows)
        } else {
            Err(format!(
                "models leave\n{}{}",
                described(&rest),
                print::rust(&to, &*self.dialect)
            ))
        }
    }

    /// Models say all that a schema has.
    fn models(&self, schema: &Schema) -> Result<(), String> {
        let text = print::rust(schema, &*self.dialect);
        let over = self.lowered(schema, schema, &Renames::default())?;
        equal("read back over the same", &over, schema, &text)?;
        let empty = Schema::default();
        let alone = self.lowered(schema, &empty, &Renames::default())?;
        equal("read back", &alone, &engines::sayable(schema), &text)
    }
}

fn seed() -> u64 {
    let given = std::env::var("MANAGE_TEST_SEED");
    given.map_or(SEED, |seed| seed.parse().expect("a number"))
}

fn law(server: Server, cases: u32) {
    let seed = seed();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: if server == Server::Sqlite { 300 } else { 25 },
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let strategy = (
        proptest::collection::vec(any::<u32>(), 0..200),
        1..7_usize,
        any::<u64>(),
    )
        .prop_map(|(numbers, edits, whims)| Case {
            numbers,
            edits,
            whims,
        });
    let lab = RefCell::new(Lab::open(server));
    let with_rows = RefCell::new(0);
    let outcome = runner.run(&strategy, |case| {
        let lab = &mut *lab.borrow_mut();
        let checked = std::panic::catch_unwind(AssertUnwindSafe(|| lab.check(&case)));
        let checked = checked.map_err(|_| TestCaseError::fail("it panics"))?;
        *with_rows.borrow_mut() += u32::from(checked.map_err(TestCaseError::fail)?);
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!(
            "{} with MANAGE_TEST_SEED={seed}\n{}\n{case:?}",
            server.name(),
            reason.message()
        ),
        Err(error) => panic!("{error}"),
    }
    let with_rows = with_rows.into_inner();
    assert!(2 * with_rows > cases, "{with_rows} of {cases} with rows");
}

on_every_engine! {
    fn any_change_leads_there_and_back_and_models_say_it_all(server: Server) {
        let cases = std::env::var("MANAGE_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
        law(server, cases.unwrap_or(if server == Server::Sqlite { 120 } else { 16 }));
    }
}
