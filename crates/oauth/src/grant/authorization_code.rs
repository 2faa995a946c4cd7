//! A client redeems the code that a person's approval gave it (RFC 6749 §4.1.3, RFC 7636 §4.6).

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{Beginning, audit, begin, check_grant};
use crate::{
    Change, Context, Decision, Effect, OAuthError,
    activity::{About, Reason},
    change::{AuditKind, AuthorizationChange, CodeChange},
    client_auth::AuthenticatedClient,
    issue::{self, IssuedTokens, RefreshAnswer, UserGrant, is_outdated, narrowed_audience},
    manage::Who,
    model::{Account, AuthorizationCode, CodeState, RevocationReason, User},
    redirect_uri::RedirectUri,
    secret::{Presented, SecretText, Verifier},
    settings::GrantType,
};

/// The token request of the authorization code grant (RFC 6749 §4.1.3).
pub struct CodeRequest {
    /// `None`: nothing that we can have made.
    pub code: Option<Presented>,
    /// As it was sent; needed where the authorization request named it.
    pub redirect_uri: Option<String>,
    /// Proves who began (RFC 7636 §4.5); needed where there was a challenge.
    pub code_verifier: Option<SecretText>,
    /// Narrows the audience of this access token (RFC 8707 §2.2).
    pub resource: Vec<String>,
}

/// What redeeming a code looks at.
pub struct CodeFacts {
    /// The code, whatever its state.
    pub code: AuthorizationCode,
    /// The person who approved.
    pub account: Account,
    /// Present where the realm's claims or the dialect's answer show the person.
    pub user: Option<Arc<User>>,
}

/// Who is not the code's owner is refused and changes nothing; its owner, a second time, revokes
/// what the first time issued (RFC 9700 §4.5).
pub fn authorization_code(
    request: &CodeRequest,
    client: &AuthenticatedClient,
    facts: Option<&CodeFacts>,
    cx: &mut Context<'_>,
) -> Decision<IssuedTokens> {
    check_grant(client, GrantType::AuthorizationCode)?;
    let unknown = unknown_code;
    let (Some(presented), Some(facts)) = (&request.code, facts) else {
        return Err(unknown().because(Reason::UnknownCode).detail("no such code").into());
    };
    let code = &facts.code;
    if !code.verifier.proves(presented.secret.as_slice()) {
        return Err(unknown().because(Reason::UnknownCode).detail("a code's selector with the wrong secret").into());
    }
    if code.client != client.key {
        return Err(unknown().because(Reason::CodeOfAnother).detail("a code of another client").into());
    }
    redeem(request, client, facts, cx).map_err(|refused| Effect { answer: refused.answer.proved(), ..refused })
}

/// A genuine code of the client.
fn redeem(request: &CodeRequest, client: &AuthenticatedClient, facts: &CodeFacts, cx: &mut Context<'_>) -> Decision<IssuedTokens> {
    let code = &facts.code;
    let unknown = unknown_code;
    check_redirect_uri(request.redirect_uri.as_deref(), code.redirect_uri.as_deref(), client)?;
    check_pkce(request.code_verifier.as_ref(), code.code_challenge.as_ref())?;

    // From here it is the code's owner. A used code revokes even when it is old, so this comes first.
    if let CodeState::Redeemed { .. } = code.state {
        let event = audit(AuditKind::CodeReplayed, Who::Client(client.key), code.authorization, code.user, client, cx);
        return Err(Effect {
            answer: unknown().because(Reason::CodeUsed).detail("a used code came back: its tokens are revoked"),
            changes: vec![
                Change::Authorization(AuthorizationChange::Revoke {
                    realm: code.realm,
                    id: code.authorization,
                    at: cx.now,
                    why: RevocationReason::CodeReplay,
                }),
                event,
            ],
        });
    }
    if cx.now >= code.expires_at {
        return Err(unknown().because(Reason::CodeExpired).expired().detail("an expired code").into());
    }
    if !facts.account.is_active() || is_outdated(code.created_at, cx.realm, Some(client), Some(&facts.account)) {
        return Err(unknown().because(Reason::CodeEnded).detail("the account is disabled, or a not-before killed the code").into());
    }

    let audience = narrowed_audience(&request.resource, code.audience.as_deref(), cx.realm)?;

    let authorization = begin(
        Beginning {
            id: code.authorization,
            client: code.client,
            user: code.user,
            session: code.session,
            scope: code.scope.clone(),
            audience: code.audience.clone(),
            auth_time: code.auth_time,
            amr: code.amr.clone(),
            nonce: code.nonce.clone(),
        },
        client,
        GrantType::AuthorizationCode,
        cx,
    );
    let mut changes = vec![
        Change::Code(CodeChange::Redeem { realm: code.realm, id: code.id, at: cx.now, keep_until: authorization.expires_at }),
        Change::Authorization(AuthorizationChange::Create(authorization.clone())),
    ];
    let grant = UserGrant {
        client,
        account: &facts.account,
        user: facts.user.as_ref(),
        authorization: &authorization,
        scope: code.scope.clone(),
        audience,
        refresh: RefreshAnswer::Current,
        nonce: code.nonce.clone(),
    };
    let answer = issue::for_user(grant, cx, &mut changes);
    Ok(Effect { answer, changes })
}

/// One answer to all that can be wrong with a code.
fn unknown_code() -> OAuthError {
    OAuthError::invalid_grant("the code is unknown, expired, used, or not this client's")
}

/// RFC 6749 §4.1.3: what the authorization request said must be said again. A request that left it
/// out had one registered URI, which may be named or left out here.
fn check_redirect_uri(sent: Option<&str>, asked: Option<&str>, client: &AuthenticatedClient) -> Result<(), OAuthError> {
    let fits = match (sent, asked) {
        (Some(sent), Some(asked)) => sent == asked,
        (None, Some(_)) => false,
        (None, None) => true,
        (Some(sent), None) => client.redirect_uris.iter().any(|uri| uri.as_str() == sent),
    };
    if fits {
        return Ok(());
    }
    let error = OAuthError::invalid_grant("redirect_uri is not the one of the authorization request");
    let (reason, about) = match (sent, asked) {
        (None, _) => (Reason::Malformed, About::what("redirect_uri is missing: the authorization request named one")),
        (Some(sent), Some(asked)) => (Reason::OtherRedirectUri, About::redirect_uri(sent, [asked].into_iter())),
        (Some(sent), None) => (Reason::OtherRedirectUri, About::redirect_uri(sent, client.redirect_uris.iter().map(RedirectUri::as_str))),
    };
    Err(error.because_of(reason, about))
}

/// RFC 7636 §4.6, S256 only. A verifier without a challenge is refused (RFC 9700 §4.8.2).
fn check_pkce(verifier: Option<&SecretText>, challenge: Option<&[u8; 32]>) -> Result<(), OAuthError> {
    match (verifier, challenge) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(OAuthError::invalid_grant("code_verifier is missing").because(Reason::VerifierMissing)),
        (Some(_), None) => {
            let error = OAuthError::invalid_grant("code_verifier was sent, but the authorization request had no code_challenge");
            Err(error.because(Reason::VerifierUnexpected))
        }
        (Some(verifier), Some(challenge)) => {
            let text = verifier.expose();
            let well_formed = (43..=128).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
            if well_formed && verify_slices_are_equal(&Verifier::of(text.as_bytes()).0, challenge).is_ok() {
                Ok(())
            } else {
                Err(OAuthError::invalid_grant("code_verifier does not fit the code_challenge").because(Reason::VerifierWrong))
            }
        }
    }
}
