//! What is read, and every message with its place.

use super::*;

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.into(),
        text: text.to_owned(),
    }
}

fn good(text: &str) -> Models {
    read(&[file("schema.rs", text)]).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The errors as `file:line:column+length: message (hint)`.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<SourceFile> = files.iter().map(|(path, text)| file(path, text)).collect();
    let errors = read(&files).expect_err("something is wrong");
    errors
        .iter()
        .map(|error| {
            let hint = error.hint.as_ref().map(|hint| format!(" ({hint})"));
            format!(
                "{}:{}:{}+{}: {}{}",
                error.path.display(),
                error.line,
                error.column,
                error.length,
                error.message,
                hint.unwrap_or_default()
            )
        })
        .collect()
}

/// The one error of a table whose third line is a directive above its name.
fn on_table(directive: &str) -> String {
    let text = format!(
        "diesel::table! {{\n    /// Prose.\n    /// {directive}\n    users (id) {{\n        id -> Integer,\n        name -> Text,\n    }}\n}}\n"
    );
    let found = errors(&[("schema.rs", &text)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

/// The one error of a table whose third line is a directive above a column.
fn on_column(directive: &str) -> String {
    let text = format!(
        "table! {{\n    users (id) {{\n        /// {directive}\n        id -> Integer,\n        name -> Text,\n    }}\n}}\n"
    );
    let found = errors(&[("schema.rs", &text)]);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.into_iter().next().unwrap()
}

#[test]
fn what_print_schema_prints_is_read() {
    let models = good(
        r#"
        // @generated automatically by Diesel CLI.
        pub mod sql_types {
            #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
            #[diesel(postgres_type(name = "mood", schema = "app"))]
            pub struct Mood;

            #[derive(SqlType)]
            #[postgres(type_name = "old_mood")]
            #[mysql_type = "Enum"]
            pub struct OldMood;

            #[derive(Debug)]
            pub struct Other;
        }

        diesel::table! {
            use diesel::sql_types::*;
            use super::sql_types::Mood;
            use crate::other::{Thing as T};

            /// People.
            app.users (id, r#type) {
                id -> Unsigned<BigInt>,
                r#type -> Nullable<Array<Nullable<diesel::sql_types::Text>>>,
                #[sql_name = "full name"]
                #[max_length = 20]
                full_name -> Varchar,
                mood -> Mood,
                moods -> Array<T>,
                during -> Range<Timestamptz>,
            }
        }

        mod inner {
            table! {
                #[sql_name = "inner.order"]
                r#inner.order_ { id -> Integer, }
            }
        }

        #[cfg(test)]
        mod tests {
            table! { hidden { id -> Integer, } }
        }
        #[cfg(all(test, unix))]
        diesel::table! { hidden (id) { id -> Integer, } }

        diesel::joinable!(inner::order_ -> users (id));
        diesel::allow_tables_to_appear_in_same_query!(users, order_,);
        "#,
    );
    assert!(!models.directives);
    let [users, order] = models.tables.as_slice() else {
        panic!("{:#?}", models.tables)
    };
    assert_eq!(users.name, Name::within("app", "users"));
    assert_eq!(users.primary_key, ["id", "type"]);
    let columns: Vec<String> = users
        .columns
        .iter()
        .map(|c| {
            format!(
                "{} {} {} {:?} {:?}",
                c.name, c.diesel_type, c.nullable, c.max_length, c.custom
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            "id Unsigned<BigInt> false None None",
            "type Array<Nullable<Text>> true None None",
            "full name Varchar false Some(20) None",
            "mood Mood false None Some(0)",
            "moods Array<Thing> false None None",
            "during Range<Timestamptz> false None None",
        ]
    );
    assert_eq!(order.name, Name::within("inner", "order"));
    assert_eq!(order.primary_key, ["id"]);
    assert_eq!(models.types.len(), 2);
    assert_eq!(models.types[0].postgres, Some(Name::within("app", "mood")));
    assert_eq!(models.types[1].postgres, Some(Name::new("old_mood")));
    assert_eq!(models.types[1].mysql.as_deref(), Some("Enum"));
    assert_eq!(models.joins[0].child.value, "order_");
    assert_eq!(models.joins[0].parent.value, "users");
}

#[test]
#[allow(clippy::too_many_lines, reason = "one text, looked at whole")]
fn directives_are_read_and_prose_is_left_alone() {
    let models = good(
        r#"
        pub mod sql_types {
            /// Feelings.
            /// @enum 'it''s', 'b'
            #[derive(SqlType)]
            #[diesel(postgres_type(name = "mood"))]
            pub struct Mood;
        }
        diesel::table! {
            /// Mail me at a@example.com or
            /// @ home, \@index of nothing.
            /// @index by_name (lower(name) varchar_pattern_ops desc nulls last, id(10), (a || 'x, y')) unique using GIN include (id) nulls not distinct where (id > 0)
            /// @index (tags gin_trgm_ops(siglen=32) asc nulls last, name collate "C" desc)
            /// @unique (id, r_name) nulls not distinct deferrable initially deferred
            /// @check positive (
            ///     id > 0 -- really (
            ///     AND name <> ')'
            /// )
            /// @references (id, name) app.people(a, b) on delete set null on update cascade
            /// @renamed_from people
            users (id) {
                /** Numbered.
                 * @serial
                 */
                id -> Integer,
                #[doc = "@default 'a\n'"]
                #[sql_name = "name"]
                r_name -> Text,
                /// @default now() on update now()
                /// @type timestamp(3)
                /// @renamed_from at
                /// @unique users_when deferrable
                /// @index unique where tags is null
                /// @references nowhere
                tags -> Text,
                /// @generated (id * 2) stored
                /// @collate "de-DE"
                /// @check (a > 0)
                a -> Text,
            }
        }
        diesel::table! {
            /// @unmanaged
            others { id -> Integer, }
        }
        "#,
    );
    assert!(models.directives);
    assert_eq!(models.types[0].labels.as_deref().unwrap(), ["it's", "b"]);
    let users = &models.tables[0];
    assert_eq!(models.renames.tables[&users.name], Name::new("people"));
    assert_eq!(
        models.renames.columns[&(users.name.clone(), "tags".to_owned())],
        "at"
    );
    let [by_name, second, third] = users.indexes.as_slice() else {
        panic!("{:#?}", users.indexes)
    };
    assert_eq!(by_name.name.as_deref(), Some("by_name"));
    assert_eq!(
        by_name.parts,
        [
            IndexPart {
                operator_class: Some("varchar_pattern_ops".to_owned()),
                descending: true,
                nulls_first: Some(false),
                ..IndexPart::expression("lower(name)")
            },
            IndexPart {
                prefix: Some(10),
                ..IndexPart::column("id")
            },
            IndexPart::expression("a || 'x, y'"),
        ]
    );
    assert!(by_name.unique && by_name.nulls_not_distinct);
    assert_eq!(by_name.method.as_deref(), Some("gin"));
    assert_eq!(by_name.include, ["id"]);
    assert_eq!(by_name.predicate.as_deref(), Some("id > 0"));
    assert_eq!(
        second.parts,
        [
            IndexPart {
                operator_class: Some("gin_trgm_ops(siglen=32)".to_owned()),
                ..IndexPart::column("tags")
            },
            IndexPart {
                collation: Some("C".to_owned()),
                descending: true,
                ..IndexPart::column("name")
            },
        ]
    );
    assert_eq!((third.name.as_deref(), third.unique), (None, true));
    assert_eq!(third.predicate.as_deref(), Some("tags is null"));
    let [unique, named] = users.uniques.as_slice() else {
        panic!("{:#?}", users.uniques)
    };
    assert_eq!(unique.columns, ["id", "name"], "Rust's names will do");
    assert_eq!(unique.deferrable, Deferrable::InitiallyDeferred);
    assert_eq!(named.name.as_deref(), Some("users_when"));
    assert_eq!(
        users.checks[0].expression,
        "id > 0 -- really (\n    AND name <> ')'"
    );
    assert_eq!(users.checks[1].expression, "a > 0");
    let [people, nowhere] = users.references.as_slice() else {
        panic!("{:#?}", users.references)
    };
    assert_eq!(people.table.value, Name::within("app", "people"));
    assert_eq!(
        (people.on_delete, people.on_update),
        (Action::SetNull, Action::Cascade)
    );
    assert_eq!(nowhere.table.value, Name::new("nowhere"));
    assert!(nowhere.referred.is_empty());
    let text = |placed: &Option<Placed<String>>| placed.as_ref().unwrap().value.clone();
    let [id, name, tags, a] = users.columns.as_slice() else {
        panic!("{:#?}", users.columns)
    };
    assert_eq!(id.auto.as_ref().unwrap().value, Auto::Serial);
    assert_eq!(text(&name.default), "'a\n'");
    assert_eq!(text(&tags.default), "now()");
    assert_eq!(text(&tags.on_update), "now()");
    assert_eq!(text(&tags.sql_type), "timestamp(3)");
    assert_eq!(text(&a.collation), "de-DE");
    assert!(a.generated.as_ref().unwrap().value.stored);
    assert!(models.tables[1].unmanaged);
}

#[test]
fn renames_and_unmanaged_tables_alone_keep_a_project_plain() {
    let models = good(
        "table! {\n/// @unmanaged\na { id -> Integer, } }
         table! {\n/// @renamed_from c\nb {\n/// @renamed_from x\nid -> Integer, } }",
    );
    assert!(!models.directives);
}

#[test]
fn wrong_directives_on_tables_are_said_with_their_place() {
    for (directive, expected) in [
        (
            "@indx (name)",
            "3:9+5: unknown directive `@indx` (did you mean `@index`?)",
        ),
        (
            "@foo",
            "3:9+4: unknown directive `@foo` (a table can have `@check`, `@index`, `@keyless`, `@primary_key`, `@references`, `@renamed_from`, `@schema`, `@unique`, `@unmanaged`)",
        ),
        (
            "@serial",
            "3:9+7: `@serial` belongs to a column, not to a table",
        ),
        (
            "@enum 'a'",
            "3:9+5: `@enum` belongs to a struct of `sql_types`, not to a table",
        ),
        (
            "@index name",
            "3:20+1: expected `(`, found the end of the directive",
        ),
        (
            "@index (nam)",
            "3:17+3: table `users` has no column `nam` (did you mean `name`?)",
        ),
        (
            "@index (name, )",
            "3:23+1: expected a column or an expression, found `)`",
        ),
        (
            "@index (name b c)",
            "3:24+1: unexpected `c` (an expression stands in parentheses of its own)",
        ),
        ("@index (name", "3:16+1: this `(` is never closed"),
        (
            "@index (name) uniqe",
            "3:23+5: unexpected `uniqe` in `@index` (the form is `@index [NAME] (COLUMNS) [unique] [using METHOD] [include (COLUMNS)] [nulls not distinct] [where CONDITION]`)",
        ),
        (
            "@index (name) where",
            "3:28+1: expected a condition, found the end of the directive",
        ),
        ("@unique (zzz)", "3:18+3: table `users` has no column `zzz`"),
        ("@unique ()", "3:18+1: expected a column, found `)`"),
        (
            "@unique (id name)",
            "3:21+4: expected `,` or `)`, found `name`",
        ),
        ("@check (id > 'a)", "3:22+1: this string is never closed"),
        (
            "@check (id > \"a)",
            "3:22+1: this quoted name is never closed",
        ),
        ("@check (id /* a)", "3:20+1: this comment is never closed"),
        ("@check ()", "3:17+1: expected an expression, found `)`"),
        (
            "@check (id > 0))",
            "3:24+1: unexpected `)` in `@check` (the form is `@check [NAME] (CONDITION)`)",
        ),
        (
            "@references (id) users on delete casade",
            "3:42+6: expected `no action`, `restrict`, `cascade`, `set null` or `set default`, found `casade`",
        ),
        (
            "@references (id)",
            "3:25+1: expected a table, found the end of the directive",
        ),
        (
            "@renamed_from",
            "3:22+1: expected the old name, found the end of the directive",
        ),
        (
            "@keyless now",
            "3:18+3: unexpected `now` in `@keyless` (the form is `@keyless`)",
        ),
    ] {
        assert_eq!(
            on_table(directive),
            format!("schema.rs:{expected}"),
            "{directive}"
        );
    }
}

#[test]
fn wrong_directives_on_columns_are_said_with_their_place() {
    for (directive, expected) in [
        (
            "@defualt 1",
            "3:13+8: unknown directive `@defualt` (did you mean `@default`?)",
        ),
        (
            "@unmanaged",
            "3:13+10: `@unmanaged` belongs to a table, not to a column",
        ),
        (
            "@default",
            "3:21+1: expected an expression, found the end of the directive",
        ),
        (
            "@default on update now()",
            "3:22+2: expected an expression, found `on` (`@on_update` says what every update sets)",
        ),
        (
            "@type",
            "3:18+1: expected a type, found the end of the directive",
        ),
        (
            "@generated (id)",
            "3:28+1: expected `stored` or `virtual`, found the end of the directive",
        ),
        (
            "@identity never",
            "3:23+5: unexpected `never` in `@identity` (the form is `@identity [always]`)",
        ),
        (
            "@references",
            "3:24+1: expected a table, found the end of the directive",
        ),
    ] {
        assert_eq!(
            on_column(directive),
            format!("schema.rs:{expected}"),
            "{directive}"
        );
    }
}

#[test]
fn a_place_in_a_later_line_of_a_directive_is_exact() {
    let text = "table! {\n    /** Prose.\n     * @check (\n     *   id > 0)) */\n    /// @index (\n    ///   é, nam)\n    users { id -> Integer,\n\n        name -> Text, é -> Text, }\n}\n";
    assert_eq!(
        errors(&[("schema.rs", text)]),
        [
            "schema.rs:4:17+1: unexpected `)` in `@check` (the form is `@check [NAME] (CONDITION)`)",
            "schema.rs:6:14+3: table `users` has no column `nam` (did you mean `name`?)",
        ]
    );
}

#[test]
fn contradictions_are_errors() {
    let text = "
table! {
    /// @keyless
    /// @keyless
    /// @unmanaged
    /// @renamed_from b
    users {
        /// @default 1
        /// @default 2
        /// @serial
        id -> Integer,
        /// @generated (id) stored
        /// @default 2
        name -> Text,
        /// @serial
        /// @identity
        other -> Text,
    }
}
pub mod sql_types {
    /// @enum 'a', 'a'
    #[derive(SqlType)]
    pub struct A;
    /// @enum 'a'
    /// @enum 'b'
    #[derive(SqlType)]
    pub struct B;
    /// @enum a
    #[derive(SqlType)]
    pub struct C;
}
/// @index (a)
diesel::table! { b { id -> Integer, } }
";
    assert_eq!(
        errors(&[("schema.rs", text)]),
        [
            "schema.rs:4:9+8: `@keyless` stands twice",
            "schema.rs:6:9+13: `@renamed_from` contradicts `@unmanaged`",
            "schema.rs:9:13+8: `@default` stands twice",
            "schema.rs:10:13+7: `@serial` contradicts `@default`",
            "schema.rs:13:13+8: `@default` contradicts `@generated`",
            "schema.rs:16:13+9: `@identity` contradicts `@serial`",
            "schema.rs:21:20+3: label 'a' stands twice",
            "schema.rs:25:9+5: `@enum` stands twice",
            "schema.rs:28:15+1: expected a label in single quotes, found `a`",
            "schema.rs:32:5+6: this directive stands outside `table!` (directives stand inside `table!`, above the name of the table)",
        ]
    );
}

#[test]
fn wrong_rust_and_double_names_are_errors() {
    assert_eq!(
        errors(&[
            (
                "a.rs",
                "diesel::table! {\n    users (id) {\n        id -> Integer,\n        id -> Text,\n    }\n}\n"
            ),
            (
                "b.rs",
                "\ntable! { users (idd) { id -> Integer } }\ntable! { nokey { a -> Text } }"
            ),
            (
                "c.rs",
                "table! { posts (id) { id > Integer } }\njoinable!(a - b (c));"
            ),
            ("d.rs", "fn main( {\n  table! {}\n}"),
            (
                "e.rs",
                "table! { t { id -> Integer, #[max_length = 99999999999999999999] a -> Text, b -> Nullable<'a> } }"
            ),
        ]),
        [
            "a.rs:4:9+2: column `id` is declared twice",
            "b.rs:2:10+5: table `users` is declared twice (the first is at a.rs:2; `@unmanaged` on one of them leaves it out)",
            "b.rs:2:17+3: table `users` has no column `idd` (did you mean `id`?)",
            "b.rs:3:10+5: table `nokey` has no column `id` for its primary key (name the columns of its key: `nokey (...)`)",
            "c.rs:1:26+1: expected `->`",
            "c.rs:2:13+1: expected `->`",
            "d.rs:1:8+1: a bracket or quote is never closed, or this is no Rust",
            "e.rs:1:44+20: `max_length` must be a number",
            "e.rs:1:82+8: this is no SQL type",
        ]
    );
}

#[test]
fn a_table_declared_twice_may_be_unmanaged_once() {
    let models = good(
        "table! { a { id -> Integer, } }
         mod part { table! {\n/// @unmanaged\na { id -> Integer, } } }",
    );
    assert_eq!(models.tables.len(), 2);
}
