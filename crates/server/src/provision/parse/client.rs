//! `[[client]]`: what is said about an application.

use jeton_oauth::{
    model::ClientAuthMethod,
    redirect_uri::RedirectUri,
    settings::{GrantType, TokenFormat},
};

use super::STATUSES;
use crate::provision::{
    entry::{ClientEntry, SecretEntry},
    fault::{At, Faults},
    secret_source::SecretSource,
    table::{Table, word},
};

pub(in crate::provision) const AUTH_METHODS: &[(&str, ClientAuthMethod)] = &[
    ("client_secret_basic", ClientAuthMethod::ClientSecretBasic),
    ("client_secret_post", ClientAuthMethod::ClientSecretPost),
    ("header", ClientAuthMethod::Header),
    ("none", ClientAuthMethod::None),
];

const GRANTS: &[(&str, GrantType)] = &[
    ("authorization_code", GrantType::AuthorizationCode),
    ("refresh_token", GrantType::RefreshToken),
    ("client_credentials", GrantType::ClientCredentials),
    ("password", GrantType::Password),
];

const FORMATS: &[(&str, TokenFormat)] = &[("jwt", TokenFormat::Jwt), ("opaque", TokenFormat::Opaque)];

pub(super) fn read(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<ClientEntry> {
    let before = faults.count();
    let id = table.string("id", faults);
    if !table.has("id") {
        faults.add(table.at, "this client has no id", "write id = \"…\" below [[client]]");
    }
    let at = table.at;
    let mut client = ClientEntry::named(id.clone().unwrap_or_else(|| At::new(String::new(), at)));
    client.name = table.string("name", faults);
    client.auth = table.word("auth", AUTH_METHODS, faults);
    client.grants = table.strings("grants", faults).map(|list| grants(&list, faults));
    client.redirect_uris = table.strings("redirect_uris", faults).map(|list| redirect_uris(&list, faults));
    client.scopes = table.scope_tokens("scopes", faults);
    client.default_scopes = table.scope_tokens("default_scopes", faults);
    client.audiences = table.strings("audiences", faults);
    client.secrets = table
        .tables("secrets", faults)
        .map(|list| At::new(list.value.into_iter().filter_map(|table| secret(table, faults)).collect(), list.at));
    client.id_token_signed_response_alg = table.string("id_token_signed_response_alg", faults).and_then(|text| match text.value.parse() {
        Ok(algorithm) => Some(At::new(algorithm, text.at)),
        Err(error) => {
            faults.add(text.at, format!("`id_token_signed_response_alg` cannot be {:?}", text.value), format!("{error}"));
            None
        }
    });
    client.access_token_format = table.word("access_token_format", FORMATS, faults);
    client.require_pkce = table.boolean("require_pkce", faults);
    client.trusted = table.boolean("trusted", faults);
    client.owner = table.string("owner", faults);
    client.status = table.word("status", STATUSES, faults);
    table.finish(faults);
    client.sound = faults.count() == before;
    id.map(|_| client)
}

pub(in crate::provision) fn grants(list: &At<Vec<At<String>>>, faults: &mut Faults) -> At<Vec<GrantType>> {
    let mut grants = Vec::new();
    for text in &list.value {
        if let Some(grant) = word(text, "grants", GRANTS, faults)
            && !grants.contains(&grant.value)
        {
            grants.push(grant.value);
        }
    }
    At::new(grants, list.at)
}

pub(in crate::provision) fn redirect_uris(list: &At<Vec<At<String>>>, faults: &mut Faults) -> At<Vec<RedirectUri>> {
    let mut uris = Vec::new();
    for text in &list.value {
        match RedirectUri::register(&text.value) {
            Ok(uri) if uris.contains(&uri) => {
                faults.add(text.at, format!("the redirect URI {:?} stands here twice", text.value), "remove one of the two")
            }
            Ok(uri) => uris.push(uri),
            Err(error) => faults.add(text.at, format!("{:?} cannot be a redirect URI", text.value), error.to_string()),
        }
    }
    At::new(uris, list.at)
}

fn secret(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<SecretEntry> {
    let at = table.at;
    let source = SecretSource::read(&mut table, faults);
    let expires_at = table.instant("expires_at", faults).map(|instant| instant.value);
    table.finish(faults);
    Some(SecretEntry { source: At::new(source?, at), expires_at })
}
