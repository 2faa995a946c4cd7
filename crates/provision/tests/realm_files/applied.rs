//! What files write, and what they leave.

use jeton_oauth::{
    Change, Seconds, Timestamp,
    change::{AuditKind, RegistrationChange, UserChange},
    dialect::Dialect,
    manage::client::Layer,
    model::{ClientRegistration, Realm, RegisteredBy, SecretHash, Status},
    secret::Verifier,
};
use jeton_provision::*;

use crate::{Desk, WHOLE, actions};

#[tokio::test]
async fn a_file_makes_everything_that_it_names() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let web = desk.client("web").await.unwrap();
    assert_eq!(web.title(), "The web");
    assert_eq!(web.secrets.len(), 2);
    let slow = web.secrets.iter().filter(|secret| matches!(secret.hash, SecretHash::Slow(_)));
    assert_eq!(
        slow.map(|secret| secret.expires_at).collect::<Vec<_>>(),
        [None],
        "what an operator chose with little entropy is hashed slowly, and nothing else"
    );
    let ann = desk.user("ANN").await.unwrap();
    assert_eq!((ann.account.sub.as_str(), ann.account.number, ann.user_type.as_deref()), ("ann-0001", 77, Some("DEVELOPER")));
    assert_eq!(ann.attributes["plan"], "gold");
    assert_eq!(ann.created_at, Timestamp::from_seconds(1_478_038_659));
    assert_eq!(desk.user("ann@example.com").await.unwrap().id(), ann.id(), "a verified address signs in");
    assert_eq!(desk.user("robot").await.unwrap().owner, Some(ann.id()));
    assert_eq!(web.owner, Some(ann.id()));
}

#[tokio::test]
async fn applying_again_writes_nothing() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let again = desk.applied(WHOLE).await;
    assert_eq!(again.changes, []);
    assert_eq!(actions(&again), []);
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let desk = Desk::new();
    let plan = desk.apply(&[WHOLE], Options { dry_run: true, ..Options::default() }).await.unwrap();
    assert!(!plan.changes.is_empty());
    assert_eq!(desk.store.realms().await.unwrap(), []);
}

#[tokio::test]
async fn what_a_file_does_not_name_stays() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let plan = desk.applied("[realm]\nname = \"acme\"\n[[client]]\nid = \"web\"\nname = \"Renamed\"").await;
    assert_eq!(actions(&plan), [(Action::Update, "web")]);
    let web = desk.client("web").await.unwrap();
    assert_eq!((web.title(), web.redirect_uris.len(), web.secrets.len()), ("Renamed", 1, 2));
    assert!(desk.user("robot").await.is_some());
}

#[tokio::test]
async fn pruning_removes_it() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let plan = desk
        .pruned("[realm]\nname = \"acme\"\n[[client]]\nid = \"nightly\"\ngrants = [\"client_credentials\"]\n[[user]]\nusername = \"ann\"")
        .await;
    let removed: Vec<&str> = actions(&plan).into_iter().filter(|(action, _)| *action == Action::Remove).map(|(_, name)| name).collect();
    assert_eq!(removed, ["read", "write", "web", "robot", "bob"]);
    assert!(desk.client("web").await.is_none() && desk.user("robot").await.is_none());
    assert!(desk.user("ann").await.is_some_and(|ann| ann.password.is_some()), "a password that no file speaks of is kept");
    assert_eq!(
        desk.pruned(
            "[realm]\nname = \"acme\"\n[[client]]\nid = \"nightly\"\ngrants = [\"client_credentials\"]\n[[user]]\nusername = \"ann\""
        )
        .await
        .changes,
        []
    );
}

#[tokio::test]
async fn applications_that_registered_themselves_are_not_pruned() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let web = desk.client("web").await.unwrap();
    let registration = ClientRegistration {
        client: web.key,
        realm: web.realm,
        verifier: Verifier::of(b"x"),
        by: RegisteredBy::Stranger,
        seen_at: web.created_at,
    };
    desk.store.commit(vec![Change::Registration(RegistrationChange::Create(registration))]).await.unwrap();
    let prune = Prune { clients: true, ..Prune::default() };
    let nightly = "[realm]\nname = \"acme\"\n[[client]]\nid = \"other\"\ngrants = [\"client_credentials\"]";
    desk.apply(&[nightly], Options { prune, ..Options::default() }).await.unwrap();
    assert!(desk.client("web").await.is_some() && desk.client("nightly").await.is_none());
    // One that a file names is the file's.
    let named = "[realm]\nname = \"acme\"\n[[client]]\nid = \"web\"\nname = \"Ours\"\ngrants = [\"client_credentials\"]";
    desk.apply(&[named], Options { prune, ..Options::default() }).await.unwrap();
    assert_eq!(desk.client("web").await.unwrap().title(), "Ours");
}

#[tokio::test]
async fn pruning_applications_leaves_people_alone() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let prune = Prune { clients: true, ..Prune::default() };
    let nightly = "[realm]\nname = \"acme\"\n[[client]]\nid = \"nightly\"\ngrants = [\"client_credentials\"]\n[[user]]\nusername = \"bob\"";
    desk.apply(&[nightly], Options { prune, ..Options::default() }).await.unwrap();
    assert!(desk.user("ann").await.is_some() && desk.client("web").await.is_none());
}

#[tokio::test]
async fn a_changed_password_ends_sessions_and_is_audited() {
    let mut desk = Desk::new();
    desk.applied(WHOLE).await;
    desk.environment.0.insert("ANN", "another horse");
    assert_eq!(desk.applied(WHOLE).await.changes, [], "a file gives the first password");
    let always = WHOLE.replace("{ env = \"ANN\" }", "{ env = \"ANN\", always = true }");
    let plan = desk.applied(&always).await;
    assert_eq!(actions(&plan), [(Action::Update, "ann")]);
    assert!(plan.changes.iter().any(|change| matches!(change, Change::User(UserChange::SetPassword { .. }))));
    assert!(plan.changes.iter().any(|change| matches!(change, Change::Session(_))));
    assert!(plan.changes.iter().any(|change| matches!(change, Change::Audit(event) if event.kind == AuditKind::PasswordChanged)));
    assert_eq!(desk.applied(&always).await.changes, []);
}

#[tokio::test]
async fn a_changed_secret_is_added_and_the_old_one_stays_until_pruned() {
    let mut desk = Desk::new();
    desk.applied(WHOLE).await;
    desk.environment.0.insert("WEB_SECRET", "another secret");
    desk.applied(WHOLE).await;
    assert_eq!(desk.client("web").await.unwrap().secrets.len(), 3);
    assert_eq!(desk.applied(WHOLE).await.changes, []);
    desk.pruned(WHOLE).await;
    assert_eq!(desk.client("web").await.unwrap().secrets.len(), 2);
}

#[tokio::test]
async fn an_imported_hash_that_was_upgraded_at_sign_in_is_not_put_back() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let bob = desk.user("bob").await.unwrap();
    let to = desk.pool.hash(jeton_oauth::secret::SecretText::new("correct horse")).await.unwrap();
    desk.store
        .commit(vec![Change::User(UserChange::UpgradePassword { realm: bob.realm, user: bob.id(), from: bob.password.unwrap(), to })])
        .await
        .unwrap();
    assert_eq!(desk.applied(WHOLE).await.changes, []);
}

#[tokio::test]
async fn leaving_the_status_out_enables_nobody() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    desk.applied("[realm]\nname = \"acme\"\n[[client]]\nid = \"web\"\nstatus = \"disabled\"").await;
    desk.pruned(WHOLE).await;
    assert_eq!(desk.client("web").await.unwrap().status, Status::Disabled);
}

#[tokio::test]
async fn several_files_speak_of_one_realm() {
    let desk = Desk::new();
    let people = "[realm]\nname = \"acme\"\n[[user]]\nusername = \"zoe\"";
    let plan = desk.apply(&[WHOLE, people], Options::default()).await.unwrap();
    assert!(actions(&plan).contains(&(Action::Create, "zoe")));
    let faults = desk
        .apply(
            &[
                people,
                people,
                "[realm]\nname = \"acme\"\ntitle = \"A\"\n[[client]]\nid = \"x\"\nowner = \"nobody\"\ngrants = [\"password\"]",
            ],
            Options::default(),
        )
        .await
        .unwrap_err();
    assert_eq!(faults.iter().map(|fault| (fault.file.as_str(), fault.line)).collect::<Vec<_>>(), [("b.toml", 4), ("c.toml", 6)]);
}

#[tokio::test]
async fn a_client_has_settings_of_its_own_under_the_names_of_both_documents() {
    let desk = Desk::new();
    let file = "[realm]\nname = \"acme\"\n[[client]]\nclient_id = \"web\"\ngrant_types = [\"password\"]\naccess_token_lifetime = 7200\n\
                refresh_token_grace = 5\nid_token_claims = \"scopes\"\nrequire_pkce = false\n\
                relaxes = [\"refresh_token_grace\", \"confidential_clients_without_pkce\"]";
    desk.applied(file).await;
    assert_eq!(desk.applied(file).await.changes, []);
    let web = desk.client("web").await.unwrap();
    let realm = desk.store.realm_by_name("acme").await.unwrap().unwrap();
    let realm = Realm::new((*realm).clone(), String::new(), Dialect::built_in("standard").unwrap());
    let own = web.effective(&realm.settings);
    assert_eq!((own.access_token_lifetime(), own.refresh_token_grace(), own.needs_pkce()), (Seconds(7200), Seconds(5), false));
    assert_eq!(own.id_token_lifetime(), Seconds(3600));
    let layers = web.layers(&realm);
    let layer = |name: &str| layers.iter().find(|(own, ..)| *own == name).map(|(_, _, layer)| *layer).unwrap();
    assert_eq!((layer("access_token_lifetime"), layer("id_token_lifetime")), (Layer::Client, Layer::Standard));
    assert_eq!((layer("require_pkce"), layer("second_factor")), (Layer::Client, Layer::Standard));
}

#[tokio::test]
async fn claims_stand_beside_the_user_name_or_in_a_table_of_their_own() {
    let desk = Desk::new();
    let head = "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\n";
    desk.applied(&format!("{head}profile = {{ given_name = \"Ann\", locale = \"de\" }}")).await;
    desk.applied(&format!("{head}family_name = \"Jones\"")).await;
    let ann = desk.user("ann").await.unwrap().profile;
    assert_eq!((ann.given_name.as_deref(), ann.family_name.as_deref(), ann.locale.as_deref()), (Some("Ann"), Some("Jones"), Some("de")));
    desk.applied(&format!("{head}profile = {{ given_name = \"Anna\" }}")).await;
    let ann = desk.user("ann").await.unwrap().profile;
    assert_eq!((ann.given_name.as_deref(), ann.family_name.as_deref()), (Some("Anna"), None), "a profile is said as a whole");
}
