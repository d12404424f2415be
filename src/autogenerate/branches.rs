//! Branches of migrations in scratch databases: what each changes, whether their order matters, and
//! whether one may be put on top of the other.
//!
//! Two heads have a common past, and a branch each. Every branch is replayed alone on top of that past,
//! which shows what it changes, and then followed by the others: where all orders run and lead to one
//! schema, an empty migration may join them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Anything, Autogenerate,
    proof::differences,
    replay::{as_replay, forwards, run},
};
use crate::{
    backend::{self, Direction, scratch::Scratch, statements},
    error::{Error, MigrationFailure, and_list},
    migration::{
        Migration, Version,
        directory::Sound,
        executor::read_sql,
        history::History,
        lineage::Lineage,
        plan::{Plan, Step},
        rebase::Rebase,
        target::Target,
    },
    schema::{Schema, autodetector, operation::Operation, questioner::Renames},
};

/// What one head has that not all others have.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its head's name.
    pub head: String,
    /// Its migrations' names, parents first.
    pub migrations: Vec<String>,
    /// What they change.
    pub operations: Vec<Operation>,
    /// The tables whose rows they change, in small letters.
    pub rows: BTreeSet<String>,
}

/// The branches of several heads.
#[derive(Debug)]
pub struct Branches {
    /// One for each head.
    pub branches: Vec<Branch>,
    /// The tables that more than one of them touches, in small letters.
    pub shared: BTreeSet<String>,
    /// Why they cannot be joined.
    pub conflict: Option<BranchError>,
}

/// Branches that do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum BranchError {
    /// A branch runs alone, and not after another.
    #[error("the branches do not fit together: after {}, {}", and_list(after), failure.summary())]
    Clash {
        /// The heads that were applied before.
        after: Vec<String>,
        /// Where each branch begins.
        starts: Vec<String>,
        /// What fails.
        failure: Box<MigrationFailure>,
    },
    /// Their order matters.
    #[error("the order of the branches matters: between `{last}` last and `{other_last}` last lies {}", differences.join("; "))]
    Differs {
        /// The head that is applied last.
        last: String,
        /// The one that is applied last the other way.
        other_last: String,
        /// Where each branch begins.
        starts: Vec<String>,
        /// What would have to be done afterwards.
        differences: Vec<String>,
    },
    /// A moved branch does not run where it would be.
    #[error("in the new order the migrations do not run: {}", .0.summary())]
    Order(Box<MigrationFailure>),
    /// A moved migration does not lead back where it would be.
    #[error("in the new order `down.sql` of {migration} does not undo its `up.sql`: it leaves {}", differences.join("; "))]
    WayBack {
        /// The migration.
        migration: String,
        /// What would have to be done afterwards.
        differences: Vec<String>,
    },
}

impl BranchError {
    /// The migration that failed, where one did.
    pub fn failure(&self) -> Option<&MigrationFailure> {
        match self {
            Self::Clash { failure, .. } | Self::Order(failure) => Some(failure),
            Self::Differs { .. } | Self::WayBack { .. } => None,
        }
    }

    /// What to do about it.
    pub fn hints(&self) -> Vec<String> {
        let first = match self {
            Self::Clash { starts, .. } | Self::Differs { starts, .. } => {
                let ways: Vec<String> = starts
                    .iter()
                    .map(|start| format!("`manage makemigrations --rebase {start}`"))
                    .collect();
                format!(
                    "put one branch on top of the other, and correct its files where they fail there: {}",
                    ways.join(" or ")
                )
            }
            Self::Order(failure) => {
                let file = match failure.direction {
                    Direction::Forwards => "up.sql",
                    Direction::Backwards => "down.sql",
                };
                format!(
                    "correct {file} of {}, so that it runs on top of the other branch",
                    failure.migration
                )
            }
            Self::WayBack { migration, .. } => format!("correct down.sql of {migration}"),
        };
        vec![first, "nothing was changed".to_owned()]
    }
}

/// Migrations that lead to the same heads, and whatever they rest on.
struct Segment {
    heads: BTreeSet<usize>,
    migrations: Vec<Migration>,
}

struct Found {
    operations: Vec<Operation>,
    rows: BTreeSet<String>,
}

impl Found {
    fn tables(&self) -> BTreeSet<String> {
        let names = self
            .operations
            .iter()
            .flat_map(|operation| match operation {
                Operation::RenameTable { from, to } => vec![from, to],
                other => other.table().into_iter().collect(),
            });
        let names = names.map(|name| name.name.to_lowercase());
        names.chain(self.rows.iter().cloned()).collect()
    }
}

impl Autogenerate<'_> {
    /// What each branch changes, and whether they commute.
    ///
    /// # Errors
    ///
    /// [`Error::Replay`] where a branch does not even run alone, and those of the scratch databases.
    pub fn branches(&self) -> Result<Branches, Error> {
        let lineage = Lineage::new(&self.found.migrations);
        let heads = lineage.heads();
        let names: Vec<String> = heads.iter().map(|head| self.name(head)).collect();
        let (common, segments) = self.segments(&lineage, &heads);
        let starts = starts(&segments, heads.len());
        let mut found: Vec<Option<Found>> = segments.iter().map(|_| None).collect();
        let mut goal: Option<(usize, Schema)> = None;
        let mut orders: Vec<Vec<Version>> = Vec::new();
        let mut conflict = None;
        for first in 0..heads.len() {
            let turn: Vec<usize> = (first..heads.len()).chain(0..first).collect();
            let last = turn.last().copied().unwrap_or(first);
            let mut walk = Walk {
                autogenerate: self,
                segments: &segments,
                scratch: self.server.create().map_err(Error::scratch)?,
                done: vec![false; segments.len()],
                order: common.iter().map(|m| m.version.clone()).collect(),
            };
            forwards(&mut walk.scratch, &common).map_err(as_replay)?;
            walk.alone(first, &mut found)?;
            if conflict.is_some() {
                continue;
            }
            let passed = walk.others(&turn, &names, &starts)?;
            orders.push(walk.order);
            conflict = match (passed, &goal) {
                (Err(clash), _) => Some(clash),
                (Ok(schema), None) => {
                    goal = Some((last, schema));
                    None
                }
                (Ok(schema), Some((other, goal))) => {
                    differ(&schema, goal, &names[last], &names[*other], &starts)
                }
            };
        }
        if let (None, Some((last, goal))) = (&conflict, &goal)
            && !orders.iter().any(|order| order == lineage.order())
        {
            conflict = self.in_order(goal, &names, *last, &starts)?;
        }
        let found: Vec<Found> = found.into_iter().flatten().collect();
        Ok(Branches {
            branches: described(&segments, &found, &names),
            shared: shared(&segments, &found, heads.len()),
            conflict,
        })
    }

    fn name(&self, version: &Version) -> String {
        let found = self.found.migrations.iter().find(|m| m.version == *version);
        found.map_or_else(|| version.to_string(), |m| m.name.clone())
    }

    /// What all heads rest on, and the rest by the heads that it leads to: more heads first, so that
    /// each segment rests on those before it alone.
    fn segments(&self, lineage: &Lineage, heads: &[Version]) -> (Vec<Migration>, Vec<Segment>) {
        let above: Vec<BTreeSet<Version>> = heads.iter().map(|v| lineage.ancestors(v)).collect();
        let mut common = Vec::new();
        let mut segments: Vec<Segment> = Vec::new();
        for version in lineage.order() {
            let Some(migration) = self.found.migrations.iter().find(|m| m.version == *version)
            else {
                continue;
            };
            let leads_to: BTreeSet<usize> = (0..heads.len())
                .filter(|at| above[*at].contains(version))
                .collect();
            if leads_to.len() == heads.len() {
                common.push(migration.clone());
            } else if let Some(segment) = segments.iter_mut().find(|s| s.heads == leads_to) {
                segment.migrations.push(migration.clone());
            } else {
                segments.push(Segment {
                    heads: leads_to,
                    migrations: vec![migration.clone()],
                });
            }
        }
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.heads.len()));
        (common, segments)
    }

    /// Replays everything as `migrate` would on an empty database.
    fn in_order(
        &self,
        goal: &Schema,
        names: &[String],
        last: usize,
        starts: &[String],
    ) -> Result<Option<BranchError>, Error> {
        let versioned = Sound {
            migrations: self.found.migrations.clone(),
            repeatables: Vec::new(),
        };
        let mut scratch = match super::replay::replay(&self.server, &*self.dialect, &versioned) {
            Ok((scratch, _)) => scratch,
            Err(Error::Replay(failure)) => {
                return Ok(Some(BranchError::Clash {
                    after: failure.finished.last().cloned().into_iter().collect(),
                    starts: starts.to_vec(),
                    failure,
                }));
            }
            Err(other) => return Err(other),
        };
        let schema = backend::introspect(scratch.database()?).map_err(Error::asking)?;
        let newest = names.last().map_or("", String::as_str);
        Ok(differ(&schema, goal, newest, &names[last], starts))
    }

    /// Proves that a rebase holds: the new order runs from the first migration to the last, and what
    /// moves can be undone there.
    ///
    /// # Errors
    ///
    /// [`Error::Branches`] where it does not, and those of the scratch database.
    pub fn prove_rebase(&self, rebase: &Rebase) -> Result<(), Error> {
        let mut scratch = self.server.create().map_err(Error::scratch)?;
        let history = History::new(rebase.rest.clone(), []);
        let rest = Plan::migrate(&history, &Target::Heads)?;
        run(&mut scratch, &rest).map_err(as_replay)?;
        let mut before = vec![introspect(&mut scratch)?];
        let moved: Vec<Migration> = rebase
            .moves
            .iter()
            .map(|step| Migration {
                version: step.version.clone(),
                ..step.migration.clone()
            })
            .collect();
        for migration in &moved {
            forwards(&mut scratch, std::slice::from_ref(migration)).map_err(as_order)?;
            before.push(introspect(&mut scratch)?);
        }
        for (migration, before) in moved.iter().zip(&before).rev() {
            if !self.leads_back(migration)? {
                break;
            }
            let step = Step::run(migration, Direction::Backwards);
            run(&mut scratch, &Plan::of(vec![step])).map_err(as_order)?;
            let differences = differences(&introspect(&mut scratch)?, before);
            if !differences.is_empty() {
                let migration = migration.name.clone();
                return Err(Box::new(BranchError::WayBack {
                    migration,
                    differences,
                })
                .into());
            }
        }
        Ok(())
    }

    /// Whether a migration says how it is undone: comments alone say that it is not.
    fn leads_back(&self, migration: &Migration) -> Result<bool, Error> {
        match migration.file(Direction::Backwards) {
            Some(path) if migration.reversible => {
                let sql = read_sql(&path)?;
                Ok(!statements::split(self.language(), &sql).is_empty())
            }
            _ => Ok(false),
        }
    }
}

/// One order of the branches, in a scratch database of its own.
struct Walk<'a> {
    autogenerate: &'a Autogenerate<'a>,
    segments: &'a [Segment],
    scratch: Scratch,
    done: Vec<bool>,
    order: Vec<Version>,
}

impl Walk<'_> {
    /// Runs the first branch, and looks at what each of its segments changes.
    fn alone(&mut self, head: usize, found: &mut [Option<Found>]) -> Result<(), Error> {
        let mut before = introspect(&mut self.scratch)?;
        for (at, segment) in self.segments.iter().enumerate() {
            if !segment.heads.contains(&head) {
                continue;
            }
            self.run(at).map_err(as_replay)?;
            let after = introspect(&mut self.scratch)?;
            if found[at].is_none() {
                let renames = Renames::default();
                found[at] = Some(Found {
                    operations: autodetector::detect(&before, &after, &renames, &mut Anything)?,
                    rows: rows(self.autogenerate.language(), &segment.migrations)?,
                });
            }
            before = after;
        }
        Ok(())
    }

    /// Runs the other branches, and says what all of them lead to.
    fn others(
        &mut self,
        turn: &[usize],
        names: &[String],
        starts: &[String],
    ) -> Result<Result<Schema, BranchError>, Error> {
        for (place, head) in turn.iter().enumerate().skip(1) {
            for (at, segment) in self.segments.iter().enumerate() {
                if self.done[at] || !segment.heads.contains(head) {
                    continue;
                }
                match self.run(at) {
                    Ok(()) => {}
                    Err(Error::Migration(failure)) => {
                        return Ok(Err(BranchError::Clash {
                            after: turn[..place].iter().map(|at| names[*at].clone()).collect(),
                            starts: starts.to_vec(),
                            failure,
                        }));
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        introspect(&mut self.scratch).map(Ok)
    }

    fn run(&mut self, at: usize) -> Result<(), Error> {
        let segment = &self.segments[at];
        forwards(&mut self.scratch, &segment.migrations)?;
        self.done[at] = true;
        self.order
            .extend(segment.migrations.iter().map(|m| m.version.clone()));
        Ok(())
    }
}

fn introspect(scratch: &mut Scratch) -> Result<Schema, Error> {
    backend::introspect(scratch.database()?).map_err(Error::asking)
}

fn as_order(error: Error) -> Error {
    match error {
        Error::Migration(failure) => Box::new(BranchError::Order(failure)).into(),
        other => other,
    }
}

/// The tables whose rows migrations change.
fn rows(dialect: statements::Dialect, migrations: &[Migration]) -> Result<BTreeSet<String>, Error> {
    let mut tables = BTreeSet::new();
    for migration in migrations {
        if let Some(path) = migration.file(Direction::Forwards) {
            let sql = read_sql(&path)?;
            for statement in statements::split(dialect, &sql) {
                tables.extend(statement.written_tables());
            }
        }
    }
    Ok(tables)
}

fn differ(
    schema: &Schema,
    goal: &Schema,
    last: &str,
    other_last: &str,
    starts: &[String],
) -> Option<BranchError> {
    let differences = differences(schema, goal);
    (!differences.is_empty()).then(|| BranchError::Differs {
        last: last.to_owned(),
        other_last: other_last.to_owned(),
        starts: starts.to_vec(),
        differences,
    })
}

/// Where the branch of each head begins: what it has to itself.
fn starts(segments: &[Segment], heads: usize) -> Vec<String> {
    let own = (0..heads).filter_map(|head| {
        let own = segments
            .iter()
            .find(|s| s.heads.len() == 1 && s.heads.contains(&head))?;
        own.migrations.first().map(|m| m.name.clone())
    });
    own.collect()
}

fn described(segments: &[Segment], found: &[Found], names: &[String]) -> Vec<Branch> {
    let branches = names.iter().enumerate().map(|(head, name)| {
        let mut branch = Branch {
            head: name.clone(),
            migrations: Vec::new(),
            operations: Vec::new(),
            rows: BTreeSet::new(),
        };
        for (segment, found) in segments.iter().zip(found) {
            if segment.heads.contains(&head) {
                let migrations = segment.migrations.iter().map(|m| m.name.clone());
                branch.migrations.extend(migrations);
                branch.operations.extend(found.operations.iter().cloned());
                branch.rows.extend(found.rows.iter().cloned());
            }
        }
        branch
    });
    branches.collect()
}

/// The tables that two heads touch in what they do not have in common.
fn shared(segments: &[Segment], found: &[Found], heads: usize) -> BTreeSet<String> {
    let mut by_pair: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    for one in 0..heads {
        for other in (0..heads).filter(|other| *other != one) {
            let apart = segments.iter().zip(found).filter(|(segment, _)| {
                segment.heads.contains(&one) && !segment.heads.contains(&other)
            });
            let tables = apart.flat_map(|(_, found)| found.tables()).collect();
            by_pair.insert((one, other), tables);
        }
    }
    let both = by_pair.iter().flat_map(|((one, other), tables)| {
        let others = by_pair.get(&(*other, *one)).into_iter().flatten();
        others.filter(|table| tables.contains(*table)).cloned()
    });
    both.collect()
}
