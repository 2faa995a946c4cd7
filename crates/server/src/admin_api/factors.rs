//! What a person proves themselves with besides a password: told of by kind, and removed together.

use axum::response::Response;
use jeton_oauth::{
    manage::{
        Act, Noun,
        administrator::{Area, Need},
        user::reset_factors,
    },
    model::{Factor, FactorKind},
};
use serde_json::{Map, Value};

use super::{
    InRealm, Page, Reply,
    api::decided,
    instant,
    people::{act_on, current},
};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// GET: an app, each passkey, and each recovery code that is left; oldest first.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::People, Need::Read), (Noun::User, Act::Read)).await?;
    let user = current(&api).await?;
    let page = Page::of(&api, &[])?;
    let mut factors = api.rows().factors(user.id()).await?;
    factors.retain(|factor| page.after().is_none_or(|after| factor.id.to_string().as_str() > after));
    Ok(page.answer(factors, |factor| factor.id.to_string(), view))
}

/// DELETE: all of them, for who lost their phone.
pub async fn reset(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::People, Need::Write), (Noun::User, Act::AddSecret)).await?;
    let user = current(&api).await?;
    act_on(&api, &user, |user, desk| decided(reset_factors(user, desk), |()| Reply::done())).await
}

/// **Invariant**: neither its key nor its code.
fn view(factor: &Factor) -> Map<String, Value> {
    let kind = match factor.kind {
        FactorKind::Totp => "totp",
        FactorKind::Recovery => "recovery_code",
        FactorKind::Passkey => "passkey",
    };
    let members: [(&str, Value); 4] = [
        ("id", factor.id.to_string().into()),
        ("kind", kind.into()),
        ("created_at", instant(factor.created_at).into()),
        ("last_used_at", factor.last_used_at.map(instant).into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
