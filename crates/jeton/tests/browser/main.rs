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
    let stories: [(&str, Story); 3] = [
        ("a_person_signs_in_approves_and_returns_by_keyboard_alone", approves),
        ("a_wrong_password_and_a_denial_are_told_in_words", is_told),
        ("axe_finds_nothing_and_the_console_is_silent_by_day_and_by_night", is_for_everybody),
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
    browser.type_into("button[value=allow]", ENTER);
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
    assert!(browser.text("[role=alert]").contains("did not match"));
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

/// axe-core, where `tests/foreign/install` put it.
const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/foreign/node_modules/axe-core/axe.min.js");

fn is_for_everybody() -> Result<(), Failed> {
    let axe = match std::fs::read_to_string(AXE) {
        Ok(axe) => axe,
        Err(_) if std::env::var("JETON_REQUIRE").unwrap_or_default().contains("node") => {
            return Err("axe-core is missing: run tests/foreign/install".into());
        }
        Err(_) => return Ok(()),
    };
    let home = Home::new();
    let (server, realm) = demo(&home);
    let text = |name: &str| realm[name].as_str().unwrap().to_owned();
    let front = text("url").rsplit_once('/').unwrap().0.to_owned();
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        let shade = if dark { "dark" } else { "light" };
        let look = |name: &str| {
            browser.picture(&format!("{name}-{shade}"));
            browser.run(&axe);
            let found = browser.run(
                "return axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' ')))",
            );
            assert_eq!(found, Value::Array(Vec::new()), "{name} {shade}");
            // A page that is a refusal is itself an error to the console.
            let errors: Vec<_> =
                browser.console().into_iter().filter(|line| !line.contains("the server responded with a status of")).collect();
            assert!(errors.is_empty(), "{name} {shade}: {errors:?}");
        };
        browser.open(&format!("{front}/"));
        look("front");
        browser.open(&authorize_url(&realm));
        look("sign-in");
        browser.type_into_focused(&format!("{}{TAB}not it{ENTER}", text("username")));
        browser.wait_for("/sign-in");
        look("sign-in-refused");
        browser.type_into("#password", &format!("{}{ENTER}", text("password")));
        browser.wait_for("/consent?");
        look("consent");
        browser.open(&format!("{}/sign-out", text("url")));
        look("sign-out");
        browser.type_into("main button", ENTER);
        browser.wait_for("/sign-out");
        look("signed-out");
        browser.open(&authorize_url(&realm).replace("redirect_uri=https", "redirect_uri=http"));
        look("error");
    }
    drop(server);
    Ok(())
}
