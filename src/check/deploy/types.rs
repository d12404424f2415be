//! What a change of a column's type does to its values.

use crate::backend::statements::Dialect;

/// What lies between two types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// They are one.
    None,
    /// The engine only writes it down.
    Free,
    /// Values of the old type do not all fit.
    Narrower,
    /// Anything else.
    Other,
}

/// A type's name, what stands in its parentheses, and the words behind them.
struct SqlType<'a> {
    base: &'a str,
    arguments: Vec<&'a str>,
    rest: &'a str,
}

impl<'a> SqlType<'a> {
    fn of(text: &'a str) -> Self {
        let (base, behind) = text.split_once('(').unwrap_or((text, ""));
        let (inside, rest) = behind.rsplit_once(')').unwrap_or((behind, ""));
        let mut words = base.trim().splitn(2, ' ');
        let first = words.next().unwrap_or_default();
        let (base, rest) = match (first, words.next().unwrap_or_default()) {
            ("character", "varying") => ("varchar", rest),
            ("double", _) => ("double", rest),
            (base, "unsigned" | "signed" | "zerofill" | "unsigned zerofill") => (base, "unsigned"),
            _ => (base.trim(), rest.trim()),
        };
        let arguments = match inside.trim() {
            "" => Vec::new(),
            inside => inside.split(',').map(str::trim).collect(),
        };
        Self {
            base: canonical(base),
            arguments,
            rest,
        }
    }

    fn number(&self, index: usize) -> Option<u64> {
        self.arguments.get(index)?.parse().ok()
    }

    /// Bytes of an integer.
    fn bytes(&self) -> Option<u8> {
        Some(match self.base {
            "tinyint" => 1,
            "smallint" => 2,
            "mediumint" => 3,
            "int" => 4,
            "bigint" => 8,
            _ => return None,
        })
    }

    /// How many characters fit.
    fn characters(&self, dialect: Dialect) -> Option<u64> {
        Some(match self.base {
            "varchar" => self.number(0).unwrap_or(u64::MAX),
            "char" => self.number(0).unwrap_or(1),
            "tinytext" => 255,
            "mediumtext" => 16_777_215,
            "longtext" => u64::from(u32::MAX),
            "text" | "citext" => match dialect {
                Dialect::Mysql => 65_535,
                Dialect::Sqlite | Dialect::Postgres => u64::MAX,
            },
            _ => return None,
        })
    }

    /// Digits of a `numeric` before the point and behind it; none where it has no limits.
    fn digits(&self) -> Option<(u64, u64)> {
        let precision = self.number(0)?;
        let scale = self.number(1).unwrap_or(0);
        Some((precision.saturating_sub(scale), scale))
    }
}

/// One name for types that have several.
fn canonical(base: &str) -> &str {
    match base {
        "integer" | "int4" => "int",
        "int8" => "bigint",
        "int2" => "smallint",
        "character" | "bpchar" => "char",
        "decimal" | "dec" | "fixed" => "numeric",
        "bool" => "boolean",
        "float8" => "double",
        "float4" => "real",
        "datetime" => "timestamp",
        other => other,
    }
}

/// Compares two types as they are written, in small letters.
pub(super) fn compare(dialect: Dialect, from: &str, to: &str) -> Difference {
    if from == to {
        return Difference::None;
    }
    let (old, new) = (SqlType::of(from), SqlType::of(to));
    let mysql = dialect == Dialect::Mysql;
    if let (Some(before), Some(after)) = (old.bytes(), new.bytes()) {
        let unsigned = old.rest == new.rest;
        return match after.cmp(&before) {
            std::cmp::Ordering::Less => Difference::Narrower,
            std::cmp::Ordering::Equal if unsigned => Difference::None,
            _ => Difference::Other,
        };
    }
    if let (Some(before), Some(after)) = (old.characters(dialect), new.characters(dialect)) {
        return characters(mysql, &old, &new, before, after);
    }
    if (old.base, new.base) == ("numeric", "numeric") {
        return match (old.digits(), new.digits()) {
            (None, Some(_)) => Difference::Narrower,
            (Some(before), Some(after)) if after.0 < before.0 || after.1 < before.1 => {
                Difference::Narrower
            }
            (Some(before), Some(after)) if before == after => Difference::None,
            (Some(before), Some(after)) if before.1 == after.1 && !mysql => Difference::Free,
            (Some(_), None) if !mysql => Difference::Free,
            _ => Difference::Other,
        };
    }
    if old.base == new.base && matches!(new.base, "enum" | "set") {
        if old
            .arguments
            .iter()
            .any(|label| !new.arguments.contains(label))
        {
            return Difference::Narrower;
        }
        return if new.arguments.starts_with(&old.arguments) {
            Difference::Free
        } else {
            Difference::Other
        };
    }
    let loses = match new.base {
        "date" | "time" => old.base.starts_with("timestamp"),
        "real" | "float" => old.base == "double",
        _ => new.bytes().is_some() && ["numeric", "double", "real", "float"].contains(&old.base),
    };
    if loses {
        Difference::Narrower
    } else {
        Difference::Other
    }
}

fn characters(
    mysql: bool,
    old: &SqlType<'_>,
    new: &SqlType<'_>,
    before: u64,
    after: u64,
) -> Difference {
    if after < before {
        return Difference::Narrower;
    }
    let fixed = [old.base, new.base].contains(&"char");
    if old.base == new.base && before == after {
        return Difference::None;
    }
    // MySQL keeps one or two bytes for the length, by how many bytes of utf8mb4 may be needed.
    let same_bytes =
        new.base == "varchar" && old.base == "varchar" && (before > 63) == (after > 63);
    if !fixed && (!mysql || same_bytes) {
        Difference::Free
    } else {
        Difference::Other
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, compare};
    use crate::backend::statements::Dialect;

    #[test]
    fn types_are_compared_by_what_fits() {
        use Difference::{Free, Narrower, None, Other};
        let (postgres, mysql) = (Dialect::Postgres, Dialect::Mysql);
        for (dialect, from, to, difference) in [
            (postgres, "int4", "integer", None),
            (postgres, "integer", "bigint", Other),
            (postgres, "bigint", "integer", Narrower),
            (postgres, "varchar(20)", "character varying(40)", Free),
            (postgres, "varchar(20)", "text", Free),
            (postgres, "text", "varchar(20)", Narrower),
            (postgres, "char(4)", "text", Other),
            (postgres, "numeric(8,2)", "numeric(10,2)", Free),
            (postgres, "numeric(8,2)", "numeric(8,3)", Narrower),
            (postgres, "timestamp", "date", Narrower),
            (postgres, "text", "integer", Other),
            (postgres, "double precision", "real", Narrower),
            (mysql, "int(11)", "int", None),
            (mysql, "int unsigned", "int", Other),
            (mysql, "varchar(40)", "varchar(60)", Free),
            (mysql, "varchar(40)", "varchar(80)", Other),
            (mysql, "varchar(80)", "text", Other),
            (mysql, "enum('a','b')", "enum('a','b','c')", Free),
            (mysql, "enum('a','b')", "enum('b')", Narrower),
            (mysql, "enum('a','b')", "enum('b','a')", Other),
        ] {
            assert_eq!(compare(dialect, from, to), difference, "{from} -> {to}");
        }
    }
}
