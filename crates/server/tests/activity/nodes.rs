//! Several servers on the same rows.

use crate::{
    of_call, of_client,
    world::{Engine, World, cases},
};

cases![numbers_of_two_nodes_add_up, nodes_that_fold_at_once_add_nothing_twice];

const CREDENTIALS: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn numbers_of_two_nodes_add_up(engine: Engine) {
    let one = World::standard(engine).await;
    let two = one.another().await;
    for world in [&one, &two, &two] {
        world.token(&CREDENTIALS).send().await;
    }
    tokio::join!(one.count(), two.count());
    assert_eq!(of_call(&of_client(&two, "web", "24h").await, "client_credentials"), (3, 0));
}

async fn nodes_that_fold_at_once_add_nothing_twice(engine: Engine) {
    let one = World::standard(engine).await;
    let two = one.another().await;
    for _ in 0..30 {
        one.advance(3600);
        one.token(&CREDENTIALS).send().await;
        one.count().await;
    }
    one.advance(15 * 86_400);
    let now = one.clock.now();
    let fold = async |world: &World| while world.app.store.fold_activity(now, 3).await.unwrap() {};
    tokio::join!(fold(&one), fold(&two), fold(&one), fold(&two));
    assert_eq!(of_call(&of_client(&two, "web", "30d").await, "client_credentials"), (30, 0));
}
