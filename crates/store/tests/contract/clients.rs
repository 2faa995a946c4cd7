//! Clients and their secrets.

use jeton_oauth::{
    Change, ClientKey, Timestamp,
    change::{ClientChange, CodeChange, UserChange},
    manage::ClientMetadata,
    model::{Account, Client, ClientSecret, SecretHash, Status, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, client, id, redeem, rotate, secret, user, verifier},
};

cases![
    client_reads_as_it_was_written,
    bare_client_reads_as_it_was_written,
    client_id_is_taken_once_in_a_realm,
    client_id_is_never_a_users_sub,
    clients_are_paged_by_id_with_their_secrets,
    client_update_of_another_version_is_a_conflict,
    client_is_never_renamed,
    client_update_leaves_secrets_and_not_before,
    secret_is_added_and_removed,
    secret_upgrade_needs_the_hash_it_upgrades,
    secret_mark_only_moves_forward,
    client_not_before_is_never_lowered,
    deleted_client_takes_what_is_its_own_along,
    client_id_of_a_deleted_client_is_free_again,
];

async fn client_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let mut written = client(world.realm, "web");
    written.secrets.push(ClientSecret {
        hash: SecretHash::Slow("$argon2id$x".to_owned()),
        expires_at: None,
        last_used_at: Some(NOW),
        shown: None,
        ..secret()
    });
    world.commit(Change::Client(ClientChange::Create(written.clone()))).await.unwrap();
    assert_eq!(*world.rows().client("web").await.unwrap().unwrap(), written);
    assert_eq!(*world.rows().client_by_key(written.key).await.unwrap().unwrap(), written);
    assert_eq!(world.rows().counts().await.unwrap().clients, 1);
}

async fn bare_client_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let written = Client {
        metadata: ClientMetadata::default(),
        secrets: Vec::new(),
        owner: None,
        status: Status::Disabled,
        ..client(world.realm, "web")
    };
    world.commit(Change::Client(ClientChange::Create(written.clone()))).await.unwrap();
    assert_eq!(*world.rows().client("web").await.unwrap().unwrap(), written);
}

async fn client_id_is_taken_once_in_a_realm(engine: Engine) {
    let world = World::new(engine).await;
    world.client("web").await;
    let other = client(world.realm, "web");
    assert_eq!(world.commit(Change::Client(ClientChange::Create(other))).await, Err(CommitError::Conflict));
}

async fn client_id_is_never_a_users_sub(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let named_ann = client(world.realm, &ann.account.sub);
    assert_eq!(world.commit(Change::Client(ClientChange::Create(named_ann))).await, Err(CommitError::Conflict));

    world.client("web").await;
    let bob = user(world.realm, "bob");
    let named_web = User { account: Account { sub: "web".to_owned(), ..bob.account.clone() }, ..bob };
    assert_eq!(world.commit(Change::User(UserChange::Create(named_web))).await, Err(CommitError::Conflict));
    assert!(world.rows().user_by_sub("web").await.unwrap().is_none());
}

async fn clients_are_paged_by_id_with_their_secrets(engine: Engine) {
    let world = World::new(engine).await;
    for name in ["c", "a", "b"] {
        let written = client(world.realm, name);
        let two = Client { secrets: vec![secret(), secret()], ..written };
        world.commit(Change::Client(ClientChange::Create(two))).await.unwrap();
    }
    let page = world.rows().clients(None, 2).await.unwrap();
    assert_eq!(page.iter().map(|client| (client.id.as_str(), client.secrets.len())).collect::<Vec<_>>(), [("a", 2), ("b", 2)]);
    let rest = world.rows().clients(Some("b"), 2).await.unwrap();
    assert_eq!(rest.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(), ["c"]);
}

async fn client_update_of_another_version_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let metadata = ClientMetadata { client_name: None, ..web.metadata.clone() };
    let update = Change::Client(ClientChange::Update(Client { metadata: metadata.clone(), ..web.clone() }));
    world.commit(update.clone()).await.unwrap();
    assert_eq!(world.commit(update).await, Err(CommitError::Conflict));
    assert_eq!(*world.rows().client("web").await.unwrap().unwrap(), Client { metadata, version: 2, ..web });
}

async fn client_is_never_renamed(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let renamed = Client { id: "other".to_owned(), ..web };
    assert_eq!(world.commit(Change::Client(ClientChange::Update(renamed))).await, Err(CommitError::Conflict));
}

async fn client_update_leaves_secrets_and_not_before(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    world.commit(Change::Client(ClientChange::RaiseNotBefore { realm: world.realm, client: web.key, to: NOW })).await.unwrap();
    world.commit(Change::Client(ClientChange::Update(Client { secrets: Vec::new(), ..web.clone() }))).await.unwrap();
    let now = world.rows().client("web").await.unwrap().unwrap();
    assert_eq!((&now.secrets, now.not_before), (&web.secrets, NOW));
}

async fn secret_is_added_and_removed(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let added = secret();
    world.commit(Change::Client(ClientChange::AddSecret { realm: world.realm, client: web.key, secret: added.clone() })).await.unwrap();
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().secrets, [web.secrets[0].clone(), added.clone()]);

    let remove = Change::Client(ClientChange::RemoveSecret { realm: world.realm, client: web.key, secret: web.secrets[0].id });
    world.commit(remove.clone()).await.unwrap();
    assert_eq!(world.commit(remove).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().secrets, [added]);

    let nobodys = Change::Client(ClientChange::AddSecret { realm: world.realm, client: ClientKey(id()), secret: secret() });
    assert_eq!(world.commit(nobodys).await, Err(CommitError::Conflict));
}

async fn secret_upgrade_needs_the_hash_it_upgrades(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    let old = &web.secrets[0];
    let slow = SecretHash::Slow("$argon2id$better".to_owned());
    let upgrade = |from: SecretHash, to: SecretHash| {
        Change::Client(ClientChange::UpgradeSecret { realm: world.realm, client: web.key, secret: old.id, from, to })
    };
    assert_eq!(world.commit(upgrade(SecretHash::Sha256(verifier()), slow.clone())).await, Err(CommitError::Conflict));
    world.commit(upgrade(old.hash.clone(), slow.clone())).await.unwrap();
    assert_eq!(world.commit(upgrade(old.hash.clone(), SecretHash::Sha256(verifier()))).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().secrets[0].hash, slow);
}

async fn secret_mark_only_moves_forward(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    for at in [NOW, Timestamp::from_millis(5)] {
        world
            .commit(Change::Client(ClientChange::SecretUsed { realm: world.realm, client: web.key, secret: web.secrets[0].id, at }))
            .await
            .unwrap();
    }
    assert_eq!(world.rows().clients(None, 1).await.unwrap()[0].secrets[0].last_used_at, Some(NOW));
}

async fn client_not_before_is_never_lowered(engine: Engine) {
    let world = World::new(engine).await;
    let web = world.client("web").await;
    for to in [NOW, Timestamp::from_millis(5)] {
        world.commit(Change::Client(ClientChange::RaiseNotBefore { realm: world.realm, client: web.key, to })).await.unwrap();
        assert_eq!(world.rows().client("web").await.unwrap().unwrap().not_before, NOW);
    }
}

async fn deleted_client_takes_what_is_its_own_along(engine: Engine) {
    let world = World::new(engine).await;
    let (web, kept, ann) = (world.client("web").await, world.client("kept").await, world.user("ann").await);
    let code = world.code(&web, &ann).await;
    let authorization = world.authorization(&web, &ann).await;
    let token = world.access_token(&web, None).await;
    let of_authorization = world.access_token(&web, Some(&authorization)).await;
    world.consent(&web, &ann).await;
    let other = world.authorization(&kept, &ann).await;

    world.commit(Change::Client(ClientChange::Delete { realm: world.realm, client: web.key })).await.unwrap();

    let rows = world.rows();
    // Dead at once, while all its rows are there: a token is judged by its client, and nobody finds that.
    assert!(rows.client("web").await.unwrap().is_none());
    assert!(rows.client_by_key(web.key).await.unwrap().is_none());
    assert!(rows.code(code.id).await.unwrap().is_none());
    assert_eq!(world.commit(redeem(&code)).await, Err(CommitError::Conflict));
    assert_eq!(world.commit(rotate(&authorization, 0)).await, Err(CommitError::Conflict));
    assert!(rows.authorization(authorization.id).await.unwrap().is_some(), "it leaves later");
    while world.store.clear_deleted(100).await.unwrap() {}
    assert!(rows.authorization(authorization.id).await.unwrap().is_none());
    assert!(rows.access_token(token.id).await.unwrap().is_none());
    assert!(rows.access_token(of_authorization.id).await.unwrap().is_none());
    assert!(rows.consent(ann.id(), web.key).await.unwrap().is_none());
    assert!(rows.authorization(other.id).await.unwrap().is_some());

    // A code that was decided on before is never read.
    let late = crate::world::code(&web, &ann);
    world.commit(Change::Code(CodeChange::Create(late.clone()))).await.unwrap();
    assert!(rows.code(late.id).await.unwrap().is_none());
}

async fn client_id_of_a_deleted_client_is_free_again(engine: Engine) {
    let world = World::new(engine).await;
    let old = world.client("web").await;
    world.rows().client("web").await.unwrap();
    world.commit(Change::Client(ClientChange::Delete { realm: world.realm, client: old.key })).await.unwrap();
    let new = world.client("web").await;
    assert_eq!(world.rows().client("web").await.unwrap().unwrap().key, new.key);
}
