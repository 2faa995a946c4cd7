//! The files that etcd, Patroni and HAProxy read: what a real installation would have, on one disk.

use std::path::Path;

use serde_json::{Value, json};

use super::network::{MEMBERS, Network};

pub const SCOPE: &str = "jeton";
pub const NAMES: [&str; MEMBERS] = ["one", "two", "three"];
pub const POSTGRES: u16 = 15_432;
/// Patroni's REST API.
pub const REST: u16 = 18_008;
/// Where HAProxy leads to the primary.
pub const FRONT: u16 = 15_000;
const ETCD: u16 = 12_379;
const ETCD_PEERS: u16 = 12_380;

/// Seconds after which a leader that was not heard of has lost its place. Patroni takes no less.
pub const TTL: u64 = 20;
const LOOP_WAIT: u64 = 2;
/// How long etcd may be silent before a primary steps down; `LOOP_WAIT + 2 * RETRY` is at most `TTL`.
const RETRY: u64 = 5;

/// Patroni's configuration; JSON is YAML.
pub fn patroni(network: &Network, member: usize, folder: &Path, binaries: &Path, synchronous: bool) -> Value {
    let address = network.member(member);
    let etcd: Vec<String> = (0..MEMBERS).map(|other| format!("{}:{ETCD}", network.member(other))).collect();
    json!({
        "scope": SCOPE,
        "name": NAMES[member],
        "restapi": { "listen": format!("{address}:{REST}"), "connect_address": format!("{address}:{REST}") },
        // By etcd's version 2 API: with version 3's, Patroni before 3.0.3 lets a primary that was cut off
        // take its place back from its successor (patroni/patroni#2689), and acknowledged writes are lost.
        "etcd": { "hosts": etcd },
        "bootstrap": {
            "dcs": {
                "ttl": TTL,
                "loop_wait": LOOP_WAIT,
                "retry_timeout": RETRY,
                "maximum_lag_on_failover": 1_048_576,
                // A primary that crashed and came back would show what no standby has yet.
                "primary_start_timeout": 0,
                "synchronous_mode": synchronous,
                // Without a standby it rather waits than acknowledges what only one disk has.
                "synchronous_mode_strict": synchronous,
                "postgresql": {
                    "use_pg_rewind": true,
                    "use_slots": true,
                    "parameters": {
                        "synchronous_commit": "on",
                        "wal_log_hints": "on",
                        "max_connections": 100,
                        "shared_buffers": "64MB",
                        // A standby that fell silent holds every commit up for this long.
                        "wal_sender_timeout": "5s",
                        "wal_receiver_timeout": "5s",
                        // Commits wait until a standby has found the new primary.
                        "wal_retrieve_retry_interval": "500ms",
                    },
                },
            },
            "initdb": [{ "encoding": "UTF8" }, { "locale": "C" }],
            "pg_hba": ["local all all trust", "host all all all trust", "host replication all all trust"],
        },
        "postgresql": {
            "listen": format!("{address}:{POSTGRES}"),
            "connect_address": format!("{address}:{POSTGRES}"),
            "data_dir": folder.join("data"),
            "bin_dir": binaries,
            "pgpass": folder.join("pgpass"),
            "parameters": { "unix_socket_directories": folder },
            "authentication": {
                "superuser": { "username": "postgres" },
                "replication": { "username": "replicator" },
                "rewind": { "username": "rewinder" },
            },
        },
        "watchdog": { "mode": "off" },
    })
}

/// etcd's command line.
pub fn etcd(network: &Network, member: usize, folder: &Path) -> Vec<String> {
    let url = |member: usize, port: u16| format!("http://{}:{port}", network.member(member));
    let all: Vec<String> = (0..MEMBERS).map(|other| format!("{}={}", NAMES[other], url(other, ETCD_PEERS))).collect();
    [
        ("name", NAMES[member].to_owned()),
        ("data-dir", folder.join("etcd").display().to_string()),
        ("listen-client-urls", url(member, ETCD)),
        ("advertise-client-urls", url(member, ETCD)),
        ("listen-peer-urls", url(member, ETCD_PEERS)),
        ("initial-advertise-peer-urls", url(member, ETCD_PEERS)),
        ("initial-cluster", all.join(",")),
        ("initial-cluster-state", "new".to_owned()),
        ("initial-cluster-token", SCOPE.to_owned()),
        ("enable-v2", "true".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| format!("--{name}={value}"))
    .collect()
}

/// HAProxy leads to whoever Patroni says is the primary, and ends what led to another.
pub fn haproxy(network: &Network, socket: &Path) -> String {
    let servers: String = (0..MEMBERS)
        .map(|member| format!("    server {} {}:{POSTGRES} check port {REST}\n", NAMES[member], network.member(member)))
        .collect();
    format!(
        "global
    maxconn 400
    stats socket {socket} mode 600 level admin

defaults
    mode tcp
    retries 1
    timeout connect 2s
    timeout check 2s
    timeout client 30m
    timeout server 30m

listen primary
    bind {front}:{FRONT}
    option httpchk GET /primary
    http-check expect status 200
    default-server inter 1s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
{servers}",
        socket = socket.display(),
        front = network.front(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else Patroni would let a primary that lost etcd go on beside its successor.
    #[test]
    fn a_primary_steps_down_before_another_may_take_its_place() {
        const { assert!(LOOP_WAIT + 2 * RETRY <= TTL) }
    }
}
