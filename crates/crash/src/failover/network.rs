//! Three machines that are not: network namespaces on one bridge, each of which can be cut off; or,
//! for whoever may not make them, addresses of the loopback.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Copies of the database.
pub const MEMBERS: usize = 3;

#[derive(Clone, Debug)]
pub struct Network {
    /// What this run's namespaces and links are called; `None` on the loopback.
    name: Option<String>,
    subnet: [u8; 3],
}

impl Network {
    /// Namespaces if this process may make them. Nothing is made yet.
    pub fn plan() -> Self {
        let pid = std::process::id();
        // RFC 2544 keeps 198.18.0.0/15 for measurements: nobody's network has it.
        let (name, subnet) = (format!("jtn{pid}"), [198, 18, u8::try_from(pid % 250).unwrap_or(1)]);
        match is_root() && ip(&["netns", "list"]).is_ok() {
            true => Self { name: Some(name), subnet },
            false => Self { name: None, subnet: [127, 77, subnet[2]] },
        }
    }

    pub fn can_be_cut(&self) -> bool {
        self.name.is_some()
    }

    pub fn spaces(&self) -> Vec<String> {
        self.name.iter().flat_map(|name| (0..MEMBERS).map(move |member| format!("{name}-{member}"))).collect()
    }

    pub fn bridge(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Where HAProxy is, beside the servers.
    pub fn front(&self) -> Ipv4Addr {
        self.address(1)
    }

    pub fn member(&self, member: usize) -> Ipv4Addr {
        self.address(u8::try_from(11 + member).unwrap_or(u8::MAX))
    }

    fn address(&self, last: u8) -> Ipv4Addr {
        let [one, two, three] = self.subnet;
        Ipv4Addr::new(one, two, three, last)
    }

    pub fn make(&self) -> Result<()> {
        let Some(bridge) = self.bridge() else { return Ok(()) };
        ip(&["link", "add", bridge, "type", "bridge"])?;
        ip(&["addr", "add", &format!("{}/24", self.front()), "dev", bridge])?;
        ip(&["link", "set", bridge, "up"])?;
        for (member, space) in self.spaces().iter().enumerate() {
            ip(&["netns", "add", space])?;
            ip(&["link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space])?;
            ip(&["link", "set", space, "master", bridge, "up"])?;
            ip(&["-n", space, "addr", "add", &format!("{}/24", self.member(member)), "dev", "eth0"])?;
            ip(&["-n", space, "link", "set", "eth0", "up"])?;
            ip(&["-n", space, "link", "set", "lo", "up"])?;
        }
        Ok(())
    }

    /// Pulls the plug of one machine: the others' packets do not reach it, nor its own them.
    pub fn cut(&self, member: usize) -> Result<()> {
        self.link(member, "down")
    }

    pub fn mend(&self, member: usize) -> Result<()> {
        self.link(member, "up")
    }

    fn link(&self, member: usize, state: &str) -> Result<()> {
        let spaces = self.spaces();
        let link = spaces.get(member).context("the loopback cannot be cut")?;
        ip(&["link", "set", link, state])
    }

    /// `program` on that machine, as somebody who is not root: PostgreSQL insists.
    pub fn command(&self, member: usize, setpriv: &Path, program: &Path) -> Command {
        let mut words: Vec<String> = Vec::new();
        if let Some(space) = self.spaces().get(member) {
            words.extend(["ip", "netns", "exec", space].map(str::to_owned));
        }
        if let Some((user, group)) = jeton_postgres_test::unprivileged() {
            let (user, group) = (format!("--reuid={user}"), format!("--regid={group}"));
            words.extend([setpriv.display().to_string(), user, group, "--clear-groups".to_owned()]);
        }
        words.push(program.display().to_string());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        command
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn ip(words: &[&str]) -> Result<()> {
    let output = Command::new("ip").args(words).stdin(Stdio::null()).output().context("ip is missing: apt-get install iproute2")?;
    if !output.status.success() {
        bail!("ip {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_links_are_short_enough_for_the_kernel() {
        let network = Network { name: Some("jtn4194304".into()), subnet: [198, 18, 7] };
        assert!(network.spaces().iter().all(|space| space.len() <= 15), "{:?}", network.spaces());
        assert_eq!(network.member(2).to_string(), "198.18.7.13");
    }

    #[test]
    fn the_loopback_has_machines_but_no_cables() {
        let network = Network { name: None, subnet: [127, 77, 7] };
        assert!(!network.can_be_cut() && network.spaces().is_empty());
        assert!(network.cut(0).unwrap_err().to_string().contains("cannot be cut"));
    }
}
