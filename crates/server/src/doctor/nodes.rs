//! Which servers share the rows, and whether they fit together.

use std::collections::BTreeSet;

use jeton_store::{Node, Store};

use super::{Finding, State};
use crate::clock::instant;

const ABOUT: &str = "servers";
/// Milliseconds: tokens carry the time to the second.
const APART: i64 = 1000;

/// Each server, and whether they are of one version.
pub async fn nodes(store: &Store) -> Vec<Finding> {
    match store.nodes().await {
        Ok(nodes) => findings(&nodes),
        Err(error) => vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    }
}

fn findings(nodes: &[Node]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = nodes.iter().map(one).collect();
    let programs: BTreeSet<_> = nodes.iter().map(|node| (node.schema, node.program.as_str())).collect();
    if programs.len() > 1 {
        let names = programs.iter().map(|(_, program)| *program).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        findings.push(Finding::new(State::Warn, ABOUT, format!("they are of different versions ({names}); finish the upgrade")));
    }
    findings
}

fn one(node: &Node) -> Finding {
    let Node { place, program, schema, started_at, ahead, .. } = node;
    let words = format!("{place}: version {program}, schema {schema}, since {}", instant(*started_at));
    if ahead.abs() <= APART {
        return Finding::new(State::Ok, ABOUT, words);
    }
    let side = if *ahead > 0 { "ahead of" } else { "behind" };
    let seconds = ahead.abs() / 1000;
    Finding::new(State::Warn, ABOUT, format!("{words}; its clock is {seconds} s {side} the database's: let both follow a time server"))
}

#[cfg(test)]
mod tests {
    use jeton_oauth::Timestamp;
    use jeton_store::NodeKind;

    use super::*;

    fn node(program: &str, ahead: i64) -> Node {
        let (place, started_at) = ("the server on one".to_owned(), Timestamp::from_seconds(1_900_000_000));
        Node { id: Default::default(), kind: NodeKind::Server, program: program.to_owned(), schema: 2, place, started_at, ahead }
    }

    fn states(nodes: &[Node]) -> Vec<State> {
        findings(nodes).iter().map(|finding| finding.state).collect()
    }

    #[test]
    fn equal_servers_with_good_clocks_are_fine() {
        assert_eq!(states(&[node("1.0.0", 900), node("1.0.0", -900)]), [State::Ok, State::Ok]);
    }

    #[test]
    fn versions_and_clocks_that_differ_are_warned_of() {
        assert_eq!(states(&[node("1.0.0", 0), node("1.1.0", 0)]), [State::Ok, State::Ok, State::Warn]);
        let found = findings(&[node("1.0.0", 5000), node("1.0.0", -2100)]);
        assert!(found[0].words.contains("5 s ahead of") && found[1].words.contains("2 s behind"), "{found:?}");
    }
}
