//! The line that a refusal has in the log: who it was, as far as that is known, and why. No network
//! writes more of them than somebody would read; the others are a number.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use jeton_oauth::{OAuthError, error::Asked, manage::Origin, model::Realm};

use crate::{failure::Broken, pace::Pace, proxies::Network};

pub struct RefusalLog {
    by_network: Pace,
    of_all: Pace,
    kept_back: AtomicU64,
}

impl Default for RefusalLog {
    fn default() -> Self {
        Self {
            by_network: Pace::new(30, Duration::from_secs(2)),
            of_all: Pace::new(1000, Duration::from_millis(20)),
            kept_back: AtomicU64::new(0),
        }
    }
}

/// Whatever comes over all networks is counted as if it were one.
const ALL: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl RefusalLog {
    /// What is ours to say stands before what others sent, so that a line is never taken for another;
    /// what they sent is quoted, and short.
    pub fn refused(&self, realm: Option<&Realm>, from: &Origin, error: &OAuthError, now: Duration) {
        if !self.has_turn(from, now) {
            return;
        }
        let nothing = Asked::default();
        let asked = error.asked.as_deref().unwrap_or(&nothing);
        tracing::info!(
            address = from.address.map(display),
            realm = realm.map(|realm| realm.config.name.as_str()),
            endpoint = from.endpoint,
            error = error.code.as_str(),
            detail = error.detail.as_deref(),
            request = from.request.map(display),
            user = asked.user.map(display),
            client_id = asked.client_id.as_deref(),
            redirect_uri = asked.redirect_uri.as_deref(),
            "refused"
        );
    }

    /// A request that something here is broken for.
    pub fn broken(&self, realm: Option<&Realm>, from: &Origin, broken: &Broken, now: Duration) {
        if !self.has_turn(from, now) {
            return;
        }
        tracing::error!(
            address = from.address.map(display),
            realm = realm.map(|realm| realm.config.name.as_str()),
            endpoint = from.endpoint,
            request = from.request.map(display),
            "broken: {broken}"
        );
    }

    /// Says how many lines were kept back since it last said so.
    pub fn tell(&self) {
        let lines = self.kept_back.swap(0, Relaxed);
        if lines > 0 {
            tracing::info!(lines, "refusals were counted without a line each; the audit tells of them in numbers");
        }
    }

    fn has_turn(&self, from: &Origin, now: Duration) -> bool {
        let own = from.address.is_none_or(|address| self.by_network.take(Network::around(address), now).is_ok());
        let turn = own && self.of_all.take(Network::around(ALL), now).is_ok();
        if !turn {
            self.kept_back.fetch_add(1, Relaxed);
        }
        turn
    }
}
