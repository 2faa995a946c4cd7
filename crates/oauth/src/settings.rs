//! What a realm can be told about its tokens: a dialect sets it, a realm overrides it.

use jeton_jose::Algorithm;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Scope, Seconds,
    manage::{Described, Member, described::object},
    model::ClientAuthMethod,
};

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr),* $(,)?) => {
        /// The settings of a realm, complete.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Settings { $($(#[doc = $doc])+ pub $name: $type,)* }

        impl Default for Settings {
            /// The standard's own choices.
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// What one layer (a dialect, a realm) says about the settings; the rest stays as below it.
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct SettingsPatch {
            $($(#[doc = $doc])+ #[serde(default, skip_serializing_if = "Option::is_none")] pub $name: Option<$type>,)*
        }

        impl SettingsPatch {
            /// Every setting's name, for messages and tables.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// What is said, by name.
            pub fn to_document(&self) -> serde_json::Map<String, Value> {
                match serde_json::to_value(self) {
                    Ok(Value::Object(settings)) => settings,
                    _ => serde_json::Map::new(),
                }
            }
        }

        impl Described for SettingsPatch {
            fn described() -> Value {
                object([$((Member { name: stringify!($name), meaning: &[$($doc),+] }, <$type as Described>::described())),*])
            }
        }

        impl Settings {
            /// These settings, with what `patch` says put over them.
            #[must_use]
            pub fn with(mut self, patch: &SettingsPatch) -> Self {
                $(if let Some(value) = &patch.$name { self.$name = value.clone(); })*
                self
            }

            /// All of them, as one layer would say them.
            pub fn to_patch(&self) -> SettingsPatch {
                SettingsPatch { $($name: Some(self.$name.clone()),)* }
            }
        }
    };
}

settings! {
    /// A signed JWT (RFC 9068) or an opaque string.
    access_token_format: TokenFormat = TokenFormat::Jwt,
    /// Signs access tokens.
    access_token_alg: Algorithm = Algorithm::ES256,
    /// Seconds that an access token lives.
    access_token_lifetime: Seconds = Seconds(3600),
    /// Seconds that access tokens and ID tokens live at most whose application has a lifetime of its own for
    /// them; what was revoked is kept for so long.
    client_lifetime_limit: Seconds = Seconds(86_400),
    /// `typ` of the JWT: `at+jwt` (RFC 9068 §2.1), or `JWT` where an old API's readers expect it.
    access_token_typ: AccessTokenTyp = AccessTokenTyp::AtJwt,
    /// How the granted scope stands in the JWT.
    scope_claim: ScopeClaim = ScopeClaim::Scope,
    /// Claims of the access token besides those of RFC 9068.
    claims: Vec<ExtraClaim> = Vec::new(),
    /// An opaque string or a JWT that wraps it.
    refresh_token_format: TokenFormat = TokenFormat::Opaque,
    /// Whether a refresh gives a new refresh token and kills the old one.
    refresh_token_rotation: bool = true,
    /// Seconds that one refresh token lives unless it is used.
    refresh_token_lifetime: Seconds = Seconds(30 * 86_400),
    /// Seconds in which the predecessor, presented again, gets the same successor; 0 to 300.
    refresh_token_grace: Seconds = Seconds(0),
    /// Seconds from the sign-in after which no refresh helps any more.
    authorization_lifetime: Seconds = Seconds(180 * 86_400),
    /// Grants that give a refresh token, besides that the client must list `refresh_token`.
    refresh_token_grants: Vec<GrantType> = vec![GrantType::AuthorizationCode, GrantType::Password],
    /// Seconds that an authorization code lives; 1 to 60.
    authorization_code_lifetime: Seconds = Seconds(60),
    /// Who must use PKCE (RFC 7636). Public clients always must.
    require_pkce: RequirePkce = RequirePkce::All,
    /// What becomes of a scope that the realm does not know: `ignore_beside_openid` leaves it out where `openid` is
    /// asked for too (OpenID Connect Core §3.1.2.1), `refuse` refuses it.
    unknown_scopes: UnknownScopes = UnknownScopes::IgnoreBesideOpenid,
    /// Seconds that an ID token lives.
    id_token_lifetime: Seconds = Seconds(3600),
    /// What an ID token says of the person besides who it is: `minimal` (nothing), or `scopes` (what the granted scopes
    /// let the userinfo endpoint say).
    id_token_claims: IdTokenContent = IdTokenContent::Minimal,
    /// Seconds that a browser session lives at most.
    session_lifetime: Seconds = Seconds(30 * 86_400),
    /// Seconds that a browser session lives unused.
    session_idle_lifetime: Seconds = Seconds(86_400),
    /// Seconds that a personal access token lives at most; 0 for as long as its owner says.
    personal_access_token_lifetime: Seconds = Seconds(0),
    /// Personal access tokens that live at one time for one account; another one is refused.
    personal_access_tokens_per_account: u32 = 100,
    /// Sessions of one account at one time; another one ends the one that was used least lately.
    sessions_per_account: u32 = 100,
    /// Authorizations of one account at one time; once there are a sixteenth more, those that were used least lately end.
    authorizations_per_account: u32 = 1000,
    /// Whether an application that a person let manage their personal access tokens may make one.
    personal_access_tokens_by_applications: bool = true,
    /// Whether people are not asked again about a client that they allowed before; with `false` they are asked each time.
    remember_consent: bool = true,
    /// Wrong passwords for one account from one network (IPv4 address, IPv6 /64) before that network waits for the account.
    password_attempts: u32 = 10,
    /// Wrong passwords from one network, for all accounts together, before the network waits.
    network_attempts: u32 = 100,
    /// Wrong passwords from one network through one client before the network waits for that client.
    client_attempts: u32 = 1000,
    /// Seconds after which attempts are forgotten.
    attempts_window: Seconds = Seconds(900),
    /// Seconds between two rotations of a signing key; 0 for by command only.
    key_rotation_interval: Seconds = Seconds(90 * 86_400),
    /// Seconds that a new signing key is shown in the JWKS before it signs.
    key_announcement: Seconds = Seconds(86_400),
    /// Seconds that audit events are kept; 0 for good.
    audit_retention: Seconds = Seconds(0),
    /// Who may make an account for themselves: `off` (nobody), `open` (everybody), or `invited`.
    sign_up: SignUp = SignUp::Off,
    /// Domains of the addresses that may, such as `["example.com"]`; any where none is named.
    sign_up_domains: Vec<String> = Vec::new(),
    /// Who may make applications and API users of their own: `off`, `invited` (people with the role `developer`), or `everybody`.
    developers: Developers = Developers::Off,
    /// Applications that one of them may own; more are refused.
    applications_per_developer: u32 = 100,
    /// API users that one of them may own; more are refused.
    api_users_per_developer: u32 = 100,
    /// Who may register applications by themselves (RFC 7591): `off`, `open`, `initial_access_token` or `developers`.
    registration: WhoRegisters = WhoRegisters::Off,
    /// Grants that they may ask for. Strangers get neither `client_credentials` nor `password`, whatever stands here.
    registration_grants: Vec<GrantType> = vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials],
    /// Ways to prove themselves that they may ask for.
    registration_auth_methods: Vec<ClientAuthMethod> =
        vec![ClientAuthMethod::None, ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost],
    /// Scopes that they may ask for; every scope of the realm but those that begin with `jeton:` where it is empty.
    registration_scopes: Scope = Scope::default(),
    /// Hosts that their redirect URIs may have, `*.` for all below one; any where it is empty.
    registration_redirect_hosts: Vec<String> = Vec::new(),
    /// Seconds after which an application that registered itself and that nobody uses is removed; 0 for never.
    registration_unused_lifetime: Seconds = Seconds(30 * 86_400),
    /// Applications that may be registered from one network (IPv4 address, IPv6 /64) in a day.
    registrations_per_network: u32 = 100,
    /// `required` lets people into applications only with a second factor, which they set up first; `optional` asks whoever has one.
    second_factor: SecondFactor = SecondFactor::Optional,
    /// What people see of the realm on its pages.
    brand: Brand = Brand::default(),
}

/// The form of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// Signed, and read by whoever has the keys.
    Jwt,
    /// A random string, which only this server knows the meaning of.
    Opaque,
}

/// What the header of an access token says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessTokenTyp {
    /// `at+jwt` (RFC 9068 §2.1): no other kind of JWT is taken for it.
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// `JWT`, as it was before RFC 9068.
    #[serde(rename = "JWT")]
    Jwt,
}

impl AccessTokenTyp {
    /// The value of `typ`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "JWT",
        }
    }
}

/// `"scope": "a b"` (RFC 9068 §2.2.3) or `"scopes": ["a", "b"]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeClaim {
    /// One text with spaces.
    Scope,
    /// A list.
    Scopes,
}

/// Who may make an account for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    /// Nobody.
    Off,
    /// Everybody, once their address is proven.
    Open,
    /// Whoever was invited.
    Invited,
}

/// Who needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Whoever has one is asked for it.
    Optional,
    /// Who has none sets one up before the first application.
    Required,
}

/// Who may make applications and API users of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Developers {
    /// Nobody.
    Off,
    /// People with the role `developer`.
    Invited,
    /// Every person of the realm.
    Everybody,
}

/// Who must use PKCE (RFC 7636).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirePkce {
    /// Every client.
    All,
    /// Clients without a secret only.
    Public,
}

/// What becomes of a scope that the realm does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownScopes {
    /// Left out where `openid` is asked for too, else refused (OpenID Connect Core §3.1.2.1).
    IgnoreBesideOpenid,
    /// Always refused, as `invalid_scope` (RFC 6749 §5.2).
    Refuse,
}

/// What an ID token says of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenContent {
    /// Who it is, and nothing more.
    Minimal,
    /// OpenID Connect Core §5.4.
    Scopes,
}

/// Who may register applications by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoRegisters {
    /// Nobody.
    Off,
    /// Anybody.
    Open,
    /// Whoever holds a token that those who run the realm gave out.
    InitialAccessToken,
    /// Developers, by an access token of theirs.
    Developers,
}

/// `grant_type` values (RFC 6749); also what a client may be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.3.
    Password,
}

impl GrantType {
    /// Every grant that there is here.
    pub const ALL: [Self; 4] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::Password];

    /// As requests and documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
        }
    }

    /// As [`as_str`](Self::as_str) writes it; `None` for any other grant.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text)
    }
}

/// A claim of the access token that the operator adds: from the user, from the client, or constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraClaim {
    /// What it is called in the token; none of RFC 9068's own.
    pub name: String,
    /// Where it comes from; `None` for a constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ClaimSource>,
    /// The constant; `None` for what comes from somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// Where an extra claim comes from, as `user.email` or `client.name` is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimSource {
    /// A field of whom the token speaks for, as [`User::field`](crate::model::User::field) knows it.
    User(String),
    /// `id`, `name` or `owner` of the client.
    Client(String),
}

impl ClaimSource {
    /// `None` where it begins with neither `user.` nor `client.`, or the client has no such field.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('.')? {
            ("user", field) if !field.is_empty() => Some(Self::User(field.to_owned())),
            ("client", field) if matches!(field, "id" | "name" | "owner") => Some(Self::Client(field.to_owned())),
            _ => None,
        }
    }
}

impl Serialize for ClaimSource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(field) => serializer.collect_str(&format_args!("user.{field}")),
            Self::Client(field) => serializer.collect_str(&format_args!("client.{field}")),
        }
    }
}

impl<'de> Deserialize<'de> for ClaimSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format_args!(
            "{text:?} is no source of a claim; write \"user.FIELD\" (such as user.email, user.number, user.attributes.plan), \"client.id\", \"client.name\" or \"client.owner\""
        )))
    }
}

impl Settings {
    /// Whether some claim of access tokens shows whom they speak for.
    pub fn claims_show_a_user(&self) -> bool {
        self.claims.iter().any(|claim| matches!(claim.from, Some(ClaimSource::User(_))))
    }

    /// Seconds that the longest access token or ID token lives that these settings allow.
    pub fn longest_token(&self) -> Seconds {
        self.access_token_lifetime.max(self.id_token_lifetime).max(self.client_lifetime_limit)
    }

    /// Impossible values and combinations: the setting's name, and what to write instead.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut check = |fine: bool, name, instead| {
            if !fine {
                faults.push((name, instead))
            }
        };
        check((1..=31_536_000).contains(&self.access_token_lifetime.0), "access_token_lifetime", "write 1 to 31536000 seconds");
        check((1..=60).contains(&self.authorization_code_lifetime.0), "authorization_code_lifetime", "write 1 to 60 seconds");
        check(self.refresh_token_grace.0 <= 300, "refresh_token_grace", "write 0 to 300 seconds");
        check(
            self.refresh_token_rotation || self.refresh_token_grace.0 == 0,
            "refresh_token_grace",
            "leave it out: without rotation there is no predecessor",
        );
        check(self.refresh_token_lifetime.0 > 0, "refresh_token_lifetime", "write at least 1 second");
        check(
            self.authorization_lifetime >= self.refresh_token_lifetime,
            "authorization_lifetime",
            "write at least refresh_token_lifetime",
        );
        check(self.id_token_lifetime.0 > 0, "id_token_lifetime", "write at least 1 second");
        check(
            self.session_idle_lifetime.0 > 0 && self.session_lifetime >= self.session_idle_lifetime,
            "session_lifetime",
            "write at least session_idle_lifetime",
        );
        check(
            !self.access_token_alg.is_symmetric(),
            "access_token_alg",
            "write an asymmetric algorithm such as ES256: readers of the token must not be able to make one",
        );
        for (fine, instead) in self.brand.checks() {
            check(fine, "brand", instead);
        }
        let is_domain = |text: &String| {
            text.contains('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
                && !text.starts_with('.')
        };
        check(
            self.sign_up_domains.iter().all(is_domain),
            "sign_up_domains",
            "write what stands behind the @ of addresses, such as [\"example.com\"]",
        );
        check((1..=31_536_000).contains(&self.client_lifetime_limit.0), "client_lifetime_limit", "write 1 to 31536000 seconds");
        check(self.password_attempts > 0, "password_attempts", "write at least 1");
        check(self.network_attempts > 0, "network_attempts", "write at least 1");
        check(self.client_attempts > 0, "client_attempts", "write at least 1");
        check(self.personal_access_tokens_per_account > 0, "personal_access_tokens_per_account", "write at least 1");
        check(self.applications_per_developer > 0, "applications_per_developer", "write at least 1");
        check(self.api_users_per_developer > 0, "api_users_per_developer", "write at least 1");
        check(self.sessions_per_account > 0, "sessions_per_account", "write at least 1");
        check(self.authorizations_per_account > 0, "authorizations_per_account", "write at least 1");
        let may_register = self.registration != WhoRegisters::Off;
        check(
            !may_register || !self.registration_grants.is_empty(),
            "registration_grants",
            "name one at least, such as authorization_code",
        );
        check(!may_register || !self.registration_auth_methods.is_empty(), "registration_auth_methods", "name one at least, such as none");
        check(
            self.registration_redirect_hosts.iter().all(|host| is_host_pattern(host)),
            "registration_redirect_hosts",
            "write names of hosts, such as app.example, *.example.com, localhost or 127.0.0.1",
        );
        check(self.registrations_per_network > 0, "registrations_per_network", "write at least 1");
        check(self.attempts_window.0 > 0, "attempts_window", "write at least 1 second");
        check(
            self.key_rotation_interval.0 == 0 || self.key_rotation_interval > self.key_announcement,
            "key_rotation_interval",
            "write 0, or more than key_announcement",
        );
        for claim in &self.claims {
            check(claim.from.is_some() != claim.value.is_some(), "claims", "give each claim either `from` or `value`");
            check(
                !RESERVED_CLAIMS.contains(&claim.name.as_str()),
                "claims",
                "choose another name: this one is the server's own (RFC 9068 §2.2)",
            );
        }
        check(
            self.refresh_token_grants.iter().all(|grant| matches!(grant, GrantType::AuthorizationCode | GrantType::Password)),
            "refresh_token_grants",
            "write a list of authorization_code and password: other grants give no refresh token (RFC 6749 §4.4.3)",
        );
        faults
    }
}

/// A host as it stands in an address, or `*.` and the name that all of them end with.
fn is_host_pattern(text: &str) -> bool {
    let host = text.strip_prefix("*.").unwrap_or(text);
    url::Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.host_str() == Some(host))
}

/// How a realm looks: its title is the realm's, what else people see of it stands here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// `#f2b705`: links, marks and the main button are made of it, legible by day and by night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// A square SVG or PNG among the data folder's `assets/`, by its file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Addresses of pages elsewhere, linked from the foot of every page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// Help for people, as `privacy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Who runs this, as `privacy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imprint: Option<String>,
    /// Terms that whoever makes an account accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
}

impl Brand {
    fn checks(&self) -> [(bool, &'static str); 3] {
        let is_colour = |text: &String| text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_file = |text: &String| {
            let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
            plain && (text.ends_with(".svg") || text.ends_with(".png"))
        };
        let links = [&self.privacy, &self.help, &self.imprint, &self.terms];
        let is_link = |text: &String| text.starts_with("https://") || text.starts_with("http://");
        [
            (self.accent.as_ref().is_none_or(is_colour), "write accent as # and six hexadecimal digits, such as \"#f2b705\""),
            (self.logo.as_ref().is_none_or(is_file), "write logo as the name of an .svg or .png file in the data folder's assets/"),
            (links.into_iter().flatten().all(is_link), "write links as whole addresses that begin with https://"),
        ]
    }
}

/// Claims whose meaning is ours alone.
pub const RESERVED_CLAIMS: &[&str] =
    &["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "scopes", "aid", "auth_time", "cnf"];

/// What a realm calls a scope, and tells people that it means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeDefinition {
    /// A scope that tokens of this realm may have, besides those that every realm has.
    pub name: String,
    /// What people are told that it means.
    #[serde(default)]
    pub description: String,
    /// Whether a person may leave it out and approve the rest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

impl ScopeDefinition {
    /// Every member, in the order of references.
    pub const MEMBERS: &'static [Member] = &[
        Member { name: "name", meaning: &["A scope that tokens of this realm may have, besides those that every realm has."] },
        Member { name: "description", meaning: &["What people are told that it means."] },
        Member { name: "optional", meaning: &["Whether a person may leave it out and approve the rest."] },
    ];
}

/// Scopes that every realm knows without naming them.
pub fn built_in_scopes() -> Scope {
    Scope::from_tokens(["openid", "profile", "email", "address", "phone", "offline_access", "jeton:tokens", "jeton:clients"])
        .unwrap_or_default()
}
