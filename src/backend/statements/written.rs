//! The tables whose rows a statement changes, as far as its words say.

use super::{
    Dialect, Statement,
    lexer::{Kind, Lexer},
    split, unquoted,
};

/// What begins a statement that changes structure or rights; an `UPDATE` in one is a trigger's or a
/// policy's.
const STRUCTURE: [&str; 6] = ["CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"];

/// What stands before the `UPDATE` or `DELETE` of a clause, where no table follows.
const CLAUSE: [&str; 4] = ["DO", "FOR", "ON", "KEY"];

/// What may stand between a command and the name of its table.
const BETWEEN: [&str; 14] = [
    "INTO",
    "TABLE",
    "ONLY",
    "OR",
    "ABORT",
    "FAIL",
    "IGNORE",
    "REPLACE",
    "ROLLBACK",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "QUICK",
    "FROM",
];

enum Word {
    Bare(String),
    Quoted(String),
    Dot,
    Comma,
    Other,
}

impl Statement<'_> {
    /// The tables whose rows the statement changes: by `INSERT`, `UPDATE`, `DELETE` and their like,
    /// also behind `WITH` and in the body of a `DO`. Their names alone, in small letters, without
    /// quotes and schema, each once and sorted.
    pub fn written_tables(&self) -> Vec<String> {
        let mut tables = Vec::new();
        let [first, ..] = self.keywords();
        if first.as_str() == "DO" && self.dialect == Dialect::Postgres {
            for body in self.bodies() {
                for statement in split(self.dialect, body) {
                    scan(&words(&statement), &mut tables);
                }
            }
        } else if !STRUCTURE.contains(&first.as_str()) {
            scan(&words(self), &mut tables);
        }
        tables.sort();
        tables.dedup();
        tables
    }

    /// The insides of its dollar quotes.
    fn bodies(&self) -> Vec<&str> {
        let literals = Lexer::new(self.dialect, self.sql).filter(|t| t.kind == Kind::Literal);
        literals
            .filter_map(|token| {
                let text = self.sql[token.start..token.end].strip_prefix('$')?;
                let tag = text.find('$')?;
                let body = &text[tag + 1..];
                body.get(..body.len().checked_sub(tag + 2)?)
            })
            .collect()
    }
}

fn words(statement: &Statement<'_>) -> Vec<Word> {
    Lexer::new(statement.dialect, statement.sql)
        .map(|token| {
            let text = &statement.sql[token.start..token.end];
            match token.kind {
                Kind::Word => Word::Bare(text.to_owned()),
                Kind::Name => Word::Quoted(unquoted(text)),
                Kind::Symbol(b'.') => Word::Dot,
                Kind::Symbol(b',') => Word::Comma,
                _ => Word::Other,
            }
        })
        .collect()
}

fn scan(words: &[Word], tables: &mut Vec<String>) {
    let is = |at: usize, wanted: &[&str]| {
        matches!(words.get(at), Some(Word::Bare(word))
            if wanted.iter().any(|wanted| word.eq_ignore_ascii_case(wanted)))
    };
    for at in 0..words.len() {
        let command = is(
            at,
            &["INSERT", "REPLACE", "MERGE", "UPDATE", "DELETE", "TRUNCATE"],
        ) || (at == 0 && is(at, &["COPY"]));
        let loads = is(at, &["INTO"]) && is(at + 1, &["TABLE"]);
        let clause = at > 0 && is(at - 1, &CLAUSE);
        let option = is(at, &["REPLACE"]) && at > 0 && is(at - 1, &["OR"]);
        // `WHEN MATCHED THEN UPDATE SET` of a `MERGE`, and the function `replace()`.
        let bare = is(at + 1, &["SET"]) || matches!(words.get(at + 1), Some(Word::Other));
        if (!command && !loads) || clause || option || bare {
            continue;
        }
        let mut next = at + 1;
        while is(next, &BETWEEN) {
            next += 1;
        }
        // MySQL's `DELETE a FROM a JOIN b` names the table once more.
        while let Some((name, end)) = name(words, next) {
            tables.push(name.to_lowercase());
            if !matches!(words.get(end), Some(Word::Comma)) || is(at, &["INSERT", "COPY"]) {
                break;
            }
            next = end + 1;
        }
    }
}

/// The last part of a name with dots, and where it ends.
fn name(words: &[Word], mut at: usize) -> Option<(String, usize)> {
    loop {
        let (Word::Bare(name) | Word::Quoted(name)) = words.get(at)? else {
            return None;
        };
        if !matches!(words.get(at + 1), Some(Word::Dot)) {
            return Some((name.clone(), at + 1));
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_whose_rows_change() {
        for (dialect, sql, expected) in [
            (
                Dialect::Sqlite,
                "INSERT INTO Users (id) VALUES (1)",
                "users",
            ),
            (
                Dialect::Sqlite,
                "INSERT OR REPLACE INTO a SELECT * FROM b",
                "a",
            ),
            (
                Dialect::Sqlite,
                "REPLACE INTO main.\"a b\" VALUES (1)",
                "a b",
            ),
            (
                Dialect::Sqlite,
                "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET x = 1",
                "a",
            ),
            (
                Dialect::Sqlite,
                "UPDATE OR IGNORE a SET x = replace(x, 1, 2)",
                "a",
            ),
            (Dialect::Postgres, "UPDATE ONLY public.a SET x = 1", "a"),
            (Dialect::Postgres, "DELETE FROM a USING b", "a"),
            (Dialect::Postgres, "TRUNCATE TABLE a, b CASCADE", "a b"),
            (
                Dialect::Postgres,
                "WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone",
                "a b",
            ),
            (
                Dialect::Postgres,
                "MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET x = 1",
                "a",
            ),
            (Dialect::Postgres, "COPY a FROM '/tmp/a.csv'", "a"),
            (
                Dialect::Postgres,
                "DO $x$ BEGIN UPDATE a SET x = 1; IF true THEN DELETE FROM b; END IF; END $x$",
                "a b",
            ),
            (Dialect::Postgres, "SELECT * FROM a FOR NO KEY UPDATE", ""),
            (
                Dialect::Postgres,
                "CREATE TRIGGER t BEFORE UPDATE ON a EXECUTE FUNCTION f()",
                "",
            ),
            (
                Dialect::Mysql,
                "INSERT IGNORE a VALUES (1) ON DUPLICATE KEY UPDATE x = 1",
                "a",
            ),
            (Dialect::Mysql, "DELETE `a` FROM `a` JOIN b", "a"),
            (Dialect::Mysql, "LOAD DATA INFILE 'x' INTO TABLE a", "a"),
            (Dialect::Mysql, "UPDATE a, b SET a.x = b.x", "a b"),
        ] {
            let statements = split(dialect, sql);
            let found: Vec<String> = statements
                .iter()
                .flat_map(Statement::written_tables)
                .collect();
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
