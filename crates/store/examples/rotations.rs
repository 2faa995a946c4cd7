//! How many refresh tokens the store rotates per second, durably, each after looking it up.
//!
//! `cargo run --release -p jeton-store --example rotations -- [authorizations] [callers] [seconds] [postgres | URL]`

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jeton_oauth::{
    AuthorizationId, Change, ClientKey, KeyId, RealmId, Scope, Seconds, Timestamp, UserId,
    change::{AuthorizationChange, ClientChange, RealmChange, UserChange},
    manage::ClientMetadata,
    model::{
        Account, AccountKind, Authorization, AuthorizationState, Client, ClientAuthMethod, Profile, RealmConfig, RefreshProof,
        RefreshVerifier, Status, User,
    },
    settings::SettingsPatch,
};
use jeton_postgres_test::Cluster;
use jeton_store::{Location, PostgresUrl, Role, Store};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_900_000_000);
/// Authorizations of one user, and units that are written at once while filling.
const EACH: usize = 10;
const FILLING: usize = 1000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |otherwise| arguments.next().map_or(Ok(otherwise), |argument| argument.parse::<usize>());
    let (count, callers, seconds) = (next(100_000)?, next(64)?, next(5)?);

    let folder = tempfile::tempdir_in(".")?;
    let url = arguments.next().map(|database| if database == "postgres" { Cluster::durable().place().url() } else { database });
    let location = match url {
        Some(url) => Location::Postgres { url: PostgresUrl::parse(&url)? },
        None => Location::Sqlite { folder: folder.path().to_owned() },
    };
    let store = Store::open(&location, Role::Server)?;
    let started = Instant::now();
    let (realm, ids) = fill(&store, count).await?;
    println!("filled {count} authorizations in {:.1?}", started.elapsed());

    looked_up(&store, realm, &ids).await?;
    for round in 1..=2 {
        rotate(&store, realm, &ids, callers, Duration::from_secs(seconds as u64), round).await?;
    }
    println!("{:?}", store.diagnose().await?);
    store.close().await;
    Ok(())
}

/// One caller, no writer.
async fn looked_up(store: &Store, realm: RealmId, ids: &[AuthorizationId]) -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let times = 50_000;
    for time in 0..times {
        store.in_realm(realm).authorization(ids[scatter(time) % ids.len()]).await?.ok_or("a missing authorization")?;
    }
    println!("look-up alone: {:.2?}", started.elapsed() / times as u32);
    Ok(())
}

async fn rotate(
    store: &Store,
    realm: RealmId,
    ids: &[AuthorizationId],
    callers: usize,
    time: Duration,
    round: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let (stop, done, longest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let own: Vec<_> = ids.iter().skip(caller).step_by(callers).copied().collect();
            let (store, stop, done, longest) = (store.clone(), stop.clone(), done.clone(), longest.clone());
            tokio::spawn(async move {
                let mut turn = caller;
                while !stop.load(Ordering::Relaxed) {
                    turn += 1;
                    let began = Instant::now();
                    let id = own[scatter(turn) % own.len()];
                    let facts = store.in_realm(realm).authorization(id).await?.ok_or("a missing authorization")?;
                    let present = facts.authorization.refresh.ok_or("a missing refresh token")?;
                    let to = RefreshVerifier { generation: present.generation + 1, rotated_at: NOW, ..present };
                    store
                        .commit(vec![Change::Authorization(AuthorizationChange::Rotate { realm, id, generation: present.generation, to })])
                        .await?;
                    done.fetch_add(1, Ordering::Relaxed);
                    longest.fetch_max(began.elapsed().as_micros() as u64, Ordering::Relaxed);
                }
                Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await?.map_err(|error| error.to_string())?;
    }
    let rate = done.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64();
    println!(
        "round {round}: {rate:.0} rotations per second with {callers} callers, the longest took {} ms",
        longest.load(Ordering::Relaxed) / 1000
    );
    Ok(())
}

/// Spreads turns over all rows, the same way each time.
fn scatter(turn: usize) -> usize {
    turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

async fn fill(store: &Store, count: usize) -> Result<(RealmId, Vec<AuthorizationId>), Box<dyn std::error::Error>> {
    let (realm, client) = (realm(), client());
    let client = Client { realm: realm.id, ..client };
    let (id, key) = (realm.id, client.key);
    store.commit(vec![Change::Realm(RealmChange::Create(realm)), Change::Client(ClientChange::Create(client))]).await?;
    let mut ids = Vec::with_capacity(count);
    while ids.len() < count {
        let mut unit = Vec::with_capacity(FILLING * 2);
        while unit.len() < FILLING && ids.len() < count {
            let user = user(id, ids.len());
            let granted: Vec<_> = (0..EACH.min(count - ids.len())).map(|_| authorization(id, key, user.id())).collect();
            ids.extend(granted.iter().map(|authorization| authorization.id));
            unit.push(Change::User(UserChange::Create(user)));
            unit.extend(granted.into_iter().map(|authorization| Change::Authorization(AuthorizationChange::Create(authorization))));
        }
        store.commit(unit).await?;
    }
    Ok((id, ids))
}

#[expect(clippy::disallowed_methods, reason = "ids in the order of their making, as a server makes them")]
fn fresh() -> Uuid {
    Uuid::now_v7()
}

fn realm() -> RealmConfig {
    RealmConfig {
        id: RealmId(fresh()),
        name: "load".to_owned(),
        title: None,
        issuer: None,
        dialect: "standard".to_owned(),
        audience: None,
        scopes: Vec::new(),
        settings: SettingsPatch::default(),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

fn client() -> Client {
    Client {
        key: ClientKey(fresh()),
        realm: RealmId(Uuid::nil()),
        id: "load".to_owned(),
        metadata: ClientMetadata { token_endpoint_auth_method: ClientAuthMethod::None.into(), ..ClientMetadata::default() },
        secrets: Vec::new(),
        owner: None,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

fn user(realm: RealmId, number: usize) -> User {
    let id = UserId(fresh());
    User {
        account: Account {
            id,
            sub: id.to_string(),
            number: 0,
            kind: AccountKind::Person,
            status: Status::Active,
            not_before: Timestamp::default(),
        },
        realm,
        username: format!("user-{number}"),
        email: None,
        profile: Profile::default(),
        user_type: None,
        roles: Vec::new(),
        attributes: serde_json::Map::new(),
        password: None,
        owner: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn authorization(realm: RealmId, client: ClientKey, user: UserId) -> Authorization {
    Authorization {
        id: AuthorizationId(fresh()),
        realm,
        client,
        user,
        session: None,
        scope: Scope::default(),
        audience: None,
        auth_time: NOW,
        amr: None,
        nonce: None,
        created_at: NOW,
        expires_at: NOW + Seconds(86_400),
        epoch: 0,
        state: AuthorizationState::Active,
        not_before: Timestamp::default(),
        refresh: Some(RefreshVerifier {
            generation: 0,
            rotated_at: NOW,
            expires_at: NOW + Seconds(3600),
            proof: RefreshProof::Derived { seed: *fresh().as_bytes(), key: KeyId(fresh()) },
        }),
    }
}
