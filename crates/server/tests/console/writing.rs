//! What administrators write at their console: once, about what they saw, and only what can be.

use http::Method;
use jeton_oauth::manage::AdministratorRole::Support;
use jeton_stories::admins::Admin;

use crate::{
    authenticator::Authenticator,
    browser::Browser,
    call::Answer,
    desks::{administrator, newcomer, owner, sign_in, with_an_app},
    forms::{form_to, signed_in, text_of, whole_form},
    world::{Engine, World, cases},
};

cases![
    a_person_is_made_with_a_password_that_is_shown_once,
    second_factors_are_shown_and_removed,
    an_application_is_registered_and_changed,
    a_realm_is_made_cloned_and_deleted_by_its_typed_name,
    a_rotation_changes_the_jwks,
    the_audit_log_is_found_and_taken_along,
    what_cannot_be_undone_asks_for_a_recent_proof,
    what_lets_somebody_in_asks_for_a_recent_proof,
    names_that_people_chose_are_shown_as_they_are,
    another_sites_page_changes_nothing,
];

/// Fills in and sends the form of a page.
pub async fn send(browser: &Browser<'_>, path: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/admin{path}")).await.page();
    assert_eq!(page.status, 200, "{path}: {}", page.text());
    browser.submit(&form_to(&page, action), fields).await.page()
}

async fn a_person_is_made_with_a_password_that_is_shown_once(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let page = owner.get("/admin/realms/acme/new-person").await.page();
    let form = form_to(&page, "/new-person");
    let fields = [("username", "bo"), ("email", "bo@example.com"), ("given_name", "Bo"), ("sub", "bo-1"), ("make_password", "yes")];
    let made = owner.submit(&form, &fields).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    let password = text_of(&made, "password");
    assert!(password.len() >= 20, "{password}");
    let token = world.token(&[("grant_type", "password"), ("username", "bo"), ("password", &password), ("scope", "read")]).send().await;
    assert_eq!(token.status, 200, "{}", token.text());
    // Sent twice, it makes one.
    let again = owner.submit(&form, &fields).await.page();
    assert!(again.status.as_u16() >= 400 && !again.text().contains(&password), "{}", again.text());
    let page = owner.get("/admin/realms/acme/people/bo-1").await.page();
    assert!(page.text().contains("<bdi>Bo</bdi>") && !page.text().contains(&password));
    // A name that is taken stands beside its field, and what was typed stays.
    let refused = send(&owner, "/realms/acme/new-person", "/new-person", &[("username", "bo"), ("given_name", "Other")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("id=\"username-fault\"") && refused.text().contains("value=\"Other\""), "{}", refused.text());
    // Another password, once.
    let page = owner.get("/admin/realms/acme/people/bo-1/password").await.page();
    let form = form_to(&page, "/password");
    let other = text_of(&owner.submit(&form, &[]).await.page(), "password");
    assert!(other != password);
    let again = owner.submit(&form, &[]).await.page();
    assert!(!again.text().contains("id=\"password\""), "it was shown once: {}", again.text());
    let done = send(&owner, "/realms/acme/people/bo-1/disable", "/disable", &[]).await;
    assert!(done.text().contains("bo is disabled."), "{}", done.text());
    assert_eq!(admin.get("/realms/acme/people/bo-1").await.json()["status"], "disabled");
    let wrong = send(&owner, "/realms/acme/people/bo-1/delete", "/delete", &[("typed", "Bo")]).await;
    assert_eq!(wrong.status, 422);
    send(&owner, "/realms/acme/people/bo-1/delete", "/delete", &[("typed", "bo")]).await;
    assert_eq!(admin.get("/realms/acme/people/bo-1").await.status, 404);
    // An API user has the same pages.
    let made = send(&owner, "/realms/acme/new-api-user", "/new-api-user", &[("username", "shop-api"), ("make_password", "yes")]).await;
    assert!(text_of(&made, "password").len() >= 20);
    assert!(owner.get("/admin/realms/acme/api-users").await.page().text().contains("shop-api"));
}

/// Passkeys are some, too.
async fn second_factors_are_shown_and_removed(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, support) = (owner(&world).await, administrator(&world, "support@example.com", Support, &["acme"]).await);
    let here = "/admin/realms/acme/people/sub-ann";
    assert!(owner.get(here).await.page().text().contains("A password alone."));
    let ann = signed_in(&world, "ann").await;
    let page = ann.get("/acme/account/security/passkeys/new").await.page();
    let key = Authenticator::new(b"first of ann").make(&page);
    let form = key.iter().fold(form_to(&page, "/passkeys/new"), |form, (name, value)| form.with(name, value)).with("name", "Laptop");
    assert_eq!(ann.submit(&form, &[]).await.page().status, 200);
    let page = support.get(here).await.page().text();
    assert!(page.contains("<p class=\"name\">Passkey</p>") && !page.contains("A password alone."), "{page}");
    let done = send(&support, "/realms/acme/people/sub-ann/reset-factors", "/reset-factors", &[]).await;
    assert!(done.text().contains("The second factors of ann are removed.") && done.text().contains("A password alone."), "{}", done.text());
    let factors = Admin::owner(&world).await.get("/realms/acme/people/sub-ann/factors").await.json();
    assert_eq!(factors["items"].as_array().map(Vec::len), Some(0), "{factors}");
}

async fn an_application_is_registered_and_changed(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let page = owner.get("/admin/realms/acme/new-application").await.page();
    let form = form_to(&page, "/new-application");
    let fields = [
        ("client_name", "Demo shop"),
        ("grant_types", "client_credentials authorization_code"),
        ("scope", "read"),
        ("redirect_uris", "https://shop.example/"),
        ("token_endpoint_auth_method", "client_secret_post"),
    ];
    let made = owner.submit(&form, &fields).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    let (id, secret) = (text_of(&made, "cid"), text_of(&made, "secret"));
    let sent = [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &secret)];
    let token = world.post("/acme/token").form(&sent).send().await;
    assert_eq!(token.status, 200, "{}", token.text());
    let again = owner.submit(&form, &fields).await.page();
    assert!(!again.text().contains("id=\"secret\""), "the same form makes one application: {}", again.text());
    let all = admin.get("/realms/acme/clients").await.json();
    assert_eq!(all["items"].as_array().unwrap().iter().filter(|client| client["client_name"] == "Demo shop").count(), 1);
    let here = format!("/realms/acme/applications/{id}");
    let changed = send(
        &owner,
        &here,
        &format!("/{id}"),
        &[("client_name", "Shop"), ("redirect_uris", "https://shop.example/a\r\nhttps://shop.example/b")],
    )
    .await;
    assert!(changed.text().contains("It is saved."), "{}", changed.text());
    let now = admin.get(&format!("/realms/acme/clients/{id}")).await.json();
    assert_eq!((now["client_name"].as_str(), now["redirect_uris"].as_array().unwrap().len()), (Some("Shop"), 2));
    let refused = send(&owner, &here, &format!("/{id}"), &[("redirect_uris", "javascript:alert(1)")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("id=\"redirect_uris-fault\""), "{}", refused.text());
    // Another secret, and the first one goes. Ids are ordered by their moment.
    world.advance(1);
    let second = send(&owner, &format!("{here}/add-secret"), "/add-secret", &[]).await;
    assert!(text_of(&second, "secret") != secret);
    let secrets = admin.get(&format!("/realms/acme/clients/{id}/secrets")).await.json();
    let first = secrets["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{here}/secrets/{first}/remove");
    assert_eq!(send(&owner, &path, "/remove", &[("typed", "x")]).await.status, 422);
    send(&owner, &path, "/remove", &[("typed", "Shop")]).await;
    assert_eq!(world.post("/acme/token").form(&sent).send().await.status, 401, "the first secret proves nothing");
    send(&owner, &format!("{here}/delete"), "/delete", &[("typed", "Shop")]).await;
    assert_eq!(admin.get(&format!("/realms/acme/clients/{id}")).await.status, 404);
}

async fn a_realm_is_made_cloned_and_deleted_by_its_typed_name(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let made = send(&owner, "/new-realm", "/new-realm", &[("name", "shop"), ("title", "The shop"), ("dialect", "volt")]).await;
    assert!(
        made.text().contains("The realm shop is there.") && made.text().contains("refresh_without_client_authentication"),
        "{}",
        made.text()
    );
    admin.patch("/realms/shop/settings", &serde_json::json!({ "access_token_lifetime": 77 })).await;
    let clone = send(&owner, "/new-realm?like=shop", "/new-realm", &[("name", "copy")]).await;
    assert!(clone.text().contains("The realm copy is there."), "{}", clone.text());
    let copy = admin.get("/realms/copy").await.json();
    assert_eq!((copy["dialect"].as_str(), copy["settings"]["access_token_lifetime"].as_u64()), (Some("volt"), Some(77)));
    let taken = send(&owner, "/new-realm", "/new-realm", &[("name", "shop"), ("dialect", "standard")]).await;
    assert_eq!(taken.status, 409, "{}", taken.text());
    let odd = send(&owner, "/new-realm", "/new-realm", &[("name", "No Good"), ("dialect", "standard")]).await;
    assert_eq!(odd.status, 422);
    assert!(odd.text().contains("id=\"name-fault\""), "{}", odd.text());
    let ask = "/realms/copy/settings/delete";
    assert_eq!(send(&owner, ask, "/delete", &[("typed", "copied")]).await.status, 422);
    let gone = send(&owner, ask, "/delete", &[("typed", "copy")]).await;
    assert!(gone.text().contains("copy is deleted."), "{}", gone.text());
    assert_eq!(owner.get("/admin/realms/copy").await.page().status, 404);
    send(&owner, "/realms/shop/settings/disable", "/disable", &[("typed", "shop")]).await;
    assert_eq!(world.get("/shop/.well-known/openid-configuration").send().await.status, 404);
    send(&owner, "/realms/shop/settings/enable", "/enable", &[]).await;
    assert_eq!(world.get("/shop/.well-known/openid-configuration").send().await.status, 200);
}

async fn a_rotation_changes_the_jwks(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    send(&owner, "/new-realm", "/new-realm", &[("name", "fresh"), ("dialect", "standard")]).await;
    for realm in ["fresh", "acme"] {
        let jwks = async || world.get(&format!("/{realm}/jwks")).send().await.text();
        let before = jwks().await;
        let done = send(&owner, &format!("/realms/{realm}/rotate"), "/rotate", &[("when", "wait")]).await;
        assert!(done.text().contains("is made."), "{}", done.text());
        world.notice().await;
        assert!(jwks().await != before, "{realm}");
        let page = owner.get(&format!("/admin/realms/{realm}/keys")).await.page();
        assert!(page.text().contains("Announced") || page.text().contains("Current"), "{}", page.text());
    }
    let keys = Admin::owner(&world).await.get("/realms/acme/keys").await.json();
    let current = keys["items"].as_array().unwrap().iter().find(|key| key["state"] == "current" && key["purpose"] == "ES256").unwrap();
    let id = current["id"].as_str().unwrap();
    let done = send(&owner, &format!("/realms/acme/keys/{id}/revoke"), "/revoke", &[("typed", id)]).await;
    assert!(done.text().contains("The key is revoked."), "{}", done.text());
}

async fn the_audit_log_is_found_and_taken_along(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    send(&owner, "/realms/acme/new-person", "/new-person", &[("username", "=cmd()"), ("sub", "formula")]).await;
    send(&owner, "/realms/acme/people/sub-ann/unlock", "/unlock", &[]).await;
    let page = owner.get("/admin/realms/acme/audit").await.page();
    for link in ["/admin/realms/acme/audit.csv\">", "/admin/realms/acme/audit.jsonl\">", ">CSV</a>", ">JSON lines</a>"] {
        assert!(page.text().contains(link), "{link}");
    }
    let found = owner.get("/admin/realms/acme/audit?kind=user_changed&subject=formula&actor=administrator").await.page();
    assert!(
        found.text().contains("created by an administrator") && !found.text().contains("attempts_forgotten</code>"),
        "{}",
        found.text()
    );
    let elsewhere = owner.get("/admin/realms/acme/audit?kind=user_changed&address=198.51.100.77").await.page();
    assert!(!elsewhere.text().contains("created by an administrator"), "{}", elsewhere.text());
    let odd = owner.get("/admin/realms/acme/audit?kind=nonsense").await.page();
    assert!(odd.status == 200 && odd.text().contains("role=\"alert\""), "{}", odd.text());
    let csv = owner.one(Method::GET, "/admin/realms/acme/audit.csv?kind=user_changed", None).await;
    assert_eq!(csv.header("content-type"), Some("text/csv"));
    assert!(csv.header("content-disposition").unwrap().contains("acme-audit.csv"));
    let text = csv.text();
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert!(lines[0].starts_with("id,at,kind,actor,") && lines.len() == 2, "{text}");
    assert!(lines[0].contains(",sub,username,"), "{text}");
    assert!(lines[1].contains(",'=cmd() created by an administrator"), "{text}");
    let jsonl = owner.one(Method::GET, "/admin/realms/acme/audit.jsonl", None).await;
    assert_eq!(jsonl.header("content-type"), Some("application/x-ndjson"));
    for line in jsonl.text().lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].is_string(), "{line}");
    }
    let support = administrator(&world, "support@example.com", Support, &["acme"]).await;
    assert_eq!(support.one(Method::GET, "/admin/realms/acme/audit.csv", None).await.status, 200);
}

async fn what_cannot_be_undone_asks_for_a_recent_proof(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, _) = newcomer(&world, &crate::desks::first_link(&world).await, "odile@example.com").await;
    let key = with_an_app(&world, &browser).await;
    let page = browser.get("/admin/realms/acme/people/sub-ann/delete").await.page();
    let form = form_to(&page, "/delete");
    world.advance(16 * 60);
    assert_eq!(browser.get("/admin/realms/acme/people/sub-ann").await.page().status, 200, "reading goes on");
    for path in ["/realms/acme/people/sub-ann/delete", "/realms/acme/rotate", "/realms/acme/settings/delete", "/new-administrator"] {
        let page = browser.get(&format!("/admin{path}")).await.page();
        assert!(page.text().contains("current-password"), "{path}: {}", page.text());
    }
    let asked = browser.submit(&form, &[("typed", "ann")]).await.page();
    assert!(asked.text().contains("current-password"), "{}", asked.text());
    let admin = Admin::owner(&world).await;
    assert_eq!(admin.get("/realms/acme/people/sub-ann").await.status, 200, "nothing was done");
    // After both factors the page asks again, and does it.
    let back = sign_in(&world, &browser, &asked, "odile@example.com", &key).await;
    browser.submit(&form_to(&back, "/delete"), &[("typed", "ann")]).await.page();
    assert_eq!(admin.get("/realms/acme/people/sub-ann").await.status, 404);
}

/// A secret that is shown, a link, an address where letters go, a token of one's own: all of them let somebody in.
async fn what_lets_somebody_in_asks_for_a_recent_proof(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    let form = async |path: &str, end: &str| whole_form(&owner.get(&format!("/admin{path}")).await.page(), end);
    let person = form("/realms/acme/new-person", "/new-person").await.with("username", "bo");
    let application = form("/realms/acme/new-application", "/new-application").await.with("client_name", "Late");
    let invitation = form("/realms/acme/invite", "/invite").await;
    let ann = form("/realms/acme/people/sub-ann", "/sub-ann").await;
    let token = form("/account/tokens/new", "/account/tokens/new").await.with("name", "mine");
    world.advance(16 * 60);
    let changed = [ann.clone().with("email", "other@example.com"), ann.clone().with("email_verified", "false")];
    let made = [person.clone(), application, invitation, token];
    for form in made.into_iter().chain(changed) {
        let answer = owner.submit(&form, &[]).await.page();
        assert!(answer.text().contains("current-password"), "{}: {}", form.action, answer.text());
    }
    let admin = Admin::owner(&world).await;
    assert_eq!(admin.get("/realms/acme/people/sub-ann").await.json()["email"], "ann@example.com");
    assert!(!admin.get("/realms/acme/people").await.text().contains("\"bo\""));
    assert!(!admin.get("/realms/acme/clients").await.text().contains("Late"));
    // What lets nobody in goes on.
    assert!(owner.submit(&ann.with("given_name", "Anna"), &[]).await.page().text().contains("It is saved."));
    assert_eq!(owner.submit(&person.without("make_password"), &[]).await.page().status, 200);
    assert!(admin.get("/realms/acme/people").await.text().contains("\"bo\""));
}

/// Scripts, templates, turned text, and what is no ASCII: as text, wherever it is shown.
async fn names_that_people_chose_are_shown_as_they_are(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let names =
        ["<script>alert(1)</script>", "{{ 7*7 }}{% raw %}", "a/b?c#d%2F", "\u{202e}evil", "\u{1f980} \u{646}\u{648}\u{631}", "' OR 1=1 --"];
    for (number, name) in names.iter().enumerate() {
        // A `sub` is ASCII.
        let sub = format!("odd {number}/{}", if name.is_ascii() { name } else { "turned" });
        let person = serde_json::json!({ "username": format!("odd-{number}"), "given_name": name, "sub": sub });
        assert_eq!(admin.post("/realms/acme/people", &person).await.status, 201, "{name}");
        let client =
            serde_json::json!({ "client_name": name, "client_id": format!("odd-{number}"), "grant_types": ["client_credentials"] });
        assert_eq!(admin.post("/realms/acme/clients", &client).await.status, 201, "{name}");
    }
    let people = owner.get("/admin/realms/acme/people").await.page();
    let links: Vec<String> =
        people.text().split("/admin/realms/acme/people/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(links.len() > names.len());
    let mut pages =
        vec![people, owner.get("/admin/realms/acme/applications").await.page(), owner.get("/admin/realms/acme/audit").await.page()];
    for link in links.iter().filter(|link| link.contains("odd")) {
        for end in ["", "/delete"] {
            let page = owner.get(&format!("/admin/realms/acme/people/{link}{end}")).await.page();
            assert_eq!(page.status, 200, "{link}{end}");
            pages.push(page);
        }
    }
    for number in 0..names.len() {
        pages.push(owner.get(&format!("/admin/realms/acme/applications/odd-{number}")).await.page());
    }
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("<script>alert") && !page.text().contains(">49"), "{}", page.text());
    }
}

async fn another_sites_page_changes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    let page = owner.get("/admin/realms/acme/people/sub-ann/disable").await.page();
    let form = form_to(&page, "/disable");
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let path = "/admin/realms/acme/people/sub-ann/disable";
    let send = async |header: (&str, &str), fields: &[(&str, &str)]| {
        world.post(path).header("cookie", &owner.cookies()).header(header.0, header.1).form(fields).send().await
    };
    assert_eq!(send(("sec-fetch-site", "cross-site"), &fields).await.status, 403);
    assert_eq!(send(("origin", "https://evil.example"), &fields).await.status, 403);
    // Without either header the page's own token decides, and it is for this address alone.
    let without: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "csrf").collect();
    assert_eq!(send(("accept", "text/html"), &without).await.status, 403);
    let elsewhere = world.post("/admin/realms/acme/settings/disable").header("cookie", &owner.cookies()).form(&fields).send().await;
    assert_eq!(elsewhere.status, 403);
    let ann = Admin::owner(&world).await.get("/realms/acme/people/sub-ann").await.json();
    assert_eq!(ann["status"], "active");
    assert_eq!(send(("accept", "text/html"), &fields).await.status, 303);
}
