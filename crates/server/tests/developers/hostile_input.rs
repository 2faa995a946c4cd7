//! Hostile and odd text in every form of the developers' console.

use crate::{
    applications::with_shop,
    forms::signed_in,
    hostile::attack,
    world::{Engine, cases},
};

cases![what_developers_type_stays_text];

async fn what_developers_type_stays_text(engine: Engine) {
    let world = with_shop(engine).await;
    let browser = signed_in(&world, "ann").await;
    let spared = ["/sign-out", "/leave", "/end-authorizations"];
    for path in ["register", "api-users", "applications/shop/credentials", "applications/shop/settings", "applications/shop/developers"] {
        assert!(attack(&browser, &format!("/acme/developers/{path}"), &spared).await > 10, "{path}");
    }
    for path in ["applications/shop/api-users", "applications/shop/get-a-token", "applications/shop/delete"] {
        assert!(attack(&browser, &format!("/acme/developers/{path}"), &spared).await > 0, "{path}");
    }
}
