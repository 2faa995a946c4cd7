//! The data folder that a command works on, and what it needs besides.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jeton_oauth::{
    Effect, Timestamp, UserId,
    dialect::Dialect,
    login_name::LoginName,
    manage::{
        Actor, Desk, Fault, Refusal, Verdict,
        administrator::REALM_ID,
        issuer::{self, PlainHttp, place},
        nearest,
        realm::Founding,
    },
    model::{AccountKind, Realm, RealmConfig},
};
use jeton_provision::{Dialects, Means, Options, Plan, Prepared};
use jeton_server::{
    clock::Clock,
    password::{PasswordPool, PoolOptions},
    randomness::SystemRng,
    realms::{all_dialects, built_in_dialects},
};
use jeton_store::{Location, PostgresUrl, Role, Store};

use crate::{cli::Common, failure::Failure, progress::Progress};

/// An opened data folder.
pub struct Installation {
    pub store: Store,
    pub folder: PathBuf,
}

impl Installation {
    /// Opens what a server made, beside it if it runs.
    pub fn open(common: &Common) -> Result<Self, Failure> {
        Self::open_as(common, Role::Command { create: false })
    }

    /// As [`Installation::open`], but makes the database where there is none.
    pub fn open_or_make(common: &Common) -> Result<Self, Failure> {
        Self::open_as(common, Role::Command { create: true })
    }

    fn open_as(common: &Common, role: Role) -> Result<Self, Failure> {
        common.here_only()?;
        let store = Store::open(&location(&common.data, common.database.as_deref())?, role)?;
        Ok(Self { store, folder: common.data.clone() })
    }

    /// The realm that `--realm` names; the only one where it names none.
    pub async fn realm(&self, name: Option<&str>) -> Result<Arc<RealmConfig>, Failure> {
        let mut realms = self.store.realms().await?;
        // Whoever means that one names it.
        realms.retain(|realm| realm.id != REALM_ID || name == Some(realm.name.as_str()));
        let names = || realms.iter().take(20).map(|realm| realm.name.as_str()).collect::<Vec<_>>().join(", ");
        let name = match (name, realms.as_slice()) {
            (Some(name), _) => name,
            (None, [only]) => &only.name,
            (None, []) => {
                return Err(Failure::NotFound("there is no realm yet; make one with `jeton realm create` or `jeton apply`".to_owned()));
            }
            (None, _) => return Err(Failure::Usage(format!("say which realm: --realm NAME, one of {}", names()))),
        };
        let found = self.store.realm_by_name(name).await?;
        found.ok_or_else(|| {
            let near = nearest(name, realms.iter().map(|realm| realm.name.as_str()));
            let hint = near.map_or_else(|| format!("there are {}", names()), |near| format!("did you mean {near}?"));
            Failure::NotFound(format!("there is no realm {name:?}; {hint}"))
        })
    }

    /// The dialects that are built in, those that are stored, and those in the data folder.
    pub async fn dialects(&self) -> Result<Dialects, Failure> {
        Ok(all_dialects(&self.store, &self.folder).await?)
    }

    /// The realm with its settings complete; what commands do with it does not depend on the issuer.
    pub async fn resolve(&self, realm: &RealmConfig) -> Result<Realm, Failure> {
        let dialect = self.dialects().await?.remove(&realm.dialect);
        let dialect = dialect.ok_or_else(|| {
            Failure::failed(format!(
                "the dialect {:?} of the realm {} is missing or broken; `jeton doctor` says why",
                realm.dialect, realm.name
            ))
        })?;
        Ok(Realm::new(realm.clone(), realm.issuer.clone().unwrap_or_default(), dialect))
    }

    /// Does what a verb says that heeds the realm's dialect, or tells why it refuses.
    pub async fn decide<T>(
        &self,
        realm: &RealmConfig,
        verb: impl FnOnce(&mut Desk<'_>) -> Verdict<T>,
    ) -> Result<Result<T, Refusal>, Failure> {
        let mut desk = Desk { realm: &self.resolve(realm).await?, by: &Actor::COMMAND, now: now(), rng: &mut SystemRng };
        self.settle(verb(&mut desk)).await
    }

    /// As [`Installation::decide`], for what is done to realms as a whole.
    pub async fn found<T>(&self, by: &Actor, verb: impl FnOnce(&mut Founding<'_>) -> Verdict<T>) -> Result<Result<T, Refusal>, Failure> {
        let dialects = self.dialects().await?;
        let mut founding = Founding { by, now: now(), rng: &mut SystemRng, dialects: &dialects, plain_http: PlainHttp::Loopback };
        self.settle(verb(&mut founding)).await
    }

    /// Writes what a verb decided.
    pub async fn settle<T>(&self, verdict: Verdict<T>) -> Result<Result<T, Refusal>, Failure> {
        let (outcome, changes) = match verdict {
            Ok(Effect { answer, changes }) => (Ok(answer), changes),
            Err(Effect { answer, changes }) => (Err(answer), changes),
        };
        self.store.commit(changes).await?;
        Ok(outcome)
    }

    /// How a realm's issuer stands to another realm's.
    pub async fn clash(&self, name: &str, issuer: Option<&str>) -> Result<Option<Fault>, Failure> {
        let public_url = self.store.installation().await?.public_url;
        let served =
            |name: &str, issuer: Option<&str>| issuer.map(str::to_owned).or_else(|| public_url.as_ref().map(|url| format!("{url}/{name}")));
        let Some(own) = served(name, issuer) else { return Ok(None) };
        let Some(own_place) = place(&own) else { return Ok(None) };
        let others = self.store.realms().await?;
        let found = others.iter().filter(|other| other.name != name).find_map(|other| {
            let others = place(&served(&other.name, other.issuer.as_deref())?)?;
            let nesting = issuer::clash((name, &own_place), (&other.name, &others))?;
            Some(nesting.fault(&own, &other.name))
        });
        Ok(found)
    }

    /// Does what a verb says, on behalf of whoever typed it. The verbs of commands look at no dialect, so
    /// one that is broken keeps nobody from disabling its realm.
    pub async fn act<T>(&self, realm: &RealmConfig, verb: impl FnOnce(&mut Desk<'_>) -> Verdict<T>) -> Result<T, Failure> {
        Ok(self.try_to(realm, verb).await??)
    }

    /// As [`Installation::act`], but leaves the refusal to the caller.
    pub async fn try_to<T>(
        &self,
        realm: &RealmConfig,
        verb: impl FnOnce(&mut Desk<'_>) -> Verdict<T>,
    ) -> Result<Result<T, Refusal>, Failure> {
        let dialect = self.dialects().await?.remove(&realm.dialect).or_else(|| Dialect::built_in("standard"));
        let dialect = dialect.ok_or_else(|| Failure::failed("the standard dialect is missing"))?;
        let realm = &Realm::new(realm.clone(), realm.issuer.clone().unwrap_or_default(), dialect);
        let mut desk = Desk { realm, by: &Actor::COMMAND, now: now(), rng: &mut SystemRng };
        self.settle(verb(&mut desk)).await
    }

    /// The person of this realm whom a command names as an owner.
    pub async fn owner(&self, realm: &RealmConfig, name: Option<&str>) -> Result<Option<UserId>, Failure> {
        let Some(name) = name else { return Ok(None) };
        let found = match LoginName::fold(name) {
            Some(login) => self.store.in_realm(realm.id).user_by_login(&login).await?,
            None => None,
        };
        match found.map(|user| (user.account.kind, user.id())) {
            Some((AccountKind::Person, id)) => Ok(Some(id)),
            Some((AccountKind::ApiUser, _)) => {
                Err(Failure::refused(format!("--owner: {name:?} is an API user, which owns nothing"), "write the user name of a person"))
            }
            None => Err(Failure::refused(
                format!("--owner: there is no {name:?} in the realm {} who could own it", realm.name),
                "write the user name of a person of this realm",
            )),
        }
    }

    pub async fn apply(&self, by: &Actor, prepared: &Prepared, options: Options) -> Result<Plan, Failure> {
        apply(Some(&self.store), &self.dialects().await?, by, prepared, options).await
    }
}

/// Where the rows are: in a PostgreSQL if one is named, else in the data folder.
pub fn location(folder: &Path, database: Option<&str>) -> Result<Location, Failure> {
    Ok(match database {
        Some(url) => Location::Postgres { url: PostgresUrl::parse(url)? },
        None => Location::Sqlite { folder: folder.to_owned() },
    })
}

/// What files would do to an installation that does not exist yet.
pub async fn plan_from_nothing(by: &Actor, prepared: &Prepared, options: Options) -> Result<Plan, Failure> {
    apply(None, &built_in_dialects(), by, prepared, options).await
}

async fn apply(store: Option<&Store>, dialects: &Dialects, by: &Actor, prepared: &Prepared, options: Options) -> Result<Plan, Failure> {
    let pool = passwords()?;
    let progress = Progress::new("applying");
    let mut means = Means { by, store, dialects, pool: &pool, rng: &mut SystemRng, now: &now, progress: &|done, of| progress.at(done, of) };
    Ok(jeton_provision::apply(prepared, options, &mut means).await?)
}

pub fn passwords() -> Result<PasswordPool, Failure> {
    PasswordPool::new(PoolOptions::default()).map_err(Failure::failed)
}

pub fn now() -> Timestamp {
    Clock::system().now()
}
