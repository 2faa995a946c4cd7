//! Every page, as each role sees it.

use jeton_oauth::manage::AdministratorRole::{Auditor, Support};

use crate::{
    desks::{administrator, owner, places},
    setup::Setup,
    world::{Engine, World, cases},
};

cases![every_page_shows_itself_to_an_owner, each_role_sees_and_does_what_it_may];

/// Pages of the realm acme, and a word of each.
const PAGES: &[(&str, &str)] = &[
    ("/realms", "acme"),
    ("/realms/acme", "Relaxes"),
    ("/realms/acme/people", "ann@example.com"),
    ("/realms/acme/people?search=ann", "ann@example.com"),
    ("/realms/acme/people?search=nobody", "Nothing found"),
    ("/realms/acme/people/sub-ann", "Second factors"),
    ("/realms/acme/api-users", "No API users yet"),
    ("/realms/acme/applications", "web"),
    ("/realms/acme/applications/web", "Secrets"),
    ("/realms/acme/sessions", "Sessions"),
    ("/realms/acme/scopes", "Of this realm"),
    ("/realms/acme/keys", "JWKS"),
    ("/realms/acme/audit", "Every event"),
    ("/realms/acme/settings", "access_token_lifetime"),
    ("/dialects", "standard"),
    ("/dialects/standard", "Its file"),
    ("/administrators", "Administrators"),
    ("/mail", "Letters"),
];

/// Forms, and who but owners has them.
const FORMS: &[(&str, bool)] = &[
    ("/new-realm", false),
    ("/realms/acme/new-person", false),
    ("/realms/acme/new-api-user", false),
    ("/realms/acme/invite", false),
    ("/realms/acme/new-application", false),
    ("/realms/acme/new-scope", false),
    ("/realms/acme/rotate", false),
    ("/realms/acme/settings/disable", true),
    ("/realms/acme/settings/delete", false),
    ("/realms/acme/settings/not-before", true),
    ("/realms/acme/people/sub-ann/disable", true),
    ("/realms/acme/people/sub-ann/enable", false),
    ("/realms/acme/people/sub-ann/delete", false),
    ("/realms/acme/people/sub-ann/password", true),
    ("/realms/acme/people/sub-ann/unlock", true),
    ("/realms/acme/people/sub-ann/reset-factors", true),
    ("/realms/acme/people/sub-ann/end-sessions", true),
    ("/realms/acme/people/sub-ann/not-before", true),
    ("/realms/acme/applications/web/disable", true),
    ("/realms/acme/applications/web/delete", false),
    ("/realms/acme/applications/web/add-secret", false),
    ("/realms/acme/applications/web/not-before", true),
];

async fn every_page_shows_itself_to_an_owner(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    for (path, word) in PAGES {
        let page = owner.get(&format!("/admin{path}")).await.page();
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert!(page.text().contains(word), "{path} has no {word:?}: {}", page.text());
        assert!(page.text().contains("/admin/api/v1/"), "{path} tells no call");
    }
    for (path, _) in FORMS {
        let page = owner.get(&format!("/admin{path}")).await.page();
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        assert!(page.text().contains("<form method=\"post\""), "{path}: {}", page.text());
    }
    let names: Vec<String> = places(&owner.get("/admin/realms/acme/people").await.page()).into_iter().map(|(_, name)| name).collect();
    for place in [
        "Dashboard",
        "Realms",
        "Dialects",
        "Administrators",
        "Mail",
        "People",
        "Applications",
        "API users",
        "Sessions",
        "Scopes",
        "Keys",
        "Audit log",
        "Settings",
    ] {
        assert!(names.iter().any(|name| name == place), "{place}: {names:?}");
    }
    for nothing in ["/realms/none", "/realms/acme/people/none", "/realms/acme/applications/none", "/realms/acme/people/sub-ann/explode"] {
        assert_eq!(owner.get(&format!("/admin{nothing}")).await.page().status, 404, "{nothing}");
    }
}

/// By page and by hand-made request: what the page does not offer, a request does not get either.
async fn each_role_sees_and_does_what_it_may(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let support = administrator(&world, "support@example.com", Support, &[]).await;
    let auditor = administrator(&world, "auditor@example.com", Auditor, &[]).await;
    let elsewhere = administrator(&world, "elsewhere@example.com", Support, &["other"]).await;
    for (path, _) in PAGES {
        for reader in [&support, &auditor] {
            assert_eq!(reader.get(&format!("/admin{path}")).await.page().status, 200, "{path}");
        }
        if path.starts_with("/realms/acme") {
            assert_eq!(elsewhere.get(&format!("/admin{path}")).await.page().status, 404, "{path}");
        }
    }
    for (path, for_support) in FORMS {
        let path = format!("/admin{path}");
        let expected = if *for_support { 200 } else { 403 };
        assert_eq!(support.get(&path).await.page().status, expected, "support at {path}");
        assert_eq!(auditor.get(&path).await.page().status, 403, "auditor at {path}");
        let posted = auditor.one(http::Method::POST, &path, Some(&[("typed", "acme"), ("name", "x")])).await;
        assert_eq!(posted.status, 403, "auditor posts to {path}");
        if !for_support {
            assert_eq!(support.one(http::Method::POST, &path, Some(&[("typed", "acme"), ("name", "x")])).await.status, 403, "{path}");
        }
        if path.contains("/acme") {
            assert_eq!(elsewhere.get(&path).await.page().status, 404, "{path}");
            assert_eq!(elsewhere.one(http::Method::POST, &path, Some(&[])).await.status, 404, "{path}");
        }
    }
    // What changes a document is refused to whoever only reads it.
    for path in ["/realms/acme/people/sub-ann", "/realms/acme/applications/web", "/realms/acme/settings", "/realms/acme/settings/changes"] {
        for reader in [&support, &auditor] {
            let posted = reader.one(http::Method::POST, &format!("/admin{path}"), Some(&[("username", "x"), ("client_name", "x")])).await;
            assert_eq!(posted.status, 403, "{path}");
        }
    }
    let ann = world.app.store.in_realm(world.realm("acme").await.id()).user_by_sub("sub-ann").await.unwrap().unwrap();
    assert!(ann.account.is_active() && ann.username == "ann", "nothing was done");
}
