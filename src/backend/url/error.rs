//! What can be wrong with a database URL. No variant holds text that might be part of a password.

/// Why a database URL, or the parts of one, cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing but white space.
    #[error("the database URL is empty")]
    Empty,
    /// Neither a scheme nor a SQLite file's extension.
    #[error("the database URL has no scheme")]
    NoScheme,
    /// A scheme of no known engine.
    #[error("unknown scheme `{scheme}`")]
    UnknownScheme {
        /// As written, lower case, without the driver.
        scheme: String,
    },
    /// `postgres:` and the like without `//`.
    #[error("`{scheme}:` must be followed by `//`")]
    NoSlashes {
        /// The scheme.
        scheme: String,
    },
    /// A SQLite URL without a file.
    #[error("the SQLite URL names no file")]
    NoFile,
    /// A raw password with several readings.
    #[error("cannot tell where the password ends and the host begins")]
    UnencodedPassword,
    /// A parameter that no `?` comes before.
    #[error("the database's name has a `&` in it, and no `?` before")]
    StrayParameter,
    /// A host with characters no host has.
    #[error("the host is not a host name, an address or the path of a socket")]
    BadHost,
    /// A port that is not a number below 65536.
    #[error("the port is not a number between 1 and 65535")]
    BadPort,
    /// libpq wants one port, or as many as hosts.
    #[error("{ports} ports for {hosts} hosts")]
    PortCount {
        /// How many hosts.
        hosts: usize,
        /// How many ports.
        ports: usize,
    },
    /// A query parameter nobody knows.
    #[error("unknown parameter `{name}`")]
    UnknownParameter {
        /// As written.
        name: String,
        /// A known name that looks like it.
        nearest: Option<String>,
    },
    /// A query parameter that a client library has and `manage` does not.
    #[error("the parameter `{name}` is not supported")]
    UnsupportedParameter {
        /// As written.
        name: String,
    },
    /// A parameter's value. The value itself may be part of a password, so it is left out.
    #[error("`{parameter}` must be {expected}")]
    BadValue {
        /// The parameter.
        parameter: &'static str,
        /// What would do.
        expected: &'static str,
    },
    /// Percent-encoding that does not decode to text.
    #[error("the {part} is not UTF-8 text once decoded")]
    BadEncoding {
        /// Which part of the URL.
        part: &'static str,
    },
}

impl UrlError {
    /// What to do about it, where that is not plain from the message.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty | Self::NoScheme | Self::UnknownScheme { .. } | Self::NoSlashes { .. } => {
                Some(
                    "known forms: `sqlite://app.db`, `postgres://user@host/name`, \
                     `postgresql://`, `mysql://user@host/name`, `mariadb://`, \
                     or a path ending in .db, .sqlite or .sqlite3"
                        .to_owned(),
                )
            }
            Self::NoFile => Some(
                "write `sqlite://app.db` for a file in the project, `sqlite:///path/app.db` \
                 for any other, `sqlite::memory:` for none"
                    .to_owned(),
            ),
            Self::UnencodedPassword | Self::BadHost | Self::BadPort => Some(
                "percent-encode the special characters of the user and the password: `@` is %40, \
                 `:` is %3A, `/` is %2F, `?` is %3F, `#` is %23, `%` is %25; \
                 an IPv6 address stands in brackets"
                    .to_owned(),
            ),
            Self::StrayParameter => {
                Some("a `?` begins the parameters; in a name `&` is %26".to_owned())
            }
            Self::UnknownParameter {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            Self::PortCount { .. } => {
                Some("give one port for all hosts, or one for each".to_owned())
            }
            Self::UnknownParameter { nearest: None, .. }
            | Self::UnsupportedParameter { .. }
            | Self::BadValue { .. }
            | Self::BadEncoding { .. } => None,
        }
    }
}
