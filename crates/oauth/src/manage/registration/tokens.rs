//! Initial access tokens (RFC 7591 §1.2): made and revoked by those who run the realm.

use crate::{
    Change, Effect, InitialAccessTokenId, Seconds,
    change::{AuditKind, RegistrationChange},
    manage::{Act, Desk, Fault, Noun, Subject, Verdict, fit, text::is_line},
    model::InitialAccessToken,
    secret::{self, Kind, SecretText},
};

/// How long and how often an initial access token may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lifetime {
    /// For good where it is left out.
    pub seconds: Option<Seconds>,
    /// As often as one likes where it is left out.
    pub uses: Option<u32>,
}

/// Makes one; its text is shown this once.
pub fn create_token(name: &str, lifetime: Lifetime, desk: &mut Desk<'_>) -> Verdict<(InitialAccessToken, SecretText)> {
    desk.allow(Noun::Client, Act::Create, Subject { realm: Some(desk.realm_id()), ..Subject::default() })?;
    let mut faults = Vec::new();
    if !is_line(name) {
        faults.push(Fault::new("name", format!("{name:?} cannot be the name of a token"), "write one line of 1 to 255 bytes"));
    }
    if lifetime.seconds == Some(Seconds(0)) {
        faults.push(Fault::new("expires_in", "the token would have ended already", "write at least 1 second, or leave it out"));
    }
    if lifetime.uses == Some(0) {
        faults.push(Fault::new("uses", "nobody could use the token", "write at least 1, or leave it out"));
    }
    fit(faults)?;
    let id = InitialAccessTokenId::new(desk.now, desk.rng);
    let (text, verifier) = secret::make(Kind::InitialAccessToken, id.0, desk.rng);
    let token = InitialAccessToken {
        id,
        realm: desk.realm_id(),
        name: name.to_owned(),
        verifier,
        created_at: desk.now,
        expires_at: lifetime.seconds.map(|seconds| desk.now + seconds),
        limit: lifetime.uses,
        uses: 0,
        last_used_at: None,
    };
    let event = desk.event(AuditKind::InitialAccessTokenCreated).detail(desk.words(name, "created"));
    let changes = vec![Change::Registration(RegistrationChange::CreateToken(token.clone())), event.into()];
    Ok(Effect { answer: (token, text), changes })
}

/// Nobody registers with it any more; what was registered with it stays.
pub fn revoke_token(token: &InitialAccessToken, desk: &mut Desk<'_>) -> Verdict<()> {
    desk.allow(Noun::Client, Act::Revoke, Subject { realm: Some(token.realm), ..Subject::default() })?;
    let event = desk.event(AuditKind::InitialAccessTokenRevoked).detail(desk.words(&token.name, "revoked"));
    let changes = vec![Change::Registration(RegistrationChange::RevokeToken { realm: token.realm, id: token.id }), event.into()];
    Ok(Effect { answer: (), changes })
}
