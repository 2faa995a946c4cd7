//! Applications: registered by what one is building, changed, deleted.

use jeton_oauth::{
    Scope,
    model::ClientAuthMethod,
    redirect_uri::RedirectUri,
    settings::{Developers, GrantType, SettingsPatch, TokenFormat},
};

use crate::{
    browser::{Browser, Form},
    call::Answer,
    forms::{form_to, signed_in, text_of},
    registrations::row,
    setup::{PASSWORD, REDIRECT_URI, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    an_application_is_registered_by_what_it_is,
    a_form_that_is_sent_twice_registers_one,
    what_cannot_be_is_told_beside_its_field_and_the_rest_is_kept,
    a_developer_asks_for_no_more_than_the_realm_lets,
    a_developer_owns_no_more_than_the_realm_says,
    settings_are_changed_and_what_others_said_stays,
    what_a_form_does_not_show_stays,
    a_tick_that_is_not_theirs_to_take_back_is_told,
    an_application_is_deleted_once_its_name_was_typed,
    everything_that_was_granted_is_ended,
    names_that_people_chose_are_inert,
    nobody_else_does_anything_with_it,
];

const REGISTER: &str = "/acme/developers/register";

pub fn everybody() -> SettingsPatch {
    SettingsPatch { developers: Some(Developers::Everybody), ..SettingsPatch::default() }
}

async fn world(engine: Engine) -> World {
    World::start(engine, vec![Setup::new("acme", "standard").settings(everybody()).person("bob", |_| {})]).await
}

/// `ann` owns the application `shop`, as [`crate::setup::client`] makes it.
pub async fn with_shop(engine: Engine) -> World {
    let setup = Setup::new("acme", "standard").settings(everybody()).person("bob", |_| {});
    let ann = setup.users[0].id();
    let setup = setup.client("shop", ClientAuthMethod::ClientSecretBasic, |client| {
        client.owner = Some(ann);
        client.scope = Scope::parse("read").unwrap();
        client.audiences = Vec::new();
    });
    World::start(engine, vec![setup]).await
}

async fn registration(browser: &Browser<'_>) -> Form {
    form_to(&browser.get(REGISTER).await.page(), "/developers/register")
}

async fn register(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    browser.submit(&registration(browser).await, fields).await.page()
}

async fn an_application_is_registered_by_what_it_is(engine: Engine) {
    let world = world(engine).await;
    let ann = signed_in(&world, "ann").await;
    let code = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    for (kind, uri, method, grants) in [
        ("web", REDIRECT_URI, ClientAuthMethod::ClientSecretBasic, &code[..]),
        ("spa", REDIRECT_URI, ClientAuthMethod::None, &code[..]),
        ("native", "http://127.0.0.1/callback", ClientAuthMethod::None, &code[..]),
        ("agent", "com.example.agent:/callback", ClientAuthMethod::None, &code[..]),
        ("service", "", ClientAuthMethod::ClientSecretBasic, &[GrantType::ClientCredentials][..]),
    ] {
        let made = register(&ann, &[("kind", kind), ("name", "Checkout"), ("redirect_uri", uri), ("scope", "read")]).await;
        assert_eq!(made.status, 200, "{kind}: {}", made.text());
        let client = row(&world, &text_of(&made, "cid")).await.unwrap();
        assert_eq!((client.token_endpoint_auth_method.first(), &client.grant_types[..]), (method, grants), "{kind}");
        assert_eq!((client.scope.to_string().as_str(), client.title()), ("read", "Checkout"));
        assert_eq!(client.redirect_uris.first().map(RedirectUri::as_str), Some(uri).filter(|uri| !uri.is_empty()));
        assert_eq!(made.text().contains("id=\"secret\""), method != ClientAuthMethod::None, "{kind}");
        let page = ann.get(&format!("/acme/developers/applications/{}", client.id)).await.page();
        assert_eq!(page.status, 200, "{}", page.text());
        if kind == "service" {
            let secret = text_of(&made, "secret");
            let token = world.post("/acme/token").basic(&client.id, &secret).form(&[("grant_type", "client_credentials")]).send().await;
            assert_eq!(token.status, 200, "{}", token.text());
            let page = ann.get(&format!("/acme/developers/applications/{}/credentials", client.id)).await.page();
            assert!(page.text().contains(&secret[..10]) && !page.repeats(&secret), "its start alone");
        }
    }
    assert_eq!(ann.get("/acme/developers").await.page().text().matches("Checkout").count(), 5);
    // What this server does not speak is not to be had.
    let device = register(&ann, &[("kind", "device"), ("name", "TV")]).await;
    assert_eq!(device.status, 422, "{}", device.text());
}

async fn a_form_that_is_sent_twice_registers_one(engine: Engine) {
    let world = world(engine).await;
    let ann = signed_in(&world, "ann").await;
    let form = registration(&ann).await;
    let fields = [("kind", "service"), ("name", "Once"), ("scope", "read")];
    let (first, second) = tokio::join!(ann.submit(&form, &fields), ann.submit(&form, &fields));
    let statuses = [first.page().status.as_u16(), second.page().status.as_u16()];
    assert!(statuses.contains(&200) && statuses.iter().any(|status| (400..500).contains(status)), "{statuses:?}");
    let third = ann.submit(&form, &fields).await.page();
    assert!(third.status.is_client_error() && !third.text().contains("id=\"secret\""), "{}", third.text());
    assert_eq!(ann.get("/acme/developers").await.page().text().matches("<bdi>Once</bdi>").count(), 1);
    // An id of one's own choice is none of ours.
    let mut chosen = registration(&ann).await;
    chosen.fields.iter_mut().filter(|(name, _)| name == "id").for_each(|(_, id)| *id = "web".to_owned());
    assert!(ann.submit(&chosen, &fields).await.page().status.is_client_error());
}

async fn what_cannot_be_is_told_beside_its_field_and_the_rest_is_kept(engine: Engine) {
    let world = world(engine).await;
    let ann = signed_in(&world, "ann").await;
    let form = registration(&ann).await;
    let fields = [
        ("kind", "web"),
        ("name", ""),
        ("redirect_uri", REDIRECT_URI),
        ("redirect_uri", "http://staging.example/callback"),
        ("scope", "read"),
        ("home", "javascript:alert(1)"),
    ];
    let page = ann.submit(&form, &fields).await.page();
    let text = page.text();
    assert_eq!(page.status, 422, "{text}");
    assert!(text.contains("id=\"name-fault\"") && text.contains("id=\"home-fault\""), "{text}");
    let second = text.split("id=\"uri-2\"").nth(1).unwrap();
    assert!(second.split("</div>").next().unwrap().contains("use https"), "{second}");
    let first = text.split("id=\"uri-1\"").nth(1).unwrap().split("</div>").next().unwrap().to_owned();
    assert!(!first.contains("aria-invalid") && first.contains(REDIRECT_URI), "{first}");
    assert!(text.contains("value=\"read\" checked") && !text.contains("value=\"write\" checked"), "{text}");
    // More room is no registration.
    let more = ann.submit(&form, &[("kind", "web"), ("redirect_uri", REDIRECT_URI), ("more", "1")]).await.page();
    assert!(more.status == 200 && more.text().contains("id=\"uri-2\""), "{}", more.text());
    assert!(ann.get("/acme/developers").await.page().text().contains("Register your first application"));
}

async fn a_developer_asks_for_no_more_than_the_realm_lets(engine: Engine) {
    let settings = SettingsPatch {
        registration_scopes: Some(Scope::parse("read").unwrap()),
        registration_grants: Some(vec![GrantType::AuthorizationCode]),
        registration_auth_methods: Some(vec![ClientAuthMethod::None]),
        registration_redirect_hosts: Some(vec!["app.example".into()]),
        ..everybody()
    };
    let world = World::with_settings(engine, settings).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get(REGISTER).await.page();
    assert!(page.text().contains("value=\"read\"") && !page.text().contains("value=\"write\""), "{}", page.text());
    for fields in [
        &[("kind", "service"), ("name", "x")][..],
        &[("kind", "web"), ("name", "x"), ("redirect_uri", REDIRECT_URI)],
        &[("kind", "spa"), ("name", "x"), ("redirect_uri", REDIRECT_URI), ("scope", "write")],
        &[("kind", "spa"), ("name", "x"), ("redirect_uri", "https://evil.example/callback"), ("scope", "read")],
    ] {
        assert_eq!(register(&ann, fields).await.status, 422, "{fields:?}");
    }
    let fine = register(&ann, &[("kind", "spa"), ("name", "x"), ("redirect_uri", REDIRECT_URI), ("scope", "read")]).await;
    assert_eq!(fine.status, 200, "{}", fine.text());
}

async fn a_developer_owns_no_more_than_the_realm_says(engine: Engine) {
    let grants = Some(GrantType::ALL.to_vec());
    let limits = SettingsPatch { applications_per_developer: Some(2), api_users_per_developer: Some(1), ..everybody() };
    let world = World::with_settings(engine, SettingsPatch { registration_grants: grants, ..limits }).await;
    let ann = signed_in(&world, "ann").await;
    let fields = [("kind", "service"), ("name", "x"), ("scope", "read")];
    for expected in [200, 200, 409] {
        assert_eq!(register(&ann, &fields).await.status, expected);
    }
    for (name, expected) in [("one", 200), ("two", 409)] {
        let form = form_to(&ann.get("/acme/developers/api-users").await.page(), "/api-users");
        assert_eq!(ann.submit(&form, &[("username", name)]).await.page().status, expected, "{name}");
    }
}

async fn settings_are_changed_and_what_others_said_stays(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let path = "/acme/developers/applications/shop/settings";
    let before = row(&world, "shop").await.unwrap();
    let page = ann.get(path).await.page();
    let form = form_to(&page, "/shop/settings");
    let fields = [
        ("name", "The shop"),
        ("home", "https://shop.example/"),
        ("contact", "ann@example.com"),
        ("redirect_uri", "https://shop.example/callback"),
        ("scope", "read"),
        ("access_token_format", "opaque"),
        ("id_token_claims", "realm"),
    ];
    let saved = ann.submit(&form, &fields).await.page();
    assert!(saved.status == 200 && saved.text().contains("The settings are saved"), "{}", saved.text());
    let after = row(&world, "shop").await.unwrap();
    assert_eq!((after.title(), after.access_token_format), ("The shop", Some(TokenFormat::Opaque)));
    assert_eq!((&after.grant_types, &after.owner, &after.secrets), (&before.grant_types, &before.owner, &before.secrets));
    assert_eq!(after.redirect_uris.len(), 1);
    // The page was for what it was before.
    assert!(ann.submit(&form, &fields).await.page().status.is_client_error());
    // More than the realm lets, by hand.
    let form = form_to(&ann.get(path).await.page(), "/shop/settings");
    let mut wider = fields.to_vec();
    wider.push(("scope", "jeton:clients"));
    assert_eq!(ann.submit(&form, &wider).await.page().status, 422);
    let strange = ann.submit(&form, &[("name", "x"), ("access_token_format", "paper")]).await.page();
    assert_eq!(strange.status, 422, "{}", strange.text());
}

async fn what_a_form_does_not_show_stays(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(everybody());
    let ann = setup.users[0].id();
    let setup = setup.client("shop", ClientAuthMethod::ClientSecretBasic, |client| {
        client.owner = Some(ann);
        client.contacts = ["one@example.com", "two@example.com", "three@example.com"].map(str::to_owned).into();
        client.client_uri = Some("https://shop.example/".to_owned());
        client.require_pkce = Some(false);
        // Accepted once, and not any more.
        client.redirect_uris.push(RedirectUri::new("http://staging.example/callback"));
    });
    let world = World::start(engine, vec![setup]).await;
    let browser = signed_in(&world, "ann").await;
    let path = "/acme/developers/applications/shop/settings";
    let before = row(&world, "shop").await.unwrap();
    let page = browser.get(path).await.page();
    let mut fields = vec![("name", "The shop"), ("contact", "first@example.com"), ("home", "")];
    fields.extend(before.redirect_uris.iter().map(|uri| ("redirect_uri", uri.as_str())));
    fields.extend(before.scope.iter().map(|scope| ("scope", scope)));
    let saved = browser.submit(&form_to(&page, "/shop/settings"), &fields).await.page();
    assert_eq!(saved.status, 200, "{}", saved.text());
    let after = row(&world, "shop").await.unwrap();
    assert_eq!(after.contacts, ["first@example.com", "two@example.com", "three@example.com"]);
    assert_eq!((after.client_uri.as_deref(), after.require_pkce), (None, Some(false)), "it was shown, and empty; it was not ticked");
    assert_eq!((&after.redirect_uris, &after.scope), (&before.redirect_uris, &before.scope));
    // A form that shows nothing but the name.
    let page = browser.get(path).await.page();
    let mut form = form_to(&page, "/shop/settings");
    form.fields.retain(|(name, _)| !name.starts_with("shows_"));
    assert_eq!(browser.submit(&form, &[("name", "Shop")]).await.page().status, 200);
    let renamed = row(&world, "shop").await.unwrap();
    assert_eq!(renamed.title(), "Shop");
    let mut expected = after.metadata;
    expected.client_name = Some("Shop".to_owned());
    assert_eq!(renamed.metadata, expected);
}

async fn a_tick_that_is_not_theirs_to_take_back_is_told(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let path = "/acme/developers/applications/shop/settings";
    let fields = [("name", "The shop"), ("redirect_uri", REDIRECT_URI), ("scope", "read")];
    let page = ann.get(path).await.page();
    assert!(page.text().contains("can take this back"), "{}", page.text());
    let ticked = [&fields[..], &[("require_second_factor", "true")]].concat();
    let saved = ann.submit(&form_to(&page, "/shop/settings"), &ticked).await.page();
    assert!(saved.text().contains("The settings are saved"), "{}", saved.text());
    let page = ann.get(path).await.page();
    assert!(page.text().contains("Only those who run the realm can change that") && !page.text().contains("id=\"factor\""));
    let saved = ann.submit(&form_to(&page, "/shop/settings"), &fields).await.page();
    assert!(saved.text().contains("The settings are saved"), "{}", saved.text());
    assert_eq!(row(&world, "shop").await.unwrap().require_second_factor, Some(true));
    let back = [&fields[..], &[("require_second_factor", "realm")]].concat();
    let page = ann.get(path).await.page();
    assert_eq!(ann.submit(&form_to(&page, "/shop/settings"), &back).await.page().status, 422);
}

async fn an_application_is_deleted_once_its_name_was_typed(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let ask = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)];
    let tokens = world.post("/acme/token").basic("shop", SECRET).form(&ask).send().await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    let path = "/acme/developers/applications/shop/delete";
    let page = ann.get(path).await.page();
    assert!(page.text().contains("One authorization ends") && page.text().contains("Type <b>"), "{}", page.text());
    let form = form_to(&page, "/shop/delete");
    for wrong in ["", "shop", "The shop applicatio"] {
        assert_eq!(ann.submit(&form, &[("confirm", wrong)]).await.page().status, 422, "{wrong}");
    }
    let gone = ann.submit(&form, &[("confirm", "The shop application")]).await.page();
    assert!(gone.status == 200 && gone.text().contains("is deleted"), "{}", gone.text());
    assert!(row(&world, "shop").await.is_none());
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &tokens.member("refresh_token"))];
    assert_eq!(world.post("/acme/token").basic("shop", SECRET).form(&refresh).send().await.status, 401);
    assert_eq!(ann.submit(&form, &[("confirm", "The shop application")]).await.page().status, 404);
    // Whoever signed in long ago proves again that it is them.
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    world.advance(16 * 60);
    assert!(ann.get(path).await.page().text().contains("current-password"));
}

async fn everything_that_was_granted_is_ended(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let ask = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)];
    let tokens = world.post("/acme/token").basic("shop", SECRET).form(&ask).send().await;
    world.advance(1);
    let page = ann.get("/acme/developers/applications/shop/end-authorizations").await.page();
    let ended = ann.submit(&form_to(&page, "/end-authorizations"), &[]).await.page();
    assert!(ended.text().contains("All its authorizations have ended"), "{}", ended.text());
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &tokens.member("refresh_token"))];
    assert_eq!(world.post("/acme/token").basic("shop", SECRET).form(&refresh).send().await.status, 400);
}

async fn names_that_people_chose_are_inert(engine: Engine) {
    let world = world(engine).await;
    let ann = signed_in(&world, "ann").await;
    for name in ["<script>alert(1)</script>", "{{ 7 * 7 }} { $x }", "\u{202e}evil", "\u{1f600} \u{627}\u{628}", "a\" onload=\"x"] {
        let made = register(&ann, &[("kind", "service"), ("name", name), ("scope", "read")]).await;
        assert_eq!(made.status, 200, "{name}: {}", made.text());
        let id = text_of(&made, "cid");
        let base = format!("/acme/developers/applications/{id}");
        for page in ["", "/credentials", "/api-users", "/settings", "/delete", "/developers"] {
            let page = ann.get(&format!("{base}{page}")).await.page();
            assert_eq!(page.status, 200, "{name}");
            assert!(!page.repeats("<script>alert") && !page.repeats("onload=\"x") && !page.repeats(">49 "), "{}", page.text());
        }
        let delete = form_to(&ann.get(&format!("{base}/delete")).await.page(), "/delete");
        assert_eq!(ann.submit(&delete, &[("confirm", name)]).await.page().status, 200, "{name}");
    }
    for odd in ["a\0b", "a\nb", &"n".repeat(300)] {
        let page = register(&ann, &[("kind", "service"), ("name", odd), ("scope", "read")]).await;
        assert!(page.status.is_client_error(), "{odd:?}: {}", page.status);
    }
}

/// What is done to an application: below its address, and what is sent.
const ACTS: [(&str, &[(&str, &str)]); 8] = [
    ("/credentials/add", &[("version", "0")]),
    ("/api-users", &[("username", "x")]),
    ("/settings", &[("name", "x"), ("version", "0")]),
    ("/delete", &[("confirm", "The shop application")]),
    ("/end-authorizations", &[]),
    ("/developers", &[("email", "bob@example.com")]),
    ("/developers/uninvite", &[("email", "bob@example.com")]),
    ("/developers/leave", &[]),
];

async fn nobody_else_does_anything_with_it(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(everybody()).person("bob", |_| {});
    let ann = setup.users[0].id();
    let owned = |client: &mut jeton_oauth::model::Client| client.owner = Some(ann);
    let setup = setup.client("shop", ClientAuthMethod::ClientSecretBasic, owned);
    let other = Setup::new("other", "standard").settings(everybody()).person("bob", |_| {});
    let world = World::start(engine, vec![setup, other]).await;
    let (bob, before) = (signed_in(&world, "bob").await, row(&world, "shop").await);
    let own = form_to(&bob.get(REGISTER).await.page(), "/developers/register");
    for (path, fields) in ACTS {
        let address = format!("/acme/developers/applications/shop{path}");
        // Another developer, with the token of a form of their own: refused, and nothing of it is told.
        let page = bob.one(http::Method::POST, &address, Some(fields)).await;
        assert!([403, 404].contains(&page.status.as_u16()), "{path}: {}", page.status);
        let _ = &own;
        // From another site, with everything that is right; and by GET.
        let ann = signed_in(&world, "ann").await;
        let foreign = world.post(&address).header("cookie", &ann.cookies()).header("origin", "https://evil.example");
        let foreign = foreign.header("sec-fetch-site", "cross-site").form(fields).send().await;
        assert_eq!(foreign.status, 403, "{path}");
        // Nobody.
        let nobody = world.post(&address).sent_by_our_page().header("accept", "text/html").form(fields).send().await;
        assert!([303, 403, 404].contains(&nobody.status.as_u16()), "{path}: {}", nobody.status);
        // Another realm's developer of the same name.
        let elsewhere = world.get(&format!("/other/developers/applications/shop{path}")).header("cookie", &ann.cookies()).send().await;
        assert!([303, 404, 405].contains(&elsewhere.status.as_u16()), "{path}: {}", elsewhere.status);
        ann.get(&address).await;
    }
    assert_eq!(row(&world, "shop").await, before, "nothing happened");
}
