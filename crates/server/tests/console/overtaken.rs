//! Forms about what others changed meanwhile, and settings, which are shown before they are saved.

use jeton_stories::admins::Admin;
use serde_json::json;

use crate::{
    call::Answer,
    desks::owner,
    forms::{form_to, whole_form},
    world::{Engine, World, cases},
    writing::send,
};

cases![
    a_form_that_others_overtook_says_what_changed,
    what_others_changed_meanwhile_is_not_undone,
    a_list_of_nothing_stays_one,
    settings_are_shown_before_they_are_saved,
];

async fn a_form_that_others_overtook_says_what_changed(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let page = owner.get("/admin/realms/acme/people/sub-ann").await.page();
    let form = whole_form(&page, "/people/sub-ann").with("given_name", "Anna");
    assert_eq!(admin.patch("/realms/acme/people/sub-ann", &json!({ "family_name": "Elsewhere" })).await.status, 200);
    let stale = owner.submit(&form, &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("It was changed meanwhile") && stale.text().contains("<b><bdi>Elsewhere</bdi></b>"), "{}", stale.text());
    assert!(stale.text().contains("value=\"Anna\""), "what was typed stays");
    let saved = owner.submit(&whole_form(&stale, "/people/sub-ann"), &[]).await.page();
    assert!(saved.text().contains("It is saved."), "{}", saved.text());
    let ann = admin.get("/realms/acme/people/sub-ann").await.json();
    assert_eq!((ann["given_name"].as_str(), ann["family_name"].as_str()), (Some("Anna"), Some("Elsewhere")), "both changes stay");
}

/// Browsers send every row back. What others wrote meanwhile stands in the form that comes back, and is not undone.
async fn what_others_changed_meanwhile_is_not_undone(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let uris = json!({ "redirect_uris": ["https://a.example/", "https://b.example/"], "client_name": "Shop" });
    assert_eq!(admin.patch("/realms/acme/clients/web", &uris).await.status, 200);
    let form = whole_form(&owner.get("/admin/realms/acme/applications/web").await.page(), "/applications/web");
    let form = form.with("client_name", "Store");
    assert_eq!(admin.patch("/realms/acme/clients/web", &json!({ "redirect_uris": ["https://c.example/"] })).await.status, 200);
    let stale = owner.submit(&form, &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    let saved = owner.submit(&whole_form(&stale, "/applications/web"), &[]).await.page();
    assert!(saved.text().contains("It is saved."), "{}", saved.text());
    let web = admin.get("/realms/acme/clients/web").await.json();
    assert_eq!((&web["client_name"], &web["redirect_uris"]), (&json!("Store"), &json!(["https://c.example/"])));
    // So it is with scopes.
    assert_eq!(admin.post("/realms/acme/scopes", &json!({ "name": "ship", "description": "Ships" })).await.status, 201);
    let form = whole_form(&owner.get("/admin/realms/acme/scopes/ship").await.page(), "/scopes/ship");
    assert_eq!(admin.patch("/realms/acme/scopes/ship", &json!({ "description": "Ships and sails" })).await.status, 200);
    let stale = owner.submit(&form, &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    owner.submit(&whole_form(&stale, "/scopes/ship"), &[]).await.page();
    assert_eq!(admin.get("/realms/acme/scopes/ship").await.json()["description"], "Ships and sails");
}

/// A list of nothing is said; an emptied field is as usual.
async fn a_list_of_nothing_stays_one(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let own = async || admin.get("/realms/acme").await.json()["settings"]["refresh_token_grants"].clone();
    let form = async || whole_form(&owner.get("/admin/realms/acme/settings").await.page(), "/settings");
    let save = async |shown: Answer| owner.submit(&whole_form(&shown, "/settings/changes"), &[]).await.page();
    assert_eq!(own().await, json!(null));
    let shown = owner.submit(&form().await.with("refresh_token_grants", "[]"), &[]).await.page();
    assert!(shown.text().contains("<b>[]</b>"), "{}", shown.text());
    save(shown).await;
    assert_eq!(own().await, json!([]));
    let nothing = owner.submit(&form().await, &[]).await.page();
    assert!(nothing.text().contains("Nothing would change."), "{}", nothing.text());
    save(owner.submit(&form().await.with("access_token_lifetime", "900"), &[]).await.page()).await;
    assert_eq!(own().await, json!([]), "it was not touched");
    save(owner.submit(&form().await.with("refresh_token_grants", ""), &[]).await.page()).await;
    assert_eq!(own().await, json!(null));
}

async fn settings_are_shown_before_they_are_saved(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let own = async || admin.get("/realms/acme").await.json()["settings"].clone();
    let before = own().await;
    let page = owner.get("/admin/realms/acme/settings").await.page();
    assert!(page.text().contains("Seconds that an access token lives."), "the meaning is the document's own");
    let form = form_to(&page, "/settings");
    let wrong = owner.submit(&form, &[("refresh_token_grace", "600")]).await.page();
    assert_eq!(wrong.status, 422, "{}", wrong.text());
    assert!(wrong.text().contains("id=\"refresh_token_grace-fault\""), "{}", wrong.text());
    let shown =
        owner.submit(&form, &[("access_token_lifetime", "900"), ("refresh_token_grace", "30"), ("title", "Acme & Sons")]).await.page();
    assert_eq!(shown.status, 200, "{}", shown.text());
    for words in ["3 settings", "<b>900</b>", "Relaxes the standard", "refresh_token_grace", "Acme &amp; Sons"] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    assert_eq!(own().await, before, "nothing is saved yet");
    let form = form_to(&shown, "/settings/changes");
    let saved = owner.submit(&form, &[]).await.page();
    assert!(saved.text().contains("3 settings are saved."), "{}", saved.text());
    let after = own().await;
    assert_eq!((after["access_token_lifetime"].as_u64(), after["refresh_token_grace"].as_u64()), (Some(900), Some(30)));
    assert!(owner.get("/admin/realms/acme").await.page().text().contains("refresh_token_grace"), "what is relaxed is in plain sight");
    // The same page again is about what is there no more.
    let stale = owner.submit(&form, &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    // What comes back still says what it would loosen.
    let shown = send(&owner, "/realms/acme/settings", "/settings", &[("refresh_token_grace", "40")]).await;
    admin.patch("/realms/acme/settings", &json!({ "id_token_lifetime": 300 })).await;
    let stale = owner.submit(&form_to(&shown, "/settings/changes"), &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("Relaxes the standard"), "{}", stale.text());
    let nothing = send(&owner, "/realms/acme/settings", "/settings", &[]).await;
    assert!(nothing.text().contains("Nothing would change."), "{}", nothing.text());
    // An emptied field is as usual again.
    let shown = send(&owner, "/realms/acme/settings", "/settings", &[("access_token_lifetime", "")]).await;
    owner.submit(&form_to(&shown, "/settings/changes"), &[]).await.page();
    assert!(own().await["access_token_lifetime"].is_null());
}
