//! The dashboard and the page of health.

use jeton_oauth::manage::AdministratorRole::{Auditor, Support};

use crate::{
    desks::{administrator, owner},
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![the_dashboard_shows_what_happened_in_reach, the_page_of_health_says_what_the_api_says];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn the_dashboard_shows_what_happened_in_reach(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    world.token(&CREDENTIALS).send().await;
    world.post("/acme/token").basic("web", "a wrong one").form(&CREDENTIALS).send().await;
    world.post("/other/token").basic("web", SECRET).form(&[CREDENTIALS[0], ("scope", "refunds")]).send().await;
    world.count().await;
    let owner = owner(&world).await;
    for span in ["", "?span=1h", "?span=7d", "?span=30d", "?span=1y", "?span=nonsense"] {
        let page = owner.get(&format!("/admin{span}")).await.page();
        let text = page.text();
        assert_eq!(page.status, 200, "{span}: {text}");
        // One server alone has a folder, and is listed nowhere.
        let servers = engine.is_shared().then_some("a story");
        let figures = ["Tokens per minute, by grant", "Time to answer a token call", "Active authorizations", "Database", "A wrong secret"];
        for shown in figures.into_iter().chain(servers) {
            assert!(text.contains(shown), "{span} {shown}: {text}");
        }
        assert!(text.contains("A scope that does not exist"), "{span}");
        assert!(text.contains("/admin/api/v1/activity?span="), "the call that it stands for");
    }
    let one = administrator(&world, "one@example.com", Support, &["acme"]).await;
    let text = one.get("/admin").await.page().text();
    assert!(text.contains("Tokens per minute, by grant") && text.contains("A wrong secret"), "{text}");
    for others in ["A scope that does not exist", "Time to answer a token call", "Active authorizations", "a story"] {
        assert!(!text.contains(others), "{others}");
    }
}

async fn the_page_of_health_says_what_the_api_says(engine: Engine) {
    let world = World::standard(engine).await;
    let page = administrator(&world, "all@example.com", Auditor, &[]).await.get("/admin/health").await.page();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("it is read and written") && page.text().contains("/admin/api/v1/health"), "{}", page.text());
    let one = administrator(&world, "one@example.com", Auditor, &["acme"]).await;
    assert_eq!(one.get("/admin/health").await.page().status, 403, "it is the installation's");
}
