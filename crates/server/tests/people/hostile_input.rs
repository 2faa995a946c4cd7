//! Hostile and odd text in every form that people meet.

use jeton_oauth::settings::{SettingsPatch, SignUp};

use crate::{
    browser::{Browser, encoded},
    forms::{make_token, signed_in},
    grants::query,
    hostile::attack,
    world::{Engine, World, cases},
};

cases![what_strangers_type_stays_text, what_people_type_at_their_account_stays_text, what_is_sent_with_a_consent_stays_text];

async fn what_strangers_type_stays_text(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { sign_up: Some(SignUp::Open), ..SettingsPatch::default() }).await;
    let asked = format!("/acme/authorize?{}", encoded(&query("read")));
    for path in ["/acme/sign-in", "/acme/sign-up", "/acme/forgot-password", &asked] {
        assert!(attack(&Browser::new(&world), path, &[]).await > 20, "{path}");
    }
}

async fn what_people_type_at_their_account_stays_text(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    make_token(&browser, "one to revoke", &["read"]).await;
    // What ends the session is left out, or the rest would be asked to sign in.
    let spared = ["/sign-out", "/sessions/all", "/close", "/end", "/security/password"];
    for path in ["profile", "email", "security/totp", "security/passkeys/new", "sessions", "applications", "tokens", "tokens/new"] {
        assert!(attack(&browser, &format!("/acme/account/{path}"), &spared).await > 10, "{path}");
    }
    for path in ["security", "close"] {
        let browser = signed_in(&world, "ann").await;
        assert!(attack(&browser, &format!("/acme/account/{path}"), &["/sign-out", "/sessions/all", "/end"]).await > 10, "{path}");
    }
}

async fn what_is_sent_with_a_consent_stays_text(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let asked = format!("/acme/authorize?{}&prompt=consent", encoded(&query("openid read")));
    assert!(attack(&browser, &asked, &["/sign-out"]).await > 20);
}
