//! What a node of a Galera cluster knows of itself and of the others.

use std::collections::BTreeSet;

use super::value;
use crate::backend::{
    Database,
    bookkeeping::literal,
    failure::DatabaseError,
    lock::{Proof, Sight, Unproven},
    url::Engine,
};

/// How long a holder has to be silent to count as gone, in seconds, by the server's clock.
pub(super) const SILENCE: u64 = 60;

/// The node that a connection leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// What the cluster calls it; another after each start.
    pub(super) uuid: String,
    /// What people call it.
    pub(super) name: String,
}

impl Node {
    /// The node at the other end; `None` where the server is none, or takes no part in its cluster for
    /// this session (`wsrep_on`).
    pub(super) fn of(database: &mut dyn Database) -> Result<Option<Self>, DatabaseError> {
        let asked = database.pairs(
            "SELECT IF(@@wsrep_on AND @@wsrep_provider NOT IN ('', 'none'), 'yes', 'no') AS a, \
                    CAST(@@wsrep_node_name AS CHAR) AS b",
        );
        let name = match asked {
            Ok(rows) => match rows.into_iter().next() {
                Some((answer, name)) if answer == "yes" => name,
                _ => return Ok(None),
            },
            // A server that was built without it.
            Err(error) if error.message.contains("Unknown system variable") => return Ok(None),
            Err(error) => return Err(error),
        };
        let uuid = status(database, "wsrep_gcomm_uuid")?.unwrap_or_else(|| name.clone());
        Ok(Some(Self { uuid, name }))
    }
}

/// A variable of the server's status: MariaDB has them in one schema, MySQL in the other.
fn status(database: &mut dyn Database, name: &str) -> Result<Option<String>, DatabaseError> {
    let ask = |database: &mut dyn Database, schema: &str| {
        database.pairs(&format!(
            "SELECT CAST(variable_value AS CHAR) AS a, '' AS b FROM {schema}.global_status \
             WHERE variable_name = '{name}'"
        ))
    };
    let rows = ask(database, "information_schema").or_else(|_| ask(database, "performance_schema"));
    Ok(rows?.into_iter().next().map(|(value, _)| value))
}

/// Which nodes are in the cluster, as far as this user may know: the server keeps that in a table
/// (<https://mariadb.com/kb/en/mysql-wsrep_cluster_members-table/>). What lacks our own node is not it.
fn members(database: &mut dyn Database, here: &Node) -> Option<BTreeSet<String>> {
    let rows = database
        .pairs("SELECT CAST(node_uuid AS CHAR) AS a, '' AS b FROM mysql.wsrep_cluster_members")
        .ok()?;
    let members: BTreeSet<String> = rows.into_iter().map(|(uuid, _)| uuid).collect();
    members.contains(&here.uuid).then_some(members)
}

/// What can be seen of a session of our own node, which is of a user.
fn sight(database: &mut dyn Database, session: &str, user: &str) -> Result<Sight, DatabaseError> {
    let rows = database.pairs(&format!(
        "SELECT CAST(command AS CHAR) AS a, '' AS b FROM information_schema.processlist WHERE id = {session}"
    ))?;
    if let Some((command, _)) = rows.into_iter().next() {
        let is_idle = command.eq_ignore_ascii_case("sleep");
        return Ok(if is_idle {
            Sight::There
        } else {
            Sight::Working
        });
    }
    // One sees the sessions of one's own user, and with `PROCESS` all.
    let user = literal(Engine::Mysql, user);
    let sees = value(
        database,
        &format!(
            "(SUBSTRING_INDEX(CURRENT_USER(), '@', 1) = SUBSTRING_INDEX({user}, '@', 1) \
               OR EXISTS (SELECT 1 FROM information_schema.user_privileges \
                          WHERE privilege_type = 'PROCESS' \
                            AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')))"
        ),
    )?;
    Ok(match sees.as_deref() {
        Some("1") => Sight::Gone,
        _ => Sight::Hidden,
    })
}

/// Where a holder was connected, and when it was last heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace<'a> {
    pub(super) node: &'a str,
    pub(super) node_name: &'a str,
    pub(super) session: &'a str,
    pub(super) db_user: &'a str,
    pub(super) silent: u64,
    /// Whether it has been watched for long enough to know that it is silent: the clocks of two nodes
    /// differ, and a change of structure holds up every sign of life in the cluster.
    pub(super) is_watched: bool,
}

/// Looks for what shows that a holder is gone.
pub(super) fn look_for(
    database: &mut dyn Database,
    here: &Node,
    trace: Trace<'_>,
) -> Result<Result<Proof, Unproven>, DatabaseError> {
    let members = members(database, here);
    let is_member = members.map(|members| members.contains(trace.node));
    let sight = if trace.node == here.uuid {
        sight(database, trace.session, trace.db_user)?
    } else {
        Sight::Elsewhere
    };
    Ok(judge(trace, is_member, sight))
}

/// What shows that a holder is gone, or what was looked at in vain.
fn judge(trace: Trace<'_>, is_member: Option<bool>, sight: Sight) -> Result<Proof, Unproven> {
    let node = || trace.node_name.to_owned();
    if is_member == Some(false) {
        return Ok(Proof::NodeGone { node: node() });
    }
    if sight == Sight::Gone {
        return Ok(Proof::SessionGone {
            session: trace.session.to_owned(),
            node: node(),
        });
    }
    // What a dead runner had sent goes on until it ends.
    if trace.silent >= SILENCE && trace.is_watched && sight != Sight::Working {
        return Ok(Proof::Silent {
            seconds: trace.silent,
        });
    }
    Err(Unproven {
        is_member,
        sight,
        silent: trace.silent,
        limit: SILENCE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(silent: u64, is_watched: bool) -> Trace<'static> {
        Trace {
            node: "uuid",
            node_name: "galera2",
            session: "8",
            db_user: "manage@%",
            silent,
            is_watched,
        }
    }

    #[test]
    fn a_holder_is_gone_with_its_node_its_session_or_its_voice() {
        let said = |trace, is_member, sight| match judge(trace, is_member, sight) {
            Ok(proof) => proof.to_string(),
            Err(unproven) => format!("? {unproven}"),
        };
        assert_eq!(
            [
                said(trace(1, false), Some(false), Sight::Elsewhere),
                said(trace(1, false), Some(true), Sight::Gone),
                said(trace(61, true), None, Sight::Hidden),
                said(trace(61, true), Some(true), Sight::There),
                said(trace(61, false), Some(true), Sight::Elsewhere),
                said(trace(61, true), Some(true), Sight::Working),
                said(trace(59, true), None, Sight::Hidden),
            ],
            [
                "its node `galera2` has left the cluster",
                "its session 8 of node `galera2` has ended",
                "it gave no sign of life for 61 s",
                "it gave no sign of life for 61 s",
                "? its node is in the cluster, whether its session is there is seen on that node alone, and its last sign of life is 61 s old, of 60 that count as gone",
                "? its node is in the cluster, its session runs a statement, and its last sign of life is 61 s old, of 60 that count as gone",
                "? this user may not see which nodes are in the cluster, this user may not see its session, and its last sign of life is 59 s old, of 60 that count as gone",
            ]
        );
    }
}
