//! What is counted, and under which names it is shown.
//!
//! One registry per app. Handles are made beforehand: a request costs a few atomic additions.
//! **Invariant**: no label holds anything that a request says.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use jeton_oauth::{Endpoint, ErrorCode, Timestamp, settings::GrantType};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text::encode},
    metrics::{
        MetricType,
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
    },
    registry::{Registry, Unit},
};

mod histogram;

pub use histogram::Histogram;

use crate::{log, panics, password::PasswordPool};

/// `Content-Type` of [`Metrics::render`].
pub const METRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted. A clone counts into the same registry.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    requests: Family<Labels<2>, Counter>,
    latency: Family<Labels<1>, Histogram, fn() -> Histogram>,
    issued: [Counter; GrantType::ALL.len()],
    refusals: Family<Labels<1>, Counter>,
    not_admitted: Counter,
    code_replays: Counter,
    refresh_replays: Counter,
    commits: Histogram,
    silence: Gauge<f64, AtomicU64>,
    store_restarts: Counter,
    mails: [Counter; POSTINGS.len()],
    listener: ListenerMetrics,
}

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Of one endpoint; made when the routes are.
#[derive(Clone, Debug)]
pub struct EndpointMetrics {
    by_class: [Counter; CLASSES.len()],
    latency: Histogram,
}

/// Of the listener.
#[derive(Clone, Debug, Default)]
pub struct ListenerMetrics {
    pub active: Gauge,
    pub accepted: Counter,
    pub failed_handshakes: Counter,
}

/// The tokens that came back when they should not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    AuthorizationCode,
    RefreshToken,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    Sent,
    /// It is tried again later.
    Failed,
    GivenUp,
}

/// In the order of [`Posting`].
const POSTINGS: [&str; 3] = ["sent", "failed", "given_up"];

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
const MICROS_PER_SECOND: f64 = 1e6;
/// Microseconds.
const LATENCIES: &[u64] =
    &[100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000];

impl Metrics {
    pub fn new(started: Timestamp, passwords: PasswordPool, secrets: PasswordPool) -> Self {
        let mut root = Registry::default();
        let start = ConstGauge::new(started.as_millis() as f64 / 1000.0);
        root.register_with_unit("process_start_time", "When the process started, since the Unix epoch", Unit::Seconds, start);
        let registry = root.sub_registry_with_prefix("jeton");

        let requests = Family::default();
        registry.register("requests", "Requests answered", requests.clone());
        let latency = Family::new_with_constructor(latencies as fn() -> Histogram);
        registry.register_with_unit("request_duration", "Time from a request's head to its answer", Unit::Seconds, latency.clone());

        let grants: Family<Labels<1>, Counter> = Family::default();
        let issued = GrantType::ALL.map(|grant| grants.get_or_create_owned(&[("grant_type", grant.as_str())]));
        registry.register("tokens_issued", "Token answers", grants);
        let refusals = Family::default();
        registry.register("refusals", "Requests refused, by error code", refusals.clone());
        let not_admitted = Counter::default();
        registry.register("hashing_not_admitted", "Sign-ins refused because their network asked for too many", not_admitted.clone());
        let replays: Family<Labels<1>, Counter> = Family::default();
        let [code_replays, refresh_replays] =
            ["authorization_code", "refresh_token"].map(|token| replays.get_or_create_owned(&[("token", token)]));
        registry.register("replays", "Used codes and refresh tokens that came back; each revoked its authorization", replays);

        let (commits, silence) = (latencies(), Gauge::default());
        let help = "Time until a unit of work was durable, its waiting included";
        registry.register_with_unit("store_commit_duration", help, Unit::Seconds, commits.clone());
        let help = "Time since this node last heard of others' changes; from 5 on it believes no token";
        registry.register_with_unit("changes_silence", help, Unit::Seconds, silence.clone());
        let store_restarts: Counter = Counter::default();
        let help = "Threads, tasks and caches of the store that stopped because of a bug and were started again";
        registry.register("store_restarts", help, store_restarts.clone());
        let outcomes: Family<Labels<1>, Counter> = Family::default();
        let mails = POSTINGS.map(|outcome| outcomes.get_or_create_owned(&[("outcome", outcome)]));
        registry.register("mails", "Letters sent, tries that failed, and letters given up", outcomes);
        let listener = ListenerMetrics::default();
        registry.register("connections_active", "Open connections", listener.active.clone());
        registry.register("connections_accepted", "Connections accepted", listener.accepted.clone());
        registry.register("tls_handshakes_failed", "TLS handshakes that failed or took too long", listener.failed_handshakes.clone());
        registry.register_collector(Box::new(HashingMetrics { of: "password", pool: passwords }));
        registry.register_collector(Box::new(HashingMetrics { of: "client_secret", pool: secrets }));
        registry.register_collector(Box::new(ProcessMetrics));
        Self(Arc::new(Inner {
            registry: root,
            requests,
            latency,
            issued,
            refusals,
            not_admitted,
            code_replays,
            refresh_replays,
            commits,
            silence,
            store_restarts,
            mails,
            listener,
        }))
    }

    /// For a route: ask once, keep the answer.
    pub fn endpoint(&self, name: &'static str) -> EndpointMetrics {
        EndpointMetrics {
            by_class: CLASSES.map(|class| self.0.requests.get_or_create_owned(&[("endpoint", name), ("status", class)])),
            latency: self.0.latency.get_or_create_owned(&[("endpoint", name)]),
        }
    }

    pub fn issued(&self, grant: GrantType) {
        if let Some(index) = GrantType::ALL.iter().position(|one| *one == grant) {
            self.0.issued[index].inc();
        }
    }

    pub fn refused(&self, code: ErrorCode) {
        self.0.refusals.get_or_create(&[("code", code.as_str())]).inc();
    }

    /// A network asked for more hashes than it may.
    pub fn not_admitted(&self) {
        self.0.not_admitted.inc();
    }

    pub fn replayed(&self, token: Replay) {
        match token {
            Replay::AuthorizationCode => &self.0.code_replays,
            Replay::RefreshToken => &self.0.refresh_replays,
        }
        .inc();
    }

    /// A unit became durable.
    pub fn committed(&self, took: Duration) {
        self.0.commits.observe(micros(took));
    }

    /// How long ago others' changes were heard of, as it is now.
    pub fn silent_for(&self, time: Duration) {
        self.0.silence.set(time.as_secs_f64());
    }

    /// How often something of the store was started again, as it is now.
    pub fn store_restarted(&self, times: u64) {
        self.0.store_restarts.inner().store(times, Ordering::Relaxed);
    }

    /// What became of a letter.
    pub fn posted(&self, what: Posting) {
        self.0.mails[what as usize].inc();
    }

    pub fn listener(&self) -> ListenerMetrics {
        self.0.listener.clone()
    }

    /// In the OpenMetrics text format.
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        encode(&mut text, &self.0.registry).expect("a String takes every write");
        text
    }
}

/// What a request is counted under.
#[derive(Clone, Copy, Debug)]
pub enum Counted {
    Endpoint(Endpoint),
    /// A browser asked what a script may do (Fetch §3.2.2).
    Preflight,
    /// The path is there, for other methods.
    OtherMethod,
    Nothing,
}

/// The handles of all endpoints, made at start: a request looks none up by label.
pub struct RequestMetrics(Vec<EndpointMetrics>);

const OTHERS: [&str; 3] = ["preflight", "other_method", "none"];

impl RequestMetrics {
    pub fn new(metrics: &Metrics) -> Self {
        let names = Endpoint::ALL.iter().map(|endpoint| endpoint.name()).chain(OTHERS);
        Self(names.map(|name| metrics.endpoint(name)).collect())
    }

    /// How long requests of an endpoint took: how often so far, by upper bounds in microseconds.
    pub fn took(&self, endpoint: Endpoint) -> Vec<(u64, u64)> {
        self.0[endpoint as usize].latency.so_far()
    }

    pub fn answered(&self, counted: Counted, status: StatusCode, took: Duration) {
        let index = match counted {
            Counted::Endpoint(endpoint) => endpoint as usize,
            Counted::Preflight => Endpoint::ALL.len(),
            Counted::OtherMethod => Endpoint::ALL.len() + 1,
            Counted::Nothing => Endpoint::ALL.len() + 2,
        };
        self.0[index].answered(status, took);
    }
}

impl EndpointMetrics {
    pub fn answered(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len());
        self.by_class[class - 1].inc();
        self.latency.observe(micros(took));
    }
}

fn latencies() -> Histogram {
    Histogram::new(LATENCIES, MICROS_PER_SECOND)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The pool counts for itself; read when somebody looks.
#[derive(Debug)]
struct HashingMetrics {
    of: &'static str,
    pool: PasswordPool,
}

impl Collector for HashingMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let (of, work) = (self.of, self.pool.work());
        for (name, help, value) in [
            ("verifications", "Compared with a slow hash, those of unknown accounts included.", work.verifications),
            ("hashes", "Slow hashes made, new or upgraded.", work.hashes),
            ("refusals", "Checks refused because too many waited.", work.refused),
        ] {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(&format!("{of}_{name}"), help, None, counter.metric_type())?)?;
        }
        let waiting = ConstGauge::new(i64::try_from(self.pool.waiting()).unwrap_or(i64::MAX));
        let name = format!("{of}_queue");
        waiting.encode(encoder.encode_descriptor(&name, "Checks that wait for a thread.", None, waiting.metric_type())?)
    }
}

/// Of the whole process, also where it has several apps.
#[derive(Debug)]
struct ProcessMetrics;

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        for (name, help, value) in [
            ("log_lines_lost", "Lines of the log that nobody read in time.", log::lost_lines()),
            ("panics", "Faults of Jeton that were caught; each is in the log.", panics::count()),
        ] {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let help = "Jobs and threads that died of a fault and were started again.";
        let mut workers = encoder.encode_descriptor("worker_restarts", help, None, MetricType::Counter)?;
        for (worker, times) in panics::restarts() {
            ConstCounter::new(times).encode(workers.encode_family(&[("worker", worker)])?)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::PoolOptions;
    use jeton_oauth::secret::SecretText;

    fn metrics() -> (Metrics, PasswordPool) {
        let pool = PasswordPool::new(PoolOptions { threads: 1, queue: 4 }).unwrap();
        (Metrics::new(Timestamp::from_millis(1_500), pool.clone(), pool.clone()), pool)
    }

    fn assert_shows(metrics: &Metrics, line: &str) {
        let text = metrics.render();
        assert!(text.lines().any(|one| one == line), "no line {line:?} in\n{text}");
    }

    #[test]
    fn requests_are_counted_by_endpoint_and_class_of_status() {
        let (metrics, _) = metrics();
        let token = metrics.endpoint("token");
        token.answered(StatusCode::OK, Duration::from_micros(90));
        token.answered(StatusCode::OK, Duration::from_micros(600));
        token.answered(StatusCode::UNAUTHORIZED, Duration::from_secs(100));
        metrics.endpoint("token").answered(StatusCode::OK, Duration::ZERO);
        assert_shows(&metrics, r#"jeton_requests_total{endpoint="token",status="2xx"} 3"#);
        assert_shows(&metrics, r#"jeton_requests_total{endpoint="token",status="4xx"} 1"#);
        assert_shows(&metrics, r#"jeton_requests_total{endpoint="token",status="5xx"} 0"#);
        assert_shows(&metrics, r#"jeton_request_duration_seconds_bucket{le="0.0001",endpoint="token"} 2"#);
        assert_shows(&metrics, r#"jeton_request_duration_seconds_bucket{le="0.001",endpoint="token"} 3"#);
        assert_shows(&metrics, r#"jeton_request_duration_seconds_bucket{le="+Inf",endpoint="token"} 4"#);
        assert_shows(&metrics, r#"jeton_request_duration_seconds_count{endpoint="token"} 4"#);
    }

    #[test]
    fn a_bucket_holds_its_upper_bound() {
        let (metrics, _) = metrics();
        metrics.committed(Duration::from_micros(100));
        metrics.committed(Duration::from_micros(101));
        assert_shows(&metrics, r#"jeton_store_commit_duration_seconds_bucket{le="0.0001"} 1"#);
        assert_shows(&metrics, r#"jeton_store_commit_duration_seconds_bucket{le="0.00025"} 2"#);
        assert_shows(&metrics, "jeton_store_commit_duration_seconds_count 2");
    }

    #[test]
    fn tokens_refusals_and_replays_are_counted_by_kind() {
        let (metrics, _) = metrics();
        metrics.issued(GrantType::RefreshToken);
        metrics.refused(ErrorCode::InvalidGrant);
        metrics.refused(ErrorCode::InvalidGrant);
        metrics.replayed(Replay::RefreshToken);
        assert_shows(&metrics, r#"jeton_tokens_issued_total{grant_type="refresh_token"} 1"#);
        assert_shows(&metrics, r#"jeton_tokens_issued_total{grant_type="password"} 0"#);
        assert_shows(&metrics, r#"jeton_refusals_total{code="invalid_grant"} 2"#);
        assert_shows(&metrics, r#"jeton_replays_total{token="refresh_token"} 1"#);
        assert_shows(&metrics, r#"jeton_replays_total{token="authorization_code"} 0"#);
    }

    #[tokio::test]
    async fn password_work_connections_and_the_start_are_shown() {
        let (metrics, pool) = metrics();
        pool.verify(SecretText::new("password"), None).await.unwrap();
        metrics.listener().active.inc();
        assert_shows(&metrics, "jeton_password_verifications_total 1");
        assert_shows(&metrics, "jeton_password_queue 0");
        assert_shows(&metrics, "jeton_connections_active 1");
        assert_shows(&metrics, "process_start_time_seconds 1.5");
        assert_eq!(metrics.render().lines().last(), Some("# EOF"));
    }
}
