//! An administrator at the console, in a real browser: without a script and by keyboard, and as axe sees it.

use libtest_mimic::Failed;

use super::{ENTER, TAB, axe::Axe, code_of, demo, support::Home, webdriver::Browser};

const PASSWORD: &str = "three words of mine";

/// The console's address, and a link that makes somebody its owner.
fn invited(home: &Home, email: &str) -> String {
    let said = home.json(&["administrator", "invite", email, "--role", "owner", "--json", "--data", "jeton-demo"]);
    said["link"].as_str().unwrap().to_owned()
}

/// From the link to the console, through the second factor.
fn enter(browser: &Browser, link: &str) {
    browser.open(link);
    browser.type_into("#password", PASSWORD);
    browser.type_into("#repeated", &format!("{PASSWORD}{ENTER}"));
    browser.wait_for_text("h1", "Set up a second step first");
    browser.type_into("a[href$='/account/security/totp']", ENTER);
    browser.wait_for("/account/security/totp");
    let key = browser.text("#totp-key");
    browser.type_into("#code", &format!("{}{ENTER}", code_of(&key)));
    browser.wait_for_text("h1", "Keep these recovery codes");
    browser.type_into("a[href$='/admin']", ENTER);
    browser.wait_for_text("nav[aria-label=Administration]", "Audit log");
}

pub fn administers() -> Result<(), Failed> {
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    let browser = Browser::start();
    enter(&browser, &invited(&home, "odile@jeton.example"));
    browser.open(&format!("{front}/admin/new-realm"));
    browser.type_into("#name", &format!("shop{TAB}The shop{ENTER}"));
    browser.wait_for("/admin/realms/shop");
    assert!(browser.text("main").contains("The realm shop is there."));
    browser.open(&format!("{front}/admin/realms/shop/new-application"));
    browser.type_into("#client_name", "Demo shop");
    browser.type_into("#grant_types", "client_credentials");
    browser.type_into("main form button.primary", ENTER);
    browser.wait_for_text("h1", "Shown once");
    assert!(browser.text("#secret").len() > 20 && browser.text("#cid").len() > 20);
    browser.open(&format!("{front}/admin/realms/shop/keys"));
    browser.type_into("a[href$='/rotate']", ENTER);
    browser.wait_for("/rotate");
    browser.type_into("main form button.primary", ENTER);
    browser.wait_for("/keys");
    assert!(browser.text("main").contains("is made."));
    browser.open(&format!("{front}/admin/realms/shop/settings/delete"));
    browser.type_into("#typed", &format!("shop{ENTER}"));
    browser.wait_for_text("main", "shop is deleted.");
    Ok(())
}

pub fn console_is_for_everybody() -> Result<(), Failed> {
    let Some(axe) = Axe::installed()? else { return Ok(()) };
    let home = Home::new();
    let (_server, realm) = demo(&home);
    let front = realm["url"].as_str().unwrap().rsplit_once('/').unwrap().0.to_owned();
    for dark in [false, true] {
        let browser = Browser::with_scripts(dark);
        let shade = if dark { "dark" } else { "light" };
        enter(&browser, &invited(&home, &format!("{shade}@jeton.example")));
        let pages = [
            ("", "admin"),
            ("/realms", "admin-realms"),
            ("/new-realm", "admin-realm-new"),
            ("/realms/volt", "admin-realm"),
            ("/realms/volt/settings", "admin-settings"),
            ("/realms/volt/people", "admin-people"),
            ("/realms/volt/people?search=nobody", "admin-people-none"),
            ("/realms/volt/new-person", "admin-person-new"),
            ("/realms/volt/applications", "admin-applications"),
            ("/realms/volt/new-application", "admin-application-new"),
            ("/realms/volt/api-users", "admin-api-users"),
            ("/realms/volt/sessions", "admin-sessions"),
            ("/realms/volt/scopes", "admin-scopes"),
            ("/realms/volt/new-scope", "admin-scope"),
            ("/realms/volt/keys", "admin-keys"),
            ("/realms/volt/rotate", "admin-key-rotate"),
            ("/realms/volt/audit", "admin-audit"),
            ("/realms/volt/settings/delete", "admin-delete"),
            ("/dialects", "admin-dialects"),
            ("/dialects/volt", "admin-dialect"),
            ("/new-dialect", "admin-dialect-new"),
            ("/health", "admin-health"),
            ("/mail", "admin-mail"),
            ("/administrators", "admin-administrators"),
            ("/new-administrator", "admin-administrator"),
        ];
        for (path, name) in pages {
            browser.open(&format!("{front}/admin{path}"));
            axe.look(&browser, &format!("{name}-{shade}"));
        }
        browser.open(&format!("{front}/admin/realms/volt/applications"));
        browser.type_into("main table a", ENTER);
        browser.wait_for("/applications/");
        axe.look(&browser, &format!("admin-application-{shade}"));
        browser.open(&format!("{front}/admin/realms/voipex/people"));
        browser.type_into("main table a", ENTER);
        browser.wait_for("/people/");
        axe.look(&browser, &format!("admin-person-{shade}"));
        browser.open(&format!("{front}/admin/realms/volt/settings"));
        browser.type_into("#access_token_lifetime", "7");
        browser.type_into("main form button.primary", ENTER);
        browser.wait_for_text("h1", "What changes");
        axe.look(&browser, &format!("admin-settings-changes-{shade}"));
    }
    Ok(())
}
