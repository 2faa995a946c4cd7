//! Who makes the calls of a document: anybody, by placeholders, or one application, by what it really is.

use crate::{
    model::{Client, ClientAuthMethod, Realm},
    settings::{Developers, GrantType, RequirePkce},
};

/// The application's `client_id`.
pub const CLIENT_ID: &str = "YOUR_CLIENT_ID";
/// The application's secret.
pub const CLIENT_SECRET: &str = "YOUR_CLIENT_SECRET";
/// The name of an API user.
pub const API_USER: &str = "YOUR_API_USER";
/// An API user's password.
pub const API_PASSWORD: &str = "YOUR_API_PASSWORD";
/// A person's name.
pub const USERNAME: &str = "YOUR_USERNAME";
/// A person's password.
pub const PASSWORD: &str = "YOUR_PASSWORD";
/// The code of one authorization request.
pub const CODE: &str = "YOUR_CODE";
/// Where the application takes codes.
pub const REDIRECT_URI: &str = "YOUR_REDIRECT_URI";
/// A token that a person made.
pub const PERSONAL_ACCESS_TOKEN: &str = "YOUR_PERSONAL_ACCESS_TOKEN";
/// An access token; a variable in a shell.
pub const ACCESS_TOKEN: &str = "$ACCESS_TOKEN";
/// A refresh token; a variable in a shell.
pub const REFRESH_TOKEN: &str = "$REFRESH_TOKEN";
/// PKCE's secret (RFC 7636 §4.1); a variable in a shell.
pub const CODE_VERIFIER: &str = "$CODE_VERIFIER";
/// Of the authorization request: made from the verifier.
pub const CODE_CHALLENGE: &str = "$CODE_CHALLENGE";

/// Everything that a sample may leave to the reader.
pub const PLACEHOLDERS: [&str; 13] = [
    CLIENT_ID,
    CLIENT_SECRET,
    API_USER,
    API_PASSWORD,
    USERNAME,
    PASSWORD,
    CODE,
    REDIRECT_URI,
    PERSONAL_ACCESS_TOKEN,
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    CODE_VERIFIER,
    CODE_CHALLENGE,
];

/// Whether a shell puts the reader's own value in place of this text. **Invariant**: a closed list, whatever begins
/// with `$`: applications and their users choose what they are called.
pub(super) fn is_variable(text: &str) -> bool {
    text.starts_with('$') && PLACEHOLDERS.contains(&text)
}

/// Whose calls these are. Secrets, passwords, codes and tokens are placeholders always: nobody here knows them.
#[derive(Clone, Debug)]
pub struct Who {
    /// `client_id`
    pub client_id: String,
    /// The first that is registered.
    pub redirect_uri: String,
    /// Who signs in by the password grant.
    pub username: String,
    /// The placeholder of that name's password.
    pub password: &'static str,
    /// How the application may prove itself; any way of the realm's where no application is known.
    pub(super) methods: Option<Vec<ClientAuthMethod>>,
    /// Grants that the application may use; any where none is known.
    pub(super) grants: Option<Vec<GrantType>>,
    /// What the authorization request asks for.
    pub(super) scope: Vec<String>,
}

impl Who {
    /// Anybody, by placeholders.
    pub fn anybody(realm: &Realm) -> Self {
        let (username, password) = match realm.settings.developers {
            Developers::Off => (USERNAME, PASSWORD),
            Developers::Invited | Developers::Everybody => (API_USER, API_PASSWORD),
        };
        let own: Vec<_> = realm.config.scopes.iter().map(|scope| scope.name.clone()).take(2).collect();
        Self {
            client_id: CLIENT_ID.to_owned(),
            redirect_uri: REDIRECT_URI.to_owned(),
            username: username.to_owned(),
            password,
            methods: None,
            grants: None,
            scope: if own.is_empty() { vec!["profile".to_owned(), "email".to_owned()] } else { own },
        }
    }

    /// An application, and the API user that it signs in with where it has one.
    pub fn application(realm: &Realm, client: &Client, api_user: Option<&str>) -> Self {
        let anybody = Self::anybody(realm);
        // One that is called like a variable would be taken for it.
        let api_user = api_user.filter(|name| !is_variable(name));
        let scope = client.default_scope().intersection(&realm.scopes);
        Self {
            client_id: client.id.clone(),
            redirect_uri: client.redirect_uris.first().map_or(anybody.redirect_uri, |uri| uri.as_str().to_owned()),
            password: if api_user.is_some() { API_PASSWORD } else { anybody.password },
            username: api_user.map_or(anybody.username, str::to_owned),
            methods: Some(client.token_endpoint_auth_method.iter().collect()),
            grants: Some(client.grant_types.clone()),
            scope: if scope.is_empty() { anybody.scope } else { scope.tokens().to_vec() },
        }
    }

    /// Their application's own settings, in place of the realm's, where an application is known.
    pub fn realm_for(realm: &Realm, client: &Client) -> Realm {
        let own = client.effective(&realm.settings);
        let mut settings = realm.settings.clone();
        settings.access_token_format = own.access_token_format();
        settings.access_token_alg = own.access_token_alg();
        settings.access_token_lifetime = own.access_token_lifetime();
        settings.refresh_token_lifetime = own.refresh_token_lifetime();
        settings.authorization_code_lifetime = own.authorization_code_lifetime();
        settings.require_pkce = if own.needs_pkce() { RequirePkce::All } else { RequirePkce::Public };
        Realm { settings, ..realm.clone() }
    }

    pub(super) fn may(&self, grant: GrantType) -> bool {
        self.grants.as_ref().is_none_or(|grants| grants.contains(&grant))
    }

    pub(super) fn may_prove(&self, method: ClientAuthMethod) -> bool {
        self.methods.as_ref().is_none_or(|methods| methods.contains(&method))
    }

    /// Whether this text is one of theirs, so that documents mark it.
    pub(super) fn owns(&self, text: &str) -> bool {
        PLACEHOLDERS.contains(&text) || [&self.client_id, &self.redirect_uri, &self.username].iter().any(|own| *own == text)
    }
}
