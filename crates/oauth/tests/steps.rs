//! What has to happen before an authorization request is granted.

mod support;

use std::sync::Arc;

use jeton_oauth::{
    Scope, Timestamp,
    authorize::{AuthorizationRequest, Step, next_step, parse},
    model::ClientAuthMethod,
    parameters::Parameters,
    settings::SettingsPatch,
};
use support::{NOW, account, at, client, realm, session};

fn request(extra: &str) -> AuthorizationRequest {
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let query = format!(
        "client_id=web&response_type=code&redirect_uri=https://app.example/cb&scope=read&code_challenge={challenge}&code_challenge_method=S256{extra}"
    );
    let client = Arc::new(client("web", ClientAuthMethod::ClientSecretBasic));
    parse(&Parameters::from_query(&query).unwrap(), Some(&client), &realm(SettingsPatch::default())).unwrap()
}

/// The step for `ann`, who signed in at `NOW` and approved `read` before.
fn step(extra: &str, now: Timestamp) -> Step {
    let read = Scope::parse("read").unwrap();
    at(&realm(SettingsPatch::default()), now, |cx| next_step(&request(extra), Some((&session(), &account())), Some(&read), now, cx))
}

fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

#[test]
fn max_age_is_held_to_the_millisecond() {
    assert!(matches!(step("&max_age=0", later(500)), Step::SignIn));
    assert!(matches!(step("&max_age=1", later(1_000)), Step::Approve));
    assert!(matches!(step("&max_age=1", later(1_001)), Step::SignIn));
}

#[test]
fn a_prompt_asks_for_what_is_there_already() {
    assert!(matches!(step("", later(1)), Step::Approve));
    assert!(matches!(step("&prompt=login", later(1)), Step::SignIn));
    assert!(matches!(step("&prompt=consent", later(1)), Step::Consent));
    assert!(matches!(step("&prompt=none", later(1)), Step::Approve));
}
