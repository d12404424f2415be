//! The compound bodies of MySQL and MariaDB, whose semicolons do not end the statement.
//!
//! Few of the words that open and close a block are reserved, and `IF(` and `REPEAT(` are functions
//! as well. What tells them apart is where they stand: a block opens only where a statement of the
//! body can start, and closes only there. So the watcher follows where that is: behind `BEGIN`,
//! `THEN`, `ELSE`, `DO`, `LOOP`, `REPEAT`, a label, a semicolon or a handler's condition.
//!
//! Grammar: <https://dev.mysql.com/doc/refman/8.4/en/sql-compound-statements.html> and
//! <https://mariadb.com/kb/en/programmatic-compound-statements/>.

use super::{keyword::Keyword, lexer::Kind};

/// What is open and waits for its `END`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Begin,
    If,
    /// The statement, whose `THEN` and `ELSE` start statements.
    Case,
    /// The expression, whose `THEN` and `ELSE` do not.
    CaseExpression,
    Loop,
    Repeat,
    /// `WHILE` and MariaDB's `FOR`: their bodies begin behind `DO`, or `LOOP` in Oracle mode.
    While,
    /// MariaDB's `CREATE PACKAGE`; `routine` while one of its routines waits for its `BEGIN`.
    Package {
        routine: Routine,
    },
    /// What an Oracle mode routine declares between `AS` and `BEGIN`.
    Declarations,
}

/// Where a package stands with its routines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Routine {
    None,
    /// Named; a semicolon makes it a forward declaration.
    Named,
    /// Its `AS` was seen; declarations may come before its `BEGIN`.
    Declaring,
}

/// How far the statement has been recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Start,
    /// One word, which may turn out to be a label.
    Label,
    /// `BEGIN`, which `NOT ATOMIC` makes a block.
    Begin,
    BeginNot,
    /// `CREATE` or `ALTER`, before the kind of thing.
    Create,
    Routine,
    /// Behind a routine's `AS` or `IS`.
    RoutineAs,
    Trigger,
    Event,
    Package,
    /// Where blocks may stand.
    Body,
    /// Ends with the next semicolon.
    Plain,
}

/// The last token, as far as it tells a keyword from a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Previous {
    /// A literal, a name or a closing parenthesis.
    Operand,
    Word(Keyword),
    Symbol(u8),
}

impl Previous {
    fn is(&self, keywords: &[&str]) -> bool {
        matches!(self, Self::Word(word) if keywords.contains(&word.as_str()))
    }

    /// Whether an expression cannot be over yet, so that `end` behind it is a column.
    fn wants_operand(&self) -> bool {
        const BEFORE_OPERAND: &[&str] = &[
            "CASE", "WHEN", "THEN", "ELSE", "AND", "OR", "XOR", "NOT", "IN", "LIKE", "BETWEEN",
            "IS", "DIV", "MOD", "REGEXP", "RLIKE", "BINARY", "INTERVAL",
        ];
        matches!(self, Self::Symbol(_)) || self.is(BEFORE_OPERAND)
    }
}

/// Watches one statement.
#[derive(Clone, Debug)]
pub(super) struct Compound {
    phase: Phase,
    frames: Vec<Frame>,
    parentheses: usize,
    previous: Previous,
    /// A statement of the body may start here.
    at_start: bool,
    /// The last token may be a label.
    label: bool,
    /// The current statement of the body is a `DECLARE`.
    declare: bool,
    /// Between `HANDLER` and the statement it runs.
    handler: bool,
    /// The next word or name is the trigger this one follows or precedes.
    other_trigger: bool,
}

impl Default for Compound {
    fn default() -> Self {
        Self {
            phase: Phase::Start,
            frames: Vec::new(),
            parentheses: 0,
            previous: Previous::Symbol(b';'),
            at_start: false,
            label: false,
            declare: false,
            handler: false,
            other_trigger: false,
        }
    }
}

impl Compound {
    pub(super) fn semicolon_ends(&mut self) -> bool {
        // No expression reaches beyond a semicolon: an open one is a mistake, or a name.
        while self.frames.last() == Some(&Frame::CaseExpression) {
            self.frames.pop();
        }
        self.frames.is_empty()
    }

    pub(super) fn see(&mut self, kind: Kind, text: &str) {
        match kind {
            Kind::CodeOpen | Kind::CodeClose | Kind::Delimiter => {}
            Kind::Word => {
                let keyword = Keyword::of(text);
                if self.parentheses == 0 {
                    self.word(keyword);
                }
                self.previous = Previous::Word(keyword);
            }
            Kind::Name | Kind::Literal => {
                self.label = kind == Kind::Name && (self.at_start || self.phase == Phase::Start);
                self.at_start = std::mem::take(&mut self.other_trigger);
                self.not_a_word();
                self.previous = Previous::Operand;
            }
            Kind::Symbol(symbol) => {
                self.symbol(symbol);
                self.previous = if symbol == b')' {
                    Previous::Operand
                } else {
                    Previous::Symbol(symbol)
                };
            }
        }
    }

    fn symbol(&mut self, symbol: u8) {
        let label = std::mem::take(&mut self.label);
        self.at_start = false;
        match symbol {
            b'(' => {
                self.parentheses += 1;
                self.not_a_word();
            }
            b')' => self.parentheses = self.parentheses.saturating_sub(1),
            b';' => self.start_statement(),
            b':' if label => {
                self.phase = Phase::Body;
                self.at_start = true;
            }
            _ => self.not_a_word(),
        }
    }

    /// Something no header can go on with.
    fn not_a_word(&mut self) {
        self.phase = match self.phase {
            Phase::Start if self.label => Phase::Label,
            Phase::Start | Phase::Label | Phase::Begin | Phase::BeginNot | Phase::RoutineAs => {
                Phase::Plain
            }
            phase => phase,
        };
    }

    fn start_statement(&mut self) {
        self.parentheses = 0;
        self.at_start = true;
        self.declare = false;
        self.handler = false;
        if let Some(Frame::Package {
            routine: routine @ Routine::Named,
        }) = self.frames.last_mut()
        {
            *routine = Routine::None;
        }
    }

    fn word(&mut self, keyword: Keyword) {
        let word = keyword.as_str();
        match self.phase {
            Phase::Start => match word {
                "CREATE" | "ALTER" => self.phase = Phase::Create,
                "BEGIN" => self.phase = Phase::Begin,
                _ if opens_block(word) => self.enter_body(word),
                _ => {
                    self.phase = Phase::Label;
                    self.label = true;
                }
            },
            Phase::Begin if word == "NOT" => self.phase = Phase::BeginNot,
            Phase::BeginNot if word == "ATOMIC" => self.enter_body("BEGIN"),
            Phase::Label | Phase::Begin | Phase::BeginNot => {
                self.phase = Phase::Plain;
                self.label = false;
            }
            Phase::Create => self.create_word(word),
            Phase::Routine => self.routine_word(word),
            Phase::RoutineAs if word == "BEGIN" => self.enter_body(word),
            Phase::RoutineAs => {
                self.frames.push(Frame::Declarations);
                self.phase = Phase::Body;
            }
            Phase::Trigger
                if matches!(word, "ROW" | "STATEMENT") && self.previous.is(&["EACH"]) =>
            {
                self.phase = Phase::Body;
                self.at_start = true;
            }
            Phase::Event if word == "DO" => {
                self.phase = Phase::Body;
                self.at_start = true;
            }
            Phase::Package => self.package_word(word),
            Phase::Body => self.body_word(word),
            Phase::Trigger | Phase::Event | Phase::Plain => {}
        }
    }

    fn enter_body(&mut self, word: &str) {
        self.phase = Phase::Body;
        self.at_start = true;
        self.body_word(word);
    }

    fn create_word(&mut self, word: &str) {
        // Half of an account name: `DEFINER = trigger @ event`.
        if matches!(self.previous, Previous::Symbol(b'=' | b'@')) {
            return;
        }
        self.phase = match word {
            "OR" | "REPLACE" | "DEFINER" | "AGGREGATE" => Phase::Create,
            "PROCEDURE" | "FUNCTION" => Phase::Routine,
            "TRIGGER" => Phase::Trigger,
            "EVENT" => Phase::Event,
            "PACKAGE" => Phase::Package,
            _ => Phase::Plain,
        };
    }

    fn routine_word(&mut self, word: &str) {
        // The routine's name, `IF NOT EXISTS`, the type behind `RETURNS`.
        if self.previous == Previous::Symbol(b'.')
            || self
                .previous
                .is(&["PROCEDURE", "FUNCTION", "EXISTS", "RETURNS"])
        {
            return;
        }
        match word {
            "SET" if self.previous.is(&["CHARACTER", "CHAR"]) => {}
            "AS" | "IS" => self.phase = Phase::RoutineAs,
            _ if opens_block(word) => self.enter_body(word),
            "RETURN" | "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "SET" | "CALL"
            | "WITH" | "VALUES" | "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "SIGNAL"
            | "RESIGNAL" | "DO" | "EXECUTE" | "PREPARE" | "SHOW" | "TABLE" | "ANALYZE" | "LOAD" => {
                self.phase = Phase::Plain;
            }
            _ => {}
        }
    }

    fn package_word(&mut self, word: &str) {
        if self.previous == Previous::Symbol(b'.') || self.previous.is(&["EXISTS"]) {
            return;
        }
        match word {
            "AS" | "IS" => {
                self.frames.push(Frame::Package {
                    routine: Routine::None,
                });
                self.phase = Phase::Body;
                self.at_start = true;
            }
            "PROCEDURE" | "FUNCTION" => {
                self.frames.push(Frame::Package {
                    routine: Routine::None,
                });
                self.enter_body(word);
            }
            "END" => self.phase = Phase::Plain,
            _ => {}
        }
    }

    fn body_word(&mut self, word: &str) {
        if std::mem::take(&mut self.other_trigger) {
            self.at_start = true;
            return;
        }
        let start = std::mem::take(&mut self.at_start) || self.handler_runs(word);
        self.label = start;
        let top = self.frames.last().copied();
        match word {
            "BEGIN" => self.begin(start, top),
            "IF" if start => self.frames.push(Frame::If),
            "CASE" if start => self.frames.push(Frame::Case),
            "CASE" if !self.previous.is(&["END"]) => self.frames.push(Frame::CaseExpression),
            "WHILE" | "FOR" if start => self.frames.push(Frame::While),
            "LOOP" if start => self.open(Frame::Loop),
            "REPEAT" if start => self.open(Frame::Repeat),
            // `UNTIL done END REPEAT` has no semicolon before its `END`.
            "REPEAT" if self.previous.is(&["END"]) && top == Some(Frame::Repeat) => {
                self.frames.pop();
            }
            "LOOP" | "DO" if top == Some(Frame::While) && !start => {
                self.at_start = !self.previous.is(&["END"]);
            }
            "THEN" | "ELSE" => self.at_start = top != Some(Frame::CaseExpression),
            "END" => {
                let closes = match top {
                    Some(Frame::CaseExpression) => !self.previous.wants_operand(),
                    _ => start,
                };
                if closes {
                    self.frames.pop();
                }
            }
            "DECLARE" if start => self.declare = true,
            "HANDLER" if self.declare => self.handler = true,
            "FOLLOWS" | "PRECEDES" if start && self.frames.is_empty() => self.other_trigger = true,
            "PROCEDURE" | "FUNCTION" if start => self.package_routine(Routine::Named),
            "AS" | "IS"
                if matches!(
                    top,
                    Some(Frame::Package {
                        routine: Routine::Named
                    })
                ) =>
            {
                self.package_routine(Routine::Declaring);
            }
            _ => {}
        }
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
        self.at_start = true;
    }

    fn begin(&mut self, start: bool, top: Option<Frame>) {
        match top {
            Some(Frame::Package {
                routine: Routine::Named | Routine::Declaring,
            }) => {
                self.package_routine(Routine::None);
            }
            // The last part of a package, and the body behind declarations, share their `END`.
            Some(Frame::Package { .. } | Frame::Declarations) if start => {
                self.frames.pop();
            }
            _ if start => {}
            _ => return,
        }
        self.open(Frame::Begin);
    }

    fn package_routine(&mut self, state: Routine) {
        if let Some(Frame::Package { routine }) = self.frames.last_mut() {
            *routine = state;
        }
    }

    /// Whether this word starts the statement that a handler runs, behind its conditions.
    fn handler_runs(&mut self, word: &str) -> bool {
        if !self.handler || matches!(word, "FOR" | "SQLSTATE" | "VALUE" | "NOT" | "FOUND") {
            return false;
        }
        if opens_block(word) {
            self.handler = false;
            return true;
        }
        self.handler = self.previous == Previous::Symbol(b',') || self.previous.is(&["FOR"]);
        false
    }
}

fn opens_block(word: &str) -> bool {
    matches!(
        word,
        "BEGIN" | "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR"
    )
}
