//! Which nodes are there: whoever is silent is dead, and the database's clock says for how long.

use jeton_store::{JoinError, NodeKind, Store};

use crate::{
    engine::{Engine, cases},
    world::World,
};

cases![only Postgres:
    nodes_are_listed_with_what_they_know,
    node_that_is_silent_for_fifteen_seconds_is_dead_and_is_forgotten_later,
    node_of_the_future_is_not_alive,
    node_that_was_taken_for_dead_learns_who_came_meanwhile,
];

async fn places(store: &Store) -> Vec<String> {
    store.nodes().await.unwrap().into_iter().map(|node| node.place).collect()
}

async fn nodes_are_listed_with_what_they_know(engine: Engine) {
    let world = World::new(engine).await;
    let one = world.store.join(NodeKind::Server, "1.2.3", "one").await.unwrap();
    world.store.join(NodeKind::Server, "1.2.4", "two").await.unwrap();
    world.home.place().execute("UPDATE nodes SET clock_at = seen_at + 5000 WHERE place = 'two'");
    let nodes = world.store.nodes().await.unwrap();
    let told: Vec<_> = nodes.iter().map(|node| (node.kind, node.program.as_str(), node.place.as_str(), node.ahead > 1000)).collect();
    assert_eq!(told, [(NodeKind::Server, "1.2.3", "one", false), (NodeKind::Server, "1.2.4", "two", true)]);
    assert_eq!(nodes[0].schema, world.store.diagnose().await.unwrap().schema);
    one.leave().await.unwrap();
    assert_eq!(places(&world.store).await, ["two"]);
}

async fn node_that_is_silent_for_fifteen_seconds_is_dead_and_is_forgotten_later(engine: Engine) {
    let world = World::new(engine).await;
    let one = world.store.join(NodeKind::Server, "1.2.3", "one").await.unwrap();
    let two = world.store.join(NodeKind::Server, "1.2.3", "two").await.unwrap();
    let pass = |milliseconds: u32| world.home.place().execute(&format!("UPDATE nodes SET seen_at = seen_at - {milliseconds}"));
    let rows = async || world.store.diagnose().await.unwrap().rows.into_iter().find(|(table, _)| table == "nodes").unwrap().1;
    pass(15_000);
    two.renew().await.unwrap();
    assert_eq!((places(&world.store).await, rows().await), (vec!["two".to_owned()], 2));
    pass(60_000);
    two.renew().await.unwrap();
    assert_eq!(rows().await, 1);
    // It was only asleep.
    one.renew().await.unwrap();
    assert_eq!(places(&world.store).await.len(), 2);
}

async fn node_of_the_future_is_not_alive(engine: Engine) {
    let world = World::new(engine).await;
    world.store.join(NodeKind::Exclusive, "1.2.3", "jeton copy").await.unwrap();
    world.home.place().execute("UPDATE nodes SET seen_at = seen_at + 3600000");
    world.store.join(NodeKind::Server, "1.2.3", "one").await.unwrap();
    assert_eq!(places(&world.store).await, ["one"]);
}

async fn node_that_was_taken_for_dead_learns_who_came_meanwhile(engine: Engine) {
    let world = World::new(engine).await;
    let server = world.store.join(NodeKind::Server, "1.2.3", "one").await.unwrap();
    world.home.place().execute("UPDATE nodes SET seen_at = seen_at - 15000");
    let copy = world.store.join(NodeKind::Exclusive, "1.2.3", "jeton copy").await.unwrap();
    assert!(matches!(server.renew().await, Err(JoinError::Held { place, .. }) if place == "jeton copy"));
    assert!(matches!(copy.renew().await, Err(JoinError::InUse { place, .. }) if place == "one"));
}
