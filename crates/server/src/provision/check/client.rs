//! Which clients can be.

use jeton_oauth::{
    ClientKey, Scope, Timestamp,
    model::{Client, ClientAuthMethod},
    scope::is_scope_token,
    settings::GrantType,
};
use url::Url;

use super::{NOBODY, Scene, is_line, owner};
use crate::provision::{
    draft::{self, Ids},
    entry::ClientEntry,
    fault::{At, Faults, Place},
    table::did_you_mean,
};

pub(super) fn check(scene: &Scene<'_>, faults: &mut Faults) {
    for (index, entry) in scene.entry.clients.iter().enumerate() {
        let stored = scene.held.client(&entry.id.value);
        let ids = Ids { realm: scene.realm.id, own: ClientKey(uuid::Uuid::nil()), owner: entry.owner.as_ref().map(|_| NOBODY) };
        let client = draft::client(entry, stored, scene.rest, &ids, Timestamp::from_millis(0));
        id(scene, index, entry, faults);
        if !entry.sound {
            continue;
        }
        if let Some(name) = &entry.name
            && !is_line(&name.value)
        {
            faults.add(name.at, format!("`name` cannot be {:?}", name.value), "write one line of 1 to 255 bytes");
        }
        authentication(scene, entry, &client, faults);
        grants(entry, &client, stored.is_none(), faults);
        scopes(scene, entry, &client, faults);
        audiences(scene, entry, faults);
        algorithms(entry, faults);
        owner(scene, entry.owner.as_ref(), faults);
    }
}

/// RFC 6749 Appendix A.1. A colon is legal: in Basic it is sent form-encoded.
fn id(scene: &Scene<'_>, index: usize, entry: &ClientEntry, faults: &mut Faults) {
    let id = &entry.id.value;
    if id.is_empty() || id.len() > 255 || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        faults.add(entry.id.at, format!("{id:?} cannot be a client's id"), "write 1 to 255 printable ASCII characters without spaces");
    }
    if scene.entry.clients[..index].iter().any(|other| other.id.value == *id) {
        faults.add(entry.id.at, format!("the client {id:?} stands here twice"), "keep one of the two, or give one another id");
    }
    let subject_in_files = scene.entry.users.iter().any(|user| user.sub.as_ref().is_some_and(|sub| sub.value == *id));
    if subject_in_files || scene.held.users.iter().any(|user| user.account.sub == *id) {
        faults.add(
            entry.id.at,
            format!("the client {id:?} has the same name as the `sub` of a person"),
            "give the client another id: a token's subject must not be taken for another",
        );
    }
}

fn authentication(scene: &Scene<'_>, entry: &ClientEntry, client: &Client, faults: &mut Faults) {
    let at = place(entry, entry.auth.as_ref());
    match client.token_endpoint_auth_method.first() {
        ClientAuthMethod::None => {
            if let Some(secrets) = &entry.secrets
                && !secrets.value.is_empty()
            {
                faults.add(
                    secrets.at,
                    "a public client (auth = \"none\") keeps no secret",
                    "remove `secrets`, or write auth = \"client_secret_basic\"",
                );
            }
            if let Some(pkce) = &entry.require_pkce
                && !pkce.value
            {
                faults.add(pkce.at, "a public client always uses PKCE (RFC 9700 section 2.1.1)", "remove `require_pkce`");
            }
        }
        ClientAuthMethod::Header => {
            if let Some(dialect) = scene.dialect
                && dialect.authentication.header.is_none()
            {
                faults.add(
                    at,
                    format!("the dialect {:?} has no headers for a client's id and secret", dialect.name),
                    "write \"client_secret_basic\" or \"client_secret_post\"",
                );
            }
        }
        ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost => {}
    }
}

fn grants(entry: &ClientEntry, client: &Client, new: bool, faults: &mut Faults) {
    let at = place(entry, entry.grants.as_ref());
    let may = |grant| client.grant_types.contains(&grant);
    if client.grant_types.is_empty() && (new || entry.grants.is_some()) {
        faults.add(
            at,
            format!("the client {:?} may use no grant", client.id),
            "write grants = [\"authorization_code\", \"refresh_token\"], or [\"client_credentials\"]",
        );
    }
    if client.is_public() && may(GrantType::ClientCredentials) {
        faults.add(
            at,
            "a public client has no credentials for client_credentials (RFC 6749 section 4.4)",
            "remove \"client_credentials\", or give it a secret and auth = \"client_secret_basic\"",
        );
    }
    if may(GrantType::AuthorizationCode) && client.redirect_uris.is_empty() {
        faults.add(at, "authorization_code needs somewhere to return to", "write redirect_uris = [\"https://app.example/callback\"]");
    }
    if let Some(uris) = &entry.redirect_uris
        && !uris.value.is_empty()
        && !may(GrantType::AuthorizationCode)
    {
        faults.add(
            uris.at,
            "nothing returns to these redirect URIs: the client may not use authorization_code",
            "add \"authorization_code\" to `grants`, or remove `redirect_uris`",
        );
    }
    if may(GrantType::RefreshToken) && !may(GrantType::AuthorizationCode) && !may(GrantType::Password) {
        faults.add(
            at,
            "refresh_token alone has nothing to refresh",
            "add \"authorization_code\" or \"password\" to `grants`, or remove \"refresh_token\"",
        );
    }
}

fn scopes(scene: &Scene<'_>, entry: &ClientEntry, client: &Client, faults: &mut Faults) {
    for list in [&entry.scopes, &entry.default_scopes].into_iter().flatten() {
        if list.value.len() > Scope::MAX_TOKENS {
            faults.add(list.at, "this is more than 128 scopes", "list fewer");
        }
        for token in &list.value {
            if !is_scope_token(&token.value) {
                faults.add(
                    token.at,
                    format!("{:?} cannot be a scope", token.value),
                    "write printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)",
                );
            } else if !scene.scopes.contains(&token.value) {
                let known: Vec<&str> = scene.scopes.iter().collect();
                faults.add(
                    token.at,
                    format!("this realm has no scope {:?}", token.value),
                    format!("define it with [[scope]] and name = {:?}; {}", token.value, did_you_mean(&token.value, &known)),
                );
            }
        }
    }
    if let Some(defaults) = &client.default_scope
        && !defaults.is_subset_of(&client.scope)
    {
        let missing: Vec<&str> = defaults.iter().filter(|token| !client.scope.contains(token)).collect();
        let at = entry.default_scopes.as_ref().or(entry.scopes.as_ref()).map_or(entry.id.at, |list| list.at);
        faults.add(
            at,
            format!("`default_scopes` has {}, which `scopes` has not", missing.join(", ")),
            "add it to `scopes`, or remove it from `default_scopes`",
        );
    }
}

/// A resource is an absolute URI without a fragment (RFC 8707 §2), or what the realm calls its audience.
fn audiences(scene: &Scene<'_>, entry: &ClientEntry, faults: &mut Faults) {
    for audience in entry.audiences.iter().flat_map(|list| &list.value) {
        let text = &audience.value;
        let absolute = Url::parse(text).is_ok() && !text.contains('#') && text.len() <= 2048;
        if !absolute && scene.realm.audience.as_ref() != Some(text) {
            faults.add(
                audience.at,
                format!("{text:?} cannot be an audience"),
                "write an absolute URI without a fragment, such as https://api.example.com (RFC 8707 section 2)",
            );
        }
    }
}

fn algorithms(entry: &ClientEntry, faults: &mut Faults) {
    if let Some(algorithm) = &entry.id_token_signed_response_alg
        && algorithm.value.is_symmetric()
    {
        faults.add(
            algorithm.at,
            "ID tokens are not signed with a client's secret: only a hash of it is kept",
            "write RS256, ES256 or another asymmetric algorithm",
        );
    }
}

fn place<T>(entry: &ClientEntry, said: Option<&At<T>>) -> Place {
    said.map_or(entry.id.at, |said| said.at)
}
