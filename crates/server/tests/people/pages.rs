//! What every page carries, and that nobody's text is more than text.

use jeton_oauth::{model::Profile, redirect_uri::RedirectUri, settings::ScopeDefinition};

use crate::{
    browser::{Browser, encoded, form},
    call::Answer,
    grants::query,
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    every_page_has_its_headers,
    the_pages_before_an_application_name_it_and_hold_no_redirect_back,
    text_that_people_and_applications_chose_is_inert,
    what_was_typed_comes_back_inert,
    an_error_page_repeats_nothing_that_was_sent,
    cookies_are_as_narrow_as_can_be,
];

#[track_caller]
fn assert_page(page: &Answer, status: u16, what: &str) {
    assert_eq!((page.status.as_u16(), page.header("content-type")), (status, Some("text/html; charset=utf-8")), "{what}: {}", page.text());
    let policy = page.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'", "style-src 'self'"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(page.header(name), Some(value), "{what}: {name}");
    }
    let html = page.text().to_ascii_lowercase();
    assert!(html.contains("<script type=\"module\" src=\"/assets/jeton."), "{what}: {html}");
    assert_eq!(html.matches("<script").count(), 1, "{what}: {html}");
    for active in ["javascript:", " style=", " onclick", " onload", "<style"] {
        assert!(!html.contains(active), "{what}: {active} in {html}");
    }
}

async fn every_page_has_its_headers(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let authorize = format!("/acme/authorize?{}", encoded(&query("read")));
    let sign_in = browser.get(&authorize).await.page();
    assert_page(&sign_in, 200, "sign in");
    let wrong = browser.submit(&form(&sign_in).unwrap(), &[("username", "ann"), ("password", "wrong")]).await.page();
    assert_page(&wrong, 400, "wrong password");
    let consent = browser.submit(&form(&wrong).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert_page(&consent, 200, "consent");
    assert_page(&browser.get("/acme/sign-out").await.page(), 200, "sign out");
    for path in
        ["/acme/authorize", "/acme/consent", "/acme/consent?request=x", "/acme/sign-in?request=x", "/acme/authorize?client_id=nobody"]
    {
        assert_page(&browser.get(path).await.page(), 400, path);
    }
    let other_site = world.post("/acme/consent").header("sec-fetch-site", "cross-site").form(&[]).send().await;
    assert_page(&other_site, 403, "another site");
    assert_page(&world.post("/acme/sign-in").sent_by_our_page().body("text/plain", b"x").send().await, 415, "media type");
}

async fn the_pages_before_an_application_name_it_and_hold_no_redirect_back(engine: Engine) {
    let uris = ["https://app.example:8443/callback", "com.example.app:/callback", "http://127.0.0.1/callback"];
    let setup = Setup::new("acme", "standard").web(|web| web.redirect_uris = uris.map(|uri| RedirectUri::register(uri).unwrap()).to_vec());
    let world = World::start(engine, vec![setup]).await;
    for (uri, destination) in
        [(uris[0], "app.example:8443"), (uris[1], "com.example.app:"), ("http://127.0.0.1:5123/callback", "http://127.0.0.1:5123")]
    {
        let mut query = query("read");
        query[2].1 = uri;
        let browser = Browser::new(&world);
        let sign_in = browser.get(&format!("/acme/authorize?{}", encoded(&query))).await.page();
        let consent = browser.submit(&form(&sign_in).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
        for page in [sign_in, consent] {
            // An application may lead on, to another host or to its own scheme: browsers would hold that to the form's policy.
            let policy = page.header("content-security-policy").unwrap();
            assert!(!policy.contains("form-action"), "{policy}");
            assert!(page.text().contains(destination), "the person sees where it leads: {}", page.text());
        }
    }
    let policy = Browser::new(&world).get("/acme/sign-out").await.page().header("content-security-policy").unwrap().to_owned();
    assert!(policy.ends_with("form-action 'self'"), "{policy}");
}

const HTML: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7777 * 7777 }}</title>";

async fn text_that_people_and_applications_chose_is_inert(engine: Engine) {
    let mut setup = Setup::new("acme", "standard")
        .web(|web| web.client_name = Some(HTML.into()))
        .ann(|ann| ann.profile = Profile { name: Some(HTML.into()), ..Profile::default() });
    setup.config.title = Some(HTML.into());
    setup.config.scopes = vec![
        ScopeDefinition { name: "read".into(), description: HTML.into(), optional: false },
        ScopeDefinition { name: "<write>".into(), description: String::new(), optional: false },
    ];
    setup.clients[0].scope = jeton_oauth::Scope::parse("read <write>").unwrap();
    let world = World::start(engine, vec![setup]).await;
    let browser = Browser::new(&world);
    let sign_in = browser.get(&format!("/acme/authorize?{}", encoded(&query("read <write>")))).await.page();
    let consent = browser.submit(&form(&sign_in).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    for (what, page) in [("sign in", &sign_in), ("consent", &consent), ("error", &browser.get("/acme/consent").await.page())] {
        let html = page.text();
        assert!(
            !html.contains("<script>") && !html.contains("<img src=x") && !html.contains("<write>") && !html.contains("60481729"),
            "{what}: {html}"
        );
        assert!(html.contains("&lt;script&gt;") && html.matches("</title>").count() == 1, "{what}: {html}");
    }
    assert!(consent.text().matches("&lt;script&gt;").count() >= 4, "application, person, realm and scope are all named");
}

async fn what_was_typed_comes_back_inert(engine: Engine) {
    let world = World::standard(engine).await;
    let secret = "hush-hush";
    let page = world.post("/acme/sign-in").sent_by_our_page().form(&[("username", HTML), ("password", secret)]).send().await;
    assert!(page.status == 400 && !page.text().contains("<script>") && !page.text().contains("<img src=x"), "{}", page.text());
    assert!(page.text().contains("&lt;script&gt;") && !page.repeats(secret), "the name is kept, the password is not");
}

async fn an_error_page_repeats_nothing_that_was_sent(engine: Engine) {
    let world = World::standard(engine).await;
    for path in [
        "authorize?client_id=hush-hush",
        "authorize?client_id=web&redirect_uri=https://hush-hush.example",
        "authorize?hush-hush=1&hush-hush=2",
        "consent?request=hush-hush",
        "sign-in?request=hush-hush",
    ] {
        let page = world.get(&format!("/acme/{path}")).send().await;
        assert!(page.status == 400 && !page.repeats("hush-hush"), "{path}: {}", page.text());
    }
}

async fn cookies_are_as_narrow_as_can_be(engine: Engine) {
    let mut https = Setup::new("secure", "standard");
    https.config.issuer = Some("https://auth.example.com/secure".into());
    let (plain_id, https_id) = (Setup::new("acme", "standard").id(), https.id());
    let world = World::start(engine, vec![Setup::new("acme", "standard"), https]).await;
    let form = [("username", "ann"), ("password", PASSWORD)];
    for (path, host, prefix, id, secure) in
        [("/acme/sign-in", "127.0.0.1:8080", "", plain_id, false), ("/secure/sign-in", "auth.example.com", "__Host-", https_id, true)]
    {
        let answer = world.post(path).host(host).sent_by_our_page().form(&form).send().await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for (cookie, name) in cookies.iter().zip([format!("{prefix}jeton-{id}="), format!("{prefix}jeton-device-{id}=")]) {
            assert!(cookie.starts_with(&name), "{cookie}");
            let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
            assert!(attributes.contains(&"HttpOnly") && attributes.contains(&"SameSite=Lax") && attributes.contains(&"Path=/"), "{cookie}");
            assert_eq!((attributes.contains(&"Secure"), cookie.contains("Domain")), (secure, false), "{cookie}");
        }
    }
}
