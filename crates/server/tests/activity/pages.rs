//! The page of an application's activity.

use http::StatusCode;
use jeton_oauth::{
    model::ClientAuthMethod,
    settings::{Developers, SettingsPatch},
};

use crate::{
    browser::Browser,
    failures,
    forms::{form_to, signed_in},
    grants::query,
    of_call, of_client,
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_refused_call_shows_on_the_page_with_its_reason,
    activity_is_the_owners_alone,
    an_application_that_nobody_called_has_a_page_too,
    the_button_that_gets_a_token_is_counted_as_any_call,
];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

fn setup() -> Setup {
    let settings = SettingsPatch { developers: Some(Developers::Everybody), ..SettingsPatch::default() };
    let setup = Setup::new("acme", "standard").settings(settings).person("bob", |_| {});
    let ann = setup.users[0].id();
    setup.client("shop", ClientAuthMethod::ClientSecretBasic, |client| client.owner = Some(ann))
}

async fn a_refused_call_shows_on_the_page_with_its_reason(engine: Engine) {
    let world = World::start(engine, vec![setup()]).await;
    let with = |name: &'static str, value: &'static str| -> Vec<(&str, &str)> {
        query("openid").into_iter().map(|(own, old)| (own, if own == name { value } else { old })).collect()
    };
    let mut asked = with("client_id", "shop");
    asked.retain(|(name, _)| *name != "redirect_uri");
    asked.push(("redirect_uri", "https://app.example/callbacc\"><script>"));
    Browser::new(&world).authorize(&asked).await.page();
    world.post("/acme/token").basic("shop", SECRET).form(&CREDENTIALS).send().await;
    world.post("/acme/token").basic("shop", "a wrong one").peer("203.0.113.20").form(&CREDENTIALS).send().await;
    world.count().await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get("/acme/developers/applications/shop/activity").await.page();
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    for shown in [
        "The redirect URI differs from the registered one",
        "A wrong secret",
        "203.0.113.20",
        "<code>client_credentials</code>",
        "aria-current=\"page\">Activity",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(text.contains("<svg viewBox=\"0 0 300 100\"") && text.contains("class=\"as-table\""), "{text}");
    assert!(!text.contains("<script>") && !text.contains("a wrong one"), "{text}");
    let found = ann.get("/acme/developers/applications/shop/activity?q=203.0&span=30d").await.page().text();
    assert!(found.contains("A wrong secret") && !found.contains("The redirect URI differs"), "{found}");
    let german = ann.get("/acme/developers/applications/shop/activity?ui_locales=de").await.page();
    assert!(german.text().contains("Ein falsches Geheimnis"), "{}", german.text());
}

async fn activity_is_the_owners_alone(engine: Engine) {
    let world = World::start(engine, vec![setup()]).await;
    let bob = signed_in(&world, "bob").await;
    for nobodys in ["shop", "web", "none"] {
        let page = bob.get(&format!("/acme/developers/applications/{nobodys}/activity")).await.page();
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{nobodys}");
    }
    let stranger = Browser::new(&world).get("/acme/developers/applications/shop/activity").await.page();
    assert!(stranger.text().contains("value=\"/developers/applications/shop/activity\""), "{}", stranger.text());
}

async fn an_application_that_nobody_called_has_a_page_too(engine: Engine) {
    let world = World::start(engine, vec![setup()]).await;
    let ann = signed_in(&world, "ann").await;
    for span in ["", "?span=24h", "?span=7d", "?span=30d", "?span=1y", "?span=nonsense"] {
        let page = ann.get(&format!("/acme/developers/applications/shop/activity{span}")).await.page();
        assert_eq!(page.status, StatusCode::OK, "{span}");
        assert!(page.text().contains("Nothing was refused in this time."), "{span}: {}", page.text());
    }
}

async fn the_button_that_gets_a_token_is_counted_as_any_call(engine: Engine) {
    let world = World::start(engine, vec![setup()]).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get("/acme/developers/applications/shop/get-a-token").await.page();
    let mut form = form_to(&page, "/get-a-token");
    form.fields.retain(|(name, _)| name != "grant");
    for secret in [SECRET, "a wrong one"] {
        let page = ann.submit(&form, &[("grant", "client_credentials"), ("client_secret", secret)]).await.page();
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    }
    world.count().await;
    let figures = of_client(&world, "shop", "24h").await;
    assert_eq!(of_call(&figures, "client_credentials"), (1, 1), "{figures}");
    assert_eq!(failures(&figures)[0].0, "wrong_secret");
}
