//! Taking one's data along, and closing the account.

use axum::{body::Body, response::Response};
use http::{HeaderValue, Method, StatusCode, header};
use jeton_oauth::{
    Change, Effect, ErrorCode, Timestamp,
    change::{AuditKind, UserChange},
    manage::Who,
    model::FactorKind,
};
use serde::Serialize;
use serde_json::json;

use super::{Person, security::prove, sign_in_first};
use crate::{
    app::App, cookies, failure::Failure, incoming::Incoming, logged::logged, page_parts::texts::text, pages::frame::View, respond,
};

#[derive(Serialize)]
struct Close {
    username: String,
    fault: Option<String>,
}

impl View for Close {
    const TEMPLATE: &'static str = "account/close.html";
}

/// GET: all that is kept about whoever is signed in, as a JSON file; no secret, no hash of one.
pub async fn download(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let realm = &incoming.scene.realm;
    let store = app.store.in_realm(realm.id());
    let id = me.user.id();
    let user = &me.user;
    let sessions = store.sessions_of_user(id).await?;
    let authorizations = store.authorizations_of_user(id).await?;
    let tokens = store.personal_access_tokens(id).await?;
    let consents = store.consents_of_user(id).await?;
    let factors = store.factors(id).await?;
    let mut names = std::collections::HashMap::new();
    for key in consents.iter().map(|consent| consent.client).chain(authorizations.iter().map(|one| one.client)) {
        if let std::collections::hash_map::Entry::Vacant(place) = names.entry(key) {
            place.insert(store.client_by_key(key).await?.map(|client| client.id.clone()));
        }
    }
    let data = json!({
        "realm": realm.config.name,
        "made_at": rfc3339(app.now()),
        "account": {
            "sub": user.account.sub, "number": user.account.number, "username": user.username, "email": user.email,
            "profile": user.profile, "type": user.user_type, "roles": user.roles, "attributes": user.attributes,
            "created_at": rfc3339(user.created_at), "updated_at": rfc3339(user.updated_at),
        },
        "sessions": sessions.iter().map(|one| json!({
            "signed_in_at": rfc3339(one.auth_time), "last_seen_at": rfc3339(one.last_seen_at), "expires_at": rfc3339(one.expires_at),
            "browser": one.user_agent, "address": one.address,
        })).collect::<Vec<_>>(),
        "approvals": consents.iter().map(|one| json!({
            "client_id": names.get(&one.client), "scopes": one.scope.tokens(), "granted_at": rfc3339(one.granted_at),
        })).collect::<Vec<_>>(),
        "authorizations": authorizations.iter().map(|one| json!({
            "client_id": names.get(&one.client), "scopes": one.scope.tokens(), "created_at": rfc3339(one.created_at),
            "expires_at": rfc3339(one.expires_at),
        })).collect::<Vec<_>>(),
        "second_factors": factors.iter().filter(|one| one.kind != FactorKind::Recovery).map(|one| json!({
            "kind": if one.kind == FactorKind::Passkey { "passkey" } else { "authenticator_app" },
            "name": one.passkey.as_ref().map(|passkey| &passkey.name),
            "created_at": rfc3339(one.created_at), "last_used_at": one.last_used_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "recovery_codes_left": factors.iter().filter(|one| one.kind == FactorKind::Recovery).count(),
        "personal_access_tokens": tokens.iter().map(|facts| &facts.token).map(|one| json!({
            "name": one.name, "scopes": one.scope.tokens(), "created_at": rfc3339(one.created_at),
            "expires_at": one.expires_at.map(rfc3339), "last_used_at": one.last_used_at.map(rfc3339),
            "revoked_at": one.revoked_at.map(rfc3339),
        })).collect::<Vec<_>>(),
    });
    let text = serde_json::to_vec_pretty(&data).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"account.json\""));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    respond::no_store(headers);
    Ok(response)
}

/// GET: says what ends. POST: the password, and the account is gone with all that it granted.
pub async fn close(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(me) = Person::of(app, incoming).await? else { return Ok(sign_in_first(incoming)) };
    let frame = me.frame(app, incoming);
    let mut view = Close { username: me.user.username.clone(), fault: None };
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &view);
    }
    let mut sent = incoming.page_form()?;
    let Some(password) = sent.take_secret("password") else {
        view.fault = Some(frame.say(&text("password-missing")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    match prove(app, incoming, &me, password).await {
        Ok(()) => {}
        Err(Failure::Refused(error)) if matches!(error.code, ErrorCode::InvalidGrant | ErrorCode::TooManyRequests) => {
            let error = logged(app, Some(&incoming.scene.realm), &incoming.scene.from, Failure::Refused(error));
            let status = if error.retry_after.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNPROCESSABLE_ENTITY };
            let fault = match error.retry_after {
                None => text("password-wrong"),
                Some(wait) => text("password-wait").with("minutes", wait.0.div_ceil(60)),
            };
            view.fault = Some(frame.say(&fault));
            let mut response = frame.render(status, &view)?;
            respond::retry_after(response.headers_mut(), &error);
            return Ok(response);
        }
        Err(failure) => return Err(failure),
    }
    let id = me.user.id();
    app.settle(
        &incoming.scene,
        || async { Ok(()) },
        |(), cx| {
            let event = cx.audit(AuditKind::UserChanged, Who::Person(id)).user(id).detail("closed the account");
            let gone = UserChange::Delete { realm: cx.realm.id(), user: id };
            Ok(Effect { answer: (), changes: vec![Change::User(gone), event.into()] })
        },
    )
    .await?;
    let mut response = respond::see_other(&incoming.scene.url("/sign-in"));
    response.headers_mut().append(header::SET_COOKIE, cookies::no_session_cookie(&incoming.scene.realm));
    Ok(response)
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_string()
}
