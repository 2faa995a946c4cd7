//! Who approves, and when they are asked: an approval counts for one browser, session and request.

use http::Method;
use jeton_oauth::{Change, change::ClientChange, model::ClientAuthMethod, redirect_uri::RedirectUri, settings::SettingsPatch};
use serde_json::Value;

use crate::{
    browser::{Browser, Form, Landed, encoded, form},
    grants::{query, redemption},
    jwks::verified,
    setup::{NOW, PASSWORD, REDIRECT_URI, Setup},
    world::{Engine, World, cases},
};

cases![
    an_approval_in_another_browser_counts_for_nothing,
    a_get_request_never_approves,
    another_sites_form_approves_nothing,
    a_waiting_request_is_one_realms_and_ends,
    a_changed_request_is_not_what_was_sealed,
    what_changed_meanwhile_is_checked_again,
    a_denial_counts_even_where_an_approval_is_remembered,
    an_answer_that_is_neither_is_refused,
    a_trusted_client_is_not_asked_for,
    a_realm_may_ask_every_time,
    what_any_program_of_the_device_may_have_sent_is_always_asked_about,
    prompt_login_asks_for_the_password_again,
    max_age_asks_when_the_sign_in_is_too_old,
    prompt_consent_asks_again,
    a_new_sign_in_ends_the_old_session,
    a_signed_out_session_is_dead,
];

fn authorize(query: &[(&str, &str)]) -> String {
    format!("/acme/authorize?{}", encoded(query))
}

/// The consent page's form for `read`, after signing in.
async fn asked(browser: &Browser<'_>, name: &str) -> Form {
    let page = browser.get(&authorize(&query("read"))).await.page();
    let sign_in = form(&page).unwrap();
    assert!(sign_in.action.ends_with("/sign-in"), "{}", page.text());
    let page = browser.submit(&sign_in, &[("username", name), ("password", PASSWORD)]).await.page();
    let consent = form(&page).unwrap();
    assert!(consent.action.ends_with("/consent"), "{}", page.text());
    consent
}

const APPROVE: &[(&str, &str)] = &[("decision", "allow")];

async fn an_approval_in_another_browser_counts_for_nothing(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("bob", |_| {})]).await;
    let (ann, bob, nobody) = (Browser::new(&world), Browser::new(&world), Browser::new(&world));
    let form_of_ann = asked(&ann, "ann").await;
    asked(&bob, "bob").await;
    assert_eq!(bob.submit(&form_of_ann, APPROVE).await.page().status, 400);
    assert_eq!(nobody.submit(&form_of_ann, APPROVE).await.page().status, 400);
    // The same person in another browser is another session.
    let other = Browser::new(&world);
    asked(&other, "ann").await;
    assert_eq!(other.submit(&form_of_ann, APPROVE).await.page().status, 400);
    assert!(ann.submit(&form_of_ann, APPROVE).await.parameters().contains_key("code"));
}

async fn a_get_request_never_approves(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = asked(&browser, "ann").await;
    let fields: Vec<_> =
        consent.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(APPROVE.iter().copied()).collect();
    for method in [Method::GET, Method::HEAD] {
        let answer = browser.one(method, &format!("/acme/consent?{}", encoded(&fields)), None).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (200, None));
    }
    let page = browser.get(&authorize(&query("read"))).await.page();
    assert!(page.text().contains("Allow"), "nothing was remembered: {}", page.text());
}

async fn another_sites_form_approves_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = asked(&browser, "ann").await;
    let fields: Vec<_> =
        consent.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(APPROVE.iter().copied()).collect();
    let post = |path: &str| world.post(path).header("cookie", &browser.cookies()).form(&fields);
    for (header, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")]
    {
        let answer = post("/acme/consent").header(header, value).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (403, None), "{header}: {value}");
        for path in ["/acme/sign-in", "/acme/sign-out"] {
            let answer = post(path).header(header, value).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, None), "{path} {header}: {value}");
        }
    }
    assert!(browser.submit(&consent, APPROVE).await.parameters().contains_key("code"));
}

/// What a form takes along: the request sealed, or its handle.
fn request(form: &Form) -> String {
    form.fields.iter().find(|(name, _)| name == "request").unwrap().1.clone()
}

fn with_request(form: &Form, request: &str) -> Form {
    let fields = form.fields.iter().map(|(name, value)| (name.clone(), if name == "request" { request.into() } else { value.clone() }));
    Form { action: form.action.clone(), fields: fields.collect() }
}

async fn a_waiting_request_is_one_realms_and_ends(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let browser = Browser::new(&world);
    let consent = asked(&browser, "ann").await;
    for path in ["consent", "sign-in"] {
        assert_eq!(browser.get(&format!("/other/{path}?request={}", request(&consent))).await.page().status, 400, "{path}");
        assert_eq!(browser.get(&format!("/acme/{path}?request={}", request(&consent))).await.page().status, 200, "{path}");
    }
    world.advance(3600);
    let page = browser.submit(&consent, APPROVE).await.page();
    assert!(page.status == 400 && page.text().contains("too old"), "{}", page.text());
}

async fn a_changed_request_is_not_what_was_sealed(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let browser = Browser::new(&world);
    let sign_in = form(&browser.get(&authorize(&query("read"))).await.page()).unwrap();
    let sealed = request(&sign_in);
    let (json, tag) = sealed.split_once('.').unwrap();
    let wider = String::from_utf8(jeton_jose::base64url::decode(json).unwrap()).unwrap().replace("read", "write");
    assert!(wider.contains("write"));
    let signing_in = [("username", "ann"), ("password", PASSWORD)];
    for changed in [format!("{}.{tag}", jeton_jose::base64url::encode(&wider)), json.to_owned(), format!("{sealed}x"), format!("{json}.")] {
        assert_eq!(browser.submit(&with_request(&sign_in, &changed), &signing_in).await.page().status, 400);
    }
    let elsewhere = Form { action: sign_in.action.replace("/acme/", "/other/"), ..with_request(&sign_in, &sealed) };
    assert_eq!(browser.submit(&elsewhere, &signing_in).await.page().status, 400, "another realm's");
    world.advance(3600);
    let page = browser.submit(&sign_in, &signing_in).await.page();
    assert!(page.status == 400 && page.text().contains("too old"), "{}", page.text());
}

async fn what_changed_meanwhile_is_checked_again(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = asked(&browser, "ann").await;
    let mut web = Setup::new("acme", "standard").clients.remove(0);
    web.redirect_uris.clear();
    world.commit(Change::Client(ClientChange::Update(web))).await;
    assert_eq!(browser.submit(&consent, APPROVE).await.page().status, 400, "where it would go is no longer registered");
}

async fn a_denial_counts_even_where_an_approval_is_remembered(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let first = asked(&browser, "ann").await;
    let second = form(&browser.get(&authorize(&query("read"))).await.page()).unwrap();
    assert!(browser.submit(&first, APPROVE).await.parameters().contains_key("code"));
    let denied = browser.submit(&second, &[("decision", "deny")]).await.parameters();
    assert_eq!((denied.get("error").map(String::as_str), denied.get("code")), (Some("access_denied"), None));
}

async fn an_answer_that_is_neither_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = asked(&browser, "ann").await;
    for decision in [&[][..], &[("decision", "")], &[("decision", "yes")], &[("decision", "deny"), ("decision", "allow")]] {
        assert_eq!(browser.submit(&consent, decision).await.page().status, 400, "{decision:?}");
    }
}

async fn a_trusted_client_is_not_asked_for(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.trusted = true)]).await;
    let browser = Browser::new(&world);
    let page = browser.get(&authorize(&query("read"))).await.page();
    let landed = browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await;
    assert!(landed.parameters().contains_key("code"), "signing in is enough");
    let mut again = query("read write");
    again.push(("prompt", "consent"));
    assert!(matches!(browser.get(&authorize(&again)).await, Landed::Page(_)), "unless it asks to be asked");
}

async fn what_any_program_of_the_device_may_have_sent_is_always_asked_about(engine: Engine) {
    for trusted in [false, true] {
        for uri in ["http://127.0.0.1/cb", "com.example.app:/callback"] {
            let setup = Setup::new("acme", "standard").client("app", ClientAuthMethod::None, |app| {
                app.redirect_uris = vec![RedirectUri::register(uri).unwrap(), RedirectUri::register(REDIRECT_URI).unwrap()];
                app.trusted = trusted;
            });
            let world = World::start(engine, vec![setup]).await;
            let browser = Browser::new(&world);
            let request = |uri: &'static str, more: &[(&'static str, &'static str)]| {
                let mut query = query("read");
                query.retain(|(name, _)| !matches!(*name, "client_id" | "redirect_uri"));
                authorize(&[&query[..], &[("client_id", "app"), ("redirect_uri", uri)], more].concat())
            };
            let page = browser.get(&request(uri, &[])).await.page();
            let mut consent =
                form(&browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page()).unwrap();
            for _ in 0..2 {
                assert!(consent.action.ends_with("/consent"), "{uri}");
                assert!(browser.submit(&consent, APPROVE).await.parameters().contains_key("code"));
                consent = form(&browser.get(&request(uri, &[])).await.page()).unwrap();
            }
            assert_eq!(browser.get(&request(uri, &[("prompt", "none")])).await.parameters()["error"], "consent_required");
            // Where its redirect URI proves who it is, it is believed and remembered.
            if !trusted {
                let consent = form(&browser.get(&request(REDIRECT_URI, &[])).await.page()).unwrap();
                assert!(browser.submit(&consent, APPROVE).await.parameters().contains_key("code"));
            }
            assert!(browser.get(&request(REDIRECT_URI, &[("prompt", "none")])).await.parameters().contains_key("code"));
        }
    }
}

async fn a_realm_may_ask_every_time(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { remember_consent: Some(false), ..SettingsPatch::default() }).await;
    let browser = Browser::new(&world);
    for _ in 0..2 {
        browser.authorize(&query("read")).await.parameters();
        assert!(form(&browser.get(&authorize(&query("read"))).await.page()).unwrap().action.ends_with("/consent"));
    }
    let mut silent = query("read");
    silent.push(("prompt", "none"));
    assert_eq!(browser.get(&authorize(&silent)).await.parameters()["error"], "consent_required");
}

/// Claims of the ID token for what `landed` gave.
async fn id_token(world: &World, landed: Landed) -> Value {
    let back = landed.parameters();
    let tokens = world.token(&redemption(&back["code"])).send().await;
    verified(world, "acme", "JWT", &tokens.member("id_token")).await.1
}

fn openid<'q>(more: &[(&'q str, &'q str)]) -> Vec<(&'q str, &'q str)> {
    [&query("openid")[..], more].concat()
}

async fn prompt_login_asks_for_the_password_again(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let first = id_token(&world, browser.authorize(&openid(&[])).await).await;
    assert_eq!((&first["auth_time"], &first["nonce"]), (&NOW.as_seconds().into(), &"the nonce".into()));
    world.advance(10);
    for prompt in ["login", "select_account"] {
        let page = browser.get(&authorize(&openid(&[("prompt", prompt)]))).await.page();
        assert!(form(&page).unwrap().action.ends_with("/sign-in"), "{prompt}");
    }
    let again = id_token(&world, browser.authorize(&openid(&[("prompt", "login")])).await).await;
    assert_eq!((&again["auth_time"], &again["sub"]), (&(NOW.as_seconds() + 10).into(), &first["sub"]));
}

async fn max_age_asks_when_the_sign_in_is_too_old(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    browser.authorize(&openid(&[])).await.parameters();
    world.advance(2);
    for silent in ["15000", "10000", "2"] {
        let claims = id_token(&world, browser.get(&authorize(&openid(&[("max_age", silent), ("prompt", "none")]))).await).await;
        assert_eq!(claims["auth_time"], NOW.as_seconds(), "{silent}");
    }
    assert_eq!(browser.get(&authorize(&openid(&[("max_age", "1"), ("prompt", "none")]))).await.parameters()["error"], "login_required");
    let claims = id_token(&world, browser.authorize(&openid(&[("max_age", "1")])).await).await;
    assert_eq!(claims["auth_time"], NOW.as_seconds() + 2);
    let claims = id_token(&world, browser.authorize(&openid(&[("max_age", "0")])).await).await;
    assert_eq!(claims["auth_time"], NOW.as_seconds() + 2, "in the same second it is as new as can be");
}

async fn prompt_consent_asks_again(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    browser.authorize(&query("read")).await.parameters();
    let asking = [&query("read")[..], &[("prompt", "consent")]].concat();
    let page = browser.get(&authorize(&asking)).await.page();
    assert!(browser.submit(&form(&page).unwrap(), APPROVE).await.parameters().contains_key("code"));
}

async fn a_new_sign_in_ends_the_old_session(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    asked(&browser, "ann").await;
    let before = browser.cookies();
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert_ne!(before, browser.cookies());
    assert_eq!(world.get("/acme/account/tokens").header("cookie", &before).send().await.status, 401);
    assert_eq!(world.get("/acme/account/tokens").header("cookie", &browser.cookies()).send().await.status, 200);
}

async fn a_signed_out_session_is_dead(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    asked(&browser, "ann").await;
    let before = browser.cookies();
    let page = browser.get("/acme/sign-out").await.page();
    let page = browser.submit(&form(&page).unwrap(), &[]).await.page();
    assert!(page.text().contains("signed out"), "{}", page.text());
    assert_eq!(world.get("/acme/account/tokens").header("cookie", &before).send().await.status, 401);
    let page = browser.get(&authorize(&query("read"))).await.page();
    assert!(form(&page).unwrap().action.ends_with("/sign-in"));
}
