//! Realm files against a store: what they write, what they leave, what is refused and where.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
};

use jeton_oauth::{
    Change, Seconds, Timestamp,
    change::{AuditKind, RealmChange, RegistrationChange, UserChange},
    dialect::Dialect,
    login_name::LoginName,
    manage::{Actor, ClientMetadata, Described, Member, UserMetadata, client::Layer},
    model::{Client, ClientRegistration, Profile, Realm, RegisteredBy, SecretHash, Status, User},
    secret::Verifier,
    settings::{GrantType, ScopeDefinition, Settings, SettingsPatch},
};
use jeton_store::{Location, Role, Store};

use jeton_provision::*;
use jeton_server::{
    password::{PasswordPool, PoolOptions},
    randomness::SystemRng,
};

const WHOLE: &str = include_str!("acme.toml");

/// A store of its own, and an environment that a test decides on.
struct Desk {
    store: Store,
    pool: PasswordPool,
    environment: Environment,
    _folder: tempfile::TempDir,
}

#[derive(Clone, Default)]
struct Environment(HashMap<&'static str, &'static str>);

impl Outside for Environment {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|text| (*text).to_owned())
    }

    fn file(&self, path: &Path) -> io::Result<String> {
        match path.to_str() {
            Some("realms/secret") => Ok("from a file, and not very long\n".to_owned()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite { folder: folder.path().to_owned() }, Role::Command { create: true }).unwrap();
        let pool = PasswordPool::new(PoolOptions { threads: 2, queue: 8 }).unwrap();
        let environment = [
            ("WEB_SECRET", "a secret of little entropy"),
            ("STRONG_SECRET", "pL9vR2xWq7ZkT4nB8mYc3HsJ6dFgA1eU"),
            ("ANN", "correct horse"),
            ("ROBOT", "beep beep boop"),
            ("SHORT", "no"),
        ];
        Self { store, pool, environment: Environment(environment.into()), _folder: folder }
    }

    async fn apply(&self, files: &[&str], options: Options) -> Result<Plan, Vec<Fault>> {
        let sources = files
            .iter()
            .enumerate()
            .map(|(index, text)| Source { name: format!("{}.toml", ["a", "b", "c"][index]), text: (*text).to_owned() })
            .collect();
        let files = Files { sources, folders: vec![PathBuf::from("realms"); files.len()] };
        let prepared = prepare(files, &self.environment);
        let dialects: Dialects = Dialect::BUILT_IN.iter().map(|name| ((*name).to_owned(), Dialect::built_in(name).unwrap())).collect();
        let mut means = Means {
            by: &Actor::REALM_FILE,
            store: Some(&self.store),
            dialects: &dialects,
            pool: &self.pool,
            rng: &mut SystemRng,
            now: &|| Timestamp::from_seconds(1_900_000_000),
            progress: &|_, _| {},
        };
        match apply(&prepared, options, &mut means).await {
            Ok(plan) => Ok(plan),
            Err(ApplyError::Refused(faults)) => Err(faults),
            Err(other) => panic!("{other}"),
        }
    }

    async fn applied(&self, file: &str) -> Plan {
        self.apply(&[file], Options::default()).await.unwrap_or_else(|faults| panic!("{}", faults[0]))
    }

    async fn pruned(&self, file: &str) -> Plan {
        let prune = Prune { settings: true, scopes: true, clients: true, secrets: true, people: true, api_users: true };
        self.apply(&[file], Options { prune, ..Options::default() }).await.unwrap_or_else(|faults| panic!("{}", faults[0]))
    }

    async fn client(&self, id: &str) -> Option<Client> {
        let realm = self.store.realm_by_name("acme").await.unwrap()?;
        self.store.in_realm(realm.id).client(id).await.unwrap().map(|client| (*client).clone())
    }

    async fn user(&self, name: &str) -> Option<User> {
        let realm = self.store.realm_by_name("acme").await.unwrap()?;
        self.store.in_realm(realm.id).user_by_login(&LoginName::fold(name).unwrap()).await.unwrap()
    }
}

fn actions(plan: &Plan) -> Vec<(Action, &str)> {
    plan.differences
        .iter()
        .filter(|difference| difference.action != Action::Unchanged)
        .map(|difference| (difference.action, difference.name.as_str()))
        .collect()
}

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
async fn two_realms_cannot_share_an_issuer() {
    let desk = Desk::new();
    let realm = |name: &str, issuer: &str| format!("[realm]\nname = \"{name}\"\nissuer = \"{issuer}\"");
    let faults = desk
        .apply(&[&realm("one", "http://localhost:8080/x"), &realm("two", "https://127.0.0.1:8080/x")], Options::default())
        .await
        .unwrap_err();
    assert_eq!((faults[0].file.as_str(), faults[0].line), ("b.toml", 3));
    desk.applied(&realm("one", "https://auth.example.com/x")).await;
    let faults = desk.apply(&[&realm("two", "https://auth.example.com/x")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("the realm \"one\" has the issuer"), "{}", faults[0]);
    for nested in ["https://auth.example.com/x/oauth", "https://auth.example.com"] {
        let faults = desk.apply(&[&realm("two", nested)], Options::default()).await.unwrap_err();
        assert!(faults[0].message.contains("that of the realm \"one\""), "{}", faults[0]);
    }
    desk.store.commit(vec![Change::Realm(RealmChange::ServeAt { public_url: "https://id.example".to_owned() })]).await.unwrap();
    desk.applied("[realm]\nname = \"plain\"").await;
    let faults = desk.apply(&[&realm("two", "https://id.example/plain")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("the realm \"plain\" has the issuer"), "{}", faults[0]);
}

/// What is added to a fine realm, the line and column of the fault, and words of its message and help.
const BROKEN: &[(&str, (usize, usize), &str, &str)] = &[
    ("[realm", (1, 7), "this is not TOML", ""),
    ("[settings]", (1, 1), "does not say which realm", "[realm]"),
    ("[realm]\nname = \"Acme!\"", (2, 8), "cannot be a realm's name", "a-z"),
    ("[realm]\nname = \"\"", (2, 8), "cannot be a realm's name", "a-z"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"\"", (4, 12), "cannot be a user name", "1 to 255"),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"\"", (4, 6), "cannot be a client's id", "printable"),
    ("[realm]\nname = \"health\"", (2, 8), "path of the server itself", "another name"),
    ("[realm]\nname = \"acme\"\ncolour = \"red\"", (3, 1), "`colour` is no key of [realm]", "write one of"),
    ("[realm]\nname = \"acme\"\ntitel = \"A\"", (3, 1), "`titel` is no key of [realm]", "did you mean `title`?"),
    ("[realm]\nname = \"acme\"\n[[clients]]\nid = \"x\"", (3, 3), "`clients` is no key of a realm file", "did you mean `client`?"),
    ("[realm]\nname = \"acme\"\n[client]\nid = \"x\"", (3, 1), "`client` is a table", "[[client]], with two brackets"),
    ("[realm]\nname = \"acme\"\ndialect = \"vlot\"", (3, 11), "no dialect \"vlot\"", "did you mean `volt`?"),
    ("[realm]\nname = \"acme\"\nissuer = \"http://auth.example.com\"", (3, 10), "cannot be an issuer", "https"),
    ("[realm]\nname = \"acme\"\nissuer = \"https://auth.example.com/x/\"", (3, 10), "cannot be an issuer", "https://auth.example.com/x"),
    (
        "[realm]\nname = \"acme\"\nissuer = \"https://auth.example.com/metrics\"",
        (3, 10),
        "cannot be an issuer",
        "/metrics belongs to the server",
    ),
    ("[realm]\nname = \"acme\"\n[settings]\naccess_token_lifetime = \"1h\"", (4, 25), "`access_token_lifetime` is a text", "whole seconds"),
    (
        "[realm]\nname = \"acme\"\n[settings]\naccess_token_lifetme = 60",
        (4, 1),
        "`access_token_lifetme` is no setting",
        "did you mean `access_token_lifetime`?",
    ),
    ("[realm]\nname = \"acme\"\n[settings]\naccess_token_alg = \"HS256\"", (4, 1), "`access_token_alg` cannot be so", "asymmetric"),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_grace = 10\nrefresh_token_rotation = false",
        (4, 1),
        "`refresh_token_grace` cannot be so",
        "leave it out",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_grace = 10",
        (4, 1),
        "`refresh_token_grace` loosens the standard",
        "relaxes = [\"refresh_token_grace\"]",
    ),
    (
        "[realm]\nname = \"acme\"\nrelaxes = [\"refresh_token_grce\"]\n[settings]\nrefresh_token_grace = 10",
        (3, 12),
        "`relaxes` cannot be \"refresh_token_grce\"",
        "did you mean",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nclient_id = \"x\"\ngrant_types = [\"password\"]\nclient_secrets = [{ env = \"STRONG_SECRET\", expires_at = 2020-01-01T00:00:00Z }]",
        (6, 19),
        "has ended already",
        "still to come",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\ngrant_types = [\"password\"]",
        (6, 1),
        "one and the same",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]\nredirect_uris = [\"https://app.example/cb\", \"https://*.app.example/cb\"]",
        (6, 44),
        "cannot be a redirect URI",
        "a * stands for nothing else",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\npassword = { env = \"SHORT\" }", (5, 1), "cannot be a password", "too short"),
    ("[realm]\nname = \"acme\"\n[[scope]]\nname = \"two words\"", (4, 8), "cannot be a scope", "without spaces"),
    ("[realm]\nname = \"acme\"\n[[scope]]\nname = \"a\"\n[[scope]]\nname = \"a\"", (6, 8), "defined twice", "keep one"),
    ("[realm]\nname = \"acme\"\n[[client]]\nname = \"x\"", (3, 1), "this client has no id", "id ="),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"client_credentials\"]\nauth = \"none\"",
        (5, 10),
        "public client has no credentials",
        "client_secret_basic",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauth = \"none\"\nsecrets = [{ env = \"WEB_SECRET\" }]",
        (7, 11),
        "keeps no secret",
        "remove `secrets`",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ value = \"hush\" }]",
        (6, 14),
        "does not stand in a realm file",
        "env",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ env = \"MISSING\" }]",
        (6, 12),
        "the environment has no MISSING",
        "MISSING=",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ file = \"missing\" }]",
        (6, 12),
        "realms/missing cannot be read",
        "realm file's folder",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ hash = \"$9$what\" }]",
        (6, 12),
        "this hash cannot be used",
        "$argon2id$",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ env = \"ANN\", file = \"secret\" }]",
        (6, 12),
        "two sources",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorisation_code\"]",
        (5, 11),
        "`grants` cannot be \"authorisation_code\"",
        "did you mean `authorization_code`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]",
        (5, 10),
        "somewhere to return to",
        "redirect_uris",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nredirect_uris = [\"https://app.example/cb\"]",
        (6, 17),
        "nothing returns",
        "authorization_code",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]\nredirect_uris = [\"javascript:alert(1)\"]",
        (6, 18),
        "cannot be a redirect URI",
        "runs code",
    ),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"refresh_token\"]", (5, 10), "nothing to refresh", "authorization_code"),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"", (4, 6), "may use no grant", "grant_types ="),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauth = \"header\"",
        (6, 8),
        "no headers",
        "client_secret_basic",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nscopes = [\"read\"]",
        (6, 11),
        "no scope \"read\"",
        "[[scope]]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nscopes = [\"email\"]\ndefault_scopes = [\"openid\"]",
        (7, 18),
        "`default_scopes` has openid",
        "add it",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nid_token_signed_response_alg = \"HS256\"",
        (6, 32),
        "not signed with a client's secret",
        "RS256",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naudiences = [\"api\"]",
        (6, 14),
        "cannot be an audience",
        "absolute URI",
    ),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x y\"\ngrants = [\"password\"]", (4, 6), "cannot be a client's id", "without spaces"),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\n[[client]]\nid = \"x\"\ngrants = [\"password\"]",
        (7, 6),
        "stands here twice",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrnts = [\"password\"]",
        (5, 1),
        "`grnts` is no key of [[client]]",
        "did you mean `grants`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naccess_token_lifetime = 100000",
        (6, 25),
        "longer than `client_lifetime_limit`, which is 86400",
        "raise that setting",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nclient_lifetime_limit = 10\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naccess_token_lifetime = 0",
        (8, 25),
        "`access_token_lifetime` cannot be so",
        "1 to 31536000",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauthorization_lifetime = 60",
        (6, 26),
        "`authorization_lifetime` is shorter than `refresh_token_lifetime`",
        "at least as long",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_rotation = false\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nrefresh_token_grace = 5\nrelaxes = [\"refresh_token_grace\"]",
        (8, 23),
        "`refresh_token_grace` and the realm's `refresh_token_rotation` = false cannot both be",
        "leave it out",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nrequire_pkce = false",
        (6, 16),
        "`require_pkce` loosens the standard, and `relaxes` does not say so",
        "relaxes = [\"confidential_clients_without_pkce\"]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nowner = \"nobody\"",
        (6, 9),
        "there is no \"nobody\"",
        "[[user]]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\npassword = \"hush\"",
        (5, 1),
        "a password does not stand in a realm file",
        "env",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\n[[user]]\nusername = \"ANN\"", (6, 12), "\"ANN\" is taken", "keep one"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nsub = \"é\"", (5, 7), "cannot be a `sub`", "ASCII"),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nsub = \"x\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]",
        (5, 7),
        "a client named \"x\" has this `sub` already",
        "another",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nemail = \"ann\"", (5, 9), "cannot be an e-mail address", "ann@example.com"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nemail_verified = true", (5, 18), "no address", "`email` too"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nowner = \"bob\"", (5, 1), "a person has no owner", "[[api_user]]"),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nprofile = { givn_name = \"A\" }",
        (5, 13),
        "`givn_name` is no standard claim",
        "did you mean `given_name`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nprofile = { address = { town = \"B\" } }",
        (5, 25),
        "`town` is no part of an address",
        "locality",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nroles = [{ nam = \"r\" }]", (5, 10), "`roles` lacks `name`", "`name` too"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nnumber = 0", (5, 10), "`number` cannot be 0", "from 1"),
    (
        "[realm]\nname = \"acme\"\n[[api_user]]\nusername = \"robot\"\nowner = \"robot\"",
        (5, 9),
        "an API user, which owns nothing",
        "person",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nstatus = \"off\"", (5, 10), "`status` cannot be \"off\"", "active, disabled"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\ncreated_at = 2020-01-01", (5, 14), "a date or time", "offset"),
];

#[tokio::test]
async fn broken_files_are_refused_with_their_line_and_change_nothing() {
    let desk = Desk::new();
    for (text, place, message, help) in BROKEN {
        let faults = desk.apply(&[text], Options::default()).await.err().unwrap_or_else(|| panic!("was not refused:\n{text}"));
        let fault = faults.iter().find(|fault| fault.message.contains(message)).unwrap_or_else(|| {
            panic!("{message:?} is not among:\n{}\n", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert_eq!((fault.line, fault.column), *place, "{fault}");
        assert!(fault.help.contains(help), "{fault}");
        assert_eq!(desk.store.realms().await.unwrap(), [], "{text}");
    }
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

#[tokio::test]
async fn what_was_accepted_before_is_not_judged_again() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let prune = Prune { scopes: true, ..Prune::default() };
    let without_scopes = "[realm]\nname = \"acme\"\n[[client]]\nid = \"web\"\nname = \"Renamed\"";
    desk.apply(&[without_scopes], Options { prune, ..Options::default() }).await.unwrap();
    assert_eq!(desk.client("web").await.unwrap().title(), "Renamed");
    let faults = desk.apply(&[&format!("{without_scopes}\nscopes = [\"read\"]")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("no scope \"read\""), "{}", faults[0]);
}

#[tokio::test]
async fn every_fault_of_every_file_is_told_at_once() {
    let desk = Desk::new();
    let broken =
        "[realm]\nname = \"acme\"\ndialect = \"x\"\n[[client]]\nid = \"x\"\ngrants = [\"nope\"]\n[[user]]\nusername = \"u\"\nage = 3";
    let faults = desk.apply(&[broken, broken.replace("acme", "other").as_str()], Options::default()).await.unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| (fault.file.as_str(), fault.line)).collect::<Vec<_>>(),
        [("a.toml", 3), ("a.toml", 6), ("a.toml", 9), ("b.toml", 3), ("b.toml", 6), ("b.toml", 9)]
    );
}

#[tokio::test]
async fn what_never_changes_is_refused() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    for (line, message) in [("sub = \"other\"", "keeps it"), ("number = 5", "keeps it")] {
        let faults = desk
            .apply(&[&format!("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\n{line}")], Options::default())
            .await
            .unwrap_err();
        assert!(faults[0].message.contains(message), "{}", faults[0]);
    }
    let faults = desk.apply(&["[realm]\nname = \"acme\"\n[[api_user]]\nusername = \"ann\""], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("is a person already"), "{}", faults[0]);
    let faults = desk.apply(&["[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann@example.com\""], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("is taken: \"ann\" signs in with it"), "{}", faults[0]);
}

/// The row of a key in one chapter of the reference.
fn row<'t>(chapter: &'t str, key: &str) -> &'t str {
    let begins = |line: &&str| line.starts_with(&format!("| `{key}` ")) || line.starts_with(&format!("| `{key}`,"));
    chapter.lines().find(begins).unwrap_or_else(|| panic!("docs/realm-file.md says nothing of `{key}`"))
}

/// A setting's usual value, as the reference has it.
fn usual(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => number.to_string(),
        serde_json::Value::Object(members) if members.is_empty() => "nothing".to_owned(),
        serde_json::Value::String(text) if !text.is_empty() => format!("`{text}`"),
        value => format!("`{}`", value.to_string().replace(',', ", ")),
    }
}

#[test]
fn every_key_is_in_the_reference_and_means_the_same_there() {
    let reference = include_str!("../../../docs/realm-file.md");
    let chapter = |title: &str| reference.split("\n## ").find(|chapter| chapter.starts_with(title)).unwrap();
    let says = |chapter: &str, key: &str, meaning: &str| {
        let row = row(chapter, key);
        assert!(row.contains(&format!(" | {meaning}")), "docs/realm-file.md says of `{key}`: {row}\nthe code: {meaning}");
    };
    let member = |chapter: &str, member: &Member| {
        let sentences: Vec<_> = member.meaning.iter().map(|sentence| sentence.trim()).collect();
        says(chapter, member.name, &sentences.join(" "));
    };
    let described = SettingsPatch::described();
    for (name, value) in Settings::default().to_patch().to_document() {
        let meaning = described["properties"][&name]["description"].as_str().unwrap();
        says(chapter("`[settings]`"), &name, meaning);
        let row = row(chapter("`[settings]`"), &name);
        assert!(row.ends_with(&format!(" | {} |", usual(&value))), "docs/realm-file.md: usual is {}: {row}", usual(&value));
    }
    ClientMetadata::MEMBERS.iter().for_each(|one| member(chapter("`[[client]]`"), one));
    ScopeDefinition::MEMBERS.iter().for_each(|one| member(chapter("`[[scope]]`"), one));
    let (person, claims) = chapter("`[[user]]`").split_once("\nIn `profile`").unwrap();
    UserMetadata::MEMBERS.iter().for_each(|one| member(person, one));
    Profile::MEMBERS.iter().for_each(|one| member(claims, one));
    for key in ["name", "title", "issuer", "dialect", "audience", "status", "relaxes"] {
        row(chapter("`[realm]`"), key);
    }
    for key in ["owner", "password", "sub", "number", "status", "created_at"] {
        row(person, key);
    }
    for (short, _) in CLIENT_ALIASES {
        assert!(reference.contains(&format!("(`{short}`)")), "docs/realm-file.md says nothing of `{short}`");
    }
    let grants = row(chapter("`[[client]]`"), "grant_types");
    for grant in GrantType::ALL.map(|grant| format!("`{}`", grant.as_str())) {
        assert!(grants.contains(&grant), "docs/realm-file.md does not say that a client may use {grant}");
        assert!(include_str!("../../../README.md").contains(&grant), "README.md does not say that there is {grant}");
    }
}

#[tokio::test]
async fn the_example_of_a_whole_team_can_be_applied() {
    let mut desk = Desk::new();
    for name in ["WEB_SECRET", "ORDERS_API_SECRET", "NIGHTLY_SECRET", "DANA_PASSWORD", "SHOP_PASSWORD"] {
        desk.environment.0.insert(name, "pL9vR2xWq7ZkT4nB8mYc3HsJ6dFgA1eU");
    }
    let example = include_str!("../../../docs/examples/api-team.toml");
    assert!(!desk.applied(example).await.changes.is_empty());
    assert_eq!(desk.applied(example).await.changes, []);
}
