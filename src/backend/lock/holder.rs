//! Who holds a lock, and what shows that they are gone.

use std::fmt;

use time::{OffsetDateTime, macros::format_description};

use crate::backend::bookkeeping::By;

/// Who holds a lock, as far as can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Holder {
    /// The process, on its machine.
    pub process: Option<u32>,
    /// The person, as their operating system calls them, or the database's user.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// Since when: `YYYY-MM-DD HH:MM:SS` in UTC.
    pub since: Option<String>,
    /// What the server calls the connection.
    pub session: Option<String>,
    /// The node of a cluster that it is connected to.
    pub node: Option<String>,
}

// MySQL's own lock needs no line that says who has it.
#[cfg_attr(not(any(feature = "sqlite", feature = "postgres")), allow(dead_code))]
impl Holder {
    /// This process, from now on.
    pub(in crate::backend) fn myself(by: &By) -> Self {
        let mut myself = Self {
            process: by.process,
            user: by.user.clone(),
            host: by.host.clone(),
            ..Self::default()
        };
        myself.set_since();
        myself
    }

    /// Sets the time.
    pub(in crate::backend) fn set_since(&mut self) {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        self.since = OffsetDateTime::now_utc().format(format).ok();
    }

    /// What tells it from others: the server's session, else the process.
    pub(super) fn key(&self) -> (Option<&str>, Option<&str>, Option<u32>) {
        match &self.session {
            Some(session) => (Some(session), self.node.as_deref(), None),
            None => (None, self.host.as_deref(), self.process),
        }
    }

    /// As a line that [`Holder::parse`] reads.
    pub(in crate::backend) fn line(&self) -> String {
        format!(
            "manage {} {} {}@{}",
            self.process.unwrap_or_default(),
            self.since.as_deref().unwrap_or_default().replace(' ', "T"),
            self.user.as_deref().unwrap_or_default(),
            self.host.as_deref().unwrap_or_default(),
        )
    }

    /// Reads what [`Holder::line`] wrote, which may have been cut; `None` for anything else.
    pub(in crate::backend) fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim().splitn(4, ' ');
        if words.next()? != "manage" {
            return None;
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let process = words.next()?.parse().ok()?;
        let since = words.next().and_then(|text| some(&text.replace('T', " ")));
        let (user, host) = words.next().unwrap_or_default().rsplit_once('@')?;
        Some(Self {
            process: Some(process),
            user: some(user),
            host: some(host),
            since,
            ..Self::default()
        })
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.process {
            Some(process) => write!(f, "process {process}")?,
            None => f.write_str("another session")?,
        }
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        if let Some(host) = &self.host {
            write!(f, " on {host}")?;
        }
        match (&self.session, &self.node) {
            (Some(session), Some(node)) => write!(f, " (session {session} of node `{node}`)")?,
            (Some(session), None) => write!(f, " (the server's session {session})")?,
            (None, _) => {}
        }
        if let Some(since) = &self.since {
            write!(f, ", since {since} UTC")?;
        }
        Ok(())
    }
}

/// What shows that whoever holds a lock is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The node it was connected to has left the cluster, and took back what it had not committed.
    NodeGone {
        /// The node's name.
        node: String,
    },
    /// The node it was connected to knows of no such connection any longer.
    SessionGone {
        /// What the server called the connection.
        session: String,
        /// The node's name.
        node: String,
    },
    /// It has given no sign of life for so long, in seconds.
    Silent {
        /// By the server's clock.
        seconds: u64,
    },
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeGone { node } => write!(f, "its node `{node}` has left the cluster"),
            Self::SessionGone { session, node } => {
                write!(f, "its session {session} of node `{node}` has ended")
            }
            Self::Silent { seconds } => write!(f, "it gave no sign of life for {seconds} s"),
        }
    }
}

/// A lock that is still there, and whose holder is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// Who had it.
    pub holder: Holder,
    /// What shows that they are gone.
    pub proof: Proof,
}

/// What can be seen of a holder's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is there.
    There,
    /// It is there, and runs a statement.
    Working,
    /// It is not there.
    Gone,
    /// It is another node's, and seen there alone.
    Elsewhere,
    /// This user may not see it.
    Hidden,
}

/// What of a holder on a cluster was looked at, and did not show that they are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// Whether its node is in the cluster; `None` where this user may not know.
    pub is_member: Option<bool>,
    /// What can be seen of its connection.
    pub sight: Sight,
    /// How long ago the last sign of life was, in seconds.
    pub silent: u64,
    /// How long that has to be.
    pub limit: u64,
}

impl Unproven {
    /// Whether looking on for a moment will show one thing or the other.
    pub(super) fn will_show(&self) -> bool {
        self.silent >= self.limit && self.sight != Sight::Working
    }
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.is_member {
            Some(_) => "its node is in the cluster",
            None => "this user may not see which nodes are in the cluster",
        })?;
        f.write_str(match self.sight {
            Sight::There | Sight::Gone => ", its session is there",
            Sight::Working => ", its session runs a statement",
            Sight::Elsewhere => ", whether its session is there is seen on that node alone",
            Sight::Hidden => ", this user may not see its session",
        })?;
        let Self { silent, limit, .. } = self;
        write!(
            f,
            ", and its last sign of life is {silent} s old, of {limit} that count as gone"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_read_back() {
        let holder = Holder {
            process: Some(1234),
            user: Some("alice@corp".to_owned()),
            host: Some("build-1".to_owned()),
            since: Some("2026-11-21 20:29:42".to_owned()),
            ..Holder::default()
        };
        assert_eq!(
            holder.line(),
            "manage 1234 2026-11-21T20:29:42 alice@corp@build-1"
        );
        assert_eq!(Holder::parse(&holder.line()), Some(holder.clone()));
        assert_eq!(
            holder.to_string(),
            "process 1234 of alice@corp on build-1, since 2026-11-21 20:29:42 UTC"
        );
        for other in ["", "manage", "psql", "manage x", "manage 12"] {
            assert_eq!(Holder::parse(other), None, "{other}");
        }
        assert_eq!(Holder::default().to_string(), "another session");
    }
}
