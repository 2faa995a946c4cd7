//! What a thing will be: what the files say, over what is stored, over what is usual.
//!
//! What a file leaves out stays as it is stored; when the rest is to be removed it goes back to
//! what is usual, but for the status: leaving that out never enables what somebody disabled.

use jeton_oauth::{
    ClientKey, RealmId, Scope, Timestamp, UserId,
    manage::ClientMetadata,
    model::{Account, AccountKind, Client, Email, RealmConfig, Status, User},
    settings::ScopeDefinition,
};

use super::{
    entry::{ClientEntry, RealmEntry, UserEntry},
    fault::At,
    parse::settings,
};

/// Whether what no file names is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    #[default]
    Stays,
    Goes,
}

impl Rest {
    /// What is said, or else what is stored if that stays, or else `usual`.
    fn pick<T: Clone>(self, said: Option<T>, stored: Option<T>, usual: T) -> T {
        match self {
            Self::Stays => said.or(stored).unwrap_or(usual),
            Self::Goes => said.unwrap_or(usual),
        }
    }
}

pub(super) fn realm(entry: &RealmEntry, stored: Option<&RealmConfig>, rest: Rest, id: RealmId, now: Timestamp) -> RealmConfig {
    let settings = match (rest, stored) {
        (Rest::Stays, Some(stored)) => settings::over(&stored.settings, &entry.settings),
        _ => entry.settings.clone(),
    };
    RealmConfig {
        id,
        name: entry.name.value.clone(),
        title: rest.pick(said(&entry.title).map(Some), stored.map(|stored| stored.title.clone()), None),
        issuer: rest.pick(said(&entry.issuer).map(Some), stored.map(|stored| stored.issuer.clone()), None),
        dialect: rest.pick(said(&entry.dialect), stored.map(|stored| stored.dialect.clone()), "standard".to_owned()),
        audience: rest.pick(said(&entry.audience).map(Some), stored.map(|stored| stored.audience.clone()), None),
        scopes: scopes(entry, stored, rest),
        settings,
        status: Rest::Stays.pick(said(&entry.status), stored.map(|stored| stored.status), Status::Active),
        not_before: stored.map_or(Timestamp::from_millis(0), |stored| stored.not_before),
        created_at: stored.map_or(now, |stored| stored.created_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

fn scopes(entry: &RealmEntry, stored: Option<&RealmConfig>, rest: Rest) -> Vec<ScopeDefinition> {
    let stored = stored.map(|stored| stored.scopes.as_slice()).unwrap_or_default();
    let known = |name: &str| stored.iter().find(|scope| scope.name == name);
    let description = |name: &str| known(name).map(|scope| scope.description.clone());
    let mut scopes: Vec<ScopeDefinition> = match rest {
        Rest::Stays => stored.to_vec(),
        Rest::Goes => Vec::new(),
    };
    for scope in &entry.scopes {
        let name = &scope.name.value;
        let definition = ScopeDefinition {
            name: name.clone(),
            description: rest.pick(scope.description.clone(), description(name), String::new()),
            optional: rest.pick(scope.optional, known(name).map(|scope| scope.optional), false),
        };
        match scopes.iter_mut().find(|known| known.name == *name) {
            Some(known) => *known = definition,
            None => scopes.push(definition),
        }
    }
    scopes
}

/// What stands in files for which ids are needed, found already.
pub(super) struct Ids<K> {
    pub realm: RealmId,
    pub own: K,
    pub owner: Option<UserId>,
}

/// The client without its secrets' changes: those have changes of their own.
pub(super) fn client(entry: &ClientEntry, stored: Option<&Client>, rest: Rest, ids: &Ids<ClientKey>, now: Timestamp) -> Client {
    let said_before = stored.map(|stored| &stored.metadata);
    let usual = match (rest, said_before) {
        (Rest::Stays, Some(before)) => before.clone(),
        // What no key of these files can say stays.
        (Rest::Goes, Some(before)) => ClientMetadata {
            client_uri: before.client_uri.clone(),
            logo_uri: before.logo_uri.clone(),
            policy_uri: before.policy_uri.clone(),
            tos_uri: before.tos_uri.clone(),
            contacts: before.contacts.clone(),
            ..ClientMetadata::default()
        },
        (_, None) => ClientMetadata::default(),
    };
    let metadata = ClientMetadata {
        client_name: said(&entry.name).map(Some).unwrap_or(usual.client_name),
        token_endpoint_auth_method: said(&entry.auth).map(Into::into).unwrap_or(usual.token_endpoint_auth_method),
        grant_types: said(&entry.grants).unwrap_or(usual.grant_types),
        redirect_uris: said(&entry.redirect_uris).unwrap_or(usual.redirect_uris),
        scope: scope(entry.scopes.as_ref()).unwrap_or(usual.scope),
        default_scope: scope(entry.default_scopes.as_ref()).map(Some).unwrap_or(usual.default_scope),
        audiences: entry.audiences.as_ref().map(texts).unwrap_or(usual.audiences),
        id_token_signed_response_alg: said(&entry.id_token_signed_response_alg).map(Some).unwrap_or(usual.id_token_signed_response_alg),
        access_token_format: said(&entry.access_token_format).map(Some).unwrap_or(usual.access_token_format),
        require_pkce: said(&entry.require_pkce).map(Some).unwrap_or(usual.require_pkce),
        trusted: said(&entry.trusted).unwrap_or(usual.trusted),
        ..usual
    };
    Client {
        key: ids.own,
        realm: ids.realm,
        id: entry.id.value.clone(),
        metadata,
        secrets: stored.map(|stored| stored.secrets.clone()).unwrap_or_default(),
        owner: rest.pick(ids.owner.map(Some), stored.map(|stored| stored.owner), None),
        status: Rest::Stays.pick(said(&entry.status), stored.map(|stored| stored.status), Status::Active),
        not_before: stored.map_or(Timestamp::from_millis(0), |stored| stored.not_before),
        created_at: stored.map_or(now, |stored| stored.created_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

/// The account without its password's change: that has a change of its own.
pub(super) fn user(entry: &UserEntry, stored: Option<&User>, rest: Rest, ids: &Ids<UserId>, now: Timestamp) -> User {
    let account = stored.map(|stored| &stored.account);
    let created_at = stored.map_or_else(|| said(&entry.created_at).unwrap_or(now), |stored| stored.created_at);
    User {
        account: Account {
            id: ids.own,
            sub: account.map(|account| account.sub.clone()).or_else(|| said(&entry.sub)).unwrap_or_else(|| ids.own.to_string()),
            number: account.map(|account| account.number).or_else(|| said(&entry.number)).unwrap_or(0),
            kind: account.map_or(entry.kind, |account| account.kind),
            status: Rest::Stays.pick(said(&entry.status), account.map(|account| account.status), Status::Active),
            not_before: account.map_or(Timestamp::from_millis(0), |account| account.not_before),
        },
        realm: ids.realm,
        username: entry.username.value.clone(),
        email: email(entry, stored, rest),
        profile: rest.pick(said(&entry.profile), stored.map(|stored| stored.profile.clone()), Default::default()),
        user_type: rest.pick(said(&entry.user_type).map(Some), stored.map(|stored| stored.user_type.clone()), None),
        roles: rest.pick(said(&entry.roles), stored.map(|stored| stored.roles.clone()), Vec::new()),
        attributes: rest.pick(said(&entry.attributes), stored.map(|stored| stored.attributes.clone()), Default::default()),
        password: stored.and_then(|stored| stored.password.clone()),
        owner: match entry.kind {
            AccountKind::ApiUser => rest.pick(ids.owner.map(Some), stored.map(|stored| stored.owner), None),
            AccountKind::Person => None,
        },
        created_at,
        updated_at: stored.map_or(created_at, |stored| stored.updated_at),
        version: stored.map_or(0, |stored| stored.version),
    }
}

/// A changed address is unverified unless the file says that it is.
fn email(entry: &UserEntry, stored: Option<&User>, rest: Rest) -> Option<Email> {
    let stored = stored.and_then(|stored| stored.email.clone());
    let address = rest.pick(said(&entry.email).map(Some), stored.as_ref().map(|email| Some(email.address.clone())), None)?;
    let was_verified = stored.is_some_and(|email| email.address == address && email.verified);
    Some(Email { verified: said(&entry.email_verified).unwrap_or(was_verified), address })
}

fn said<T: Clone>(said: &Option<At<T>>) -> Option<T> {
    said.as_ref().map(|said| said.value.clone())
}

fn scope(said: Option<&At<Vec<At<String>>>>) -> Option<Scope> {
    said.map(|list| Scope::from_tokens(list.value.iter().map(|token| token.value.as_str())).unwrap_or_default())
}

fn texts(list: &At<Vec<At<String>>>) -> Vec<String> {
    list.value.iter().map(|text| text.value.clone()).collect()
}
