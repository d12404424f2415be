use pretty_assertions::assert_eq;

use super::*;
use crate::schema::{Generated, Schema};

fn add_column(table: &str, column: &str) -> Operation {
    Operation::AddColumn {
        table: Name::new(table),
        column: Column::new(column, "text"),
        fill: None,
    }
}

fn create(table: &str) -> Operation {
    Operation::CreateTable(Table::new(Name::new(table)))
}

fn alter(change: impl FnOnce(&mut Column)) -> Operation {
    let before = Column::new("total", "integer");
    let mut after = before.clone();
    change(&mut after);
    Operation::AlterColumn {
        table: Name::new("orders"),
        before,
        after,
        fill: None,
    }
}

#[test]
fn operations_describe_themselves() {
    let described = [
        create("users"),
        add_column("users", "email"),
        alter(|column| {
            column.sql_type = "bigint".to_owned();
            column.nullable = true;
            column.default = Some("0".to_owned());
        }),
        Operation::RenameTable {
            from: Name::new("a"),
            to: Name::within("app", "b"),
        },
        Operation::AlterEnum {
            before: mood(&["sad", "ok"]),
            after: mood(&["ok", "happy"]),
        },
    ]
    .map(|operation| format!("{} {}", operation.mark().sign(), operation.describe()));
    assert_eq!(
        described,
        [
            "+ create table `users`",
            "+ add column `email` to `users`",
            "~ alter column `orders.total`: integer -> bigint, not null -> null, \
             no default -> default 0",
            "~ rename table `a` to `app.b`",
            "~ alter enum `mood`: add `happy`, drop `sad`",
        ]
    );
}

fn mood(labels: &[&str]) -> EnumType {
    EnumType {
        name: Name::new("mood"),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    }
}

#[test]
fn a_migration_is_named_after_its_operations() {
    let mut there = Schema::default();
    there
        .tables
        .insert(Name::new("a"), Table::new(Name::new("a")));
    let status = add_column("orders", "status");
    let index = Operation::AddIndex(
        Name::new("orders"),
        Index {
            name: "i".to_owned(),
            parts: Vec::new(),
            unique: false,
            method: None,
            predicate: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            extra: Vec::new(),
        },
    );
    let long = "x".repeat(70);
    for (from, operations, expected) in [
        (&there, vec![], ""),
        (&there, vec![create("users")], "add_users"),
        (&Schema::default(), vec![create("users")], "add_users"),
        (
            &Schema::default(),
            vec![create("a"), create("b")],
            "initial",
        ),
        (&there, vec![create("a"), create("b")], "add_a_and_add_b"),
        (&there, vec![index.clone()], "orders_add_index"),
        (
            &there,
            vec![index.clone(), status.clone()],
            "orders_add_status_and_orders_add_index",
        ),
        (
            &there,
            vec![index.clone(), status.clone(), status],
            "orders_add_status_and_2_more",
        ),
        (
            &there,
            vec![create(&long)],
            &format!("add_{}", "x".repeat(56)),
        ),
        (
            &there,
            vec![create(&long), index],
            &format!("add_{}_and_1_more", "x".repeat(45)),
        ),
    ] {
        let name = name(from, &operations);
        assert_eq!(name, expected);
        assert!(name.chars().count() <= 60);
    }
}

#[test]
fn a_dropped_column_comes_back_with_a_placeholder_only_where_rows_need_one() {
    let comes_back = |change: &dyn Fn(&mut Column)| {
        let mut column = Column::new("email", "text");
        change(&mut column);
        let drop = Operation::DropColumn {
            table: Name::new("users"),
            column,
        };
        match drop.inverse() {
            Operation::AddColumn { fill, .. } => fill,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(comes_back(&|_| {}), Some(Fill::Placeholder));
    assert_eq!(comes_back(&|column| column.nullable = true), None);
    assert_eq!(
        comes_back(&|column| column.default = Some("''".to_owned())),
        None
    );
    assert_eq!(
        comes_back(&|column| {
            column.generated = Some(Generated {
                expression: "a".to_owned(),
                stored: true,
            });
        }),
        None
    );
}

#[test]
fn a_column_that_may_no_longer_be_null_again_is_filled_with_placeholders() {
    let Operation::AlterColumn { fill, .. } = alter(|column| column.nullable = true).inverse()
    else {
        panic!("no alteration");
    };
    assert_eq!(fill, Some(Fill::Placeholder));
}

#[test]
fn what_destroys_data_says_which() {
    let drop = |column| Operation::DropColumn {
        table: Name::new("users"),
        column,
    };
    let mut computed = Column::new("upper", "text");
    computed.generated = Some(Generated {
        expression: "upper(name)".to_owned(),
        stored: false,
    });
    let enums = Operation::AlterColumn {
        table: Name::new("users"),
        before: Column::new("mood", "enum('it''s','b','c')"),
        after: Column::new("mood", "enum('b','d')"),
        fill: None,
    };
    let alter_enum = Operation::AlterEnum {
        before: mood(&["a", "b"]),
        after: mood(&["b"]),
    };
    for (operation, expected) in [
        (
            create("users").inverse(),
            Some("table `users` and its rows"),
        ),
        (
            drop(Column::new("name", "text")),
            Some("column `users.name` and its data"),
        ),
        (drop(computed), None),
        (alter_enum.clone(), Some("label `a` of enum `mood`")),
        (alter_enum.inverse(), None),
        (enums, Some("labels `it's`, `c` of column `users.mood`")),
        (create("users"), None),
    ] {
        assert_eq!(operation.destroys().as_deref(), expected);
        assert_eq!(operation.is_destructive(), expected.is_some());
    }
}

#[test]
fn types_name_enums_with_and_without_schema_quotes_and_brackets() {
    let mood = Name::new("mood");
    assert!(is_enum("mood", &mood));
    assert!(is_enum("mood[]", &mood));
    assert!(is_enum("\"mood\"", &mood));
    assert!(is_enum(
        "app.\"Mo.\"\"od\"[]",
        &Name::within("app", "Mo.\"od")
    ));
    assert!(!is_enum("app.mood", &mood));
    assert!(!is_enum("moods", &mood));
    assert!(!is_enum("mood", &Name::within("app", "mood")));
}

#[test]
fn what_would_leave_something_in_the_air_cannot_be_applied() {
    let mut users = Table::new(Name::new("users"));
    users
        .columns
        .insert("id".to_owned(), Column::new("id", "integer"));
    users.checks.push(Check {
        name: None,
        expression: "id > 0".to_owned(),
        extra: Vec::new(),
    });
    let create = Operation::CreateTable(users.clone());
    let schema = apply(&Schema::default(), &create).unwrap();
    let drop_id = Operation::DropColumn {
        table: Name::new("users"),
        column: Column::new("id", "integer"),
    };
    let refused =
        |schema: &Schema, operation: &Operation| apply(schema, operation).unwrap_err().to_string();
    assert_eq!(
        refused(&schema, &drop_id),
        "cannot drop column `id` from `users`: a check uses it"
    );
    assert_eq!(
        refused(&schema, &create),
        "cannot create table `users`: `users` is there already"
    );
    assert_eq!(
        refused(&Schema::default(), &add_column("users", "email")),
        "cannot add column `email` to `users`: there is no table `users`"
    );
}

#[test]
fn a_renamed_column_is_followed_by_what_names_it() {
    let mut users = Table::new(Name::new("users"));
    for name in ["name", "note"] {
        users
            .columns
            .insert(name.to_owned(), Column::new(name, "text"));
    }
    users.columns["note"].generated = Some(Generated {
        expression: "upper(`name`)".to_owned(),
        stored: true,
    });
    users.checks.push(Check {
        name: None,
        expression: "length(name) > 0 and name <> 'name'".to_owned(),
        extra: Vec::new(),
    });
    let mut schema = Schema::default();
    schema.tables.insert(users.name.clone(), users);
    let rename = Operation::RenameColumn {
        table: Name::new("users"),
        from: "name".to_owned(),
        to: "Full name".to_owned(),
    };
    let renamed = apply(&schema, &rename).unwrap();
    let table = &renamed.tables[&Name::new("users")];
    assert_eq!(
        table.columns.keys().collect::<Vec<_>>(),
        ["Full name", "note"]
    );
    assert_eq!(
        table.checks[0].expression,
        "length(\"Full name\") > 0 and \"Full name\" <> 'name'"
    );
    let generated = table.columns["note"].generated.clone();
    assert_eq!(generated.unwrap().expression, "upper(`Full name`)");
}
