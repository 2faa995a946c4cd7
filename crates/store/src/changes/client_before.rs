//! The columns in which programs of schema 7 and older keep what is said about a client. They stay filled,
//! so that such a program serves beside this one; a later release takes them away.

use jeton_oauth::model::Client;

use crate::{
    StoreError,
    statement::{Value, json},
};

pub(super) struct Before<'a> {
    pub name: Value<'a>,
    pub auth: Value<'a>,
    pub grants: Value<'a>,
    pub redirect_uris: Value<'a>,
    pub scopes: Value<'a>,
    pub default_scopes: Value<'a>,
    pub audiences: Value<'a>,
    pub id_token_signed_response_alg: Value<'a>,
    pub access_token_format: Value<'a>,
    pub require_pkce: Value<'a>,
    pub trusted: Value<'a>,
}

impl<'a> Before<'a> {
    pub fn of(client: &'a Client) -> Result<Self, StoreError> {
        let said = &client.metadata;
        // An older program cannot read a row with a redirect URI that it would refuse.
        let uris: Vec<_> = said.redirect_uris.iter().filter(|uri| uri.is_read_by_older_programs()).collect();
        Ok(Self {
            name: said.client_name.as_deref().into(),
            auth: said.token_endpoint_auth_method.first().into(),
            grants: json(&said.grant_types)?,
            redirect_uris: json(&uris)?,
            scopes: (&said.scope).into(),
            default_scopes: said.default_scope.as_ref().into(),
            audiences: json(&said.audiences)?,
            id_token_signed_response_alg: said.id_token_signed_response_alg.map(|alg| alg.to_string()).into(),
            access_token_format: said.access_token_format.into(),
            require_pkce: said.require_pkce.into(),
            trusted: said.trusted.into(),
        })
    }
}
