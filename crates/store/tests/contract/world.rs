//! A realm with whoever a case needs in it.

use jeton_oauth::{
    AccessTokenId, AuditId, AuthorizationId, Change, ClientKey, ClientSecretId, CodeId, KeyId, PersonalAccessTokenId, RealmId, Scope,
    Seconds, SessionId, Timestamp, UserId,
    change::{
        AccessTokenChange, AuditEvent, AuditKind, AuthorizationChange, ClientChange, CodeChange, ConsentChange, KeyChange,
        PersonalAccessTokenChange, RealmChange, SessionChange, UserChange,
    },
    login_name::LoginName,
    manage::{Actor, ClientMetadata, Origin, RequestId, Who},
    model::{
        Account, AccountKind, Authorization, AuthorizationCode, AuthorizationState, Client, ClientSecret, CodeState, Consent, Email, Key,
        KeyPurpose, OpaqueAccessToken, PasswordHash, PersonalAccessToken, Profile, RealmConfig, RefreshProof, RefreshVerifier, Role,
        SecretHash, Session, Status, Subject, User,
    },
    redirect_uri::RedirectUri,
    secret::Verifier,
    settings::{GrantType, ScopeDefinition, SettingsPatch, TokenFormat},
};
use jeton_store::{CommitError, RealmStore, Store};
use uuid::Uuid;

use crate::engine::{Engine, Home};

/// The present of every case.
pub const NOW: Timestamp = Timestamp::from_seconds(1_900_000_000);

pub struct World {
    pub home: Home,
    pub store: Store,
    pub realm: RealmId,
}

impl World {
    pub async fn new(engine: Engine) -> Self {
        let home = engine.home();
        let store = home.server();
        let realm = realm("acme");
        let id = realm.id;
        store.commit(vec![Change::Realm(RealmChange::Create(realm))]).await.unwrap();
        Self { home, store, realm: id }
    }

    pub fn rows(&self) -> RealmStore<'_> {
        self.store.in_realm(self.realm)
    }

    pub async fn commit(&self, change: impl Into<Change>) -> Result<(), CommitError> {
        self.store.commit(vec![change.into()]).await
    }

    /// Another realm.
    pub async fn realm_named(&self, name: &str) -> RealmId {
        let realm = realm(name);
        let id = realm.id;
        self.commit(Change::Realm(RealmChange::Create(realm))).await.unwrap();
        id
    }

    pub async fn client(&self, id: &str) -> Client {
        let client = client(self.realm, id);
        self.commit(Change::Client(ClientChange::Create(client.clone()))).await.unwrap();
        client
    }

    /// As it was stored, with its number.
    pub async fn user(&self, name: &str) -> User {
        let user = user(self.realm, name);
        self.commit(Change::User(UserChange::Create(user.clone()))).await.unwrap();
        self.rows().user(user.id()).await.unwrap().unwrap()
    }

    pub async fn authorization(&self, client: &Client, user: &User) -> Authorization {
        let authorization = authorization(client, user);
        self.commit(Change::Authorization(AuthorizationChange::Create(authorization.clone()))).await.unwrap();
        authorization
    }

    pub async fn code(&self, client: &Client, user: &User) -> AuthorizationCode {
        let code = code(client, user);
        self.commit(Change::Code(CodeChange::Create(code.clone()))).await.unwrap();
        code
    }

    pub async fn session(&self, user: &User) -> Session {
        let session = session(user);
        self.commit(Change::Session(SessionChange::Create(session.clone()))).await.unwrap();
        session
    }

    pub async fn consent(&self, client: &Client, user: &User) -> Consent {
        let consent = Consent {
            realm: user.realm,
            user: user.id(),
            client: client.key,
            scope: scope("read"),
            declined: jeton_oauth::Scope::default(),
            granted_at: NOW,
        };
        self.commit(Change::Consent(ConsentChange::Grant(consent.clone()))).await.unwrap();
        consent
    }

    pub async fn personal_access_token(&self, user: &User) -> PersonalAccessToken {
        let token = personal_access_token(user);
        self.commit(Change::PersonalAccessToken(PersonalAccessTokenChange::Create { token: token.clone(), since: NOW, limit: 9 }))
            .await
            .unwrap();
        token
    }

    pub async fn access_token(&self, client: &Client, authorization: Option<&Authorization>) -> OpaqueAccessToken {
        let token = access_token(client, authorization);
        self.commit(Change::AccessToken(AccessTokenChange::Create(token.clone()))).await.unwrap();
        token
    }

    pub async fn key(&self, ordinal: u32) -> Key {
        let key = key(self.realm, ordinal);
        self.commit(Change::Key(KeyChange::Create(key.clone()))).await.unwrap();
        key
    }
}

#[expect(clippy::disallowed_methods, reason = "any id will do, and they are to be in the order in which they were made")]
pub fn id() -> Uuid {
    Uuid::now_v7()
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub fn fold(text: &str) -> LoginName {
    LoginName::fold(text).unwrap()
}

pub fn verifier() -> Verifier {
    Verifier::of(id().as_bytes())
}

pub fn realm(name: &str) -> RealmConfig {
    RealmConfig {
        id: RealmId(id()),
        name: name.to_owned(),
        title: Some("Acme & Söhne".to_owned()),
        issuer: Some(format!("https://auth.example.com/{name}")),
        dialect: "standard".to_owned(),
        audience: Some("https://api.example.com".to_owned()),
        scopes: vec![ScopeDefinition { name: "read".to_owned(), description: "See your data".to_owned(), optional: false }],
        settings: SettingsPatch { refresh_token_grace: Some(Seconds(10)), ..SettingsPatch::default() },
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

pub fn client(realm: RealmId, client_id: &str) -> Client {
    Client {
        key: ClientKey(id()),
        realm,
        id: client_id.to_owned(),
        metadata: ClientMetadata {
            client_name: Some("The Application".to_owned()),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec![RedirectUri::register("https://app.example/cb").unwrap()],
            scope: scope("read write"),
            default_scope: Some(scope("read")),
            audiences: vec!["https://api.example.com".to_owned()],
            id_token_signed_response_alg: Some("RS256".parse().unwrap()),
            access_token_format: Some(TokenFormat::Opaque),
            require_pkce: Some(false),
            trusted: true,
            ..ClientMetadata::default()
        },
        secrets: vec![secret()],
        owner: Some(UserId(id())),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: NOW,
        version: 1,
    }
}

pub fn secret() -> ClientSecret {
    ClientSecret {
        id: ClientSecretId(id()),
        hash: SecretHash::Sha256(verifier()),
        created_at: NOW,
        expires_at: Some(NOW + Seconds(60)),
        last_used_at: None,
        shown: None,
    }
}

pub fn user(realm: RealmId, name: &str) -> User {
    let user = UserId(id());
    User {
        account: Account {
            id: user,
            sub: user.to_string(),
            number: 0,
            kind: AccountKind::Person,
            status: Status::Active,
            not_before: Timestamp::default(),
        },
        realm,
        username: name.to_owned(),
        email: Some(Email { address: format!("{name}@example.com"), verified: true }),
        profile: Profile { given_name: Some("Ann".to_owned()), ..Profile::default() },
        user_type: Some("DEVELOPER".to_owned()),
        roles: vec![Role { name: "admin".to_owned(), permissions: vec!["all".to_owned()] }],
        attributes: serde_json::from_str(r#"{"plan": "gold", "seats": 3}"#).unwrap(),
        password: Some(PasswordHash("$argon2id$x".to_owned())),
        owner: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

pub fn authorization(client: &Client, user: &User) -> Authorization {
    Authorization {
        id: AuthorizationId(id()),
        realm: user.realm,
        client: client.key,
        user: user.id(),
        session: Some(SessionId(id())),
        scope: scope("openid read"),
        audience: Some(vec!["https://api.example.com".to_owned()]),
        auth_time: NOW,
        amr: Some("pwd otp mfa".to_owned()),
        nonce: Some("n".to_owned()),
        created_at: NOW,
        expires_at: NOW + Seconds(3600),
        epoch: 0,
        state: AuthorizationState::Active,
        not_before: Timestamp::default(),
        refresh: Some(refresh(0)),
    }
}

pub fn refresh(generation: u32) -> RefreshVerifier {
    RefreshVerifier {
        generation,
        rotated_at: NOW,
        expires_at: NOW + Seconds(600),
        proof: RefreshProof::Derived { seed: *id().as_bytes(), key: KeyId(id()) },
    }
}

pub fn rotate(authorization: &Authorization, generation: u32) -> Change {
    let to = refresh(generation.wrapping_add(1));
    Change::Authorization(AuthorizationChange::Rotate { realm: authorization.realm, id: authorization.id, generation, to })
}

pub fn code(client: &Client, user: &User) -> AuthorizationCode {
    AuthorizationCode {
        id: CodeId(id()),
        realm: user.realm,
        client: client.key,
        user: user.id(),
        session: Some(SessionId(id())),
        verifier: verifier(),
        redirect_uri: Some("https://app.example/cb".to_owned()),
        code_challenge: Some([7; 32]),
        scope: scope("read"),
        audience: None,
        nonce: None,
        auth_time: NOW,
        amr: "pwd".into(),
        created_at: NOW,
        expires_at: NOW + Seconds(60),
        authorization: AuthorizationId(id()),
        state: CodeState::Fresh,
    }
}

pub fn redeem(code: &AuthorizationCode) -> Change {
    Change::Code(CodeChange::Redeem { realm: code.realm, id: code.id, at: NOW, keep_until: NOW + Seconds(3600) })
}

pub fn session(user: &User) -> Session {
    Session {
        id: SessionId(id()),
        realm: user.realm,
        user: user.id(),
        verifier: verifier(),
        auth_time: NOW,
        amr: "pwd".into(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: NOW + Seconds(600),
        user_agent: Some("Mozilla/5.0".to_owned()),
        address: Some("192.0.2.7".parse().unwrap()),
    }
}

pub fn personal_access_token(user: &User) -> PersonalAccessToken {
    PersonalAccessToken {
        id: PersonalAccessTokenId(id()),
        realm: user.realm,
        user: user.id(),
        authorization: None,
        name: "ci".to_owned(),
        scope: scope("read"),
        verifier: verifier(),
        prefix: "jtn_pat_AbC".to_owned(),
        created_at: NOW,
        regenerated_at: None,
        expires_at: None,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
        epoch: 0,
        version: 1,
    }
}

pub fn access_token(client: &Client, authorization: Option<&Authorization>) -> OpaqueAccessToken {
    OpaqueAccessToken {
        id: AccessTokenId(id()),
        realm: client.realm,
        client: client.key,
        subject: authorization.map_or(Subject::Client(client.key), |authorization| Subject::User(authorization.user)),
        authorization: authorization.map(|authorization| authorization.id),
        scope: scope("read"),
        audience: vec!["https://api.example.com".to_owned()],
        verifier: verifier(),
        created_at: NOW,
        expires_at: NOW + Seconds(60),
        epoch: 0,
    }
}

pub fn key(realm: RealmId, ordinal: u32) -> Key {
    Key {
        id: KeyId(id()),
        realm,
        purpose: KeyPurpose::parse("ES256").unwrap(),
        ordinal,
        wrapped: vec![1, 2, 3],
        wrapping_key: "master-1".to_owned(),
        public_jwk: Some("{}".to_owned()),
        created_at: NOW,
        active_at: NOW + Seconds(60),
        longest_token: Some(Seconds(3600)),
        revoked_at: None,
    }
}

pub fn audit(realm: RealmId, kind: AuditKind) -> AuditEvent {
    let by = Actor {
        who: Who::Person(UserId(id())),
        from: Origin { address: Some([192, 0, 2, 7].into()), request: Some(RequestId::new(7, 1)), endpoint: Some("token") },
    };
    AuditEvent::with_id(AuditId(id()), kind, &by, realm, NOW).user(UserId(id())).client_id("web").detail("by ann")
}
