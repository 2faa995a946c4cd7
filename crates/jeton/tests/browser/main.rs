//! A person in a real browser, without JavaScript and with a keyboard: signs in, approves, and comes
//! back to the application. `JETON_SCREENSHOTS=FOLDER` keeps a picture of every page.

mod axe;
mod console;
mod developers;
mod documents;
#[path = "../cli/support.rs"]
#[expect(dead_code, reason = "shared with the command line's tests")]
mod support;
mod webdriver;

use axe::Axe;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use support::{DEADLINE, FORM, Home, Running, http};
use webdriver::{Browser, missing};

type Story = fn() -> Result<(), Failed>;

fn main() {
    let stories: [(&str, Story); 12] = [
        ("a_person_signs_in_approves_and_returns_by_keyboard_alone", approves),
        ("a_wrong_password_and_a_denial_are_told_in_words", is_told),
        ("a_person_makes_an_account_forgets_its_password_and_sets_up_a_second_factor", makes_an_account),
        ("a_passkey_is_added_signs_in_and_is_a_second_step", has_a_passkey),
        ("axe_finds_nothing_on_the_pages_of_mail_and_factors", is_for_everybody_too),
        ("axe_finds_nothing_and_the_console_is_silent_by_day_and_by_night", is_for_everybody),
        ("a_developer_registers_an_application_by_keyboard_and_gets_a_token", developers::registers),
        ("axe_finds_nothing_on_the_pages_of_developers", developers::is_for_everybody),
        ("an_administrator_works_at_the_console_by_keyboard", console::administers),
        ("axe_finds_nothing_on_the_pages_of_the_console", console::console_is_for_everybody),
        ("documents_are_read_by_keyboard_and_without_a_script", documents::are_read_without_a_script),
        ("documents_and_an_applications_tab_are_for_everybody_by_day_and_by_night", documents::are_for_everybody),
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

/// The link in the newest letter of the demo, once there are `count` letters.
fn mailed(browser: &Browser, front: &str, count: usize, path: &str) -> String {
    let deadline = std::time::Instant::now() + DEADLINE;
    loop {
        browser.open(&format!("{front}/demo-mail"));
        let page = browser.source();
        if page.matches("<article").count() >= count
            && let Some(link) = page.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|link| link.contains(path))
        {
            return link.replace("&amp;", "&");
        }
        assert!(std::time::Instant::now() < deadline, "no letter with {path}: {page}");
        std::thread::yield_now();
    }
}

/// What an authenticator app shows for a key.
fn code_of(base32: &str) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut key) = (0_u32, 0, Vec::new());
    for letter in base32.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = bits << 5 | u32::try_from(letters.iter().position(|one| *one == letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    #[expect(clippy::disallowed_methods, reason = "the browser's server tells the time by the same clock")]
    let step = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() / 30;
    let tag = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Without a script, and by keyboard alone.
fn makes_an_account() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    let issuer = format!("{front}/voipex");
    let browser = Browser::start();
    browser.open(&format!("{issuer}/sign-in"));
    browser.type_into("a[href$='/sign-up']", ENTER);
    browser.wait_for("/sign-up");
    browser.type_into("#name", "Nora New");
    browser.type_into("#email", "nora@voipex.example");
    browser.type_into("#password", "a fine long one");
    browser.type_into("#terms", " ");
    browser.type_into("main form button.primary", ENTER);
    browser.wait_for_text("h1", "Look into your mail");
    let link = mailed(&browser, &front, 1, "/verify-email?token=");
    browser.open(&link);
    browser.type_into("main form button.primary", ENTER);
    browser.wait_for("/sign-in");
    browser.type_into("#username", &format!("nora@voipex.example{TAB}a fine long one{ENTER}"));
    browser.wait_for("/account");
    assert!(browser.text("h1").contains("Nora"));

    browser.open(&format!("{issuer}/forgot-password"));
    browser.type_into_focused(&format!("nora@voipex.example{ENTER}"));
    browser.wait_for_text("h1", "Look into your mail");
    let link = mailed(&browser, &front, 2, "/reset-password?token=");
    browser.open(&link);
    browser.type_into("#password", &format!("another fine long one{ENTER}"));
    browser.wait_for("/sign-in");
    browser.type_into("#username", &format!("nora@voipex.example{TAB}another fine long one{ENTER}"));
    browser.wait_for("/account");

    browser.open(&format!("{issuer}/account/security/totp"));
    let key = browser.text("#totp-key");
    browser.type_into("#code", &format!("{}{ENTER}", code_of(&key)));
    browser.wait_for_text("h1", "Keep these recovery codes");
    let codes = browser.text("#codes");
    assert_eq!(codes.lines().count(), 10, "{codes}");
    browser.open(&format!("{issuer}/sign-out"));
    browser.type_into("main form button.primary", ENTER);
    browser.wait_for_text("h1", "You are signed out");
    browser.open(&format!("{issuer}/sign-in"));
    browser.type_into("#username", &format!("nora@voipex.example{TAB}another fine long one{ENTER}"));
    browser.wait_for_text("h1", "One more step");
    browser.type_into("button[name=way]", ENTER);
    browser.wait_for_text("h1", "Use a recovery code");
    let code = codes.lines().next().unwrap().trim().to_owned();
    browser.type_into("#code", &format!("{code}{ENTER}"));
    browser.wait_for("/account");
    Ok(())
}

/// With a device of the browser's own; and no script, no passkey: another way is told.
fn has_a_passkey() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let text = |name: &str| realm[name].as_str().unwrap().to_owned();
    let issuer = text("url");
    assert!(issuer.starts_with("http://localhost:"), "browsers know no passkeys of an address: {issuer}");
    let browser = Browser::with_scripts(false);
    browser.add_authenticator();
    browser.open(&format!("{issuer}/sign-in"));
    browser.type_into("#username", &format!("{}{TAB}{}{ENTER}", text("username"), text("password")));
    browser.wait_for("/account");
    browser.open(&format!("{issuer}/account/security"));
    browser.type_into("a[href$='/passkeys/new']", ENTER);
    browser.wait_for_text("[role=status]", "Your passkey was added.");
    browser.wait_for_text("h1", "Keep these recovery codes");
    browser.open(&format!("{issuer}/account/security"));
    assert!(browser.text("main").contains("Chrome, Linux"), "{}", browser.text("main"));
    browser.picture("account-security-passkey");
    // The same device has one already.
    browser.type_into("a[href$='/passkeys/new']", ENTER);
    browser.wait_for_text("[data-passkey-fault=known]", "already");
    browser.picture("account-passkey-new-fault");

    let sign_out = || {
        browser.open(&format!("{issuer}/sign-out"));
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("h1", "You are signed out");
    };
    sign_out();
    browser.open(&format!("{issuer}/sign-in"));
    browser.type_into("form[action$='/sign-in/passkey'] button", ENTER);
    browser.wait_for("/account");
    sign_out();
    browser.open(&format!("{issuer}/sign-in"));
    browser.type_into("#username", &format!("{}{TAB}{}{ENTER}", text("username"), text("password")));
    browser.wait_for("/account");
    // In an application's request too.
    sign_out();
    browser.open(&authorize_url(&realm));
    browser.type_into("form[action$='/sign-in/passkey'] button", ENTER);
    browser.wait_for("/consent?");
    let errors = browser.console();
    assert!(errors.iter().all(|line| line.contains("favicon")), "{errors:?}");

    let plain = Browser::start();
    plain.open(&format!("{issuer}/sign-in"));
    plain.type_into("form[action$='/sign-in/passkey'] button", ENTER);
    plain.wait_for_text("main", "Passkeys need JavaScript.");
    plain.picture("passkey-without-script");
    plain.type_into("main p a[href$='/sign-in']", ENTER);
    plain.wait_for_text("h1", "Sign in");
    Ok(())
}

fn is_for_everybody_too() -> Result<(), Failed> {
    let Some(axe) = Axe::installed()? else { return Ok(()) };
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    let issuer = format!("{front}/voipex");
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        // Letters of the round before.
        let sent = if dark { 2 } else { 0 };
        let shade = if dark { "dark" } else { "light" };
        let look = |name: &str| axe.look(&browser, &format!("{name}-{shade}"));
        browser.open(&format!("{issuer}/sign-up"));
        look("sign-up");
        browser.type_into("#name", "Nora");
        browser.type_into("#email", &format!("{shade}@voipex.example"));
        browser.type_into("#password", "Password123");
        browser.type_into("#terms", " ");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("[role=alert]", "mend");
        look("sign-up-error");
        browser.type_into("#password", "a fine long one");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("h1", "Look into your mail");
        look("verify-email-sent");
        let link = mailed(&browser, &front, 1 + sent, "/verify-email?token=");
        look("demo-mail");
        browser.open(&link);
        look("verify-email");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for("/sign-in");
        browser.open(&format!("{issuer}/forgot-password"));
        look("forgot-password");
        browser.type_into("#email", &format!("{shade}@voipex.example{ENTER}"));
        browser.wait_for_text("h1", "Look into your mail");
        look("forgot-password-sent");
        let link = mailed(&browser, &front, 2 + sent, "/reset-password?token=");
        browser.open(&link);
        look("reset-password");
        browser.open(&format!("{issuer}/reset-password?token=x"));
        look("link-ended");
        browser.open(&format!("{issuer}/sign-in"));
        browser.type_into("form[action$='/sign-in/passkey'] button", ENTER);
        browser.wait_for_text("h1", "Use your passkey");
        look("passkey");
        browser.open(&format!("{issuer}/sign-in"));
        browser.type_into("#username", &format!("{shade}@voipex.example"));
        browser.type_into("#password", &format!("a fine long one{ENTER}"));
        browser.wait_for("/account");
        look("account");
        browser.open(&format!("{issuer}/account/email"));
        look("account-email");
        browser.open(&format!("{issuer}/account/security"));
        look("account-security");
        browser.open(&format!("{issuer}/account/security/passkeys/new"));
        look("account-passkey-new");
        browser.open(&format!("{issuer}/account/security"));
        browser.open(&format!("{issuer}/account/security/totp"));
        look("account-totp");
        let key = browser.text("#totp-key");
        browser.type_into("#code", &format!("{}{ENTER}", code_of(&key)));
        browser.wait_for_text("h1", "Keep these recovery codes");
        look("account-recovery-codes");
        browser.open(&format!("{issuer}/account/security/totp/remove"));
        look("account-totp-remove");
        browser.open(&format!("{issuer}/sign-out"));
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("h1", "You are signed out");
        browser.open(&format!("{issuer}/sign-in"));
        browser.type_into("#username", &format!("{shade}@voipex.example"));
        browser.type_into("#password", &format!("a fine long one{ENTER}"));
        browser.wait_for_text("h1", "One more step");
        look("second-factor");
        browser.type_into("button[name=way]", ENTER);
        browser.wait_for_text("h1", "Use a recovery code");
        look("second-factor-recovery");
    }
    let browser = Browser::in_german();
    for (path, name) in [("sign-in", "sign-in-de"), ("sign-up", "sign-up-de"), ("forgot-password", "forgot-password-de")] {
        browser.open(&format!("{issuer}/{path}"));
        assert_eq!(browser.run("return document.documentElement.lang"), "de", "{name}");
        axe.look(&browser, name);
    }
    Ok(())
}

fn is_for_everybody() -> Result<(), Failed> {
    let Some(axe) = Axe::installed()? else { return Ok(()) };
    let home = Home::new();
    let (server, realm) = demo(&home);
    let text = |name: &str| realm[name].as_str().unwrap().to_owned();
    let front = text("url").rsplit_once('/').unwrap().0.to_owned();
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        let shade = if dark { "dark" } else { "light" };
        let look = |name: &str| axe.look(&browser, &format!("{name}-{shade}"));
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
