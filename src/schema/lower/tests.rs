//! What the models mean over a schema that is there.

use pretty_assertions::assert_eq;

use super::{fake::Fake, *};
use crate::schema::{
    Auto, Check, Column, ForeignKey, Generated, Index, IndexPart, Unique, View,
    declared::{self, SourceFile},
};

const ALL: Scope = Scope {
    indexes: true,
    defaults: true,
    uniques: true,
    checks: true,
    details: true,
};
const PLAIN: Scope = Scope {
    indexes: false,
    defaults: false,
    uniques: false,
    checks: false,
    details: false,
};

fn models(text: &str) -> Models {
    let file = SourceFile {
        path: "schema.rs".into(),
        text: text.to_owned(),
    };
    declared::read(&[file]).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn lowered(text: &str, dialect: Fake, from: &Schema, scope: Scope) -> Schema {
    let models = models(text);
    lower(&models, &dialect, from, &models.renames, scope)
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn errors(text: &str, dialect: Fake, from: &Schema) -> Vec<String> {
    let models = models(text);
    let errors = lower(&models, &dialect, from, &models.renames, ALL).expect_err("wrong models");
    errors
        .iter()
        .map(|error| {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})"));
            let hint = hint.unwrap_or_default();
            let (line, column, length) = (error.line, error.column, error.length);
            format!("{line}:{column}+{length}: {}{hint}", error.message)
        })
        .collect()
}

fn key(name: &str, columns: &[&str], table: &str, referred: &[&str]) -> ForeignKey {
    let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    ForeignKey {
        name: Some(name.to_owned()),
        columns: own(columns),
        table: Name::new(table),
        referred: own(referred),
        on_delete: crate::schema::Action::NoAction,
        on_update: crate::schema::Action::NoAction,
        deferrable: crate::schema::Deferrable::No,
        extra: Vec::new(),
    }
}

fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index {
        name: name.to_owned(),
        parts,
        unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        extra: Vec::new(),
    }
}

fn table(name: &str, columns: &[(&str, &str)]) -> Table {
    let mut table = Table::new(Name::new(name));
    for (name, sql_type) in columns {
        let column = Column::new(*name, *sql_type);
        table.columns.insert((*name).to_owned(), column);
    }
    table.primary_key = Some(PrimaryKey {
        name: Some(format!("{name}_pkey")),
        columns: vec![columns[0].0.to_owned()],
    });
    table
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::default();
    for table in tables {
        schema.tables.insert(table.name.clone(), table);
    }
    schema.canonical()
}

/// Users and their orders, with about everything that `table!` does not say.
fn shop() -> Schema {
    let mut users = table(
        "users",
        &[("id", "bigint"), ("name", "citext"), ("at", "timestamp(3)")],
    );
    users.comment = Some("people".to_owned());
    users.columns["id"].auto = Some(Auto::Serial);
    users.columns["name"].collation = Some("C".to_owned());
    users.columns["at"].default = Some("now()".to_owned());
    users.uniques.push(Unique {
        name: Some("odd".to_owned()),
        columns: vec!["name".to_owned()],
        nulls_not_distinct: false,
        deferrable: crate::schema::Deferrable::No,
        extra: vec!["INCLUDE (at)".to_owned()],
    });
    users.checks.push(Check {
        name: Some("users_name_check".to_owned()),
        expression: "(length(name) > 0)".to_owned(),
        extra: Vec::new(),
    });
    let mut orders = table(
        "orders",
        &[
            ("id", "integer"),
            ("user_id", "bigint"),
            ("total", "numeric(10,2)"),
        ],
    );
    orders.columns["total"].generated = Some(Generated {
        expression: "id * 2".to_owned(),
        stored: true,
    });
    orders
        .foreign_keys
        .push(key("fk", &["user_id"], "users", &["id"]));
    orders
        .indexes
        .push(index("by_user", vec![IndexPart::column("user_id")]));
    orders.indexes.push(index(
        "by_total",
        vec![IndexPart::expression("abs(total)"), IndexPart::column("id")],
    ));
    schema([users, orders])
}

const SHOP: &str = "
    pub mod sql_types {
        #[derive(SqlType)]
        #[diesel(postgres_type(name = \"citext\"))]
        pub struct Citext;
        #[derive(SqlType)]
        #[diesel(postgres_type(name = \"timestamp(3)\"))]
        pub struct Timestamp3;
    }
    table! { users { id -> Int8, name -> Citext, at -> Timestamp3, } }
    table! { orders { id -> Integer, user_id -> BigInt, total -> Numeric, } }
    joinable!(orders -> users (user_id));
";

#[test]
fn a_plain_project_changes_nothing_that_it_cannot_say() {
    assert_eq!(lowered(SHOP, Fake::Postgres, &shop(), PLAIN), shop());
}

#[test]
fn what_stands_on_a_column_goes_with_it_in_a_plain_project() {
    let text = SHOP.replace("total -> Numeric", "more -> Nullable<Text>");
    let found = lowered(&text, Fake::Postgres, &shop(), PLAIN);
    let mut expected = shop();
    let orders = expected.tables.get_mut(&Name::new("orders")).unwrap();
    orders.columns.shift_remove("total");
    let mut more = Column::new("more", "text");
    more.nullable = true;
    orders.columns.insert("more".to_owned(), more);
    orders.indexes.retain(|index| index.name == "by_user");
    assert_eq!(found, expected);
}

#[test]
fn a_type_that_the_models_change_is_changed() {
    let text = SHOP.replace("user_id -> BigInt", "user_id -> Integer");
    let text = text.replace("id -> Int8", "id -> Integer");
    let found = lowered(&text, Fake::Postgres, &shop(), PLAIN);
    let users = &found.tables[&Name::new("users")];
    assert_eq!(users.columns["id"].sql_type, "integer");
    assert_eq!(
        users.columns["id"].auto,
        Some(Auto::Serial),
        "it still counts up"
    );
    assert_eq!(
        found.tables[&Name::new("orders")].columns["user_id"].sql_type,
        "integer"
    );
}

#[test]
fn directives_have_the_last_word() {
    let text = SHOP.replace(
        "table! { users { id",
        "table! {\n/// @index (at)\nusers { id",
    );
    let found = lowered(&text, Fake::Postgres, &shop(), ALL);
    let users = &found.tables[&Name::new("users")];
    assert_eq!(users.comment.as_deref(), Some("people"));
    assert_eq!(users.columns["id"].auto, None);
    assert_eq!(users.columns["at"].default, None);
    assert!(users.uniques.is_empty() && users.checks.is_empty());
    assert_eq!(
        users.indexes,
        [index("users_at_idx", vec![IndexPart::column("at")])]
    );
    let orders = &found.tables[&Name::new("orders")];
    assert_eq!(orders.columns["total"].sql_type, "numeric");
    assert_eq!(
        orders.foreign_keys,
        [key("fk", &["user_id"], "users", &["id"])],
        "joinable! says it"
    );
}

#[test]
fn what_is_not_named_keeps_the_name_it_has() {
    let text = "
        table! {
            /// @check (LENGTH(\"name\") > 0)
            users {
                /// @serial
                id -> BigInt,
                /// @unique
                /// @collate C
                /// @type CITEXT
                name -> Text,
                /// @default NOW()
                /// @type timestamp(3)
                at -> Timestamptz,
            }
        }
        table! {
            /// @index (abs(total), id)
            orders {
                id -> Integer,
                /// @index
                /// @references users
                user_id -> BigInt,
                /// @generated (ID*2) stored
                /// @type numeric(10, 2)
                total -> Numeric,
            }
        }
    ";
    let mut from = shop();
    let check = &mut from.tables.get_mut(&Name::new("users")).unwrap().checks[0];
    check.expression = "length(name) > 0".to_owned();
    assert_eq!(lowered(text, Fake::Postgres, &from, ALL), from);
    // As the engine prints it the check may only be the same: it keeps its name, not its text.
    let found = lowered(text, Fake::Postgres, &shop(), ALL);
    let check = &found.tables[&Name::new("users")].checks[0];
    assert_eq!(check.name.as_deref(), Some("users_name_check"));
}

#[test]
fn names_are_made_once_in_a_schema() {
    let text = "
        table! {
            /// @index (b)
            /// @index (b desc)
            /// @unique a_b_idx2 (b)
            /// @check (b > 0)
            /// @check (b > 1)
            /// @check (b > a)
            a (a) { a -> Integer, b -> Integer, }
        }
        table! {
            /// @index a_b_idx1 (b)
            /// @primary_key other
            b (a) { a -> Integer, b -> Integer, }
        }
    ";
    let found = lowered(text, Fake::Postgres, &Schema::default(), ALL);
    let a = &found.tables[&Name::new("a")];
    let indexes: Vec<&str> = a.indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(indexes, ["a_b_idx", "a_b_idx3"]);
    let mut checks: Vec<&str> = a.checks.iter().filter_map(|c| c.name.as_deref()).collect();
    checks.sort_unstable();
    assert_eq!(checks, ["a_b_check", "a_b_check1", "a_check"]);
    assert_eq!(
        a.primary_key.as_ref().unwrap().name.as_deref(),
        Some("a_pkey")
    );
    let b = &found.tables[&Name::new("b")];
    assert_eq!(
        b.primary_key.as_ref().unwrap().name.as_deref(),
        Some("other")
    );
}

#[test]
fn long_names_leave_room_for_their_number() {
    let long = "l".repeat(63);
    let text = format!(
        "table! {{\n/// @index {long} (a)\n/// @index (b)\nt (a) {{ a -> Integer, b -> Integer, }} }}"
    );
    let mut schema = lowered(&text, Fake::Postgres, &Schema::default(), ALL);
    let table = schema.tables.get_mut(&Name::new("t")).unwrap();
    table.name.name = "é".repeat(40);
    table.indexes[0].name = String::new();
    table.indexes[1].name = String::new();
    names::complete(&mut schema, &Fake::Postgres);
    let table = &schema.tables[&Name::new("t")];
    assert!(table.indexes.iter().all(|index| index.name.len() <= 120));
}

#[test]
fn renamed_things_take_with_them_what_stands_on_them() {
    let text = "
        pub mod sql_types {
            #[derive(SqlType)]
            #[diesel(postgres_type(name = \"citext\"))]
            pub struct Citext;
            #[derive(SqlType)]
            #[diesel(postgres_type(name = \"timestamp(3)\"))]
            pub struct Timestamp3;
        }
        table! {
            /// @renamed_from users
            people (number) {
                /// @renamed_from id
                number -> Int8,
                /// @renamed_from name
                #[sql_name = \"full name\"]
                full_name -> Citext,
                at -> Timestamp3,
            }
        }
        table! {
            orders (key) {
                /// @renamed_from id
                key -> Integer,
                /// @renamed_from gone
                user_id -> BigInt,
                /// @renamed_from total
                sum -> Numeric,
            }
        }
    ";
    assert!(!models(text).directives);
    let found = lowered(text, Fake::Postgres, &shop(), PLAIN);
    let people = &found.tables[&Name::new("people")];
    assert_eq!(people.comment.as_deref(), Some("people"));
    assert_eq!(people.columns["number"].auto, Some(Auto::Serial));
    assert_eq!(people.columns["full name"].sql_type, "citext");
    assert_eq!(people.uniques[0].columns, ["full name"]);
    assert_eq!(people.checks[0].expression, "(length(\"full name\") > 0)");
    let pkey = people.primary_key.as_ref().unwrap();
    assert_eq!(
        (pkey.name.as_deref(), &*pkey.columns),
        (Some("users_pkey"), &["number".to_owned()][..])
    );
    let orders = &found.tables[&Name::new("orders")];
    assert_eq!(
        orders.foreign_keys,
        [key("fk", &["user_id"], "people", &["number"])]
    );
    assert_eq!(
        orders.columns["sum"].generated.as_ref().unwrap().expression,
        "key * 2"
    );
    assert_eq!(
        orders.indexes[0].parts,
        [IndexPart::expression("abs(sum)"), IndexPart::column("key")]
    );
    // Once the rename is done, the directive means nothing.
    assert_eq!(lowered(text, Fake::Postgres, &found, PLAIN), found);
}

#[test]
fn joinable_speaks_of_a_foreign_key_where_something_is_new() {
    let joined = "joinable!(orders -> users (user_id));";
    let text = SHOP.replace(
        joined,
        "table! { notes { id -> Integer, order_id -> Integer, } }
        joinable!(notes -> orders (order_id));
        joinable!(orders -> users (user_id));",
    );
    let mut from = shop();
    from.tables
        .get_mut(&Name::new("orders"))
        .unwrap()
        .foreign_keys
        .clear();
    let found = lowered(&text, Fake::Postgres, &from, PLAIN);
    assert!(found.tables[&Name::new("orders")].foreign_keys.is_empty());
    assert_eq!(
        found.tables[&Name::new("notes")].foreign_keys,
        [key("notes_order_id_fkey", &["order_id"], "orders", &["id"])]
    );
    let found = lowered(&text, Fake::Postgres, &from, ALL);
    assert_eq!(
        found.tables[&Name::new("orders")].foreign_keys,
        [key("orders_user_id_fkey", &["user_id"], "users", &["id"])]
    );
}

#[test]
fn enums_follow_their_structs() {
    let enum_type = |name: &str, labels: &[&str]| EnumType {
        name: Name::new(name),
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
    };
    let mut from = Schema::default();
    for one in [
        enum_type("mood", &["a"]),
        enum_type("adopted", &["x"]),
        enum_type("gone", &["y"]),
    ] {
        from.enums.insert(one.name.clone(), one);
    }
    let text = "
        mod sql_types {
            /// @enum 'a', 'b'
            #[derive(SqlType)]
            #[diesel(postgres_type(name = \"mood\", schema = \"public\"))]
            pub struct Mood;
            #[derive(SqlType)]
            #[diesel(postgres_type(name = \"adopted\"))]
            pub struct Adopted;
            #[derive(SqlType)]
            #[diesel(postgres_type(name = \"hstore\"))]
            pub struct Hstore;
        }
        table! {
            use super::sql_types::*;
            t { id -> Integer, mood -> Mood, all -> Array<Nullable<Mood>>, more -> Hstore, }
        }
    ";
    let found = lowered(text, Fake::Postgres, &from, ALL);
    let enums: Vec<&EnumType> = found.enums.values().collect();
    assert_eq!(
        enums,
        [
            &enum_type("adopted", &["x"]),
            &enum_type("mood", &["a", "b"])
        ]
    );
    let types: Vec<&str> = found.tables[&Name::new("t")]
        .columns
        .values()
        .map(|column| column.sql_type.as_str())
        .collect();
    assert_eq!(types, ["integer", "mood", "mood[]", "hstore"]);
    let found = lowered(text, Fake::Postgres, &from, PLAIN);
    assert_eq!(found.enums.len(), 3, "a plain project drops no enum");
    assert_eq!(
        errors(text, Fake::Mysql, &Schema::default()),
        [
            "16:40+4: type `Mood` has no name in this database (say it above `pub struct Mood`: `#[diesel(mysql_type(name = \"...\"))]`, or `@type` above the column)",
            "16:68+4: type `Mood` has no name in this database (say it above `pub struct Mood`: `#[diesel(mysql_type(name = \"...\"))]`, or `@type` above the column)",
            "16:84+6: type `Hstore` has no name in this database (say it above `pub struct Hstore`: `#[diesel(mysql_type(name = \"...\"))]`, or `@type` above the column)",
        ]
    );
}

#[test]
fn enums_of_columns_need_labels_once() {
    let text = "
        mod sql_types {
            #[derive(SqlType)]
            #[diesel(mysql_type(name = \"Enum\"))]
            pub struct TMoodEnum;
        }
        table! { t { id -> Integer, mood -> sql_types::TMoodEnum, } }
    ";
    let from = schema([table("t", &[("id", "integer"), ("mood", "enum('a','b')")])]);
    assert_eq!(
        lowered(text, Fake::Mysql, &from, ALL),
        from,
        "they are there"
    );
    assert_eq!(
        errors(text, Fake::Mysql, &Schema::default()),
        [
            "7:56+9: type `TMoodEnum` has no labels (say them above `pub struct TMoodEnum`: `/// @enum 'a', 'b'`)"
        ]
    );
    let text = text.replace("#[derive", "/// @enum 'c'\n#[derive");
    let found = lowered(&text, Fake::Mysql, &from, ALL);
    assert_eq!(
        found.tables[&Name::new("t")].columns["mood"].sql_type,
        "enum('c')"
    );
}

#[test]
fn what_is_unmanaged_stays_as_it_is() {
    let mut from = shop();
    let view = View {
        name: Name::new("totals"),
        columns: indexmap::IndexMap::new(),
        comment: None,
        definitions: crate::schema::Kept::default(),
    };
    from.views.insert(view.name.clone(), view);
    let text = "
        table! {\n/// @unmanaged\nusers { id -> Text, } }
        table! { totals { id -> Integer, } }
        table! { notes { id -> Integer,\n/// @references orders\norder_id -> Integer,\n/// @references users(id)\nuser_id -> BigInt, } }
    ";
    let found = lowered(text, Fake::Postgres, &from, ALL);
    for kept in ["users", "orders"] {
        assert_eq!(
            found.tables[&Name::new(kept)],
            from.tables[&Name::new(kept)],
            "{kept}"
        );
    }
    assert_eq!(found.views, from.views);
    assert_eq!(found.tables.len(), 3);
    assert_eq!(found.tables[&Name::new("notes")].foreign_keys.len(), 2);
}

#[test]
fn the_schema_public_is_the_default_one_unless_it_is_not() {
    let text = "table! { public.a { id -> Integer, } }";
    let found = lowered(text, Fake::Postgres, &Schema::default(), ALL);
    assert!(found.tables.contains_key(&Name::new("a")) && found.schemas.is_empty());
    let mut from = Schema::default();
    from.schemas.insert("public".to_owned());
    let found = lowered(text, Fake::Postgres, &from, ALL);
    assert!(found.tables.contains_key(&Name::within("public", "a")));
}

#[test]
fn a_table_without_a_key_keeps_none() {
    let mut from = schema([table("a", &[("id", "integer")])]);
    from.tables.get_mut(&Name::new("a")).unwrap().primary_key = None;
    let text = "table! { a { id -> Integer, } }";
    assert_eq!(lowered(text, Fake::Postgres, &from, PLAIN), from);
    let found = lowered(text, Fake::Postgres, &from, ALL);
    assert!(found.tables[&Name::new("a")].primary_key.is_some());
    let text = "table! {\n/// @keyless\na { id -> Integer, } }";
    assert_eq!(lowered(text, Fake::Postgres, &from, ALL), from);
}

#[test]
fn wrong_models_are_said_with_their_place() {
    let text = "
table! {
    /// @references (id) usrs
    /// @references (id) users(nam)
    /// @references (id, id) users
    /// @references (id) pair
    posts {
        id -> Intger,
        a -> Zebra,
        b -> Inet,
    }
}
table! { users { id -> Integer, name -> Text, } }
table! { pair (a, b) { a -> Integer, b -> Integer, } }
joinable!(post -> users (id));
joinable!(posts -> user (id));
joinable!(posts -> users (idd));
";
    assert_eq!(
        errors(text, Fake::Postgres, &Schema::default()),
        [
            "3:26+4: unknown table `usrs` (did you mean `users`?)",
            "4:32+3: table `users` has no column `nam` (did you mean `name`?)",
            "5:9+11: `@references` leads from `id`, `id` to `id` (both sides need as many columns)",
            "6:9+11: `@references` leads from `id` to `a`, `b` (both sides need as many columns)",
            "8:15+6: unknown type `Intger` (did you mean `Integer`?)",
            "9:14+5: unknown type `Zebra` (say the database's own type above the column: `@type ...`)",
            "10:14+4: type `Inet` does not exist in this database (did you mean `Int2`?)",
            "15:11+4: unknown table `post` (did you mean `posts`?)",
            "16:20+4: unknown table `user` (did you mean `users`?)",
            "17:27+3: table `posts` has no column `idd` (did you mean `id`?)",
        ]
    );
}

#[test]
fn many_tables_are_read_at_once() {
    let columns: String = (0..20)
        .map(|n| format!("        /// @default {n}\n        c{n} -> Integer,\n"))
        .collect();
    let text: String = (0..500)
        .map(|n| format!("diesel::table! {{\n    /// @index (c1, c2)\n    t{n} (c0) {{\n{columns}    }}\n}}\n"))
        .collect();
    let found = lowered(&text, Fake::Postgres, &Schema::default(), ALL);
    assert_eq!(found.tables.len(), 500);
    assert_eq!(lowered(&text, Fake::Postgres, &found, ALL), found);
}
