//! What people do with their account on its pages.

use http::Method;
use jeton_oauth::settings::SettingsPatch;

use crate::{
    browser::{Browser, Landed},
    call::Answer,
    forms::{form_to, forms, make_token, signed_in, text_of},
    grants::query,
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    who_is_not_signed_in_is_asked_and_led_back,
    one_address_is_a_page_for_browsers_and_json_for_programs,
    a_token_is_created_used_regenerated_and_revoked,
    a_form_that_is_sent_twice_makes_one_token,
    a_token_needs_a_name_and_scopes_and_ends_as_the_realm_says,
    another_persons_token_is_not_found,
    use_and_address_are_shown,
    sessions_are_listed_and_ended,
    a_withdrawn_application_is_locked_out_at_once,
    a_password_is_changed_by_who_knows_it,
    names_are_changed_and_data_is_taken_along,
    a_closed_account_is_gone,
    nothing_happens_by_get,
    a_week_before_a_token_ends_its_person_is_told_once,
];

async fn who_is_not_signed_in_is_asked_and_led_back(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    for path in ["", "/security", "/sessions", "/applications", "/tokens", "/tokens/new", "/profile", "/close"] {
        let page = browser.get(&format!("/acme/account{path}")).await.page();
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains("autocomplete=\"current-password\""), "{path}: {}", page.text());
    }
    let page = browser.get("/acme/account/tokens/new").await.page();
    let landed = browser.submit(&form_to(&page, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert!(landed.text().contains("name=\"expires_in\""), "{}", landed.text());
    // A stranger's address is not where one is led.
    let page = Browser::new(&world).get("/acme/sign-in?return=%2F%2Fevil.example").await.page();
    assert!(!page.text().contains("//evil"), "{}", page.text());
}

async fn one_address_is_a_page_for_browsers_and_json_for_programs(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get("/acme/account/tokens").await.page();
    assert!(page.text().contains("Create Token") && page.header("content-type").unwrap().starts_with("text/html"));
    let cookies = browser.cookies();
    let json = world.get("/acme/account/tokens").header("cookie", &cookies).header("accept", "application/json").send().await;
    assert_eq!((json.status.as_u16(), json.json()), (200, serde_json::json!([])));
    let access = world.ann("openid jeton:tokens").await["access_token"].as_str().unwrap().to_owned();
    let json = world.get("/acme/account/tokens").bearer(&access).header("accept", "text/html").send().await;
    assert_eq!((json.status.as_u16(), json.json()), (200, serde_json::json!([])));
}

async fn a_token_is_created_used_regenerated_and_revoked(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let token = make_token(&browser, "garage <raspberry>", &["read"]).await;
    assert!(token.starts_with("jtn_pat_") && world.is_active(&token).await);

    let list = browser.get("/acme/account/tokens").await.page();
    assert!(list.text().contains(&token[..12]) && !list.text().contains(&token[..14]), "the first 12 characters and no more");
    assert!(list.text().contains("garage &lt;raspberry&gt;"));
    let id = list
        .text()
        .split("/account/tokens/")
        .filter_map(|rest| rest.split_once("/regenerate"))
        .map(|(id, _)| id.to_owned())
        .next()
        .unwrap();

    let page = browser.get(&format!("/acme/account/tokens/{id}/regenerate")).await.page();
    assert!(world.is_active(&token).await, "asking changes nothing");
    let form = form_to(&page, "/regenerate");
    let made = browser.submit(&form, &[]).await.page();
    let second = text_of(&made, "token");
    assert!(!world.is_active(&token).await && world.is_active(&second).await);
    let again = browser.submit(&form, &[]).await.page();
    assert!(again.status.is_client_error() && world.is_active(&second).await, "sent twice it makes one");

    let page = browser.get(&format!("/acme/account/tokens/{id}/revoke")).await.page();
    let list = browser.submit(&form_to(&page, "/revoke"), &[]).await.page();
    assert!(!world.is_active(&second).await);
    assert!(list.text().contains("role=\"status\"") && list.text().contains("Ended in the last 90 days"), "{}", list.text());
    assert_eq!(browser.get(&format!("/acme/account/tokens/{id}/revoke")).await.page().status, 404);
}

async fn a_form_that_is_sent_twice_makes_one_token(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get("/acme/account/tokens/new").await.page();
    let form = form_to(&page, "/account/tokens/new");
    let fields = [("name", "once"), ("scope", "read"), ("expires_in", "90")];
    assert_eq!(browser.submit(&form, &fields).await.page().status, 200);
    let again = browser.submit(&form, &fields).await.page();
    assert!(again.status.is_client_error(), "{}", again.status);
    let list = browser.get("/acme/account/tokens").await.page();
    assert_eq!(list.text().matches("/regenerate").count(), 1);
}

async fn a_token_needs_a_name_and_scopes_and_ends_as_the_realm_says(engine: Engine) {
    let settings = SettingsPatch { personal_access_token_lifetime: Some(jeton_oauth::Seconds(60 * 86_400)), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get("/acme/account/tokens/new").await.page();
    assert!(page.text().contains("value=\"30\"") && !page.text().contains("value=\"never\"") && !page.text().contains("value=\"90\""));
    let form = form_to(&page, "/account/tokens/new");
    for (name, scope, faults) in [("", "read", 1), ("\u{202e}ok", "jeton:tokens", 1), ("x\u{7}", "", 2), (&"x".repeat(101), "read", 1)] {
        let refused = browser.submit(&form, &[("name", name), ("scope", scope), ("expires_in", "30")]).await.page();
        assert_eq!(refused.status, 422, "{name:?} {scope}");
        assert_eq!(refused.text().matches("aria-invalid=\"true\"").count(), faults, "{name:?} {scope}: {}", refused.text());
    }
    // What was typed is still there, and the form still works.
    let refused = browser.submit(&form, &[("name", "kept"), ("expires_in", "30")]).await.page();
    assert!(refused.text().contains("value=\"kept\""));
    let made = browser.submit(&form_to(&refused, "/account/tokens/new"), &[("name", "kept"), ("scope", "read")]).await.page();
    assert!(world.is_active(&text_of(&made, "token")).await);
}

async fn another_persons_token_is_not_found(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("eve", |_| {})]).await;
    let (ann, eve) = (signed_in(&world, "ann").await, signed_in(&world, "eve").await);
    let token = make_token(&ann, "mine", &["read"]).await;
    let list = ann.get("/acme/account/tokens").await.page();
    let id =
        list.text().split("/account/tokens/").filter_map(|rest| rest.split_once("/revoke")).map(|(id, _)| id.to_owned()).last().unwrap();
    let revoke = form_to(&ann.get(&format!("/acme/account/tokens/{id}/revoke")).await.page(), "/revoke");
    for what in ["regenerate", "revoke"] {
        assert_eq!(eve.get(&format!("/acme/account/tokens/{id}/{what}")).await.page().status, 404, "{what}");
    }
    assert!(eve.submit(&revoke, &[]).await.page().status.is_client_error());
    assert!(world.is_active(&token).await);
    assert!(!eve.get("/acme/account/tokens").await.page().text().contains("mine"));
}

async fn use_and_address_are_shown(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let token = make_token(&browser, "used", &["read"]).await;
    assert!(browser.get("/acme/account/tokens").await.page().text().contains("Never used"));
    world.get("/acme/userinfo").bearer(&token).peer("198.51.100.7").send().await;
    world.app.store.commit(world.app.marks.take()).await.unwrap();
    let list = browser.get("/acme/account/tokens").await.page();
    assert!(list.text().contains("198.51.100.7"), "{}", list.text());
    // Whoever asks about it does not hide where it was used.
    assert!(world.is_active(&token).await);
    world.app.store.commit(world.app.marks.take()).await.unwrap();
    assert!(browser.get("/acme/account/tokens").await.page().text().contains("198.51.100.7"));
}

async fn sessions_are_listed_and_ended(engine: Engine) {
    let world = World::standard(engine).await;
    let (here, there, third) = (signed_in(&world, "ann").await, signed_in(&world, "ann").await, signed_in(&world, "ann").await);
    let asks = |page: Answer| page.text().contains("autocomplete=\"current-password\"");
    let list = here.get("/acme/account/sessions").await.page();
    let ends: Vec<_> = forms(&list).into_iter().filter(|form| form.action.ends_with("/end")).collect();
    assert_eq!(ends.len(), 2, "all but this one");
    here.submit(&ends[0], &[]).await.page();
    let (there_ended, third_ended) =
        (asks(there.get("/acme/account/sessions").await.page()), asks(third.get("/acme/account/sessions").await.page()));
    assert!(there_ended != third_ended, "one of them");
    let list = here.get("/acme/account/sessions").await.page();
    here.submit(&form_to(&list, "/sessions/others"), &[]).await.page();
    assert!(asks(there.get("/acme/account/sessions").await.page()) && asks(third.get("/acme/account/sessions").await.page()));
    let list = here.get("/acme/account/sessions").await.page();
    assert!(!asks(here.get("/acme/account").await.page()));
    here.submit(&form_to(&list, "/sessions/all"), &[]).await.page();
    assert!(asks(here.get("/acme/account").await.page()));
}

async fn a_withdrawn_application_is_locked_out_at_once(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let code = browser.authorize(&query("read")).await.parameters()["code"].clone();
    let list = browser.get("/acme/account/applications").await.page();
    assert!(list.text().contains("The web application") && list.text().contains("May read"), "{}", list.text());
    let path = list.text().split("/account/applications/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = browser.get(&format!("/acme/account/applications/{path}")).await.page();
    let done = browser.submit(&form_to(&page, "/withdraw"), &[]).await.page();
    assert!(done.text().contains("No applications yet"), "{}", done.text());
    world.token(&crate::grants::redemption(&code)).send().await.refused(400, "invalid_grant");
    // It is asked afresh.
    assert!(matches!(browser.get(&format!("/acme/authorize?{}", crate::browser::encoded(&query("read")))).await, Landed::Page(_)));
}

async fn a_password_is_changed_by_who_knows_it(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, other) = (signed_in(&world, "ann").await, signed_in(&world, "ann").await);
    let page = browser.get("/acme/account/security").await.page();
    let form = form_to(&page, "/security/password");
    for (current, new) in
        [("wrong", "a fine long one"), (PASSWORD, "nine char"), (PASSWORD, "Password123"), (PASSWORD, ""), ("", "a fine long one")]
    {
        let refused = browser.submit(&form, &[("current", current), ("password", new), ("everywhere", "on")]).await.page();
        assert_eq!(refused.status, 422, "{current} {new}");
        assert!(refused.text().contains("aria-invalid=\"true\""));
        assert!(!refused.text().contains("a fine long one"), "a password never comes back");
    }
    let done = browser.submit(&form, &[("current", PASSWORD), ("password", "a fine long one"), ("everywhere", "on")]).await.page();
    assert!(done.text().contains("role=\"status\""), "{}", done.text());
    assert!(!browser.get("/acme/account").await.page().text().contains("current-password"), "this session stays");
    assert!(other.get("/acme/account").await.page().text().contains("current-password"), "the others end");
    let grant = |password| [("grant_type", "password"), ("username", "ann"), ("password", password)];
    world.token(&grant(PASSWORD)).send().await.refused(400, "invalid_grant");
    assert_eq!(world.token(&grant("a fine long one")).send().await.status, 200);
}

async fn names_are_changed_and_data_is_taken_along(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    make_token(&browser, "script", &["read"]).await;
    let page = browser.get("/acme/account/profile").await.page();
    let form = form_to(&page, "/account/profile");
    let refused = browser.submit(&form, &[("name", &"x".repeat(201)), ("given_name", ""), ("family_name", "")]).await.page();
    assert_eq!(refused.status, 422);
    let done = browser.submit(&form, &[("name", "Änn <b>🔋"), ("given_name", ""), ("family_name", "")]).await.page();
    assert!(done.text().contains("Änn &lt;b&gt;🔋"), "{}", done.text());
    let data = browser.get("/acme/account/data").await.page();
    assert!(data.header("content-disposition").unwrap().starts_with("attachment"));
    let text = data.text();
    assert!(!text.contains("argon2") && !text.contains("verifier"), "no secret and no hash of one: {text}");
    let json = data.json();
    assert_eq!((&json["account"]["profile"]["name"], &json["personal_access_tokens"][0]["name"]), (&"Änn <b>🔋".into(), &"script".into()));
}

async fn a_closed_account_is_gone(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let token = make_token(&browser, "script", &["read"]).await;
    assert!(browser.get("/acme/account").await.page().text().contains("Close account"));
    let page = browser.get("/acme/account/close").await.page();
    let form = form_to(&page, "/account/close");
    assert_eq!(browser.submit(&form, &[("password", "wrong")]).await.page().status, 422);
    browser.submit(&form, &[("password", PASSWORD)]).await.page();
    world.notice().await;
    assert!(!world.is_active(&token).await);
    world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)]).send().await.refused(400, "invalid_grant");
}

async fn nothing_happens_by_get(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let token = make_token(&browser, "script", &["read"]).await;
    for path in ["sessions/others", "sessions/all", "security/password"] {
        let answer = browser.one(Method::GET, &format!("/acme/account/{path}"), None).await;
        assert_eq!(answer.status, 405, "{path}");
    }
    assert!(world.is_active(&token).await);
}

async fn a_week_before_a_token_ends_its_person_is_told_once(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    make_token(&browser, "garage \"raspberry\"", &["read"]).await;
    world.advance(23 * 86_400 - 1);
    jeton_server::remind(&world.app).await;
    assert_eq!(world.mail().await, [], "eight days are too early");
    world.advance(1);
    for _ in 0..3 {
        jeton_server::remind(&world.app).await;
        let letters = world.mail().await;
        assert!(letters.len() == 1 && letters[0].to == "ann@example.com" && letters[0].text.contains("garage"), "{letters:?}");
        world.advance(86_400);
    }
}
