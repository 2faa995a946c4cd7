//! What an authorization request may say, and where its refusal goes (RFC 6749 §4.1, RFC 7636, RFC 9207).

use jeton_oauth::{
    model::ClientAuthMethod,
    redirect_uri::RedirectUri,
    settings::{GrantType, RequirePkce, SettingsPatch},
};

use crate::{
    browser::{Browser, Landed, encoded},
    grants::{CHALLENGE, VERIFIER, query, redemption},
    setup::{REDIRECT_URI, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    what_is_not_understood_goes_back_by_redirect,
    what_proves_no_redirect_uri_is_a_page,
    hints_and_unknown_parameters_are_no_errors,
    public_clients_always_use_pkce,
    confidential_clients_use_pkce_as_realm_and_client_say,
    only_a_well_formed_s256_challenge_is_taken,
    a_verifier_fits_its_challenge_or_nothing_is_given,
    the_state_comes_back_to_the_letter,
    a_registered_query_is_kept_to_the_letter,
    a_loopback_port_is_the_applications_choice,
    a_redirect_uri_may_be_left_out_only_where_it_is_clear,
    a_code_lives_a_minute_and_is_bound_to_its_redirect_uri,
];

/// The usual request, with some parameters put over it; an empty one is left out.
fn with<'q>(changes: &[(&'q str, &'q str)]) -> Vec<(&'q str, &'q str)> {
    let mut all = query("read");
    for (name, value) in changes {
        all.retain(|(own, _)| own != name);
        if !value.is_empty() {
            all.push((name, value));
        }
    }
    all
}

/// Where the request leads before anybody signs in.
async fn ask(world: &World, query: &[(&str, &str)]) -> Landed {
    Browser::new(world).get(&format!("/acme/authorize?{}", encoded(query))).await
}

async fn refused(world: &World, query: &[(&str, &str)]) -> String {
    let back = ask(world, query).await.parameters();
    assert!(!back.contains_key("code") && back["state"] == "the state" && back["iss"] == "http://127.0.0.1:8080/acme", "{back:?}");
    assert!(back["error_description"].bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')), "{back:?}");
    back["error"].clone()
}

async fn what_is_not_understood_goes_back_by_redirect(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("machine", ClientAuthMethod::ClientSecretBasic, |machine| {
        machine.grant_types.retain(|grant| *grant != GrantType::AuthorizationCode)
    });
    let world = World::start(engine, vec![setup]).await;
    for (change, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("response_mode", "form_post"), "invalid_request"),
        (("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        (("request_uri", "https://app.example/request"), "request_uri_not_supported"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "later"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("scope", "read admin"), "invalid_scope"),
        (("scope", "\"<read>\""), "invalid_scope"),
        (("resource", "https://foreign.example"), "invalid_target"),
        (("client_id", "machine"), "unauthorized_client"),
        (("prompt", "none"), "login_required"),
    ] {
        assert_eq!(refused(&world, &with(&[change])).await, error, "{change:?}");
    }
    let posted = world.post("/acme/authorize").form(&with(&[("response_type", "token")])).send().await;
    assert!(posted.location().contains("error=unsupported_response_type"), "{}", posted.location());
}

async fn what_proves_no_redirect_uri_is_a_page(engine: Engine) {
    let world = World::standard(engine).await;
    for change in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("client_id", "web\n"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://app.example/callback#x"),
        ("redirect_uri", "//evil.example"),
    ] {
        let page = ask(&world, &with(&[change])).await.page();
        assert_eq!(
            (page.status.as_u16(), page.header("content-type"), page.header("location")),
            (400, Some("text/html; charset=utf-8"), None),
            "{change:?}"
        );
    }
    // What stands twice means one thing here and another there.
    for twice in [("client_id", "web"), ("redirect_uri", REDIRECT_URI), ("state", "the state"), ("scope", "read")] {
        let mut query = query("read");
        query.push(twice);
        assert_eq!(ask(&world, &query).await.page().status, 400, "{twice:?}");
    }
}

async fn hints_and_unknown_parameters_are_no_errors(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    for hint in [
        ("id_token_hint", "eyJ.x.y"),
        ("login_hint", "ann"),
        ("ui_locales", "se"),
        ("claims_locales", "de"),
        ("display", "popup"),
        ("acr_values", "1"),
        ("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"),
        ("response_mode", "query"),
        ("made_up", "é"),
        ("nonce", ""),
        ("prompt", "none"),
    ] {
        let back = browser.authorize(&with(&[hint])).await.parameters();
        assert!(back.contains_key("code"), "{hint:?}: {back:?}");
    }
}

async fn public_clients_always_use_pkce(engine: Engine) {
    let setup = Setup::new("acme", "standard")
        .settings(SettingsPatch { require_pkce: Some(RequirePkce::Public), ..SettingsPatch::default() })
        .client("app", ClientAuthMethod::None, |app| app.require_pkce = Some(false));
    let world = World::start(engine, vec![setup]).await;
    let without = [("client_id", "app"), ("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(refused(&world, &with(&without)).await, "invalid_request");
    assert!(Browser::new(&world).authorize(&with(&[("client_id", "app")])).await.parameters().contains_key("code"));
}

async fn confidential_clients_use_pkce_as_realm_and_client_say(engine: Engine) {
    for (realm, client, required) in [
        (RequirePkce::All, None, true),
        (RequirePkce::All, Some(false), false),
        (RequirePkce::Public, None, false),
        (RequirePkce::Public, Some(true), true),
    ] {
        let setup = Setup::new("acme", "standard")
            .settings(SettingsPatch { require_pkce: Some(realm), ..SettingsPatch::default() })
            .web(|web| web.require_pkce = client);
        let world = World::start(engine, vec![setup]).await;
        let without = with(&[("code_challenge", ""), ("code_challenge_method", "")]);
        if required {
            assert_eq!(refused(&world, &without).await, "invalid_request", "{realm:?} {client:?}");
            continue;
        }
        let code = Browser::new(&world).authorize(&without).await.parameters()["code"].clone();
        world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
        let answer = world.token(&redemption(&code)[..3]).send().await;
        assert_eq!(answer.status, 200, "a verifier without a challenge is refused and uses nothing up: {}", answer.text());
    }
}

async fn only_a_well_formed_s256_challenge_is_taken(engine: Engine) {
    let world = World::standard(engine).await;
    let padded = format!("{CHALLENGE}=");
    for changes in [
        [("code_challenge_method", "plain"), ("code_challenge", VERIFIER)],
        [("code_challenge_method", ""), ("code_challenge", CHALLENGE)],
        [("code_challenge_method", "s256"), ("code_challenge", CHALLENGE)],
        [("code_challenge_method", "S256"), ("code_challenge", "")],
        [("code_challenge_method", "S256"), ("code_challenge", &CHALLENGE[1..])],
        [("code_challenge_method", "S256"), ("code_challenge", &padded)],
        [("code_challenge_method", "S256"), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")],
    ] {
        assert_eq!(refused(&world, &with(&changes)).await, "invalid_request", "{changes:?}");
    }
}

async fn a_verifier_fits_its_challenge_or_nothing_is_given(engine: Engine) {
    let world = World::standard(engine).await;
    let code = Browser::new(&world).authorize(&query("read")).await.parameters()["code"].clone();
    let other = "x".repeat(43);
    for verifier in ["", &other, CHALLENGE, &VERIFIER[..42], &VERIFIER.to_uppercase(), &"x".repeat(129)] {
        let mut form = redemption(&code);
        form[3].1 = verifier;
        world.token(&form).send().await.refused(400, "invalid_grant");
    }
    assert_eq!(world.token(&redemption(&code)).send().await.status, 200, "wrong ones used nothing up");
}

async fn the_state_comes_back_to_the_letter(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let odd: String = (' '..='~').chain("é€😀\u{a0}\t\r\n".chars()).cycle().take(128).collect();
    for state in [odd.as_str(), "+%2B &=#?", &"s".repeat(384), "http://evil.example/?code=1&state=2", " "] {
        let changes = [("state", state)];
        assert_eq!(browser.authorize(&with(&changes)).await.parameters()["state"], state);
        let denied = ask(&world, &with(&[("state", state), ("prompt", "none")])).await.parameters();
        assert_eq!((denied["state"].as_str(), denied["error"].as_str()), (state, "login_required"));
    }
    let none = browser.authorize(&with(&[("state", "")])).await.parameters();
    assert_eq!(none.keys().collect::<Vec<_>>(), ["code", "iss"]);
}

async fn a_registered_query_is_kept_to_the_letter(engine: Engine) {
    let uri = "https://app.example/cb?tenant=%41%2f1&flag&next=a+b";
    let setup = Setup::new("acme", "standard").web(|web| web.redirect_uris = vec![RedirectUri::register(uri).unwrap()]);
    let world = World::start(engine, vec![setup]).await;
    let Landed::Elsewhere(url) = Browser::new(&world).authorize(&with(&[("redirect_uri", uri)])).await else { panic!("no redirect") };
    assert!(url.as_str().starts_with(&format!("{uri}&code=jtn_ac_")), "{url}");
    for other in [
        "https://app.example/cb?tenant=A%2f1&flag&next=a+b",
        "https://app.example/cb",
        "https://app.example/cb?tenant=%41%2f1&flag&next=a+b&x=1",
    ] {
        assert_eq!(ask(&world, &with(&[("redirect_uri", other)])).await.page().status, 400, "{other}");
    }
}

async fn a_loopback_port_is_the_applications_choice(engine: Engine) {
    let setup = Setup::new("acme", "standard")
        .client("cli", ClientAuthMethod::None, |cli| cli.redirect_uris = vec![RedirectUri::register("http://127.0.0.1/cb").unwrap()]);
    let world = World::start(engine, vec![setup]).await;
    let chosen = "http://127.0.0.1:51004/cb";
    let changes = [("client_id", "cli"), ("redirect_uri", chosen)];
    let Landed::Elsewhere(url) = Browser::new(&world).authorize(&with(&changes)).await else { panic!("no redirect") };
    assert_eq!((url.port(), url.path()), (Some(51004), "/cb"));
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let redeem = |uri| {
        [("grant_type", "authorization_code"), ("client_id", "cli"), ("code", &*code), ("redirect_uri", uri), ("code_verifier", VERIFIER)]
            .to_vec()
    };
    world.post("/acme/token").form(&redeem("http://127.0.0.1:51005/cb")).send().await.refused(400, "invalid_grant");
    assert_eq!(world.post("/acme/token").form(&redeem(chosen)).send().await.status, 200);
    for other in [
        "http://localhost:51004/cb",
        "http://127.0.0.1:51004/",
        "http://127.0.0.2/cb",
        "http://[::1]:51004/cb",
        "https://127.0.0.1:51004/cb",
    ] {
        assert_eq!(ask(&world, &with(&[("client_id", "cli"), ("redirect_uri", other)])).await.page().status, 400, "{other}");
    }
}

async fn a_redirect_uri_may_be_left_out_only_where_it_is_clear(engine: Engine) {
    let two = || [REDIRECT_URI, "https://app.example/other"].map(|uri| RedirectUri::register(uri).unwrap()).to_vec();
    let setup = Setup::new("acme", "standard").client("two", ClientAuthMethod::ClientSecretBasic, |client| client.redirect_uris = two());
    let world = World::start(engine, vec![setup]).await;
    let code = Browser::new(&world).authorize(&with(&[("redirect_uri", "")])).await.parameters()["code"].clone();
    let without: Vec<_> = redemption(&code).into_iter().filter(|(name, _)| *name != "redirect_uri").collect();
    assert_eq!(world.token(&without).send().await.status, 200);
    for changes in [&[("redirect_uri", ""), ("client_id", "two")][..], &[("redirect_uri", ""), ("scope", "openid")]] {
        assert_eq!(ask(&world, &with(changes)).await.page().status, 400, "{changes:?}");
    }
}

async fn a_code_lives_a_minute_and_is_bound_to_its_redirect_uri(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let browser = Browser::new(&world);
    let code = browser.authorize(&query("read")).await.parameters()["code"].clone();
    for uri in ["https://app.example/callback/", "https://app.example/other", ""] {
        let mut form = redemption(&code);
        form[2].1 = uri;
        world.token(&form).send().await.refused(400, "invalid_grant");
    }
    world.post("/acme/token").basic("other", SECRET).form(&redemption(&code)).send().await.refused(400, "invalid_grant");
    world.advance(59);
    assert_eq!(world.token(&redemption(&code)).send().await.status, 200, "others used nothing up");
    let late = browser.authorize(&query("read")).await.parameters()["code"].clone();
    world.advance(60);
    world.token(&redemption(&late)).send().await.refused(400, "invalid_grant");
}
