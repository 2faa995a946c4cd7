//! An administrator at work: what they may, where, and how what they do is written and answered.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::response::Response;
use http::Method;
use jeton_oauth::{
    Change, Decision, Effect, ErrorCode, OAuthError,
    manage::{
        Act, Actor, Administrator, Desk, Noun, Refusal, Subject, Verdict, Who,
        administrator::{Area, Need, allows, part_of},
        may,
    },
    model::Realm,
};
use jeton_store::{Answered, RealmStore, StoreError};

use super::reply::{Name, Reply};
use crate::{
    app::App,
    failure::Failure,
    incoming::{Admitted, Incoming},
};

/// A request of an administrator whose token opens this part of the API.
pub struct Api<'a> {
    pub app: &'a App,
    pub incoming: &'a Incoming,
    admitted: &'a Admitted,
    actor: Actor,
    /// The realm that is worked in: without one in the path the administrators' own.
    realm: Arc<Realm>,
}

/// The same, in the realm that the path names.
pub struct InRealm<'a>(Api<'a>);

impl<'a> std::ops::Deref for InRealm<'a> {
    type Target = Api<'a>;
    fn deref(&self) -> &Api<'a> {
        &self.0
    }
}

impl<'a> InRealm<'a> {
    /// A realm that the administrator does not reach is as one that there is not (404); then the scope and the role are
    /// asked.
    pub async fn of(app: &'a App, incoming: &'a Incoming, part: (Area, Need), what: (Noun, Act)) -> Result<Self, Failure> {
        let mut api = Api::scoped(app, incoming, part)?;
        let name = incoming.path_parameter("realm")?;
        let realm = app.realms.by_name(&name).await?.filter(|realm| api.administrator().reach.covers(realm.id()));
        let missing = || OAuthError::new(ErrorCode::NotFound, format!("there is no realm {name:?}"));
        api.realm = realm.ok_or_else(missing)?;
        api.opens((part_of(api.realm.id(), part.0, part.1), part.1))?;
        api.allow(what.0, what.1, &Subject { realm: Some(api.realm.id()), ..Subject::default() })?;
        Ok(Self(api))
    }

    /// The rows of that realm.
    pub fn rows(&self) -> RealmStore<'_> {
        self.app.store.in_realm(self.realm.id())
    }
}

impl<'a> Api<'a> {
    /// About the installation, and not one realm.
    pub fn of(app: &'a App, incoming: &'a Incoming, part: (Area, Need), what: (Noun, Act)) -> Result<Self, Failure> {
        let api = Self::scoped(app, incoming, part)?;
        api.allow(what.0, what.1, &Subject::default())?;
        Ok(api)
    }

    /// As [`Api::of`], where the role is asked later.
    pub fn scoped(app: &'a App, incoming: &'a Incoming, part: (Area, Need)) -> Result<Self, Failure> {
        let admitted = incoming.administrator()?;
        let actor = Actor { who: Who::Administrator(admitted.administrator.clone()), from: incoming.scene.from };
        let api = Self { app, incoming, admitted, actor, realm: Arc::clone(&incoming.scene.realm) };
        api.opens(part)?;
        Ok(api)
    }

    /// Refuses a token whose scope does not open this part.
    pub fn opens(&self, (area, need): (Area, Need)) -> Result<(), OAuthError> {
        if self.admitted.scope.as_ref().is_none_or(|scope| allows(scope, area, need)) {
            return Ok(());
        }
        Err(OAuthError::new(ErrorCode::InsufficientScope, format!("the token lacks the scope {}", area.scope(need))))
    }

    /// Who acts, and from where.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn administrator(&self) -> &Administrator {
        &self.admitted.administrator
    }

    pub fn realm(&self) -> &Arc<Realm> {
        &self.realm
    }

    /// Refuses what the role does not allow.
    pub fn allow(&self, noun: Noun, act: Act, subject: &Subject) -> Result<(), OAuthError> {
        if may(&self.actor.who, noun, act, subject) { Ok(()) } else { Err(Refusal::Forbidden(self.actor.who.words()).into()) }
    }

    /// As [`Api::if_match_at_all`], before a POST is read any further. What repeats a request is let through: that is
    /// answered as before, whatever became of what it looked at.
    pub async fn if_match_of_a_first(&self, etag: &str) -> Result<(), Failure> {
        let Err(stale) = self.if_match_at_all(etag) else { return Ok(()) };
        let Ok(Some(name)) = self.name() else { return Err(stale.into()) };
        let before = self.app.store.answered(&name.id, self.app.now()).await?;
        if before.is_some() { Ok(()) } else { Err(stale.into()) }
    }

    fn name(&self) -> Result<Option<Name>, OAuthError> {
        if self.incoming.is(&Method::POST) { Name::of(self) } else { Ok(None) }
    }

    /// Gathers facts, asks a rule, writes, answers. A POST under an `Idempotency-Key` is done once: whoever
    /// repeats it within a day is answered as before.
    pub async fn act<F, Fut>(
        &self,
        look: impl Fn() -> Fut + Sync,
        rule: impl Fn(F, &mut Desk<'_>) -> Decision<Reply>,
    ) -> Result<Response, Failure>
    where
        Fut: Future<Output = Result<F, StoreError>> + Send,
    {
        let name = self.name()?;
        let looked = AtomicBool::new(false);
        let look = || async {
            // A guard did not hold: what was remembered is older than the rows.
            if looked.swap(true, Ordering::Relaxed) {
                self.app.store.noticed().await?;
            }
            let before = match &name {
                Some(name) => self.app.store.answered(&name.id, self.app.now()).await?,
                None => None,
            };
            Ok(match before {
                Some(answered) => Found::Before(answered),
                None => Found::Facts(look().await?),
            })
        };
        let decide = |found, cx: &mut jeton_oauth::Context<'_>| match found {
            Found::Before(answered) => Reply::again(name.as_ref(), &answered).map(Effect::only).map_err(Effect::from),
            Found::Facts(facts) => {
                let mut desk = Desk { realm: &self.realm, by: &self.actor, now: cx.now, rng: cx.rng };
                let mut effect = rule(facts, &mut desk)?;
                effect.changes.extend(name.as_ref().map(|name| Change::Answer(name.answered(&effect.answer, cx.now))));
                Ok(effect)
            }
        };
        let reply = self.app.settle(&self.incoming.scene, look, decide).await?;
        Ok(reply.into_response())
    }
}

enum Found<F> {
    Before(Answered),
    Facts(F),
}

/// A verb's verdict, and its answer as a reply.
pub fn decided<T>(verdict: Verdict<T>, reply: impl FnOnce(T) -> Reply) -> Decision<Reply> {
    match verdict {
        Ok(Effect { answer, changes }) => Ok(Effect { answer: reply(answer), changes }),
        Err(Effect { answer, changes }) => Err(Effect { answer: answer.into(), changes }),
    }
}
