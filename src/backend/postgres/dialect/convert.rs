//! How a value of one type becomes one of another.

use super::{names::quoted, types::Parts};

/// Types whose values PostgreSQL brings into one another by itself when one is assigned to the other.
/// [`pg_cast`](https://www.postgresql.org/docs/current/catalog-pg-cast.html) says so of these pairs
/// both ways.
const ASSIGNABLE: &[&[&str]] = &[
    &[
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "numeric",
    ],
    &["numeric", "money"],
    &["json", "jsonb"],
    &["inet", "cidr"],
    &["macaddr", "macaddr8"],
    &["bit", "bit varying"],
    &[
        "date",
        "timestamp without time zone",
        "timestamp with time zone",
    ],
    &["time without time zone", "time with time zone"],
    &["time without time zone", "interval"],
];

/// Types that PostgreSQL converts into one another when it is asked to.
const CASTABLE: &[&[&str]] = &[
    &["boolean", "integer"],
    &["integer", "bit"],
    &["bigint", "bit"],
    &["jsonb", "numeric"],
    &["jsonb", "boolean"],
    &["jsonb", "integer"],
    &["integer", "oid"],
    &["bigint", "oid"],
];

/// What stands behind `USING` when a column changes its type; `None` where nothing needs to.
///
/// An assignment refuses a text that is too long, a cast would cut it off: so there is none where it
/// can be done without.
pub(super) fn using(column: &str, before: &str, after: &str) -> Option<String> {
    let name = quoted(column);
    let (old, new) = (Parts::of(before), Parts::of(after));
    let is_text = |parts: &Parts| {
        !parts.array
            && matches!(
                parts.base.as_str(),
                "text" | "character varying" | "character" | "bpchar" | "name" | "citext"
            )
    };
    let both = |groups: &[&[&str]]| {
        groups
            .iter()
            .any(|group| group.contains(&&*old.base) && group.contains(&&*new.base))
    };
    if old.array != new.array {
        return Some(if new.array {
            let element = scalar(&name, &old.base, &new.base, after.trim_end_matches("[]"));
            format!("CASE WHEN {name} IS NOT NULL THEN ARRAY[{element}] END")
        } else {
            scalar(&format!("{name}[1]"), &old.base, &new.base, after)
        });
    }
    if is_text(&new) || old.base == new.base || both(ASSIGNABLE) {
        return None;
    }
    if old.array {
        // Elements are cast one by one, as far as there is a cast for them; as texts always.
        return Some(if both(CASTABLE) {
            format!("{name}::{after}")
        } else {
            format!("{name}::text[]::{after}")
        });
    }
    if is_text(&old) {
        return Some(format!("{name}::{after}"));
    }
    Some(scalar(&name, &old.base, &new.base, after))
}

fn scalar(value: &str, old: &str, new: &str, after: &str) -> String {
    const NUMBERS: &[&str] = &["smallint", "bigint", "real", "double precision", "numeric"];
    let is_pair = |group: &&[&str]| group.contains(&old) && group.contains(&new);
    let through_integer = (old == "boolean" && NUMBERS.contains(&new))
        || (new == "boolean" && NUMBERS.contains(&old));
    if through_integer {
        return format!("{value}::integer::{after}");
    }
    if ASSIGNABLE.iter().any(is_pair) || CASTABLE.iter().any(is_pair) {
        return format!("{value}::{after}");
    }
    format!("{value}::text::{after}")
}

#[cfg(test)]
mod tests {
    use super::using;

    #[test]
    fn only_what_needs_it_is_cast() {
        for (before, after) in [
            ("integer", "bigint"),
            ("bigint", "integer"),
            ("character varying(10)", "character varying(5)"),
            ("uuid", "text"),
            ("timestamp without time zone", "date"),
            ("json", "jsonb"),
        ] {
            assert_eq!(using("c", before, after), None, "{before} to {after}");
        }
    }

    #[test]
    fn casts_go_by_way_of_what_is_castable() {
        let using = |before, after| using("c", before, after).unwrap_or_default();
        assert_eq!(using("text", "integer"), "c::integer");
        assert_eq!(using("integer", "boolean"), "c::boolean");
        assert_eq!(using("bigint", "boolean"), "c::integer::boolean");
        assert_eq!(using("integer", "uuid"), "c::text::uuid");
        assert_eq!(using("mood", "mode"), "c::text::mode");
        assert_eq!(using("text[]", "integer[]"), "c::text[]::integer[]");
        assert_eq!(
            using("integer", "integer[]"),
            "CASE WHEN c IS NOT NULL THEN ARRAY[c::integer] END"
        );
        assert_eq!(using("integer[]", "bigint"), "c[1]::bigint");
    }
}
