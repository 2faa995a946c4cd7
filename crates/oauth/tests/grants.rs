//! What each grant refuses, and what a refusal writes.

mod support;

use jeton_oauth::{
    Change, CodeId, ErrorCode, Scope, Seconds, Timestamp,
    authorize::{Approval, approve, parse},
    change::{AuthorizationChange, CodeChange},
    grant::{ClientCredentialsRequest, CodeFacts, CodeRequest, authorization_code, client_credentials},
    model::{AuthorizationCode, ClientAuthMethod, CodeState, Status},
    parameters::Parameters,
    secret::{self, Kind, SecretText},
    settings::SettingsPatch,
};
use std::sync::Arc;
use support::{NOW, account, at, client, proven, realm, session};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A fresh code for the client `web`, and its text.
fn code() -> (AuthorizationCode, String) {
    let realm = realm(SettingsPatch::default());
    let query = format!(
        "client_id=web&response_type=code&redirect_uri=https://app.example/cb&scope=read&code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let client = Arc::new(client("web", ClientAuthMethod::ClientSecretBasic));
    let request = parse(&Parameters::from_query(&query).unwrap(), Some(&client), &realm).unwrap();
    let effect = at(&realm, NOW, |cx| approve(&request, None, &session(), None, Approval::Asked, cx)).unwrap();
    let location = effect.answer.location();
    let text = location.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let made = effect.changes.into_iter().find_map(|change| match change {
        Change::Code(CodeChange::Create(code)) => Some(code),
        _ => None,
    });
    (made.expect("a code is made"), text)
}

fn redeem(
    who: &str,
    code: AuthorizationCode,
    text: &str,
    uri: Option<&str>,
    verifier: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Change>, (ErrorCode, Vec<Change>)> {
    let realm = realm(SettingsPatch::default());
    let request = CodeRequest {
        code: secret::read(Kind::AuthorizationCode, text),
        redirect_uri: uri.map(str::to_owned),
        code_verifier: verifier.map(SecretText::new),
        resource: Vec::new(),
    };
    let facts = CodeFacts { code, account: account(), user: None };
    let client = proven(client(who, ClientAuthMethod::ClientSecretBasic));
    match at(&realm, now, |cx| authorization_code(&request, &client, Some(&facts), cx)) {
        Ok(effect) => Ok(effect.changes),
        Err(effect) => Err((effect.answer.code, effect.changes)),
    }
}

const URI: Option<&str> = Some("https://app.example/cb");

#[test]
fn a_code_is_redeemed_by_its_owner() {
    let (code, text) = code();
    let changes = redeem("web", code, &text, URI, Some(VERIFIER), NOW).unwrap();
    assert!(matches!(changes.as_slice(), [Change::Code(CodeChange::Redeem { .. }), Change::Authorization(AuthorizationChange::Create(_))]));
}

#[test]
fn who_is_not_the_owner_is_refused_and_revokes_nothing() {
    let (fresh, text) = code();
    let used = AuthorizationCode { state: CodeState::Redeemed { at: NOW }, ..fresh.clone() };
    let forged = {
        let other = secret::make(Kind::AuthorizationCode, fresh.id.0, &mut support::Repeating(99)).0;
        other.expose().to_owned()
    };
    for code in [fresh, used] {
        let cases = [
            ("other", text.as_str(), URI, Some(VERIFIER)),
            ("web", text.as_str(), None, Some(VERIFIER)),
            ("web", text.as_str(), Some("https://app.example/cb/"), Some(VERIFIER)),
            ("web", text.as_str(), URI, None),
            ("web", text.as_str(), URI, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")),
            ("web", forged.as_str(), URI, Some(VERIFIER)),
        ];
        for (who, text, uri, verifier) in cases {
            let (error, changes) = redeem(who, code.clone(), text, uri, verifier, NOW).unwrap_err();
            assert_eq!(error, ErrorCode::InvalidGrant);
            assert!(changes.is_empty(), "{who} {uri:?} {verifier:?}");
        }
    }
}

#[test]
fn a_used_code_revokes_however_late_it_comes_back() {
    let (code, text) = code();
    let used = AuthorizationCode { state: CodeState::Redeemed { at: NOW }, ..code };
    let (error, changes) = redeem("web", used, &text, URI, Some(VERIFIER), NOW + Seconds(86_400)).unwrap_err();
    assert_eq!(error, ErrorCode::InvalidGrant);
    assert!(matches!(changes[0], Change::Authorization(AuthorizationChange::Revoke { .. })));
}

#[test]
fn a_code_ends_after_a_minute() {
    let (code, text) = code();
    assert!(redeem("web", code.clone(), &text, URI, Some(VERIFIER), NOW + Seconds(59)).is_ok());
    assert_eq!(redeem("web", code, &text, URI, Some(VERIFIER), NOW + Seconds(60)).unwrap_err().0, ErrorCode::InvalidGrant);
}

#[test]
fn a_disabled_person_redeems_nothing() {
    let (code, text) = code();
    let realm = realm(SettingsPatch::default());
    let mut gone = account();
    gone.status = Status::Disabled;
    let request = CodeRequest {
        code: secret::read(Kind::AuthorizationCode, &text),
        redirect_uri: URI.map(str::to_owned),
        code_verifier: Some(SecretText::new(VERIFIER)),
        resource: Vec::new(),
    };
    let facts = CodeFacts { code: AuthorizationCode { id: CodeId(code.id.0), ..code }, account: gone, user: None };
    let client = proven(client("web", ClientAuthMethod::ClientSecretBasic));
    assert!(at(&realm, NOW, |cx| authorization_code(&request, &client, Some(&facts), cx)).is_err());
}

#[test]
fn client_credentials_write_nothing_and_speak_for_no_person() {
    let realm = realm(SettingsPatch::default());
    let client = proven(client("web", ClientAuthMethod::ClientSecretBasic));
    let request = ClientCredentialsRequest { scope: Some(Scope::parse("openid read").unwrap()), resource: Vec::new() };
    let effect = at(&realm, NOW, |cx| client_credentials(&request, &client, cx)).unwrap();
    assert!(effect.changes.is_empty());
    assert_eq!(effect.answer.scope.to_string(), "read");
    assert!(effect.answer.refresh_token.is_none() && effect.answer.id_token.is_none());
}

#[test]
fn a_public_client_has_no_credentials_of_its_own() {
    let realm = realm(SettingsPatch::default());
    let client = proven(client("app", ClientAuthMethod::None));
    let request = ClientCredentialsRequest { scope: None, resource: Vec::new() };
    let refused = at(&realm, NOW, |cx| client_credentials(&request, &client, cx)).unwrap_err();
    assert_eq!(refused.answer.code, ErrorCode::UnauthorizedClient);
}
