//! The tab "Get a token" of an application, as its developer uses it.

use jeton_oauth::{
    model::ClientAuthMethod,
    settings::{Developers, GrantType, SettingsPatch},
};

use super::{
    forms::{form_to, signed_in},
    served::{blocks, plain},
    setup::{PASSWORD, REDIRECT_URI, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    an_application_is_documented_by_what_it_really_is,
    the_button_shows_the_true_answer_and_repeats_nothing_that_was_typed,
    the_button_speaks_every_dialect,
    nobody_else_finds_the_tab,
];

const SHOP: &str = "/acme/developers/applications/shop%2F1/get-a-token";

/// A realm of this dialect, where `ann` owns the application `shop/1`.
async fn world(engine: Engine, dialect: &str, method: ClientAuthMethod, grants: &[GrantType]) -> World {
    let settings = SettingsPatch { developers: Some(Developers::Everybody), ..SettingsPatch::default() };
    let setup = Setup::new("acme", dialect).settings(settings).person("bob", |_| {});
    let ann = setup.users[0].id();
    let setup = setup.client("shop/1", method, |client| {
        client.owner = Some(ann);
        client.grant_types = grants.to_vec();
    });
    World::start(engine, vec![setup]).await
}

async fn an_application_is_documented_by_what_it_really_is(engine: Engine) {
    let grants = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let world = world(engine, "standard", ClientAuthMethod::ClientSecretPost, &grants).await;
    let page = signed_in(&world, "ann").await.get(SHOP).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let blocks = blocks(&page.text());
    let curl = &blocks["code-curl"];
    for own in ["'client_id=shop/1'", "'client_secret=YOUR_CLIENT_SECRET'", &format!("'redirect_uri={REDIRECT_URI}'")] {
        assert!(curl.contains(own), "{own}: {curl}");
    }
    assert!(blocks["authorization"].contains("client_id=shop%2F1"), "{}", blocks["authorization"]);
    assert!(page.text().contains("<mark>shop"), "its own values are marked");
    assert!(blocks.contains_key("refresh-curl") && !blocks.contains_key("password-curl"), "it may ask by code alone");
    assert!(page.text().contains("aria-current=\"page\">Get a token"), "{}", page.text());
}

async fn the_button_shows_the_true_answer_and_repeats_nothing_that_was_typed(engine: Engine) {
    let grants = [GrantType::ClientCredentials, GrantType::Password];
    let world = world(engine, "volt", ClientAuthMethod::ClientSecretPost, &grants).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get(SHOP).await.page();
    let form = form_to(&page, "/get-a-token");
    assert!(form.fields.contains(&("grant".into(), "password".into())), "{form:?}");
    let typed = [("username", "bob"), ("password", PASSWORD), ("client_secret", SECRET)];
    let page = browser.submit(&form, &typed).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let answer: serde_json::Value = serde_json::from_str(&blocks(&page.text())["answered"]).unwrap();
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&"bearer".into(), &3600.into()));
    assert!(answer["access_token"].as_str().unwrap().starts_with("eyJ"), "{answer}");
    assert!(page.text().contains("200 OK") && page.text().contains("request "), "{}", page.text());
    assert!(!page.text().contains(SECRET) && !page.text().contains(PASSWORD), "{}", page.text());

    let wrong = [("username", "bob"), ("password", "not this one"), ("client_secret", SECRET)];
    let page = browser.submit(&form_to(&page, "/get-a-token"), &wrong).await.page();
    assert!(page.text().contains("400 Bad Request") && plain_answer(&page.text()).contains("invalid_grant"), "{}", page.text());
    let wrong = [("username", "bob"), ("password", PASSWORD), ("client_secret", "hush-hush")];
    let page = browser.submit(&form_to(&page, "/get-a-token"), &wrong).await.page();
    assert!(plain_answer(&page.text()).contains("invalid_client"), "{}", page.text());
    assert!(!page.text().contains("hush-hush"), "{}", page.text());
}

fn plain_answer(html: &str) -> String {
    plain(html.split("id=\"answered\">").nth(1).unwrap().split("</code>").next().unwrap())
}

async fn the_button_speaks_every_dialect(engine: Engine) {
    for (dialect, method, grant, token) in [
        ("voipex", ClientAuthMethod::None, GrantType::Password, "access_token"),
        ("violet", ClientAuthMethod::Header, GrantType::Password, "token"),
        ("depotfinity", ClientAuthMethod::ClientSecretBasic, GrantType::ClientCredentials, "access_token"),
    ] {
        let world = world(engine, dialect, method, &[grant]).await;
        let browser = signed_in(&world, "ann").await;
        let page = browser.get(SHOP).await.page();
        let typed = [("username", "bob"), ("password", PASSWORD), ("client_secret", SECRET)];
        let page = browser.submit(&form_to(&page, "/get-a-token"), &typed).await.page();
        let answer: serde_json::Value = serde_json::from_str(&blocks(&page.text())["answered"]).unwrap();
        assert!(answer[token].as_str().unwrap().starts_with("eyJ"), "{dialect}: {answer}");
    }
    // What no header carries cannot be sent, and the page says so.
    let world = world(engine, "violet", ClientAuthMethod::Header, &[GrantType::Password]).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get(SHOP).await.page();
    let typed = [("username", "bob"), ("password", PASSWORD), ("client_secret", "a\u{7f}b")];
    let page = browser.submit(&form_to(&page, "/get-a-token"), &typed).await.page();
    assert!(page.text().contains("cannot be sent"), "{}", page.text());
}

async fn nobody_else_finds_the_tab(engine: Engine) {
    let world = world(engine, "standard", ClientAuthMethod::ClientSecretPost, &[GrantType::ClientCredentials]).await;
    assert_eq!(signed_in(&world, "bob").await.get(SHOP).await.page().status, 404);
    let answer = world.get(SHOP).header("accept", "text/html").send().await;
    assert_eq!(answer.status, 303);
    assert!(answer.location().contains("/sign-in?return="), "{}", answer.location());
}
