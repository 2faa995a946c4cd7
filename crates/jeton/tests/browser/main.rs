//! A person in a real browser, without JavaScript and with a keyboard: signs in, approves, and comes
//! back to the application. `JETON_SCREENSHOTS=FOLDER` keeps a picture of every page.

#[path = "../cli/support.rs"]
#[expect(dead_code, reason = "shared with the command line's tests")]
mod support;
mod webdriver;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::{FORM, Home, Running, http};
use webdriver::{Browser, missing};

type Story = fn() -> Result<(), Failed>;

fn main() {
    let stories: [(&str, Story); 2] = [
        ("a_person_signs_in_approves_and_returns_by_keyboard_alone", approves),
        ("a_wrong_password_and_a_denial_are_told_in_words", is_told),
    ];
    let required = std::env::var("JETON_REQUIRE").unwrap_or_default().split(',').any(|part| part == "chromium");
    let absent = missing();
    let trials = stories.into_iter().map(|(name, story)| match absent {
        Some(what) if required => Trial::test(name, move || Err(what.into())),
        Some(what) => Trial::test(format!("{name} ({what})"), || Ok(())).with_ignored_flag(true),
        None => Trial::test(name, story),
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// The demo and its realm `volt-time`, whose API users come by browser.
fn demo(home: &Home) -> (Running, Value) {
    let running = Running::start(&mut home.command(&["demo", "--json", "--listen", "127.0.0.1:0"]));
    let said: Value = serde_json::from_str(&running.said).unwrap();
    (running, said["realms"]["volt-time"].clone())
}

fn authorize_url(realm: &Value) -> String {
    let text = |name: &str| realm[name].as_str().unwrap();
    let scope = realm["scopes"][0].as_str().unwrap();
    format!(
        "{}/oauth/authorize?response_type=code&client_id={}&redirect_uri={}&scope={scope}&state=xyz",
        text("url"),
        text("client_id"),
        text("redirect_uri")
    )
}

fn approves() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let text = |name: &str| realm[name].as_str().unwrap().to_owned();
    let browser = Browser::start();
    browser.open(&authorize_url(&realm));
    browser.picture("sign-in");
    // The field that is to be filled has the focus already.
    browser.type_into_focused(&format!("{}{TAB}{}{ENTER}", text("username"), text("password")));
    browser.wait_for("/consent?");
    browser.picture("consent");
    assert!(browser.text("main").contains("You are signed in as"));
    browser.type_into("button[value=approve]", ENTER);
    browser.wait_for(&text("redirect_uri"));
    let url = browser.url();
    let code = url.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect(&url);
    assert!(url.contains("state=xyz") && url.contains("iss="), "{url}");

    let body = format!(
        "grant_type=authorization_code&client_id={}&client_secret={}&redirect_uri={}&code={code}",
        text("client_id"),
        text("client_secret"),
        text("redirect_uri")
    );
    let (status, answer) = http("POST", &format!("{}/oauth/token", text("url")), &[FORM], &body);
    assert_eq!(status, 200, "{answer}");
    Ok(())
}

fn is_told() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let text = |name: &str| realm[name].as_str().unwrap().to_owned();
    let browser = Browser::start();
    browser.open(&authorize_url(&realm));
    browser.type_into_focused(&format!("{}{TAB}not it{ENTER}", text("username")));
    browser.wait_for("/sign-in");
    browser.picture("sign-in-refused");
    assert!(browser.text("[role=alert]").contains("wrong"));
    // The name is still there, and the password is what has the focus.
    browser.type_into_focused(&format!("{}{ENTER}", text("password")));
    browser.wait_for("/consent?");
    browser.type_into("button[value=deny]", ENTER);
    browser.wait_for("error=access_denied");

    browser.open(&authorize_url(&realm).replace("redirect_uri=https", "redirect_uri=http"));
    browser.picture("refused");
    assert!(browser.text("main").contains("redirect_uri"));
    Ok(())
}
