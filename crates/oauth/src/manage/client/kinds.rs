//! What somebody is building, and how such an application is registered.

use serde_json::{Map, Value, json};

use crate::{
    dialect::Authenticate,
    model::{Client, ClientAuthMethod, Realm},
    redirect_uri::is_on_device,
    settings::GrantType,
};

/// A kind of application, as developers know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pages made by a server, which keeps a secret.
    Web,
    /// Runs in a browser alone.
    SinglePage,
    /// Installed by people: on a phone, a desk, or as a command.
    Native,
    /// A job or a service without a person in front of it.
    Service,
    /// Without a keyboard.
    Device,
    /// Acts for a person through tools.
    Agent,
}

impl Kind {
    /// Every kind, the most frequent first.
    pub const ALL: [Self; 6] = [Self::Web, Self::SinglePage, Self::Native, Self::Service, Self::Device, Self::Agent];

    /// Its word in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::SinglePage => "spa",
            Self::Native => "native",
            Self::Service => "service",
            Self::Device => "device",
            Self::Agent => "agent",
        }
    }

    /// The kind of this word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether people are sent back to it.
    pub const fn returns(self) -> bool {
        !matches!(self, Self::Service | Self::Device)
    }

    /// The members of its document that follow from what it is (RFC 7591 §2); `None` where the realm lets no developer
    /// have such a one, or it takes a grant that this server does not speak.
    pub fn document(self, realm: &Realm) -> Option<Map<String, Value>> {
        let settings = &realm.settings;
        let allowed = |grant: &GrantType| settings.registration_grants.contains(grant);
        let grants: Vec<GrantType> = match self {
            Self::Web | Self::SinglePage | Self::Native | Self::Agent => vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            Self::Service => vec![GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken],
            // RFC 8628 is not spoken.
            Self::Device => Vec::new(),
        };
        let mut grants: Vec<GrantType> = grants.into_iter().filter(allowed).collect();
        if !grants.iter().any(|grant| matches!(grant, GrantType::AuthorizationCode | GrantType::Password)) {
            grants.retain(|grant| *grant != GrantType::RefreshToken);
        }
        let method = match self {
            Self::Web | Self::Service => secret_method(realm)?,
            _ => Some(ClientAuthMethod::None).filter(|method| settings.registration_auth_methods.contains(method))?,
        };
        if grants.is_empty() || self.returns() && !grants.contains(&GrantType::AuthorizationCode) {
            return None;
        }
        let mut document = Map::new();
        document.insert("token_endpoint_auth_method".to_owned(), json!(method.as_str()));
        document.insert("grant_types".to_owned(), json!(grants));
        if matches!(self, Self::Native | Self::Agent) {
            document.insert("loopback_any_port".to_owned(), true.into());
        }
        Some(document)
    }

    /// What a client looks like, which does not say it.
    pub fn of(client: &Client) -> Self {
        match (client.may(GrantType::AuthorizationCode), client.is_public()) {
            (false, _) => Self::Service,
            (true, false) => Self::Web,
            (true, true) if client.redirect_uris.iter().any(|uri| is_on_device(uri.as_str())) => Self::Native,
            (true, true) => Self::SinglePage,
        }
    }
}

/// The way for a secret that the realm's own token requests name first, of those that developers may ask for.
fn secret_method(realm: &Realm) -> Option<ClientAuthMethod> {
    let allowed = |method: &ClientAuthMethod| realm.settings.registration_auth_methods.contains(method);
    let routes = realm.dialect.routes.iter().filter_map(|route| route.token.as_deref());
    let spoken = routes.flat_map(|route| &route.authenticate).filter_map(|way| match way {
        Authenticate::ClientSecretBasic => Some(ClientAuthMethod::ClientSecretBasic),
        Authenticate::ClientSecretPost => Some(ClientAuthMethod::ClientSecretPost),
        Authenticate::Header => Some(ClientAuthMethod::Header),
        _ => None,
    });
    let usual = [ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost];
    spoken.chain(usual).find(allowed)
}
