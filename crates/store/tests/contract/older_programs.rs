//! Clients beside programs of schema 7 and older, which keep in columns what stands in one document now.

use jeton_oauth::{
    Change, Seconds,
    change::ClientChange,
    manage::ClientMetadata,
    model::{AuthMethods, Client, ClientAuthMethod},
    redirect_uri::RedirectUri,
    settings::GrantType,
};
use jeton_store::{Location, Role, Store};

use crate::{
    copying::whole,
    engine::{Engine, cases},
    world::{World, client, scope},
};

cases![
    what_an_older_program_changed_counts_and_what_it_does_not_know_stays,
    what_an_older_program_made_is_read,
    an_older_program_reads_what_a_newer_one_wrote,
    clients_of_the_first_schema_are_read_copied_and_restored,
];

/// With members that older programs do not know.
fn newer(world: &World) -> Client {
    let web = client(world.realm, "web");
    let metadata = ClientMetadata {
        logo_uri: Some("https://app.example/logo.svg".to_owned()),
        access_token_lifetime: Some(Seconds(60)),
        token_endpoint_auth_method: [ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost].into_iter().collect(),
        ..web.metadata.clone()
    };
    Client { metadata, ..web }
}

async fn what_an_older_program_changed_counts_and_what_it_does_not_know_stays(engine: Engine) {
    let world = World::new(engine).await;
    let written = newer(&world);
    world.commit(Change::Client(ClientChange::Create(written.clone()))).await.unwrap();
    world.home.execute(
        "UPDATE clients SET name = 'Renamed', auth = 'client_secret_basic', grants = '[\"client_credentials\"]', redirect_uris = '[]', \
         scopes = 'read', default_scopes = NULL, audiences = '[]', require_pkce = 1, trusted = 0, version = version + 1 \
         WHERE client_id = 'web'",
    );
    let World { home, store, realm } = world;
    store.close().await;
    let store = home.server();
    let read = store.in_realm(realm).client("web").await.unwrap().unwrap();
    let metadata = ClientMetadata {
        client_name: Some("Renamed".to_owned()),
        grant_types: vec![GrantType::ClientCredentials],
        redirect_uris: Vec::new(),
        scope: scope("read"),
        default_scope: None,
        audiences: Vec::new(),
        require_pkce: Some(true),
        trusted: false,
        ..written.metadata.clone()
    };
    assert_eq!(*read, Client { metadata: metadata.clone(), version: written.version + 1, ..written });
    // And the next change of a newer program makes one document of it again.
    store.commit(vec![Change::Client(ClientChange::Update((*read).clone()))]).await.unwrap();
    let again = store.in_realm(realm).client("web").await.unwrap().unwrap();
    assert_eq!(*again, Client { version: read.version + 1, ..(*read).clone() });
}

async fn what_an_older_program_made_is_read(engine: Engine) {
    let world = World::new(engine).await;
    world.client("web").await;
    let insert = |key: &str| {
        format!(
            "INSERT INTO clients (key, realm_id, client_id, name, auth, grants, redirect_uris, scopes, default_scopes, audiences, \
             id_token_signed_response_alg, access_token_format, require_pkce, trusted, owner_id, status, not_before, created_at, version) \
             SELECT {key}, realm_id, 'old', NULL, 'none', '[\"authorization_code\"]', '[\"https://app.example/cb\"]', 'read', NULL, '[]', NULL, \
             NULL, NULL, 1, NULL, status, not_before, created_at, 3 FROM clients WHERE client_id = 'web'"
        )
    };
    world.home.execute_either(&insert("x'0190a7f2000070008000000000000001'"), &insert("'0190a7f2-0000-7000-8000-000000000001'::uuid"));
    let read = world.rows().client("old").await.unwrap().unwrap();
    let metadata = ClientMetadata {
        token_endpoint_auth_method: AuthMethods::from(ClientAuthMethod::None),
        grant_types: vec![GrantType::AuthorizationCode],
        redirect_uris: vec![RedirectUri::register("https://app.example/cb").unwrap()],
        scope: scope("read"),
        trusted: true,
        ..ClientMetadata::default()
    };
    assert_eq!((&read.metadata, read.version), (&metadata, 3));
}

async fn an_older_program_reads_what_a_newer_one_wrote(engine: Engine) {
    let world = World::new(engine).await;
    let written = newer(&world);
    world.commit(Change::Client(ClientChange::Create(written.clone()))).await.unwrap();
    let metadata = ClientMetadata { client_name: Some("New".to_owned()), scope: scope("write read"), ..written.metadata.clone() };
    world.commit(Change::Client(ClientChange::Update(Client { metadata, ..written }))).await.unwrap();
    // A row that is not so breaks the check.
    world.home.execute(
        "CREATE TABLE proof (rows_found INTEGER CHECK (rows_found = 1)); \
         INSERT INTO proof SELECT count(*) FROM clients WHERE client_id = 'web' AND name = 'New' AND auth = 'client_secret_basic' \
         AND scopes = 'write read' AND default_scopes = 'read' AND id_token_signed_response_alg = 'RS256' \
         AND access_token_format = 'opaque' AND require_pkce = 0 AND trusted = 1",
    );
}

async fn clients_of_the_first_schema_are_read_copied_and_restored(engine: Engine) {
    let world = World::new(engine).await;
    let written = world.client("web").await;
    let World { home, store, realm } = world;
    store.close().await;
    home.back_to_the_first_schema();
    let store = home.server();
    assert_eq!(*store.in_realm(realm).client("web").await.unwrap().unwrap(), written);
    let folder = home.beside("restored");
    std::fs::create_dir(&folder).unwrap();
    if engine == Engine::Sqlite {
        store.backup(&folder.join("jeton.db")).await.unwrap();
        let restored = Store::open(&Location::Sqlite { folder }, Role::Server).unwrap();
        assert_eq!(*restored.in_realm(realm).client("web").await.unwrap().unwrap(), written);
    }
    store.close().await;
    for other in [Engine::Sqlite, engine] {
        let to = other.home();
        whole(&home, &to).await.unwrap();
        assert_eq!(*to.server().in_realm(realm).client("web").await.unwrap().unwrap(), written);
    }
}
