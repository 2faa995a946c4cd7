//! Verbs of nouns: what each writes, for whom, and what it refuses without a trace.

mod support;

use jeton_oauth::{
    Change, Seconds, UserId,
    change::{ConsentChange, RealmChange},
    manage::{
        Actor, Administrator, AdministratorRole, ClientMetadata, ConsentDocument, Described, Desk, Origin, Reach, Refusal, ScopeDocument,
        UserDocument, Verdict, Who, client, consent, read, scope,
        user::{self, NewUser, Taken},
    },
    model::{AccountKind, ClientAuthMethod, Realm, RealmConfig, Status, User},
    settings::{GrantType, IdTokenContent, Settings, SettingsPatch},
};
use serde_json::Value;
use support::{NOW, Repeating, realm};
use uuid::Uuid;

fn by(who: Who) -> Actor {
    Actor { who, from: Origin::default() }
}

fn administrator(role: AdministratorRole) -> Actor {
    by(Who::Administrator(Administrator { user: UserId(Uuid::from_u128(9)), role, reach: Reach::All }))
}

fn act<T>(realm: &Realm, by: &Actor, verb: impl FnOnce(&mut Desk<'_>) -> Verdict<T>) -> Result<(T, Vec<Change>), Refusal> {
    let mut desk = Desk { realm, by, now: NOW, rng: &mut Repeating(1) };
    match verb(&mut desk) {
        Ok(effect) => Ok((effect.answer, effect.changes)),
        Err(effect) => {
            assert_eq!(effect.changes, [], "a refusal of a verb writes nothing");
            Err(effect.answer)
        }
    }
}

fn document(name: &str) -> ScopeDocument {
    ScopeDocument { name: name.to_owned(), ..ScopeDocument::default() }
}

/// The realm as one change writes it, told by one audit event.
fn updated(changes: &[Change]) -> &RealmConfig {
    let [Change::Realm(RealmChange::Update(config)), Change::Audit(event)] = changes else { panic!("{changes:?}") };
    assert!(event.actor.is_some());
    config
}

#[test]
fn scopes_are_made_changed_and_removed_by_those_who_may() {
    let realm = realm(SettingsPatch::default());
    let owner = administrator(AdministratorRole::Owner);
    let (_, changes) = act(&realm, &owner, |desk| scope::create(document("admin"), desk)).unwrap();
    assert_eq!(updated(&changes).scopes.len(), 3);
    let optional = ScopeDocument { optional: true, ..document("read") };
    let (_, changes) = act(&realm, &owner, |desk| scope::change(optional.clone(), desk)).unwrap();
    assert_eq!(updated(&changes).scopes[0], optional);
    let (_, changes) = act(&realm, &owner, |desk| scope::change(document("read"), desk)).unwrap();
    assert_eq!(changes, [], "nothing differs");
    let (_, changes) = act(&realm, &owner, |desk| scope::remove("read", desk)).unwrap();
    assert_eq!(updated(&changes).scopes.len(), 1);

    assert!(matches!(act(&realm, &owner, |desk| scope::create(document("read"), desk)), Err(Refusal::Conflict(_))));
    assert!(matches!(act(&realm, &owner, |desk| scope::change(document("nope"), desk)), Err(Refusal::NotFound(_))));
    assert!(matches!(act(&realm, &owner, |desk| scope::remove("nope", desk)), Err(Refusal::NotFound(_))));
    for wrong in ["two words", "jeton:mine", ""] {
        let Err(Refusal::Faults(faults)) = act(&realm, &owner, |desk| scope::create(document(wrong), desk)) else { panic!("{wrong}") };
        assert_eq!(faults[0].path.to_string(), "name");
    }
    let person = UserId(Uuid::from_u128(3));
    for nobody in [administrator(AdministratorRole::Auditor), by(Who::Developer(person)), by(Who::Person(person)), by(Who::Stranger)] {
        assert!(matches!(act(&realm, &nobody, |desk| scope::remove("read", desk)), Err(Refusal::Forbidden(_))), "{nobody:?}");
    }
}

fn ann(realm: &Realm) -> User {
    let mut document = UserDocument::default();
    document.own.username = "ann".to_owned();
    let new = NewUser {
        document,
        kind: AccountKind::Person,
        sub: None,
        number: None,
        owner: None,
        status: Status::Active,
        password: None,
        created_at: None,
    };
    act(realm, &Actor::COMMAND, |desk| user::create(new, &Taken::default(), desk)).unwrap().0
}

/// Says something of an application.
type Said = fn(&mut ClientMetadata);

#[test]
fn a_developer_takes_nothing_away_that_the_realm_asks_of_an_application() {
    let realm = realm(SettingsPatch::default());
    let developer = UserId(Uuid::from_u128(3));
    let by = by(Who::Developer(developer));
    let of = |change: fn(&mut ClientMetadata)| {
        let mut metadata = ClientMetadata { grant_types: vec![GrantType::ClientCredentials], ..ClientMetadata::default() };
        change(&mut metadata);
        metadata
    };
    let made = |metadata| {
        let owner = Some(developer);
        let registration = client::Registration {
            client_id: "web".to_owned(),
            metadata,
            owner,
            status: Status::Active,
            secret: client::FirstSecret::Make,
        };
        act(&realm, &Actor::COMMAND, |desk| client::register(registration, false, desk)).unwrap().0.client
    };
    let loosens: [(Said, Said, &str); 6] = [
        (|own| own.require_second_factor = Some(true), |_| {}, "require_second_factor"),
        (|own| own.require_second_factor = Some(true), |own| own.require_second_factor = Some(false), "require_second_factor"),
        (|_| {}, |own| own.require_second_factor = Some(false), "require_second_factor"),
        (|own| own.require_pkce = Some(true), |_| {}, "require_pkce"),
        (|_| {}, |own| own.access_token_lifetime = Some(Seconds(60)), "access_token_lifetime"),
        (|own| own.refresh_token_lifetime = Some(Seconds(60)), |_| {}, "refresh_token_lifetime"),
    ];
    for (before, after, member) in loosens {
        let client = made(of(before));
        let Err(Refusal::Faults(faults)) = act(&realm, &by, |desk| client::change(&client, of(after), client.owner, desk)) else {
            panic!("{member}");
        };
        assert_eq!(faults[0].path.to_string(), member);
    }
    let tightens: [(Said, Said); 4] = [
        (|_| {}, |own| own.require_second_factor = Some(true)),
        (|own| own.require_second_factor = Some(false), |_| {}),
        (|_| {}, |own| own.require_pkce = Some(true)),
        (|_| {}, |own| own.id_token_claims = Some(IdTokenContent::Scopes)),
    ];
    for (before, after) in tightens {
        let client = made(of(before));
        act(&realm, &by, |desk| client::change(&client, of(after), client.owner, desk)).unwrap();
    }
}

#[test]
fn a_consent_is_given_within_what_its_client_may_ask_for_and_withdrawn_by_its_person() {
    let realm = realm(SettingsPatch::default());
    let (ann, web) = (ann(&realm), support::client("web", ClientAuthMethod::ClientSecretBasic));
    let said = |text: &str| ConsentDocument { scope: text.parse_scope() };
    let (given, changes) = act(&realm, &Actor::COMMAND, |desk| consent::give(&ann, &web, said("read"), desk)).unwrap();
    assert!(matches!(&changes[..], [Change::Consent(ConsentChange::Grant(written)), Change::Audit(_)] if *written == given));
    let Err(Refusal::Faults(faults)) = act(&realm, &Actor::COMMAND, |desk| consent::give(&ann, &web, said("read email"), desk)) else {
        panic!("was not refused");
    };
    assert_eq!(faults[0].path.to_string(), "scope[1]");
    assert!(matches!(act(&realm, &Actor::COMMAND, |desk| consent::give(&ann, &web, said(""), desk)), Err(Refusal::Faults(_))));
    let herself = by(Who::Person(ann.id()));
    assert!(matches!(act(&realm, &herself, |desk| consent::give(&ann, &web, said("read"), desk)), Err(Refusal::Forbidden(_))));
    let (_, changes) = act(&realm, &herself, |desk| consent::withdraw(&ann, &web, desk)).unwrap();
    assert!(changes.iter().any(|change| matches!(change, Change::Consent(ConsentChange::Withdraw { .. }))));
    let another = by(Who::Person(UserId(Uuid::from_u128(77))));
    assert!(matches!(act(&realm, &another, |desk| consent::withdraw(&ann, &web, desk)), Err(Refusal::Forbidden(_))));
}

#[test]
fn a_change_is_judged_by_what_it_changes() {
    let mut realm = realm(SettingsPatch::default());
    let web = support::client("web", ClientAuthMethod::ClientSecretBasic);
    realm.scopes = jeton_oauth::settings::built_in_scopes();
    let mut renamed = web.metadata.clone();
    renamed.client_name = Some("Renamed".to_owned());
    act(&realm, &Actor::COMMAND, |desk| client::change(&web, renamed.clone(), None, desk)).unwrap();
    renamed.scope = "read".parse_scope();
    assert!(matches!(act(&realm, &Actor::COMMAND, |desk| client::change(&web, renamed, None, desk)), Err(Refusal::Faults(_))));
}

#[test]
fn who_does_not_run_the_realm_makes_no_tokens_live_longer() {
    let realm = realm(SettingsPatch::default());
    let mut web = support::client("web", ClientAuthMethod::ClientSecretBasic);
    let developer = UserId(Uuid::from_u128(3));
    web.owner = Some(developer);
    let mut longer = web.metadata.clone();
    longer.access_token_lifetime = Some(jeton_oauth::Seconds(7200));
    let Err(Refusal::Faults(faults)) =
        act(&realm, &by(Who::Developer(developer)), |desk| client::change(&web, longer.clone(), Some(developer), desk))
    else {
        panic!("was not refused");
    };
    assert_eq!(faults[0].path.to_string(), "access_token_lifetime");
    act(&realm, &Actor::COMMAND, |desk| client::change(&web, longer, Some(developer), desk)).unwrap();
}

/// Another value than the usual one, as a document has it.
fn another(usual: &Value, schema: &Value) -> Value {
    match usual {
        Value::Bool(usual) => (!usual).into(),
        Value::Number(usual) => usual.as_u64().map_or(0, |usual| usual.checked_sub(1).unwrap_or(1)).into(),
        usual => schema["enum"].as_array().into_iter().flatten().find(|word| *word != usual).cloned().unwrap_or_default(),
    }
}

/// Who forgets a line in `overrides` or `layers` makes a setting that is never held against the realm's.
#[test]
fn a_setting_of_a_clients_own_is_one_wherever_settings_are_asked_for() {
    let realm = realm(SettingsPatch::default());
    let (usual, schema) = (Settings::default().to_patch().to_document(), SettingsPatch::described());
    let mut found = 0;
    for member in ClientMetadata::MEMBERS.iter().map(|member| member.name) {
        let named = [member, member.trim_start_matches("require_")];
        let Some(name) = named.into_iter().find(|name| usual.contains_key(*name)) else { continue };
        found += 1;
        // A client says yes or no where the realm has more to say.
        let said = match member {
            "require_pkce" => false.into(),
            "require_second_factor" => true.into(),
            _ => another(&usual[name], &schema["properties"][name]),
        };
        let (metadata, faults) = read::<ClientMetadata>(&[(member.to_owned(), said)].into_iter().collect());
        assert!(faults.is_empty(), "{member}: {faults:?}");
        let overrides = metadata.overrides().to_document();
        assert_eq!(overrides.keys().collect::<Vec<_>>(), [name], "`overrides` says what the client says, and nothing else");
        let mut web = support::client("web", ClientAuthMethod::ClientSecretBasic);
        web.metadata = metadata;
        let layers = web.layers(&realm);
        let layer = layers.iter().find(|(own, ..)| *own == name).unwrap_or_else(|| panic!("`layers` does not name {name}"));
        assert_eq!((&layer.1, layer.2), (&overrides[name], client::Layer::Client), "{name}");
    }
    assert!(found >= 11, "only {found} settings were found");
}

trait ParseScope {
    fn parse_scope(&self) -> jeton_oauth::Scope;
}

impl ParseScope for str {
    fn parse_scope(&self) -> jeton_oauth::Scope {
        jeton_oauth::Scope::parse(self).unwrap()
    }
}
