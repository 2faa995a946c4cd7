//! What every page is framed by: language, appearance, brand, tokens of forms, assets, compression.

use std::io::Read;

use http::Method;
use jeton_oauth::settings::{Brand, SettingsPatch};

use crate::{
    browser::{Browser, encoded, form},
    grants::query,
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_page_speaks_the_language_that_is_wanted,
    a_choice_of_language_keeps_the_request,
    a_choice_of_appearance_is_kept,
    a_realms_brand_is_on_its_pages,
    a_form_without_any_header_needs_its_token,
    assets_are_kept_for_a_year_and_pages_not_at_all,
    pages_are_compressed_for_who_reads_that,
    the_server_says_what_it_is,
    an_address_that_leads_nowhere_is_a_page_for_browsers,
    the_operators_own_words_and_templates_are_used,
    a_page_is_light,
    a_server_at_localhost_is_at_its_addresses_too,
];

async fn a_page_speaks_the_language_that_is_wanted(engine: Engine) {
    let world = World::standard(engine).await;
    for (query, accept, spoken) in [
        ("", "de-AT,de;q=0.9,en;q=0.8", "Anmelden"),
        ("", "fr,en;q=0.5", "Sign in"),
        ("?ui_locales=de", "en", "Anmelden"),
        ("?ui_locales=tlh+en", "de", "Sign in"),
        ("?ui_locales=tlh", "de", "Anmelden"),
    ] {
        let page = world.get(&format!("/acme/sign-in{query}")).header("accept-language", accept).send().await;
        assert!(page.text().contains(&format!("<h1>{spoken}</h1>")), "{query} {accept}: {}", page.text());
    }
    let refused = world.get("/acme/consent").header("accept-language", "de").send().await;
    assert!(
        refused.text().contains("<html lang=\"de\"") && refused.text().contains("Niemand hat etwas falsch gemacht"),
        "{}",
        refused.text()
    );
}

async fn a_choice_of_language_keeps_the_request(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let asked = [&query("read")[..], &[("ui_locales", "en")]].concat();
    let page = browser.get(&format!("/acme/authorize?{}", encoded(&asked))).await.page();
    let choice = last_form(&page);
    let german = browser.submit(&choice, &[("language", "de")]).await.page();
    assert!(german.text().contains("<h1>Anmelden</h1>"), "{}", german.text());
    let wrong = browser.submit(&form(&german).unwrap(), &[("username", "ann"), ("password", "wrong")]).await.page();
    assert!(wrong.text().contains("Das passt nicht zusammen."), "{}", wrong.text());
    let consent = browser.submit(&form(&wrong).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert!(consent.text().contains("Erlauben"), "{}", consent.text());
    let english = browser.submit(&last_form(&consent), &[("language", "en")]).await.page();
    assert!(english.text().contains(">Allow<"), "{}", english.text());
    let back = browser.submit(&form(&english).unwrap(), &[("decision", "allow")]).await.parameters();
    assert_eq!(back["state"], "the state");
    assert_eq!(browser.submit(&choice, &[("language", "xx")]).await.page().status, 400);
}

/// The choice of a language, at the foot.
fn last_form(page: &crate::call::Answer) -> crate::browser::Form {
    let text = page.text();
    let foot =
        crate::call::Answer { body: text[text.rfind("<form ").unwrap()..].into(), status: page.status, headers: page.headers.clone() };
    form(&foot).unwrap()
}

async fn a_choice_of_appearance_is_kept(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let choice = last_form(&browser.get("/acme/sign-in").await.page());
    let page = browser.submit(&choice, &[("theme", "dark")]).await.page();
    assert!(page.text().contains("data-theme=\"dark\"") && page.text().contains("<h1>Sign in</h1>"), "{}", page.text());
    let page = browser.submit(&choice, &[("theme", "auto")]).await.page();
    assert!(!page.text().contains("data-theme"), "{}", page.text());
}

async fn a_realms_brand_is_on_its_pages(engine: Engine) {
    let brand = Brand {
        accent: Some("#f2b705".into()),
        privacy: Some("https://acme.example/privacy".into()),
        logo: Some("not-there.svg".into()),
        ..Brand::default()
    };
    let world = World::with_settings(engine, SettingsPatch { brand: Some(brand), ..SettingsPatch::default() }).await;
    let page = world.get("/acme/sign-in").send().await.text();
    assert!(page.contains("https://acme.example/privacy"), "{page}");
    let sheet = page.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|href| href.contains("brand-")).unwrap();
    let sheet = world.get(sheet).send().await;
    assert_eq!((sheet.status.as_u16(), sheet.text().trim()), (200, ":root { --brand: #f2b705; }"));
}

async fn a_form_without_any_header_needs_its_token(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let page = browser.get("/acme/sign-in").await.page();
    let sign_in = form(&page).unwrap();
    let token = sign_in.fields.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let post = |path: &str, token: &str, cookies: &str| {
        world.post(path).header("cookie", cookies).form(&[("csrf", token), ("username", "ann"), ("password", PASSWORD)])
    };
    let cookies = browser.cookies();
    for (path, token, cookies) in [
        ("/acme/sign-in", "", cookies.as_str()),
        ("/acme/sign-in", "made.up", &cookies),
        ("/acme/sign-in", &token, "a=b"),
        ("/acme/sign-out", &token, &cookies),
    ] {
        assert_eq!(post(path, token, cookies).send().await.status, 403, "{path} {token}");
    }
    let other = post("/acme/sign-in", &token, &cookies).header("sec-fetch-site", "cross-site").send().await;
    assert_eq!(other.status, 403, "a token does not help another site");
    assert_eq!(post("/acme/sign-in", &token, &cookies).send().await.status, 303);
    world.advance(86_400);
    assert_eq!(post("/acme/sign-in", &token, &cookies).send().await.status, 403);
}

async fn assets_are_kept_for_a_year_and_pages_not_at_all(engine: Engine) {
    let world = World::standard(engine).await;
    let page = world.get("/acme/sign-in").send().await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let text = page.text();
    let assets: Vec<_> = text.split('"').filter(|value| value.starts_with("/assets/")).collect();
    assert!(assets.len() >= 3, "{text}");
    for asset in assets {
        let answer = world.get(asset).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("public, max-age=31536000, immutable")), "{asset}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    for gone in ["/assets/style.css", "/assets/style.0123456789abcdef.css", "/assets/"] {
        assert_eq!(world.get(gone).send().await.status, 404, "{gone}");
    }
}

async fn pages_are_compressed_for_who_reads_that(engine: Engine) {
    let world = World::standard(engine).await;
    let page = world.get("/acme/sign-in").header("accept-encoding", "gzip, br").send().await;
    assert_eq!(page.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(page.body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text.contains("<h1>Sign in</h1>") && page.body.len() * 2 < text.len());
    let plain = world.get("/acme/sign-in").header("accept-encoding", "gzip;q=0").send().await;
    assert_eq!(plain.header("content-encoding"), None);
}

async fn the_server_says_what_it_is(engine: Engine) {
    let world = World::standard(engine).await;
    let page = world.get("/").send().await;
    assert!(page.status == 200 && page.text().contains("signs people in"), "{}", page.text());
    assert!(!page.text().contains("acme"), "who asks learns nothing of the realms");
    assert_ne!(page.header("cache-control"), Some("no-store"));
    assert_eq!(world.request(Method::HEAD, "/").send().await.status, 200);
    assert_eq!(world.post("/").send().await.status, 405);
}

async fn an_address_that_leads_nowhere_is_a_page_for_browsers(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/nothing", "/nothing"] {
        let page = world.get(path).header("accept", "text/html,*/*;q=0.8").header("accept-language", "de").send().await;
        assert!(page.status == 404 && page.text().contains("Hier ist nichts"), "{path}: {}", page.text());
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && page.header("cache-control") == Some("no-store"), "{policy}");
        assert_eq!(world.get(path).send().await.header("content-type"), Some("application/json"), "{path}");
    }
}

async fn the_operators_own_words_and_templates_are_used(engine: Engine) {
    let world = World::standard(engine).await;
    let data = world.home.folder.path();
    for (file, text) in [
        ("texts/en.ftl", "sign-in-title = Come in\n"),
        ("templates/visitors/signed_out.html", "{% extends \"gate.html\" %}{% block main %}<h1>Gone</h1>{% endblock %}"),
        ("templates/visitors/sign_out.html", "{% broken"),
        ("assets/jeton.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ] {
        let path = data.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let world = world.restart().await;
    assert!(world.get("/acme/sign-in").send().await.text().contains("<h1>Come in</h1>"));
    assert!(world.get("/acme/sign-out").send().await.text().contains("<h1>Gone</h1>"));
}

async fn a_page_is_light(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard")]).await;
    let page = world.get("/acme/sign-in").send().await;
    let text = page.text();
    let mut bytes = page.body.len();
    for asset in text.split('"').filter(|value| value.starts_with("/assets/")) {
        bytes += world.get(asset).send().await.body.len();
    }
    assert!(bytes < 100 * 1024, "{bytes}");
}

async fn a_server_at_localhost_is_at_its_addresses_too(engine: Engine) {
    let world = World::standard(engine).await.called("http://localhost:8080").await;
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        let metadata = world.get("/acme/.well-known/openid-configuration").host(host).send().await;
        assert_eq!(metadata.member("issuer"), "http://localhost:8080/acme", "{host}");
        let page = world.get("/acme/sign-in?ui_locales=de").host(host).send().await;
        match host {
            "localhost:8080" => assert_eq!(page.status, 200),
            // Cookies and passkeys are the name's.
            _ => assert_eq!(page.location(), "http://localhost:8080/acme/sign-in?ui_locales=de", "{host}"),
        }
    }
    assert_eq!(world.get("/acme/sign-in").host("127.0.0.1:8081").send().await.status, 404);
}
