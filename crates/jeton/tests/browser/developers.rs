//! The console of developers in a real browser: by keyboard and without JavaScript, and every page for everybody.

use libtest_mimic::Failed;
use serde_json::Value;

use super::{
    ENTER, TAB,
    axe::Axe,
    support::{FORM, Home, Running, http},
    webdriver::Browser,
};

/// The demo's realm `volt`, whose people are developers.
fn volt(home: &Home) -> (Running, Value) {
    let running = Running::start(&mut home.command(&["demo", "--json", "--listen", "127.0.0.1:0"]));
    let said: Value = serde_json::from_str(&running.said).unwrap();
    (running, said["realms"]["volt"].clone())
}

fn sign_in(browser: &Browser, realm: &Value) {
    let developer = |name: &str| realm["developer"][name].as_str().unwrap().to_owned();
    browser.open(&format!("{}/developers", realm["url"].as_str().unwrap()));
    browser.type_into_focused(&format!("{}{TAB}{}{ENTER}", developer("username"), developer("password")));
    browser.wait_for_text("h1", "Applications");
}

/// Registers a program of a server's, makes an API user for it, and gets a token by both.
pub fn registers() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = volt(&home);
    let url = realm["url"].as_str().unwrap();
    let browser = Browser::start();
    sign_in(&browser, &realm);
    browser.type_into("a.button.primary", ENTER);
    browser.wait_for("/developers/register");
    browser.type_into("#k-service", " ");
    browser.type_into("#name", &format!("Night shift{ENTER}"));
    browser.wait_for_text("h1", "is registered");
    let (id, secret) = (browser.text("#cid"), browser.text("#secret"));
    assert!(secret.starts_with("jtn_cs_"), "{secret}");
    browser.type_into("main a.button.primary", ENTER);
    browser.wait_for(&format!("/developers/applications/{id}"));
    browser.open(&format!("{url}/developers/applications/{id}/api-users"));
    browser.type_into("#username", &format!("night-shift{ENTER}"));
    browser.wait_for_text("h1", "The password");
    let password = browser.text("#password");
    let body = format!("grant_type=password&client_id={id}&client_secret={secret}&username=night-shift&password={password}");
    let (status, answer) = http("POST", &format!("{url}/oauth"), &[FORM], &body);
    assert_eq!(status, 200, "{answer}");
    Ok(())
}

/// axe-core finds nothing on any page, by day and by night, and the browser's console is silent.
pub fn is_for_everybody() -> Result<(), Failed> {
    let Some(axe) = Axe::installed()? else { return Ok(()) };
    let home = Home::new();
    let (_server, realm) = volt(&home);
    let url = realm["url"].as_str().unwrap();
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        let shade = if dark { "dark" } else { "light" };
        let look = |name: &str| axe.look(&browser, &format!("developers-{name}-{shade}"));
        sign_in(&browser, &realm);
        look("applications");
        browser.open(&format!("{url}/developers/register"));
        look("register");
        browser.type_into("#name", "Checkout trial");
        browser.type_into("#uri-1", "http://staging.checkout.example/callback");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("[role=alert]", "mend");
        look("register-error");
        browser.run("document.querySelector('#uri-1').value = 'https://checkout.example/callback'");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("h1", "is registered");
        look("created");
        let own = format!("{url}/developers/applications/{}", browser.text("#cid"));
        for (page, name) in [
            ("", "overview"),
            ("/credentials", "credentials"),
            ("/api-users", "application-api-users"),
            ("/settings", "settings"),
            ("/activity", "activity"),
            ("/get-a-token", "get-a-token"),
            ("/delete", "delete"),
            ("/end-authorizations", "end-authorizations"),
            ("/developers", "together"),
            ("/developers/leave", "leave"),
        ] {
            browser.open(&format!("{own}{page}"));
            look(name);
        }
        browser.open(&format!("{own}/credentials"));
        browser.type_into("main form button", ENTER);
        browser.wait_for_text("main h2", "The new secret");
        look("secret-added");
        browser.open(&format!("{own}/credentials"));
        look("credentials-two");
        browser.type_into("main table a.danger", ENTER);
        browser.wait_for("/remove");
        look("secret-remove");
        browser.open(&format!("{own}/api-users"));
        browser.type_into("#username", &format!("checkout-{shade}{ENTER}"));
        browser.wait_for_text("h1", "The password");
        look("api-user-created");
        browser.open(&format!("{url}/developers/api-users"));
        look("api-users");
        browser.open(&format!("{url}/developers/applications/none"));
        look("not-found");
    }
    let browser = Browser::in_german();
    browser.open(&format!("{url}/developers"));
    assert_eq!(browser.run("return document.documentElement.lang"), "de");
    Ok(())
}
