//! Who may work on the rows beside whom.

use jeton_store::{JoinError, Membership, NodeKind, Role, Store};

use crate::{
    engine::{Engine, Home, cases},
    world::World,
};

cases![
    servers_and_commands_are_kept_out_by_who_has_the_rows_to_himself,
    nobody_has_the_rows_to_himself_beside_a_server,
    two_that_want_the_rows_to_themselves_never_both_get_them,
];

/// A server as it starts: it opens the rows, and takes its place.
async fn serve(home: &Home) -> Result<(Store, Membership), String> {
    let store = home.open(Role::Server).map_err(|error| error.to_string())?;
    let membership = store.join(NodeKind::Server, "1.2.3", "a server").await.map_err(|error| error.to_string())?;
    Ok((store, membership))
}

async fn alone(store: &Store) -> Result<Membership, JoinError> {
    store.join(NodeKind::Exclusive, "1.2.3", "jeton copy").await
}

async fn servers_and_commands_are_kept_out_by_who_has_the_rows_to_himself(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.close().await;
    let (command, other) = (home.command(), home.command());
    let copy = alone(&command).await.unwrap();
    let refused = serve(&home).await.unwrap_err();
    assert!(refused.contains("to itself"), "{refused}");
    assert!(matches!(alone(&other).await, Err(JoinError::Held { .. } | JoinError::HeldFolder)));
    copy.renew().await.unwrap();
    copy.leave().await.unwrap();
    serve(&home).await.unwrap();
}

async fn nobody_has_the_rows_to_himself_beside_a_server(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.close().await;
    let (server, membership) = serve(&home).await.unwrap();
    let command = home.command();
    let refused = alone(&command).await.unwrap_err();
    assert!(matches!(&refused, JoinError::InUse { .. } | JoinError::HeldFolder), "{refused}");
    membership.leave().await.unwrap();
    server.close().await;
    alone(&command).await.unwrap();
}

async fn two_that_want_the_rows_to_themselves_never_both_get_them(engine: Engine) {
    let World { home, store, .. } = World::new(engine).await;
    store.close().await;
    let (one, two) = (home.command(), home.command());
    for _ in 0..20 {
        let (first, second) = tokio::join!(alone(&one), alone(&two));
        assert!(first.is_err() || second.is_err());
        for membership in [first, second].into_iter().flatten() {
            membership.leave().await.unwrap();
        }
    }
}
