//! Every endpoint on one screen: its paths, its methods, and the policy that dispatch enforces.
//!
//! A dialect puts some of them elsewhere; nothing else says what stands at a path. Names are for
//! metrics and logs.

use http::Method;

/// Where the paths of an endpoint begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// At the root of every host.
    Server,
    /// Below a realm's issuer.
    Realm,
    /// Below the issuer of the realm that holds the administrators.
    Admin,
}

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// Nobody is asked.
    Public,
    /// The grant says who proves what: the rules take nothing but an `AuthenticatedClient`.
    Grant,
    /// A client, public or confidential (RFC 6749 §2.3), by the form that it posts.
    Client,
    /// A client that has a secret.
    ConfidentialClient,
    /// An access token (RFC 6750 §2), in a header or a posted form.
    Bearer,
    /// An access token in a header, or the browser's session.
    BearerOrSession,
    /// Whom the realm's `registration` lets register clients; nobody finds the endpoint where it is off.
    Registration,
    /// A client, by its registration access token (RFC 7592 §1.1); as above where registration is off.
    RegisteredClient,
    /// An administrator: an access token of their realm in a header, or their browser's session there.
    Administrator,
    /// Any browser: the page looks at the session, if there is one.
    Browser,
}

/// What keeps another site from using a person's browser here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Csrf {
    /// Cookies decide nothing here.
    NoCookie,
    /// Reads only.
    Safe,
    /// What is not a safe method must come from a page of ours.
    SameOrigin,
    /// Nothing comes from another site's page; and by a session only reads, unless the page's token is in
    /// the header `X-CSRF-Token`.
    Header,
}

/// Who may keep an answer. A refusal is kept by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// `no-store`: the answer holds a secret or a person.
    NoStore,
    /// Whoever asked, and asks again whether it still holds.
    Checked,
    /// Anybody, for five minutes.
    Public,
    /// Anybody, for a year: the address changes with what it holds.
    Forever,
}

/// Which pages' scripts may read an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Those of this origin.
    Same,
    /// Any: no cookie plays a part in it.
    Any,
}

/// How a refusal looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// As the realm's dialect writes the refusal of a token request.
    Dialect,
    /// RFC 6749 §5.2.
    OAuth,
    /// RFC 6750 §3, as the realm's dialect writes it.
    Resource,
    /// RFC 9457.
    Problem,
    /// A page for people.
    Page,
}

/// What is enforced before a handler is asked, and on what it answers.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// For metrics and logs; several endpoints may share one.
    pub name: &'static str,
    /// Where its paths begin.
    pub base: Base,
    /// HEAD is answered where GET is.
    pub methods: &'static [Method],
    /// The first is shown where one is shown. `{…}` is one segment, and its name.
    pub paths: &'static [&'static str],
    /// Who may come in.
    pub authentication: Authentication,
    /// What keeps other sites out.
    pub csrf: Csrf,
    /// Largest body, in bytes.
    pub body_limit: usize,
    /// Who may keep what it answers.
    pub caching: Caching,
    /// Whose scripts may read what it answers.
    pub origins: Origins,
    /// How its refusals look.
    pub face: Face,
}

const NONE: usize = 0;
const SMALL: usize = 64 * 1024;
/// A form that takes a sealed authorization request along: as large as one may become.
const PAGE: usize = 128 * 1024;

/// A document with everything that an application or a realm can be.
const DOCUMENT: usize = 256 * 1024;
/// Realm files, and the secrets that they name.
const FILES: usize = 16 * 1024 * 1024;

macro_rules! endpoints {
    ($($variant:ident $name:literal $base:ident [$($method:ident)+] [$($path:literal)+] $authentication:ident $csrf:ident $limit:ident $caching:ident $origins:ident $face:ident;)*) => {
        /// What answers a request, named as in RFC 8414 where it has a name there.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Endpoint { $(
            #[doc = concat!($("`", stringify!($method), "` ",)+ "at", $(" `", $path, "`",)+ "; `", $name, "` in metrics.")]
            $variant
        ),* }

        impl Endpoint {
            /// Every endpoint, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }

        static POLICIES: &[Policy] = &[$(Policy {
            name: $name,
            base: Base::$base,
            methods: &[$(Method::$method),+],
            paths: &[$($path),+],
            authentication: Authentication::$authentication,
            csrf: Csrf::$csrf,
            body_limit: $limit,
            caching: Caching::$caching,
            origins: Origins::$origins,
            face: Face::$face,
        }),*];
    };
}

endpoints! {
    // What              in metrics      where  methods    paths                               who may            CSRF       body  caching origins face
    HealthLive           "health"        Server [GET]      ["/health/live"]                     Public             NoCookie   NONE  NoStore Same OAuth;
    HealthReady          "health"        Server [GET]      ["/health/ready"]                    Public             NoCookie   NONE  NoStore Same OAuth;
    Home                 "home"          Server [GET]      ["/"]                                Public             NoCookie   NONE  Checked Same Page;
    DemoMail             "demo_mail"     Server [GET]      ["/demo-mail"]                       Public             NoCookie   NONE  NoStore Same Page;
    Asset                "assets"        Server [GET]      ["/assets/{name}"]                   Public             NoCookie   NONE  Forever Same OAuth;

    Metadata             "metadata"      Realm  [GET]      ["/.well-known/openid-configuration" "/.well-known/oauth-authorization-server"]
                                                                                                Public             NoCookie   NONE  Public  Any  OAuth;
    Jwks                 "jwks"          Realm  [GET]      ["/jwks"]                            Public             NoCookie   NONE  Public  Any  OAuth;
    Authorization        "authorize"     Realm  [GET POST] ["/authorize"]                       Browser            Safe       SMALL NoStore Same Page;
    Token                "token"         Realm  [POST]     ["/token"]                           Grant              NoCookie   SMALL NoStore Any  Dialect;
    Introspection        "introspection" Realm  [POST]     ["/introspect"]                      ConfidentialClient NoCookie   SMALL NoStore Same OAuth;
    Revocation           "revocation"    Realm  [POST]     ["/revoke"]                          Client             NoCookie   SMALL NoStore Any  OAuth;
    UserInfo             "userinfo"      Realm  [GET POST] ["/userinfo"]                        Bearer             NoCookie   SMALL NoStore Any  Resource;

    // What the realm writes about its token API.
    Docs                 "docs"          Realm  [GET]      ["/docs"]                            Public             NoCookie   NONE  Public  Same Page;
    DocsOpenApi          "docs"          Realm  [GET]      ["/docs/openapi.json"]               Public             NoCookie   NONE  Public  Any  OAuth;
    DocsPostman          "docs"          Realm  [GET]      ["/docs/postman.json"]               Public             NoCookie   NONE  Public  Any  OAuth;
    DocsBruno            "docs"          Realm  [GET]      ["/docs/bruno.json"]                 Public             NoCookie   NONE  Public  Any  OAuth;

    // RFC 7591, RFC 7592.
    Registration         "registration"  Realm  [POST]     ["/register"]                        Registration       NoCookie   SMALL NoStore Any  OAuth;
    ClientConfiguration  "client_configuration" Realm [GET PUT DELETE] ["/register/{id}"]      RegisteredClient   NoCookie   SMALL NoStore Any  OAuth;

    // Lists and renewals are pages too, for whoever asks for a page and shows no token.
    AccountTokens        "account_tokens" Realm [GET POST] ["/account/tokens"]                  BearerOrSession    SameOrigin SMALL NoStore Same Resource;
    AccountToken         "account_token" Realm  [DELETE]   ["/account/tokens/{id}"]             BearerOrSession    SameOrigin SMALL NoStore Same Resource;
    AccountTokenRenewal  "account_token" Realm  [GET POST] ["/account/tokens/{id}/regenerate"]  BearerOrSession    SameOrigin SMALL NoStore Same Resource;

    Account              "account"       Realm  [GET]      ["/account"]                         Browser            SameOrigin NONE  NoStore Same Page;
    AccountProfile       "account"       Realm  [GET POST] ["/account/profile"]                 Browser            SameOrigin SMALL NoStore Same Page;
    AccountEmail         "account"       Realm  [GET POST] ["/account/email"]                   Browser            SameOrigin SMALL NoStore Same Page;
    ConfirmEmail         "confirm_email" Realm  [GET POST] ["/confirm-email"]                   Browser            SameOrigin SMALL NoStore Same Page;
    AccountSecurity      "account"       Realm  [GET]      ["/account/security"]                Browser            SameOrigin NONE  NoStore Same Page;
    AccountPassword      "account"       Realm  [POST]     ["/account/security/password"]       Browser            SameOrigin SMALL NoStore Same Page;
    AccountTotp          "account"       Realm  [GET POST] ["/account/security/totp"]           Browser            SameOrigin SMALL NoStore Same Page;
    AccountTotpRemoval   "account"       Realm  [GET POST] ["/account/security/totp/remove"]    Browser            SameOrigin SMALL NoStore Same Page;
    AccountRecoveryCodes "account"       Realm  [GET POST] ["/account/security/recovery-codes"] Browser            SameOrigin SMALL NoStore Same Page;
    AccountPasskeyNew    "account"       Realm  [GET POST] ["/account/security/passkeys/new"]   Browser            SameOrigin SMALL NoStore Same Page;
    AccountPasskey       "account"       Realm  [GET POST] ["/account/security/passkeys/{id}/rename"] Browser      SameOrigin SMALL NoStore Same Page;
    AccountPasskeyRemoval "account"      Realm  [GET POST] ["/account/security/passkeys/{id}/remove"] Browser      SameOrigin SMALL NoStore Same Page;
    AccountSessions      "account"       Realm  [GET]      ["/account/sessions"]                Browser            SameOrigin NONE  NoStore Same Page;
    AccountSession       "account"       Realm  [POST]     ["/account/sessions/{id}/end"]       Browser            SameOrigin SMALL NoStore Same Page;
    AccountSessionsElsewhere "account"   Realm  [POST]     ["/account/sessions/others"]         Browser            SameOrigin SMALL NoStore Same Page;
    AccountSessionsAll   "account"       Realm  [POST]     ["/account/sessions/all"]            Browser            SameOrigin SMALL NoStore Same Page;
    AccountApplications  "account"       Realm  [GET]      ["/account/applications"]            Browser            SameOrigin NONE  NoStore Same Page;
    AccountApplication   "account"       Realm  [GET POST] ["/account/applications/{id}/withdraw"] Browser         SameOrigin SMALL NoStore Same Page;
    AccountTokenNew      "account"       Realm  [GET POST] ["/account/tokens/new"]              Browser            SameOrigin SMALL NoStore Same Page;
    AccountTokenRevocation "account"     Realm  [GET POST] ["/account/tokens/{id}/revoke"]      Browser            SameOrigin SMALL NoStore Same Page;
    AccountData          "account"       Realm  [GET]      ["/account/data"]                    Browser            SameOrigin NONE  NoStore Same Page;
    AccountClosing       "account"       Realm  [GET POST] ["/account/close"]                   Browser            SameOrigin SMALL NoStore Same Page;

    Developers           "developers"    Realm  [GET]      ["/developers" "/developers/applications"] Browser      SameOrigin NONE  NoStore Same Page;
    DeveloperRegistration "developers"   Realm  [GET POST] ["/developers/register"]             Browser            SameOrigin SMALL NoStore Same Page;
    DeveloperApiUsers    "developers"    Realm  [GET POST] ["/developers/api-users"]            Browser            SameOrigin SMALL NoStore Same Page;
    DeveloperApiUserPassword "developers" Realm [POST]     ["/developers/api-users/{sub}/password"] Browser        SameOrigin SMALL NoStore Same Page;
    DeveloperApiUserDisabling "developers" Realm [POST]    ["/developers/api-users/{sub}/disable"] Browser         SameOrigin SMALL NoStore Same Page;
    DeveloperApiUserEnabling "developers" Realm [POST]     ["/developers/api-users/{sub}/enable"] Browser          SameOrigin SMALL NoStore Same Page;
    DeveloperInvitationAcceptance "developers" Realm [POST] ["/developers/invitations/{client_id}/accept"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperInvitationDecline "developers" Realm [POST]   ["/developers/invitations/{client_id}/decline"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperActivity    "developers"    Realm  [GET]      ["/developers/applications/{client_id}/activity"] Browser SameOrigin NONE NoStore Same Page;
    DeveloperApplication "developers"    Realm  [GET]      ["/developers/applications/{client_id}"] Browser        SameOrigin NONE  NoStore Same Page;
    DeveloperCredentials "developers"    Realm  [GET]      ["/developers/applications/{client_id}/credentials"] Browser SameOrigin NONE NoStore Same Page;
    DeveloperSecretAddition "developers" Realm  [POST]     ["/developers/applications/{client_id}/credentials/add"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperSecretRemoval "developers"  Realm  [GET POST] ["/developers/applications/{client_id}/credentials/{id}/remove"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperApplicationApiUsers "developers" Realm [GET POST] ["/developers/applications/{client_id}/api-users"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperSettings    "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/settings"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperDeletion    "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/delete"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperEndAll      "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/end-authorizations"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperTogether    "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/developers"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperUninviting  "developers"    Realm  [POST]     ["/developers/applications/{client_id}/developers/uninvite"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperLeaving     "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/developers/leave"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperDismissal   "developers"    Realm  [POST]     ["/developers/applications/{client_id}/developers/{sub}/dismiss"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperHandOver    "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/developers/{sub}/hand-over"] Browser SameOrigin SMALL NoStore Same Page;
    DeveloperGetAToken   "developers"    Realm  [GET POST] ["/developers/applications/{client_id}/get-a-token"] Browser SameOrigin SMALL NoStore Same Page;

    SignIn               "sign_in"       Realm  [GET POST] ["/sign-in"]                         Browser            SameOrigin PAGE  NoStore Same Page;
    SignOut              "sign_out"      Realm  [GET POST] ["/sign-out"]                        Browser            SameOrigin SMALL NoStore Same Page;
    PasskeySignIn        "passkey"       Realm  [GET POST] ["/sign-in/passkey"]                 Browser            SameOrigin PAGE  NoStore Same Page;
    SecondFactor         "second_factor" Realm  [GET POST] ["/second-factor"]                   Browser            SameOrigin PAGE  NoStore Same Page;
    ForgotPassword       "forgot_password" Realm [GET POST] ["/forgot-password"]                Browser            SameOrigin SMALL NoStore Same Page;
    ResetPassword        "reset_password" Realm [GET POST] ["/reset-password"]                  Browser            SameOrigin SMALL NoStore Same Page;
    SignUp               "sign_up"       Realm  [GET POST] ["/sign-up"]                         Browser            SameOrigin PAGE  NoStore Same Page;
    VerifyEmail          "verify_email"  Realm  [GET POST] ["/verify-email"]                    Browser            SameOrigin SMALL NoStore Same Page;
    Consent              "consent"       Realm  [GET POST] ["/consent"]                         Browser            SameOrigin SMALL NoStore Same Page;
    Preferences          "preferences"   Realm  [POST]     ["/preferences"]                     Browser            SameOrigin PAGE  NoStore Same Page;

    Invitation           "invitation"    Admin  [GET POST] ["/setup/{link}"]                    Browser            SameOrigin SMALL NoStore Same Page;

    // The console of the administrators: one entry for all of it, which looks at who asks.
    ConsoleHealth        "console"       Admin  [GET]      ["/health"]                          Browser            SameOrigin NONE  NoStore Same Page;
    Console              "console"       Admin  [GET]      ["/"]                                Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleMail          "console"       Admin  [GET]      ["/mail"]                            Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleRealms        "console"       Admin  [GET]      ["/realms"]                          Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewRealm      "console"       Admin  [GET POST] ["/new-realm"]                       Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleRealm         "console"       Admin  [GET]      ["/realms/{realm}"]                  Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleSettings      "console"       Admin  [GET POST] ["/realms/{realm}/settings"]         Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleChanges       "console"       Admin  [GET POST] ["/realms/{realm}/settings/changes"] Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsolePeople        "console"       Admin  [GET]      ["/realms/{realm}/people" "/realms/{realm}/api-users"]
                                                                                                Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewPerson     "console"       Admin  [GET POST] ["/realms/{realm}/new-person" "/realms/{realm}/new-api-user"]
                                                                                                Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsolePerson        "console"       Admin  [GET POST] ["/realms/{realm}/people/{sub}" "/realms/{realm}/api-users/{sub}"]
                                                                                                Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleInvitation    "console"       Admin  [GET POST] ["/realms/{realm}/invite"]           Browser            SameOrigin SMALL NoStore Same Page;
    ConsoleApplications  "console"       Admin  [GET]      ["/realms/{realm}/applications"]     Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewApplication "console"      Admin  [GET POST] ["/realms/{realm}/new-application"]  Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleApplication   "console"       Admin  [GET POST] ["/realms/{realm}/applications/{client_id}"]
                                                                                                Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleScopes        "console"       Admin  [GET]      ["/realms/{realm}/scopes"]           Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewScope      "console"       Admin  [GET POST] ["/realms/{realm}/new-scope"]        Browser            SameOrigin SMALL NoStore Same Page;
    ConsoleScope         "console"       Admin  [GET POST] ["/realms/{realm}/scopes/{scope}"]   Browser            SameOrigin SMALL NoStore Same Page;
    ConsoleSessions      "console"       Admin  [GET]      ["/realms/{realm}/sessions"]         Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleKeys          "console"       Admin  [GET]      ["/realms/{realm}/keys"]             Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleRotation      "console"       Admin  [GET POST] ["/realms/{realm}/rotate"]           Browser            SameOrigin SMALL NoStore Same Page;
    ConsoleAudit         "console"       Admin  [GET]      ["/realms/{realm}/audit"]            Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleAuditExport   "console"       Admin  [GET]      ["/realms/{realm}/audit.csv" "/realms/{realm}/audit.jsonl"]
                                                                                                Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleDialects      "console"       Admin  [GET]      ["/dialects"]                        Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewDialect    "console"       Admin  [GET POST] ["/new-dialect"]                     Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleDialect       "console"       Admin  [GET POST] ["/dialects/{name}"]                 Browser            SameOrigin DOCUMENT NoStore Same Page;
    ConsoleAdministrators "console"      Admin  [GET]      ["/administrators"]                  Browser            SameOrigin NONE  NoStore Same Page;
    ConsoleNewAdministrator "console"    Admin  [GET POST] ["/new-administrator"]               Browser            SameOrigin SMALL NoStore Same Page;
    ConsoleAdministrator "console"       Admin  [GET POST] ["/administrators/{sub}"]            Browser            SameOrigin SMALL NoStore Same Page;
    // A page that asks, and does what it asked about.
    ConsoleAct           "console"       Admin  [GET POST] [
        "/realms/{realm}/settings/{act}" "/realms/{realm}/people/{sub}/{act}" "/realms/{realm}/api-users/{sub}/{act}"
        "/realms/{realm}/applications/{client_id}/{act}" "/realms/{realm}/applications/{client_id}/secrets/{id}/{act}"
        "/realms/{realm}/scopes/{scope}/{act}" "/realms/{realm}/sessions/{id}/{act}" "/realms/{realm}/authorizations/{id}/{act}"
        "/realms/{realm}/tokens/{id}/{act}" "/realms/{realm}/keys/{id}/{act}" "/dialects/{name}/{act}" "/administrators/{sub}/{act}"
        "/invitations/{id}/{act}" "/mail/{id}/{act}"
    ]                                                                                           Browser            SameOrigin SMALL NoStore Same Page;

    AdminRealms          "admin_realms"  Admin  [GET POST] ["/api/v1/realms"]                   Administrator      Header DOCUMENT NoStore Same Problem;
    AdminRealm           "admin_realms"  Admin  [GET PATCH DELETE] ["/api/v1/realms/{realm}"]   Administrator      Header DOCUMENT NoStore Same Problem;
    AdminRealmDisabling  "admin_realms"  Admin  [POST]     ["/api/v1/realms/{realm}/disable"]   Administrator      Header SMALL NoStore Same Problem;
    AdminRealmEnabling   "admin_realms"  Admin  [POST]     ["/api/v1/realms/{realm}/enable"]    Administrator      Header SMALL NoStore Same Problem;
    AdminSettings        "admin_realms"  Admin  [GET PATCH] ["/api/v1/realms/{realm}/settings"] Administrator      Header DOCUMENT NoStore Same Problem;
    AdminClients         "admin_clients" Admin  [GET POST] ["/api/v1/realms/{realm}/clients"]   Administrator      Header DOCUMENT NoStore Same Problem;
    AdminClient          "admin_clients" Admin  [GET PATCH DELETE] ["/api/v1/realms/{realm}/clients/{client_id}"]
                                                                                                Administrator      Header DOCUMENT NoStore Same Problem;
    AdminClientDisabling "admin_clients" Admin  [POST]     ["/api/v1/realms/{realm}/clients/{client_id}/disable"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminClientEnabling  "admin_clients" Admin  [POST]     ["/api/v1/realms/{realm}/clients/{client_id}/enable"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminClientSecrets   "admin_clients" Admin  [GET POST] ["/api/v1/realms/{realm}/clients/{client_id}/secrets"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminKeys            "admin_keys"    Admin  [GET]      ["/api/v1/realms/{realm}/keys"]      Administrator      Header NONE  NoStore Same Problem;
    AdminKeyRotation     "admin_keys"    Admin  [POST]     ["/api/v1/realms/{realm}/keys/rotate"] Administrator    Header SMALL NoStore Same Problem;
    AdminKey             "admin_keys"    Admin  [GET]      ["/api/v1/realms/{realm}/keys/{id}"] Administrator      Header NONE  NoStore Same Problem;
    AdminKeyRevocation   "admin_keys"    Admin  [POST]     ["/api/v1/realms/{realm}/keys/{id}/revoke"] Administrator Header SMALL NoStore Same Problem;
    AdminScopes          "admin_scopes"  Admin  [GET POST] ["/api/v1/realms/{realm}/scopes"]    Administrator      Header SMALL NoStore Same Problem;
    AdminScope           "admin_scopes"  Admin  [GET PATCH DELETE] ["/api/v1/realms/{realm}/scopes/{scope}"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminDialects        "admin_dialects" Admin [GET]      ["/api/v1/dialects"]                 Administrator      Header NONE  NoStore Same Problem;
    AdminDialectCheck    "admin_dialects" Admin [POST]     ["/api/v1/dialects/check"]           Administrator      Header DOCUMENT NoStore Same Problem;
    AdminDialect         "admin_dialects" Admin [GET PUT DELETE] ["/api/v1/dialects/{name}"]   Administrator      Header DOCUMENT NoStore Same Problem;
    AdminApply           "admin_apply"   Admin  [POST]     ["/api/v1/apply"]                    Administrator      Header FILES NoStore Same Problem;
    AdminHealth          "admin_health"  Admin  [GET]      ["/api/v1/health"]                   Administrator      Header NONE  NoStore Same Problem;
    AdminMetrics         "admin_health"  Admin  [GET]      ["/api/v1/metrics"]                  Administrator      Header NONE  NoStore Same Problem;
    // The document and its viewer are public; nothing else of the API is.
    AdminApiDocument     "admin_api"     Admin  [GET]      ["/api/openapi.json"]                Public             NoCookie NONE Public Any Problem;
    AdminApiViewer       "admin_api"     Admin  [GET]      ["/api/" "/api"]                     Browser            Safe   NONE  NoStore Same Page;

    AdminClientSecret    "admin_clients" Admin  [DELETE]   ["/api/v1/realms/{realm}/clients/{client_id}/secrets/{id}"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminRealmNotBefore  "admin_realms"  Admin  [POST]     ["/api/v1/realms/{realm}/not-before"] Administrator     Header SMALL NoStore Same Problem;
    AdminClientNotBefore "admin_clients" Admin  [POST]     ["/api/v1/realms/{realm}/clients/{client_id}/not-before"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPeople          "admin_people"  Admin  [GET POST] ["/api/v1/realms/{realm}/people" "/api/v1/realms/{realm}/api-users"]
                                                                                                Administrator      Header DOCUMENT NoStore Same Problem;
    AdminPerson          "admin_people"  Admin  [GET PATCH DELETE] ["/api/v1/realms/{realm}/people/{sub}" "/api/v1/realms/{realm}/api-users/{sub}"]
                                                                                                Administrator      Header DOCUMENT NoStore Same Problem;
    AdminPersonDisabling "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/people/{sub}/disable" "/api/v1/realms/{realm}/api-users/{sub}/disable"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPersonEnabling  "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/people/{sub}/enable" "/api/v1/realms/{realm}/api-users/{sub}/enable"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPersonPassword  "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/people/{sub}/password" "/api/v1/realms/{realm}/api-users/{sub}/password"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPersonUnlocking "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/people/{sub}/unlock" "/api/v1/realms/{realm}/api-users/{sub}/unlock"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPersonNotBefore "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/people/{sub}/not-before" "/api/v1/realms/{realm}/api-users/{sub}/not-before"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminInvitations     "admin_people"  Admin  [POST]     ["/api/v1/realms/{realm}/invitations"] Administrator    Header SMALL NoStore Same Problem;
    AdminPersonSessions  "admin_sessions" Admin [GET DELETE] ["/api/v1/realms/{realm}/people/{sub}/sessions"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminSessions        "admin_sessions" Admin [GET]      ["/api/v1/realms/{realm}/sessions"]  Administrator      Header NONE  NoStore Same Problem;
    AdminSession         "admin_sessions" Admin [DELETE]   ["/api/v1/realms/{realm}/sessions/{id}"] Administrator  Header SMALL NoStore Same Problem;
    AdminAuthorizations  "admin_authorizations" Admin [GET] ["/api/v1/realms/{realm}/authorizations"] Administrator Header NONE NoStore Same Problem;
    AdminAuthorization   "admin_authorizations" Admin [DELETE] ["/api/v1/realms/{realm}/authorizations/{id}"] Administrator Header SMALL NoStore Same Problem;
    AdminTokens          "admin_tokens"  Admin  [GET]      ["/api/v1/realms/{realm}/tokens"]    Administrator      Header NONE  NoStore Same Problem;
    AdminToken           "admin_tokens"  Admin  [DELETE]   ["/api/v1/realms/{realm}/tokens/{id}"] Administrator    Header SMALL NoStore Same Problem;
    AdminActivity        "admin_activity" Admin [GET]      ["/api/v1/activity"]                 Administrator      Header NONE  NoStore Same Problem;
    AdminRealmActivity   "admin_activity" Admin [GET]      ["/api/v1/realms/{realm}/activity"]  Administrator      Header NONE  NoStore Same Problem;
    AdminClientActivity  "admin_activity" Admin [GET]      ["/api/v1/realms/{realm}/clients/{client_id}/activity"]
                                                                                                Administrator      Header NONE  NoStore Same Problem;
    AdminPersonAuthorizations "admin_authorizations" Admin [DELETE] ["/api/v1/realms/{realm}/people/{sub}/authorizations"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminPersonFactors   "admin_people"  Admin  [GET DELETE] ["/api/v1/realms/{realm}/people/{sub}/factors"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminLocks           "admin_locks"   Admin  [GET]      ["/api/v1/realms/{realm}/locks"]     Administrator      Header NONE  NoStore Same Problem;
    AdminLockEnding      "admin_locks"   Admin  [POST]     ["/api/v1/realms/{realm}/locks/end"] Administrator      Header SMALL NoStore Same Problem;
    AdminRegistrationTokens "admin_registration_tokens" Admin [GET POST] ["/api/v1/realms/{realm}/registration-tokens"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminRegistrationToken "admin_registration_tokens" Admin [DELETE] ["/api/v1/realms/{realm}/registration-tokens/{id}"]
                                                                                                Administrator      Header SMALL NoStore Same Problem;
    AdminMails           "admin_mails"   Admin  [GET]      ["/api/v1/mails"]                    Administrator      Header NONE  NoStore Same Problem;
    AdminMailAgain       "admin_mails"   Admin  [POST]     ["/api/v1/mails/{id}/try-again"]     Administrator      Header SMALL NoStore Same Problem;
    AdminAdministrators  "admin_administrators" Admin [GET] ["/api/v1/administrators"]          Administrator      Header NONE  NoStore Same Problem;
    AdminAdministrator   "admin_administrators" Admin [GET PATCH] ["/api/v1/administrators/{sub}"] Administrator   Header SMALL NoStore Same Problem;
    AdminAdministratorDisabling "admin_administrators" Admin [POST] ["/api/v1/administrators/{sub}/disable"] Administrator Header SMALL NoStore Same Problem;
    AdminAdministratorEnabling "admin_administrators" Admin [POST] ["/api/v1/administrators/{sub}/enable"] Administrator Header SMALL NoStore Same Problem;
    AdminAdministratorInvitations "admin_administrators" Admin [GET POST] ["/api/v1/administrator-invitations"] Administrator Header SMALL NoStore Same Problem;
    AdminAdministratorInvitation "admin_administrators" Admin [GET DELETE] ["/api/v1/administrator-invitations/{id}"] Administrator Header SMALL NoStore Same Problem;
    AdminAdministratorTokens "admin_administrators" Admin [POST] ["/api/v1/administrator-tokens"] Administrator    Header SMALL NoStore Same Problem;
    AdminAudit           "admin_audit"   Admin  [GET]      ["/api/v1/realms/{realm}/audit"]     Administrator      Header NONE  NoStore Same Problem;
}

/// First segments of paths that are the server's own on every host: no realm's issuer may take one,
/// but for the built-in realm of the administrators, which has the first. `metrics` is for the internal listener.
pub const RESERVED: [&str; 8] = ["admin", "assets", "health", "metrics", "account", "developers", "docs", "demo-mail"];

impl Endpoint {
    /// Its row of the table.
    pub fn policy(self) -> &'static Policy {
        &POLICIES[self as usize]
    }

    /// For metrics and logs.
    pub fn name(self) -> &'static str {
        self.policy().name
    }

    /// Where it stands if no dialect puts it elsewhere.
    pub fn path(self) -> &'static str {
        self.policy().paths[0]
    }

    /// Those of one base.
    pub fn of(base: Base) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |endpoint| endpoint.policy().base == base)
    }
}

/// Whether a dialect's route may not begin with this segment: below an issuer it is ours.
pub fn is_reserved_below_issuer(segment: &str) -> bool {
    let ours = |endpoint: Endpoint| !endpoint.is_operation() && endpoint.policy().paths.iter().any(|path| first_segment(path) == segment);
    segment == ".well-known" || RESERVED.contains(&segment) || Endpoint::of(Base::Realm).any(ours)
}

/// What an address is below that nothing stands at.
pub fn face_of_nothing(path: &str, wants_page: bool) -> Face {
    match path {
        "/admin/api" | "/admin/api/" if wants_page => Face::Page,
        _ if path == "/admin/api" || path.starts_with("/admin/api/") => Face::Problem,
        _ if wants_page => Face::Page,
        _ => Face::OAuth,
    }
}

fn first_segment(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cookie_can_change_is_guarded_against_other_sites() {
        for endpoint in Endpoint::ALL {
            let policy = endpoint.policy();
            let writes = policy.methods.iter().any(|method| !method.is_safe());
            let by_cookie = matches!(policy.authentication, Authentication::Browser | Authentication::BearerOrSession);
            // The authorization endpoint takes POST as a longer GET: it grants nothing by itself.
            if writes && by_cookie && *endpoint != Endpoint::Authorization {
                assert_eq!(policy.csrf, Csrf::SameOrigin, "{endpoint:?}");
            }
            // Browsers bring cookies where tokens are expected, too.
            assert_eq!(policy.csrf == Csrf::Header, policy.authentication == Authentication::Administrator, "{endpoint:?}");
        }
    }

    #[test]
    fn only_public_endpoints_are_cached_and_no_cookie_endpoint_is_for_other_origins() {
        for endpoint in Endpoint::ALL {
            let policy = endpoint.policy();
            assert!(policy.caching == Caching::NoStore || policy.authentication == Authentication::Public, "{endpoint:?}");
            assert!(policy.origins == Origins::Same || policy.csrf == Csrf::NoCookie, "{endpoint:?}");
            assert!(policy.body_limit > 0 || !policy.methods.contains(&Method::POST), "{endpoint:?}");
        }
    }

    #[test]
    fn what_the_server_answers_on_every_host_is_reserved() {
        for endpoint in Endpoint::of(Base::Server) {
            for path in endpoint.policy().paths {
                assert!(*path == "/" || RESERVED.contains(&first_segment(path)), "{path}");
            }
        }
        for ours in ["account", "sign-in", "consent", "admin", ".well-known", "docs"] {
            assert!(is_reserved_below_issuer(ours), "{ours}");
        }
        assert!(!is_reserved_below_issuer("token"), "an operation, which a dialect may name");
    }

    #[test]
    fn people_meet_pages_and_programs_do_not() {
        for endpoint in Endpoint::ALL {
            let policy = endpoint.policy();
            let is_for_people = policy.authentication == Authentication::Browser
                || matches!(endpoint, Endpoint::Home | Endpoint::DemoMail | Endpoint::Docs);
            assert_eq!(policy.face == Face::Page, is_for_people, "{endpoint:?}");
        }
    }
}
