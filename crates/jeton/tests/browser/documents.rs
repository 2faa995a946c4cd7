//! The documents of a realm, and the tab of an application, in a real browser.

use libtest_mimic::Failed;

use super::{ENTER, TAB, axe::Axe, demo, support::Home, webdriver::Browser};

const RIGHT: &str = "\u{e014}";

/// Languages are chosen by keyboard, without a script, and one is shown at a time.
pub fn are_read_without_a_script() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    let browser = Browser::start();
    browser.open(&format!("{front}/"));
    browser.type_into("a[href$='/volt/docs']", ENTER);
    browser.wait_for("/volt/docs");
    browser.picture("docs-without-script");
    assert!(browser.text("h1").contains("Get a token"));
    let curl = browser.text("#password-curl");
    assert!(curl.contains("YOUR_API_USER") && curl.starts_with("curl "), "{curl}");
    assert_eq!(browser.text("#password-go"), "", "one language at a time");
    browser.type_into("#password-in-curl", RIGHT);
    browser.wait_for_text("#password-node-fetch", "await fetch");
    assert_eq!(browser.text("#password-curl"), "");
    Ok(())
}

/// By day and by night: axe finds nothing and the console is silent; a developer's button shows the answer.
pub fn are_for_everybody() -> Result<(), Failed> {
    let Some(axe) = Axe::installed()? else { return Ok(()) };
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        let shade = if dark { "dark" } else { "light" };
        let look = |name: &str| axe.look(&browser, &format!("{name}-{shade}"));
        for name in ["volt", "volt-time", "voipex", "violet", "depotfinity", "standard"] {
            browser.open(&format!("{front}/{name}/docs"));
            look(&format!("docs-{name}"));
        }
        browser.open(&format!("{front}/volt/sign-in"));
        browser.type_into("#username", &format!("dana{TAB}demo-volt-developer-password{ENTER}"));
        browser.wait_for("/account");
        browser.open(&format!("{front}/volt/developers/applications/3f8c2b1e-demo-volt/get-a-token"));
        look("get-a-token");
        browser.type_into("#password-secret", "demo-volt-secret-5uR8mKx2bQw7Zp1nTf4yHc9e");
        let name = "document.getElementById('password-username')";
        browser.run(&format!("{name}.value = 'demo-shop-api'"));
        browser.type_into("#password-password", &format!("demo-volt-password{ENTER}"));
        browser.wait_for_text("#answer", "200 OK");
        look("get-a-token-answered");
        assert!(browser.text("#answered").contains("access_token"));
    }
    Ok(())
}
