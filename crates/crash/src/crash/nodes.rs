//! The servers under test: one, or several on one database.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use super::dice::Dice;
use jeton_load::jeton::{Installation, Jeton, RealmFile};

pub struct Nodes {
    nodes: Vec<(Installation, Jeton)>,
    addresses: Vec<SocketAddr>,
}

impl Nodes {
    /// The first makes keys and tables; the others join it, each in a folder of its own.
    pub fn start(first: Installation, count: u8) -> Result<Self> {
        let jeton = first.start("127.0.0.1:0")?;
        let folder = first.log.parent().context("a log lies in a folder")?.to_owned();
        let mut nodes = vec![(first, jeton)];
        for number in 2..=count {
            let installation = nodes[0].0.beside(&folder.join(format!("node-{number}")))?;
            let jeton = installation.start("127.0.0.1:0")?;
            nodes.push((installation, jeton));
        }
        let addresses = nodes.iter().map(|(_, jeton)| jeton.address()).collect::<Result<_>>()?;
        Ok(Self { nodes, addresses })
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// A realm of our own beside the demo's; its issuer is at the first server.
    pub fn apply(&self, name: &str, settings: &str) -> Result<RealmFile> {
        let (installation, jeton) = &self.nodes[0];
        let realm = RealmFile::new(jeton, name, settings)?;
        installation.apply(&realm)?;
        Ok(realm)
    }

    /// Whom the next crash befalls.
    pub fn some(&self, dice: &mut Dice) -> Vec<usize> {
        some(self.nodes.len(), dice)
    }

    pub fn kill(&mut self, node: usize) -> Result<()> {
        self.nodes[node].1.kill()
    }

    /// Starts it again at the same address; milliseconds until it answered.
    pub fn restart(&mut self, node: usize) -> Result<u64> {
        let (installation, jeton) = &mut self.nodes[node];
        *jeton = installation.start(&self.addresses[node].to_string())?;
        Ok(u64::try_from(jeton.first_answer.as_millis())?)
    }
}

/// One of `count`, or all.
fn some(count: usize, dice: &mut Dice) -> Vec<usize> {
    match dice.below(count as u64 + 1) as usize {
        one if one < count => vec![one],
        _ => (0..count).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alone_and_all_together_come_up() {
        let mut dice = Dice::new(1);
        let chosen: Vec<_> = (0..50).map(|_| some(2, &mut dice)).collect();
        assert!([vec![0], vec![1], vec![0, 1]].iter().all(|choice| chosen.contains(choice)));
        assert_eq!(some(1, &mut dice), [0]);
    }
}
