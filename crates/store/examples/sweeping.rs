//! How long writes wait while hundreds of thousands of rows that have ended are swept, and what
//! becomes of their space.
//!
//! `cargo run --release -p jeton-store --example sweeping -- [rows] [rows of a step] [postgres]`

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use jeton_oauth::{
    Change, RealmId, Seconds, Timestamp,
    change::{AccessTokenChange, AttemptChange},
};
use jeton_postgres_test::{Cluster, Place};
use jeton_store::{Location, PostgresUrl, Role, Store};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_900_000_000);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |otherwise| arguments.next().map_or(Ok(otherwise), |argument| argument.parse::<u32>());
    let (count, step) = (next(300_000)?, next(500)?);
    let place = arguments.next().map(|_| Cluster::durable().place());

    let folder = tempfile::tempdir_in(".")?;
    let location = match &place {
        Some(place) => Location::Postgres { url: PostgresUrl::parse(&place.url())? },
        None => Location::Sqlite { folder: folder.path().to_owned() },
    };
    let store = Store::open(&location, Role::Server)?;
    fill(&store, count).await?;
    println!("{count} rows of each of two kinds, {}", size(&store, place.as_ref()).await?);

    println!(
        "without a sweep: {}",
        writes(&store, async || {
            tokio::time::sleep(Duration::from_secs(3)).await;
            Ok(())
        })
        .await?
    );
    let swept = writes(&store, async || {
        let (began, mut steps, mut longest) = (Instant::now(), 0, Duration::ZERO);
        loop {
            let step_began = Instant::now();
            let more = store.sweep(NOW + Seconds(3600), step).await?.more || store.give_space_back().await?;
            let took = step_began.elapsed();
            (steps, longest) = (steps + 1, longest.max(took));
            if !more {
                break;
            }
            tokio::time::sleep(took).await;
        }
        println!("{steps} steps in {:.1?}, the longest took {longest:.1?}", began.elapsed());
        Ok(())
    });
    println!("with it: {}", swept.await?);
    println!("afterwards {}", size(&store, place.as_ref()).await?);
    store.close().await;
    Ok(())
}

/// How long eight callers waited for their units, one after the other, while `meanwhile` ran.
async fn writes(store: &Store, meanwhile: impl AsyncFnOnce() -> Result<(), Failure>) -> Result<String, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..8)
        .map(|caller: u8| {
            let (store, stop) = (store.clone(), stop.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    // The row stays, whatever is swept: its window ends after every sweep.
                    let reserve = AttemptChange::Reserve {
                        bucket: [caller; 32],
                        realm: Some(RealmId::from_bytes([9; 16])),
                        limit: u32::MAX,
                        window_ms: 86_400_000,
                        closed_until: NOW,
                        at: NOW,
                        user: None,
                        client: None,
                        network: None,
                    };
                    store.commit(vec![Change::Attempt(reserve)]).await?;
                    times.push(began.elapsed());
                }
                Ok::<_, Failure>(times)
            })
        })
        .collect();
    meanwhile().await?;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await??);
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Ok(format!("{} writes, half within {:.1?}, 99 % within {:.1?}, the longest {:.1?}", times.len(), at(0.5), at(0.99), at(1.0)))
}

async fn size(store: &Store, place: Option<&Place>) -> Result<String, Failure> {
    if let Some(place) = place {
        place.vacuum();
    }
    let found = store.diagnose().await?;
    let rows: u64 = found.rows.iter().map(|(_, rows)| rows).sum();
    Ok(format!("{} MiB, {rows} rows, {} free pages", found.bytes >> 20, found.free_pages))
}

#[expect(clippy::disallowed_methods, reason = "ids in the order of their making, as a server makes them")]
fn fresh() -> Uuid {
    Uuid::now_v7()
}

async fn fill(store: &Store, count: u32) -> Result<(), Failure> {
    let realm = RealmId(fresh());
    for first in (0..count).step_by(1000) {
        let unit = (first..first + 1000).flat_map(|number| {
            let (mut bucket, ends) = ([0xff; 32], NOW + Seconds(60));
            bucket[..4].copy_from_slice(&number.to_be_bytes());
            [
                Change::AccessToken(AccessTokenChange::RevokeJti { realm, jti: fresh(), expires_at: ends }),
                Change::Attempt(AttemptChange::Reserve {
                    bucket,
                    realm: Some(realm),
                    limit: 1,
                    window_ms: 60_000,
                    closed_until: NOW,
                    at: NOW,
                    user: None,
                    client: None,
                    network: None,
                }),
            ]
        });
        store.commit(unit.collect()).await?;
    }
    Ok(())
}
