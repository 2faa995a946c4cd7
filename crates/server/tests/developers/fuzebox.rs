//! The way that the documented API of Volt sends developers: an application, an API user, a token by both, another
//! one by the refresh token.

use crate::{
    browser::Browser,
    call::Answer,
    demo::demo,
    forms::{form_to, text_of},
    world::{Engine, cases},
};

cases![a_developer_registers_makes_an_api_user_gets_a_token_and_refreshes_it];

async fn a_developer_registers_makes_an_api_user_gets_a_token_and_refreshes_it(engine: Engine) {
    let world = demo(engine).await;
    let browser = Browser::of(&world, "dee@fuzebox.example", "a few unrelated words");
    // Sign up, and follow the link in the mail.
    let page = browser.get("/volt/sign-up").await.page();
    let fields = [("name", "Dee"), ("email", "dee@fuzebox.example"), ("password", "a few unrelated words")];
    assert_eq!(browser.submit(&form_to(&page, "/sign-up"), &fields).await.page().status, 200);
    let letter = world.mail().await.remove(0);
    let link = letter.text.split_whitespace().find(|word| word.contains("/verify-email?")).unwrap();
    let page = browser.get(link.strip_prefix("http://127.0.0.1:8080").unwrap()).await.page();
    let page = browser.submit(&form_to(&page, "/verify-email"), &[]).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let page = browser.get("/volt/developers").await.page();
    let page = match page.text().contains("/volt/sign-in") {
        true => {
            let named = [("username", "dee@fuzebox.example"), ("password", "a few unrelated words")];
            browser.submit(&form_to(&page, "/sign-in"), &named).await.page()
        }
        false => page,
    };
    assert!(page.text().contains("Register your first application"), "{}", page.text());
    // Register an application.
    let page = browser.get("/volt/developers/register").await.page();
    assert!(page.text().contains("value=\"payments\" checked"), "{}", page.text());
    let fields = [("kind", "service"), ("name", "Night shift"), ("scope", "payments")];
    let made = browser.submit(&form_to(&page, "/developers/register"), &fields).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    let (id, secret) = (text_of(&made, "cid"), text_of(&made, "secret"));
    assert!(secret.starts_with("jtn_cs_"));
    // An API user.
    let page = browser.get(&format!("/volt/developers/applications/{id}/api-users")).await.page();
    let made = browser.submit(&form_to(&page, "/api-users"), &[("username", "night-shift"), ("purpose", "Settlement")]).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    let password = text_of(&made, "password");
    // A token, as the documentation says, and another by refreshing.
    let ask = async |fields: &[(&str, &str)]| -> Answer { world.post("/volt/oauth").form(fields).send().await };
    let own = [("client_id", id.as_str()), ("client_secret", &secret), ("username", "night-shift"), ("password", &password)];
    let tokens = ask(&[&own[..], &[("grant_type", "password")]].concat()).await;
    assert_eq!((tokens.status.as_u16(), tokens.json()["expires_in"].as_i64()), (200, Some(3600)), "{}", tokens.text());
    let refreshed = ask(&[("grant_type", "refresh_token"), ("refresh_token", &tokens.member("refresh_token"))]).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text());
    // A new password ends what the old one gave, and the page shows neither again.
    let page = browser.get(&format!("/volt/developers/applications/{id}/api-users")).await.page();
    assert!(page.text().contains("night-shift") && !page.repeats(&password));
    let changed = browser.submit(&form_to(&page, "/password"), &[]).await.page();
    let newer = text_of(&changed, "password");
    assert_ne!(newer, password);
    assert_eq!(ask(&[("grant_type", "refresh_token"), ("refresh_token", &refreshed.member("refresh_token"))]).await.status, 400);
    assert_ne!(ask(&[&own[..], &[("grant_type", "password")]].concat()).await.status, 200);
    // The same form once more makes nothing.
    let again = browser.submit(&form_to(&page, "/password"), &[]).await.page();
    assert!(again.status.is_client_error() && !again.text().contains("id=\"password\""), "{}", again.text());
    // Disabled by its developer, enabled by its developer.
    let page = browser.get("/volt/developers/api-users").await.page();
    let disabled = browser.submit(&form_to(&page, "/disable"), &[]).await.page();
    assert!(disabled.text().contains("night-shift is disabled"), "{}", disabled.text());
    let with = [("client_id", id.as_str()), ("client_secret", &secret), ("username", "night-shift"), ("password", &newer)];
    assert_ne!(ask(&[&with[..], &[("grant_type", "password")]].concat()).await.status, 200);
    browser.submit(&form_to(&disabled, "/enable"), &[]).await.page();
    assert_eq!(ask(&[&with[..], &[("grant_type", "password")]].concat()).await.status, 200);
}
