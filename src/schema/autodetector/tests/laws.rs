//! What holds of any two schemas.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::{
    random::{self, Choices, Kind, Palette},
    *,
};
use crate::schema::{
    operation::{Operation, apply, generated_touches, inverses},
    questioner::{Questioner, Renames},
};

fn palette() -> Palette {
    let kind = |sql_type, defaults, expression, condition, indexable| Kind {
        sql_type,
        defaults,
        expression,
        condition,
        indexable,
    };
    Palette {
        kinds: vec![
            kind("integer", &["0", "1"], Some("({} + 1)"), "({} > 0)", true),
            kind(
                "text",
                &["'a'::text"],
                Some("upper({})"),
                "({} <> ''::text)",
                true,
            ),
            kind("bigint", &["0"], Some("({} * 2)"), "({} > 10)", true),
            kind("boolean", &["true"], None, "{}", false),
        ],
        schemas: true,
        enums: true,
        predicates: true,
        generated: true,
    }
}

/// Says yes now and then, and knows a value for everything.
struct Whimsical(Choices);

impl Questioner for Whimsical {
    fn is_table_renamed(&mut self, _: &Name, _: &Name) -> bool {
        self.0.one_in(2)
    }

    fn is_column_renamed(&mut self, _: &Name, _: &Column, _: &Column) -> bool {
        self.0.one_in(2)
    }

    fn fill(&mut self, _: &Name, _: &Column, _: FillReason) -> Option<String> {
        Some("0".to_owned())
    }
}

/// What an engine would not have.
fn unsound(schema: &Schema) -> Option<String> {
    let mut names = BTreeSet::new();
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            if !random::is_sound(schema, table, key) {
                return Some(format!("{key:?} of {table:#?} refers to nothing"));
            }
        }
        for column in table.columns.values() {
            if column.nullable && table.key_columns().contains(&column.name) {
                return Some(format!("`{}` of {table:#?} may be null", column.name));
            }
            let base = table
                .columns
                .values()
                .find(|base| generated_touches(column, &BTreeSet::from([base.name.clone()])));
            if column.generated.is_some()
                && base.is_none_or(|base| base.sql_type != column.sql_type)
            {
                return Some(format!("{column:?} of {table:#?} is computed from nothing"));
            }
        }
        // An index is unique in its schema, a foreign key and a check are among their like.
        let parts = (table
            .foreign_keys
            .iter()
            .map(|part| ("key", part.name.clone())))
        .chain(table.checks.iter().map(|part| ("check", part.name.clone())))
        .chain(
            table
                .uniques
                .iter()
                .map(|part| ("index", part.name.clone())),
        )
        .chain(
            table
                .indexes
                .iter()
                .map(|part| ("index", Some(part.name.clone()))),
        );
        for part in parts {
            if part.1.is_some() && !names.insert(part.clone()) {
                return Some(format!("{part:?} is there twice"));
            }
        }
    }
    None
}

fn apply_all(schema: &Schema, operations: &[Operation]) -> Schema {
    let mut schema = schema.clone();
    for operation in operations {
        schema = apply(&schema, operation).unwrap_or_else(|error| {
            panic!("{error}\n{}\n{schema:#?}", described(operations));
        });
        let unsound = unsound(&schema);
        let list = described(operations);
        assert_eq!(unsound, None, "after {}\n{list}", operation.describe());
    }
    schema
}

fn described(operations: &[Operation]) -> String {
    let lines = operations
        .iter()
        .map(|operation| format!("  {}\n", operation.describe()));
    lines.collect()
}

fn check(from: &Schema, to: &Schema, whims: Choices) {
    assert_eq!((unsound(from), unsound(to)), (None, None));
    let mut questioner = Whimsical(whims);
    let renames = renames(from, to, &Renames::default(), &mut questioner);
    let operations = detect(from, to, &renames, &mut questioner).unwrap();
    assert_eq!(
        detect(from, to, &renames, &mut questioner).unwrap(),
        operations
    );
    assert_eq!(
        apply_all(from, &operations),
        *to,
        "{}",
        described(&operations)
    );
    let back = inverses(&operations);
    assert_eq!(apply_all(to, &back), *from, "{}", described(&back));
    assert_eq!(
        detect(to, to, &Renames::default(), &mut questioner),
        Ok(Vec::new())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn detection_leads_from_a_schema_to_an_edited_one_and_back(
        numbers in proptest::collection::vec(any::<u32>(), 0..200),
        edits in 1..12_usize,
        whims in any::<u64>(),
    ) {
        let mut choices = Choices::given(numbers);
        let from = random::schema(&mut choices, &palette(), 25);
        let mut to = from.clone();
        for _ in 0..edits {
            random::edit(&mut to, &mut choices, &palette());
        }
        check(&from, &to, Choices::seeded(whims));
    }

    #[test]
    fn detection_leads_from_any_schema_to_any_other(from in any::<u64>(), to in any::<u64>()) {
        let from = random::schema(&mut Choices::seeded(from), &palette(), 20);
        let to = random::schema(&mut Choices::seeded(to), &palette(), 20);
        check(&from, &to, Choices::seeded(1));
        check(&from, &Schema::default(), Choices::seeded(1));
    }

    #[test]
    fn constraints_without_names_are_told_apart_by_what_they_say(
        from in any::<u64>(),
        edits in 1..12_usize,
    ) {
        let mut choices = Choices::seeded(from);
        let from = random::schema(&mut choices, &palette(), 20);
        let mut to = from.clone();
        for _ in 0..edits {
            random::edit(&mut to, &mut choices, &palette());
        }
        let none = detect(&from, &unnamed(&from), &Renames::default(), &mut Whimsical(choices.clone()));
        assert_eq!(none, Ok(Vec::new()));
        check(&unnamed(&from), &unnamed(&to), choices);
    }
}

/// The same as SQLite knows it, where no constraint needs a name.
fn unnamed(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table
            .primary_key
            .iter_mut()
            .for_each(|part| part.name = None);
        table
            .foreign_keys
            .iter_mut()
            .for_each(|part| part.name = None);
        table.uniques.iter_mut().for_each(|part| part.name = None);
        table.checks.iter_mut().for_each(|part| part.name = None);
    }
    schema.canonical()
}
