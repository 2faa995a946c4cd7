//! The pages and documents of a realm, as anybody finds them.

use http::StatusCode;
use jeton_oauth::{
    Seconds,
    dialect::Dialect,
    settings::{Developers, SettingsPatch, TokenFormat},
};
use serde_json::Value;

use super::{
    call::Answer,
    served::blocks,
    setup::Setup,
    world::{Engine, World, cases},
};

cases! {
    the_page_is_for_everybody_and_caches_keep_it,
    volt_says_what_its_founding_page_says,
    volt_time_says_what_its_founding_page_says,
    voipex_says_what_its_founding_page_says,
    violet_says_what_its_founding_page_says,
    depotfinity_says_what_its_founding_page_says,
    the_page_follows_the_settings,
    hostile_names_stay_text,
    tools_import_what_the_realm_offers,
    a_disabled_realm_has_no_documents,
    the_page_speaks_the_readers_language,
}

async fn page(world: &World, realm: &str) -> Answer {
    let answer = world.get(&format!("/{realm}/docs")).header("accept", "text/html").send().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer
}

async fn vendor(engine: Engine, name: &str) -> Answer {
    page(&World::start(engine, vec![Setup::new(name, name)]).await, name).await
}

fn says(page: &Answer, facts: &[&str]) {
    let text =
        page.text().replace("<mark>", "").replace("</mark>", "").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&");
    for fact in facts {
        assert!(text.contains(fact), "the page does not say {fact}\n{text}");
    }
}

async fn the_page_is_for_everybody_and_caches_keep_it(engine: Engine) {
    let world = World::standard(engine).await;
    let page = page(&world, "acme").await;
    assert_eq!(page.headers["cache-control"], "public, max-age=300");
    assert_eq!(page.headers.get("set-cookie"), None);
    assert_eq!(page.headers["vary"], "Accept-Encoding, Accept-Language, Cookie");
    assert!(page.text().len() < 100 * 1024, "{} bytes", page.text().len());
    says(
        &page,
        &["<h1>Get a token</h1>", "$CODE_VERIFIER", "code_challenge_method=S256", "client_credentials", "introspect", "userinfo", "revoke"],
    );
    let blocks = blocks(&page.text());
    for call in ["code", "password", "client-credentials", "refresh", "introspection", "revocation", "userinfo", "resource"] {
        for language in ["curl", "node-fetch", "node-axios", "python-http-client", "python-requests", "rust", "go", "http"] {
            assert!(blocks.contains_key(&format!("{call}-{language}")), "{call} in {language}");
        }
    }
}

async fn volt_says_what_its_founding_page_says(engine: Engine) {
    let settings = SettingsPatch { developers: Some(Developers::Everybody), ..SettingsPatch::default() };
    let world = World::start(engine, vec![Setup::new("volt", "volt").settings(settings)]).await;
    let page = page(&world, "volt").await;
    says(
        &page,
        &[
            "POST http://127.0.0.1:8080/volt/oauth",
            "Content-Type: application/x-www-form-urlencoded",
            "client_id=YOUR_CLIENT_ID",
            "client_secret=YOUR_CLIENT_SECRET",
            "username=YOUR_API_USER",
            "password=YOUR_API_PASSWORD",
            "grant_type=password",
            "\"token_type\": \"bearer\"",
            "\"expires_in\": 3600",
            "\"refresh_token\": ",
            "good for 1 hour",
            "Good for 24 hours",
            "its name is written with a z",
            "Authorization: Bearer {access_token}",
            "grant_type=refresh_token",
            "refresh_token=$REFRESH_TOKEN",
            "updated refresh token",
            "authenticate again",
            "invalid_grant",
        ],
    );
    let blocks = blocks(&page.text());
    assert!(!blocks["refresh-curl"].contains("client"), "a refresh lists no credentials: {}", blocks["refresh-curl"]);
}

async fn volt_time_says_what_its_founding_page_says(engine: Engine) {
    let page = vendor(engine, "volt-time").await;
    says(
        &page,
        &[
            "http://127.0.0.1:8080/volt-time/oauth/authorize",
            "http://127.0.0.1:8080/volt-time/oauth/token",
            "response_type=code",
            "client_id=YOUR_CLIENT_ID",
            "redirect_uri=YOUR_REDIRECT_URI",
            "scope=read",
            "client_secret=YOUR_CLIENT_SECRET",
            "grant_type=authorization_code",
            "code=YOUR_CODE",
            "Personal Access Tokens",
            "Create Token",
            "Submit",
            "top-right corner",
            "revoke or regenerate",
            "Bearer YOUR_PERSONAL_ACCESS_TOKEN",
        ],
    );
    let blocks = blocks(&page.text());
    assert!(!blocks["authorization"].contains("code_challenge") && !blocks["code-curl"].contains("VERIFIER"), "it shows no PKCE");
}

async fn voipex_says_what_its_founding_page_says(engine: Engine) {
    let page = vendor(engine, "voipex").await;
    says(
        &page,
        &[
            "POST /voipex/token HTTP/1.1",
            "Host: 127.0.0.1:8080",
            "Content-Type: application/x-www-form-urlencoded",
            "\"expires_in\": 3000",
            "\"refresh_expires_in\": 7200",
            "\"token_type\": \"Bearer\"",
            "\"not-before-policy\": 0",
            "\"session_state\": \"",
            "\"scope\": \"",
            "good for 50 minutes",
            "Good for 2 hours",
            "import axios from \"axios\"",
            "import http.client",
        ],
    );
    let blocks = blocks(&page.text());
    let curl = &blocks["password-curl"];
    assert!(curl.contains("client_id=YOUR_CLIENT_ID") && curl.contains("username=YOUR_USERNAME") && !curl.contains("SECRET"), "{curl}");
}

async fn violet_says_what_its_founding_page_says(engine: Engine) {
    let page = vendor(engine, "violet").await;
    let blocks = blocks(&page.text());
    let curl = &blocks["password-curl"];
    for fact in [
        "http://127.0.0.1:8080/violet/v1/login",
        "X-Violet-App-Id: YOUR_CLIENT_ID",
        "X-Violet-App-Secret: YOUR_CLIENT_SECRET",
        "Content-Type: application/json",
        "\"username\": \"YOUR_USERNAME\"",
        "\"password\": \"YOUR_PASSWORD\"",
    ] {
        assert!(curl.contains(fact), "{fact}: {curl}");
    }
    says(
        &page,
        &[
            "\"id\": 9999",
            "\"first_name\": ",
            "\"type\": \"DEVELOPER\"",
            "\"verified\": true",
            "\"status\": \"ACTIVE\"",
            "+0000",
            "ROLE_DEVELOPER",
            "\"tos_accepted\": false",
            "\"payment_configured\": false",
            "\"token\": \"",
            "good for 5 minutes",
            "three parts",
            "exp",
            "X-Violet-Token",
            "GET /violet/v1/auth/token HTTP/1.1",
            "\"message\":\"Token has expired\",\"error_code\":11",
        ],
    );
}

async fn depotfinity_says_what_its_founding_page_says(engine: Engine) {
    let page = vendor(engine, "depotfinity").await;
    says(
        &page,
        &[
            "POST http://127.0.0.1:8080/depotfinity/oauth2/token",
            "Authorization: Basic base64(YOUR_CLIENT_ID:YOUR_CLIENT_SECRET)",
            "Accept: application/json",
            "grant_type=client_credentials",
            "\"expires_in\": 86400",
            "\"token_type\": \"Bearer\"",
            "good for 24 hours",
            "ask for another",
            "share them with nobody",
            "Authorization: Bearer {access_token}",
        ],
    );
    // Errors of the token endpoint are 403, whatever the standard says.
    assert!(!page.text().contains("<th scope=\"row\">400</th>"));
    says(
        &page,
        &["<th scope=\"row\">403</th><td><code>invalid_client</code>", "<th scope=\"row\">403</th><td><code>invalid_request</code>"],
    );
    assert!(!blocks(&page.text()).contains_key("refresh-curl"), "there are no refresh tokens");
}

async fn the_page_follows_the_settings(engine: Engine) {
    let settings = SettingsPatch {
        access_token_lifetime: Some(Seconds(90)),
        access_token_format: Some(TokenFormat::Opaque),
        refresh_token_rotation: Some(false),
        personal_access_token_lifetime: Some(Seconds(30 * 86_400)),
        ..SettingsPatch::default()
    };
    let page = page(&World::with_settings(engine, settings).await, "acme").await;
    says(
        &page,
        &["An opaque string, good for 90 seconds", "\"expires_in\": 90", "the refresh token stays as it is", "jtn_at_", "30 days at most"],
    );
    assert!(!blocks(&page.text()).contains_key("jwks-go"), "there is no signature to verify");
}

async fn hostile_names_stay_text(engine: Engine) {
    let mut setup = Setup::new("acme", "standard");
    setup.config.title = Some("<script>alert(1)</script>".into());
    setup.config.audience = Some("https://api.example/'\"<b>`$(id)".into());
    setup.config.scopes[0].description = "<img src=x onerror=alert(1)>".into();
    let page = page(&World::start(engine, vec![setup]).await, "acme").await;
    for markup in ["<script>alert", "<img src=x", "<b>"] {
        assert!(!page.text().contains(markup), "{markup}");
    }
}

async fn tools_import_what_the_realm_offers(engine: Engine) {
    let world = World::start(engine, Dialect::BUILT_IN.iter().map(|name| Setup::new(name, name)).collect()).await;
    for realm in Dialect::BUILT_IN.iter().copied() {
        let page = page(&world, realm).await;
        let get = |kind: &'static str, name: &'static str| {
            let path = format!("/{realm}/docs/{kind}.json");
            assert!(page.text().contains(&format!("{path}\" download>{name}</a>")), "{path}");
            let call = world.get(&path);
            async move {
                let answer = call.send().await;
                assert_eq!(answer.status, StatusCode::OK);
                let file = answer.headers["content-disposition"].to_str().unwrap();
                assert!(file.starts_with("attachment") && file.contains(&format!("{realm}.{kind}.json")), "{file}");
                assert_eq!(answer.headers["access-control-allow-origin"], "*");
                answer.json()
            }
        };
        let openapi = get("openapi", "OpenAPI").await;
        assert_eq!(openapi["openapi"], "3.1.0");
        let dialect = Dialect::built_in(realm).unwrap();
        for route in &dialect.routes {
            assert!(openapi["paths"][&route.path].is_object(), "{realm} {}", route.path);
        }
        let postman = get("postman", "Postman").await;
        assert_eq!(postman["info"]["schema"], "https://schema.getpostman.com/json/collection/v2.1.0/collection.json");
        let bruno = get("bruno", "Bruno").await;
        assert_eq!((&bruno["version"], &bruno["items"][0]["type"]), (&"1".into(), &"http".into()));
        let count = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(count(&postman["item"]), count(&bruno["items"]));
        for document in [&postman, &bruno] {
            let text = document.to_string();
            assert!(text.contains("{{client_id}}") && !text.contains("YOUR_") && !text.contains("$ACCESS_TOKEN"), "{text}");
        }
        let names = |list: &Value, member: &str| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| one[member].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&postman["variable"], "key"), names(&bruno["environments"][0]["variables"], "name"));
    }
}

async fn a_disabled_realm_has_no_documents(engine: Engine) {
    let mut setup = Setup::new("acme", "standard");
    setup.config.status = jeton_oauth::model::Status::Disabled;
    let world = World::start(engine, vec![setup]).await;
    for path in ["/acme/docs", "/acme/docs/openapi.json"] {
        assert_eq!(world.get(path).send().await.status, StatusCode::NOT_FOUND);
    }
}

async fn the_page_speaks_the_readers_language(engine: Engine) {
    let world = World::standard(engine).await;
    let german = world.get("/acme/docs?ui_locales=de").header("accept", "text/html").send().await;
    says(&german, &["<h1>Token holen</h1>", "lang=\"de\"", "?ui_locales=en"]);
    // Samples are the same in every language of people.
    assert_eq!(blocks(&german.text())["password-curl"], blocks(&page(&world, "acme").await.text())["password-curl"]);
}
