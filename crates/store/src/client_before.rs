//! The columns in which programs of schema 7 and older keep what is said about a client. They stay filled,
//! so that such a program serves beside this one; a later release takes them away.

use jeton_oauth::{
    manage::ClientMetadata,
    model::{Client, ClientAuthMethod},
    redirect_uri::RedirectUri,
};

use crate::{
    StoreError,
    row::Fields,
    statement::{Value, json},
};

/// Their names, in the order of [`values`] and of [`read`].
macro_rules! columns_of_before {
    () => {
        "name, auth, grants, redirect_uris, scopes, default_scopes, audiences, id_token_signed_response_alg, access_token_format, \
         require_pkce, trusted"
    };
}

/// The same, each with the parameter that an UPDATE has for it: from the eighth on.
macro_rules! assignments_of_before {
    () => {
        "name = ?8, auth = ?9, grants = ?10, redirect_uris = ?11, scopes = ?12, default_scopes = ?13, audiences = ?14, \
         id_token_signed_response_alg = ?15, access_token_format = ?16, require_pkce = ?17, trusted = ?18"
    };
}
pub(crate) use {assignments_of_before, columns_of_before};

/// How many there are.
pub(crate) const COUNT: usize = 11;

pub(crate) fn values(client: &Client) -> Result<[Value<'_>; COUNT], StoreError> {
    let said = &client.metadata;
    // An older program cannot read a row with a redirect URI that it would refuse.
    let uris: Vec<_> = said.redirect_uris.iter().filter(|uri| uri.is_read_by_older_programs()).collect();
    Ok([
        said.client_name.as_deref().into(),
        said.token_endpoint_auth_method.first().into(),
        json(&said.grant_types)?,
        json(&uris)?,
        (&said.scope).into(),
        said.default_scope.as_ref().into(),
        json(&said.audiences)?,
        said.id_token_signed_response_alg.map(|alg| alg.to_string()).into(),
        said.access_token_format.into(),
        said.require_pkce.into(),
        said.trusted.into(),
    ])
}

/// Such a program wrote last: what it says stands in columns, and counts.
pub(crate) fn read(metadata: &mut ClientMetadata, fields: &mut Fields<'_>) -> Result<(), StoreError> {
    metadata.client_name = fields.opt_string()?;
    let auth: ClientAuthMethod = fields.word()?;
    if !metadata.token_endpoint_auth_method.allows(auth) {
        metadata.token_endpoint_auth_method = auth.into();
    }
    metadata.grant_types = fields.json()?;
    let unread: Vec<RedirectUri> = metadata.redirect_uris.drain(..).filter(|uri| !uri.is_read_by_older_programs()).collect();
    metadata.redirect_uris = fields.json()?;
    metadata.redirect_uris.extend(unread);
    metadata.scope = fields.scope()?;
    metadata.default_scope = fields.opt_scope()?;
    metadata.audiences = fields.json()?;
    metadata.id_token_signed_response_alg = match fields.opt_text()?.map(str::parse) {
        None => None,
        Some(Ok(algorithm)) => Some(algorithm),
        Some(Err(_)) => return fields.unreadable("an unknown algorithm"),
    };
    metadata.access_token_format = fields.opt_word()?;
    metadata.require_pkce = fields.opt_flag()?;
    metadata.trusted = fields.flag()?;
    Ok(())
}
