//! One change each, told in the words a person reads.

use pretty_assertions::assert_eq;

use super::*;
use crate::schema::{
    Action, Check, Deferrable, EnumType, ForeignKey, Generated, Index, IndexPart, PrimaryKey,
    Table, Unique,
    operation::{Fill, Operation, apply, inverses},
    questioner::{Renames, Scripted},
};

/// A table whose first column is its primary key: `table("users", &["id integer", "name text"])`.
fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table::new(Name::new(name));
    for column in columns {
        let (name, sql_type) = column.split_once(' ').unwrap();
        table
            .columns
            .insert(name.to_owned(), Column::new(name, sql_type));
    }
    let first = table.columns.keys().next().unwrap().clone();
    table.primary_key = Some(key(&[&first]));
    table
}

fn key(columns: &[&str]) -> PrimaryKey {
    PrimaryKey {
        name: None,
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
    }
}

fn reference(column: &str, table: &str, referred: &str) -> ForeignKey {
    ForeignKey {
        name: None,
        columns: vec![column.to_owned()],
        table: Name::new(table),
        referred: vec![referred.to_owned()],
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        deferrable: Deferrable::No,
        extra: Vec::new(),
    }
}

fn unique(name: Option<&str>, column: &str) -> Unique {
    Unique {
        name: name.map(str::to_owned),
        columns: vec![column.to_owned()],
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
        extra: Vec::new(),
    }
}

fn index(name: &str, column: &str) -> Index {
    Index {
        name: name.to_owned(),
        parts: vec![IndexPart::column(column)],
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        extra: Vec::new(),
    }
}

fn check(expression: &str) -> Check {
    Check {
        name: None,
        expression: expression.to_owned(),
        extra: Vec::new(),
    }
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let tables = tables.into_iter().map(|table| (table.name.clone(), table));
    let schema = Schema {
        tables: tables.collect(),
        ..Schema::default()
    };
    schema.canonical()
}

/// The operations between two schemas, which lead there and back.
fn operations(from: &Schema, to: &Schema, renames: &Renames) -> Vec<Operation> {
    let operations = detect(from, to, renames, &mut Scripted::default()).unwrap();
    let all = |schema: &Schema, operations: &[Operation]| {
        let mut schemas = schema.clone();
        for operation in operations {
            schemas = apply(&schemas, operation).unwrap();
        }
        schemas
    };
    assert_eq!(all(from, &operations), *to);
    assert_eq!(all(to, &inverses(&operations)), *from);
    operations
}

fn told(from: &Schema, to: &Schema, renames: &Renames) -> Vec<String> {
    let operations = operations(from, to, renames);
    operations.iter().map(Operation::describe).collect()
}

fn table_renames(renames: &[(&str, &str)]) -> Renames {
    let renames = renames.iter();
    Renames {
        tables: renames
            .map(|(old, new)| (Name::new(*new), Name::new(*old)))
            .collect(),
        ..Renames::default()
    }
}

fn column_renames(table: &str, renames: &[(&str, &str)]) -> Renames {
    let key = |new: &str| (Name::new(table), new.to_owned());
    Renames {
        columns: renames
            .iter()
            .map(|(old, new)| (key(new), (*old).to_owned()))
            .collect(),
        ..Renames::default()
    }
}

#[test]
fn tables_that_refer_to_each_other_get_a_key_afterwards() {
    let mut a = table("a", &["id integer", "b_id integer", "a_id integer"]);
    let mut b = table("b", &["id integer", "a_id integer"]);
    a.foreign_keys = vec![reference("b_id", "b", "id"), reference("a_id", "a", "id")];
    b.foreign_keys.push(reference("a_id", "a", "id"));
    let to = schema([a, b]);
    assert_eq!(
        told(&Schema::default(), &to, &Renames::default()),
        [
            "create table `a`",
            "create table `b`",
            "add foreign key `a.b_id` -> `b.id`"
        ]
    );
    assert_eq!(
        told(&to, &Schema::default(), &Renames::default()),
        [
            "drop foreign key `a.b_id` -> `b.id`",
            "drop table `b`",
            "drop table `a`"
        ]
    );
}

#[test]
fn a_table_comes_after_those_it_refers_to() {
    let mut a = table("a", &["id integer", "b_id integer"]);
    a.foreign_keys.push(reference("b_id", "b", "id"));
    let to = schema([a, table("b", &["id integer"])]);
    assert_eq!(
        told(&Schema::default(), &to, &Renames::default()),
        ["create table `b`", "create table `a`"]
    );
}

#[test]
fn a_new_table_refers_to_a_new_key_only_afterwards() {
    let users = table("users", &["id integer", "email text"]);
    let from = schema([users.clone()]);
    let mut users = users;
    users.uniques.push(unique(None, "email"));
    let mut orders = table("orders", &["id integer", "email text"]);
    orders
        .foreign_keys
        .push(reference("email", "users", "email"));
    assert_eq!(
        told(&from, &schema([users, orders]), &Renames::default()),
        [
            "create table `orders`",
            "add unique (email) to `users`",
            "add foreign key `orders.email` -> `users.email`"
        ]
    );
}

#[test]
fn a_renamed_table_keeps_all_that_is_about_it() {
    let before = |name: &str| {
        let mut users = table(name, &["id integer", "boss_id integer"]);
        users.foreign_keys.push(reference("boss_id", name, "id"));
        let mut orders = table("orders", &["id integer", "user_id integer"]);
        orders.foreign_keys.push(reference("user_id", name, "id"));
        schema([users, orders])
    };
    assert_eq!(
        told(
            &before("users"),
            &before("people"),
            &table_renames(&[("users", "people")])
        ),
        ["rename table `users` to `people`"]
    );
}

#[test]
fn a_renamed_column_keeps_all_that_is_about_it() {
    let before = |name: &str| {
        let column = format!("{name} integer");
        let mut users = table("users", &[column.as_str(), "upper text"]);
        users.columns["upper"].generated = Some(Generated {
            expression: format!("upper({name})"),
            stored: true,
        });
        users.uniques.push(unique(None, name));
        users.indexes.push(index("i", name));
        users.checks.push(check(&format!("{name} > 0")));
        let mut orders = table("orders", &["id integer", "user_id integer"]);
        orders
            .foreign_keys
            .push(reference("user_id", "users", name));
        schema([users, orders])
    };
    assert_eq!(
        told(
            &before("id"),
            &before("number"),
            &column_renames("users", &[("id", "number")])
        ),
        ["rename column `users.id` to `number`"]
    );
}

#[test]
fn names_that_change_places_go_through_a_temporary_one() {
    let from = schema([table("a", &["id integer"]), table("b", &["id text"])]);
    let to = schema([table("b", &["id integer"]), table("a", &["id text"])]);
    assert_eq!(
        told(&from, &to, &table_renames(&[("a", "b"), ("b", "a")])),
        [
            "rename table `a` to `manage_rename_1`",
            "rename table `b` to `a`",
            "rename table `manage_rename_1` to `b`"
        ]
    );
    let from = schema([table("t", &["id integer", "x text", "y bigint"])]);
    let to = schema([table("t", &["id integer", "y text", "x bigint"])]);
    assert_eq!(
        told(&from, &to, &column_renames("t", &[("x", "y"), ("y", "x")])),
        [
            "rename column `t.x` to `manage_rename_1`",
            "rename column `t.y` to `x`",
            "rename column `t.manage_rename_1` to `y`"
        ]
    );
}

#[test]
fn a_name_that_is_renamed_over_makes_room_first() {
    let from = schema([table("a", &["id integer"]), table("b", &["id text"])]);
    let to = schema([table("b", &["id integer"]), table("c", &["id text"])]);
    let renames = table_renames(&[("a", "b"), ("b", "c")]);
    assert_eq!(
        told(&from, &to, &renames),
        ["rename table `b` to `c`", "rename table `a` to `b`"]
    );
}

#[test]
fn foreign_keys_step_aside_while_the_primary_key_they_rest_on_changes() {
    let before = |key_columns: &[&str]| {
        let mut users = table("users", &["id integer", "tenant integer"]);
        users.primary_key = Some(key(key_columns));
        users.uniques.push(unique(None, "id"));
        let mut orders = table("orders", &["id integer", "user_id integer"]);
        orders
            .foreign_keys
            .push(reference("user_id", "users", "id"));
        schema([users, orders])
    };
    assert_eq!(
        told(
            &before(&["id"]),
            &before(&["id", "tenant"]),
            &Renames::default()
        ),
        [
            "drop foreign key `orders.user_id` -> `users.id`",
            "alter primary key of `users`: (id) -> (id, tenant)",
            "add foreign key `orders.user_id` -> `users.id`"
        ]
    );
}

#[test]
fn both_sides_of_a_foreign_key_change_their_type_without_it() {
    let before = |sql_type: &str| {
        let (id, user_id) = (format!("id {sql_type}"), format!("user_id {sql_type}"));
        let mut orders = table("orders", &["id integer", &user_id]);
        orders
            .foreign_keys
            .push(reference("user_id", "users", "id"));
        schema([table("users", &[&id]), orders])
    };
    assert_eq!(
        told(&before("integer"), &before("bigint"), &Renames::default()),
        [
            "drop foreign key `orders.user_id` -> `users.id`",
            "alter column `orders.user_id`: integer -> bigint",
            "alter column `users.id`: integer -> bigint",
            "add foreign key `orders.user_id` -> `users.id`"
        ]
    );
}

#[test]
fn a_computed_column_goes_and_comes_back_with_its_index_when_its_source_changes() {
    let before = |sql_type: &str| {
        let name = format!("name {sql_type}");
        let mut users = table("users", &["id integer", "upper text", &name]);
        users.columns["upper"].generated = Some(Generated {
            expression: "upper(name)".to_owned(),
            stored: true,
        });
        users.indexes.push(index("users_upper", "upper"));
        schema([users])
    };
    assert_eq!(
        told(
            &before("varchar(10)"),
            &before("varchar(20)"),
            &Renames::default()
        ),
        [
            "drop index `users_upper` from `users`",
            "drop column `upper` from `users`",
            "alter column `users.name`: varchar(10) -> varchar(20)",
            "add column `upper` to `users`",
            "add index `users_upper` to `users`"
        ]
    );
}

#[test]
fn what_uses_a_column_goes_before_it() {
    let mut users = table("users", &["id integer", "name text"]);
    users.indexes.push(index("i", "name"));
    users.checks.push(check("name <> ''"));
    let from = schema([users]);
    assert_eq!(
        told(
            &from,
            &schema([table("users", &["id integer"])]),
            &Renames::default()
        ),
        [
            "drop check (name <> '') from `users`",
            "drop index `i` from `users`",
            "drop column `name` from `users`"
        ]
    );
}

#[test]
fn a_column_leaves_the_primary_key_before_it_may_be_null() {
    let from = schema([table("users", &["id integer", "name text"])]);
    let mut users = table("users", &["id integer", "name text"]);
    users.primary_key = Some(key(&["name"]));
    users.columns["id"].nullable = true;
    users.columns["id"].sql_type = "bigint".to_owned();
    assert_eq!(
        told(&from, &schema([users]), &Renames::default()),
        [
            "alter column `users.id`: integer -> bigint",
            "alter primary key of `users`: (id) -> (name)",
            "alter column `users.id`: not null -> null"
        ]
    );
}

#[test]
fn new_labels_come_early_and_old_ones_go_late() {
    let with = |labels: &[&str], default: &str| {
        let mut users = table("users", &["id integer", "mood mood"]);
        users.columns["mood"].default = Some(default.to_owned());
        let mut schema = schema([users]);
        let mood = EnumType {
            name: Name::new("mood"),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        };
        schema.enums.insert(mood.name.clone(), mood);
        schema
    };
    let from = with(&["sad", "ok"], "'sad'::mood");
    assert_eq!(
        told(
            &from,
            &with(&["ok", "happy"], "'happy'::mood"),
            &Renames::default()
        ),
        [
            "alter enum `mood`: add `happy`",
            "alter column `users.mood`: default 'sad'::mood -> default 'happy'::mood",
            "alter enum `mood`: drop `sad`"
        ]
    );
}

#[test]
fn what_no_model_says_is_no_difference() {
    let mut users = table("users", &["id integer", "name text"]);
    users.uniques.push(unique(None, "name"));
    users.indexes.push(index("i", "name"));
    let from = schema([users.clone()]);
    users.comment = Some("people".to_owned());
    users.options.push("STRICT".to_owned());
    users.columns["name"].comment = Some("theirs".to_owned());
    users.columns["name"].extra.push("INVISIBLE".to_owned());
    users.columns.swap_indices(0, 1);
    users.uniques[0].name = Some("users_name_key".to_owned());
    users.indexes[0]
        .extra
        .push("WITH (fillfactor=70)".to_owned());
    let to = schema([users]);
    let operations = detect(&from, &to, &Renames::default(), &mut Scripted::default());
    assert_eq!(operations, Ok(Vec::new()));
}

#[test]
fn a_name_alone_is_renamed_unless_it_is_taken() {
    let with = |unique_name: &str, first: &str, second: &str| {
        let mut users = table("users", &["id integer", "name text"]);
        users.uniques.push(unique(Some(unique_name), "name"));
        users.indexes = vec![index(first, "id"), index(second, "name")];
        schema([users])
    };
    assert_eq!(
        told(
            &with("u", "i", "j"),
            &with("v", "i", "k"),
            &Renames::default()
        ),
        [
            "rename unique constraint `u` of `users` to `v`",
            "rename index `j` of `users` to `k`"
        ]
    );
    assert_eq!(
        told(
            &with("u", "i", "j"),
            &with("u", "j", "i"),
            &Renames::default()
        ),
        [
            "drop index `i` from `users`",
            "drop index `j` from `users`",
            "add index `j` to `users`",
            "add index `i` to `users`"
        ]
    );
}

#[test]
fn a_name_that_a_dropped_table_has_is_freed_first() {
    let with = |name: &str| {
        let mut table = table(name, &["id integer"]);
        table.indexes.push(index("i", "id"));
        schema([table])
    };
    assert_eq!(
        told(&with("a"), &with("b"), &Renames::default()),
        [
            "drop index `i` from `a`",
            "create table `b`",
            "drop table `a`"
        ]
    );
}

#[test]
fn every_column_without_a_value_for_its_rows_is_named() {
    let mut before = table("users", &["id integer", "a text", "b text"]);
    before.columns["a"].nullable = true;
    before.columns["b"].nullable = true;
    let mut after = table(
        "users",
        &["id integer", "a text", "b text", "c text", "d text"],
    );
    after.columns["b"].default = Some("'b'".to_owned());
    after.columns["d"].default = Some("'d'".to_owned());
    let (from, to) = (schema([before]), schema([after]));
    let unfilled = detect(&from, &to, &Renames::default(), &mut Scripted::default());
    let unfilled: Vec<_> = unfilled
        .unwrap_err()
        .into_iter()
        .map(|u| (u.column.name, u.reason))
        .collect();
    assert_eq!(
        unfilled,
        [
            ("c".to_owned(), FillReason::Added),
            ("a".to_owned(), FillReason::MadeRequired)
        ]
    );
    let mut answers = Scripted::default();
    for column in ["a", "c"] {
        let key = (Name::new("users"), column.to_owned());
        answers.fills.insert(key, format!("'{column}{column}'"));
    }
    let operations = detect(&from, &to, &Renames::default(), &mut answers).unwrap();
    let fills: Vec<_> = operations
        .iter()
        .map(|operation| match operation {
            Operation::AddColumn { column, fill, .. } => (column.name.as_str(), fill.clone()),
            Operation::AlterColumn { after, fill, .. } => (after.name.as_str(), fill.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let given = |sql: &str| Some(Fill::Expression(sql.to_owned()));
    assert_eq!(
        fills,
        [
            ("c", given("'cc'")),
            ("d", None),
            ("a", given("'aa'")),
            ("b", given("'b'"))
        ]
    );
}

#[test]
fn a_schema_with_views_is_left_alone() {
    let mut from = Schema::default();
    from.schemas.extend(["app".to_owned(), "empty".to_owned()]);
    let name = Name::within("app", "v");
    let view = schema::View {
        name: name.clone(),
        columns: indexmap::IndexMap::new(),
        comment: None,
        definitions: schema::Kept::default(),
    };
    from.views.insert(name, view);
    let operations = detect(
        &from,
        &Schema::default(),
        &Renames::default(),
        &mut Scripted::default(),
    );
    assert_eq!(
        operations,
        Ok(vec![Operation::DropSchema("empty".to_owned())])
    );
}

mod asking {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::schema::questioner::Questioner;

    /// Notes what is asked, and says yes to one question.
    #[derive(Default)]
    struct Noting {
        asked: Vec<String>,
        yes: &'static str,
    }

    impl Noting {
        fn ask(&mut self, question: String) -> bool {
            let answer = question == self.yes;
            self.asked.push(question);
            answer
        }
    }

    impl Questioner for Noting {
        fn is_table_renamed(&mut self, from: &Name, to: &Name) -> bool {
            self.ask(format!("{from} -> {to}"))
        }

        fn is_column_renamed(&mut self, table: &Name, from: &Column, to: &Column) -> bool {
            self.ask(format!("{table}: {} -> {}", from.name, to.name))
        }

        fn fill(&mut self, _: &Name, _: &Column, _: FillReason) -> Option<String> {
            None
        }
    }

    fn asked(
        from: &Schema,
        to: &Schema,
        known: &Renames,
        yes: &'static str,
    ) -> (Vec<String>, Renames) {
        let mut noting = Noting {
            yes,
            ..Noting::default()
        };
        let renames = renames(from, to, known, &mut noting);
        (noting.asked, renames)
    }

    #[test]
    fn tables_and_columns_that_are_alike_are_asked_for_the_likeliest_first() {
        let from = schema([
            table("users", &["id integer", "name varchar(10)", "note text"]),
            table("zoo", &["cage integer"]),
        ]);
        let to = schema([table(
            "people",
            &["id integer", "full_name varchar(20)", "note text"],
        )]);
        let (questions, renames) = asked(&from, &to, &Renames::default(), "users -> people");
        assert_eq!(questions, ["users -> people", "people: name -> full_name"]);
        assert_eq!(renames, table_renames(&[("users", "people")]));
    }

    #[test]
    fn a_known_rename_is_not_asked_for() {
        let from = schema([table("t", &["id integer", "a text", "b text"])]);
        let to = schema([table("t", &["id integer", "c text", "d text"])]);
        let known = column_renames("t", &[("a", "d")]);
        let (questions, renames) = asked(&from, &to, &known, "t: b -> c");
        assert_eq!(questions, ["t: b -> c"]);
        assert_eq!(renames, column_renames("t", &[("a", "d"), ("b", "c")]));
    }

    #[test]
    fn renames_that_do_not_fit_are_passed_over() {
        let both = schema([table("a", &["id integer"]), table("b", &["id integer"])]);
        for stale in [
            table_renames(&[("a", "b")]),
            table_renames(&[("gone", "b")]),
            table_renames(&[("a", "unknown")]),
            table_renames(&[("a", "b"), ("b", "a")]),
            column_renames("a", &[("gone", "id")]),
        ] {
            let (questions, renames) = asked(&both, &both, &stale, "");
            assert_eq!(
                (questions, renames),
                (Vec::new(), Renames::default()),
                "{stale:?}"
            );
        }
    }

    #[test]
    fn a_chain_of_known_renames_holds() {
        let from = schema([table("a", &["id integer"]), table("b", &["id text"])]);
        let to = schema([table("b", &["id integer"]), table("c", &["id text"])]);
        let known = table_renames(&[("a", "b"), ("b", "c")]);
        assert_eq!(asked(&from, &to, &known, ""), (Vec::new(), known));
    }
}
