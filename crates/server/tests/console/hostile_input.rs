//! Hostile and odd text in every form of the administrators' console.

use crate::{
    desks::owner,
    hostile::attack_at_once,
    world::{Engine, World, cases},
};

cases![what_administrators_type_stays_text];

async fn what_administrators_type_stays_text(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = owner(&world).await;
    for path in [
        "/new-realm",
        "/realms/acme/new-person",
        "/realms/acme/new-api-user",
        "/realms/acme/invite",
        "/realms/acme/new-application",
        "/realms/acme/applications/web",
        "/realms/acme/new-scope",
        "/realms/acme/rotate",
        "/new-dialect",
        "/new-administrator",
    ] {
        assert!(attack_at_once(&browser, &format!("/admin{path}"), &["/sign-out"]).await > 10, "{path}");
    }
}
