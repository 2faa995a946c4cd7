//! Who comes in: enforces what an endpoint's policy says of authentication and of other sites.

use http::{Method, header};
use jeton_oauth::{
    OAuthError,
    activity::Reason,
    endpoint::{Authentication, Csrf},
};

use crate::{
    admin_api,
    app::App,
    endpoints::{authentication::authenticate_request, presented_token::bearer, registration::refuse_where_off},
    failure::Failure,
    incoming::{Caller, Incoming},
    session,
};

/// Finds out who asks, and refuses who may not.
pub async fn admit(app: &App, incoming: &mut Incoming) -> Result<(), Failure> {
    let policy = incoming.endpoint().policy();
    if policy.csrf == Csrf::SameOrigin && !incoming.parts.method.is_safe() {
        session::refuse_other_sites(app, incoming)?;
    }
    match policy.authentication {
        Authentication::Public | Authentication::Grant | Authentication::Browser => {}
        Authentication::Registration | Authentication::RegisteredClient => refuse_where_off(incoming)?,
        Authentication::Client => client(app, incoming).await?,
        Authentication::ConfidentialClient => {
            client(app, incoming).await?;
            let client = incoming.client()?;
            if client.is_public() {
                let error = OAuthError::invalid_client("a public client asked where a client must prove itself");
                return Err(Failure::from(error.because(Reason::PublicClient)).of_client(Some(&client.id)));
            }
        }
        Authentication::Bearer => {
            // RFC 6750 §2.2: a form body may carry the token; a POST with an empty body need not say what it is.
            let posted = incoming.is(&Method::POST) && incoming.headers().contains_key(header::CONTENT_TYPE) && !incoming.body.is_empty();
            let form = if posted { incoming.form()?.take_secret("access_token") } else { None };
            let token = bearer(app, incoming, form.as_ref().map(|token| token.expose())).await?;
            incoming.caller = Caller::Token(Box::new(token));
        }
        Authentication::BearerOrSession if incoming.has_bearer() => {
            incoming.caller = Caller::Token(Box::new(bearer(app, incoming, None).await?));
        }
        Authentication::Administrator => admin_api::admit(app, incoming).await?,
        Authentication::BearerOrSession => match session::current(app, incoming).await? {
            Some(current) => incoming.caller = Caller::Session(Box::new(current)),
            None if incoming.is_for_people() => {}
            None => {
                return Err(OAuthError::invalid_token("there is no access token in the request, and nobody is signed in").missing().into());
            }
        },
    }
    Ok(())
}

async fn client(app: &App, incoming: &mut Incoming) -> Result<(), Failure> {
    let mut parameters = incoming.form()?;
    let client = authenticate_request(app, incoming, &mut parameters).await?;
    incoming.parameters = parameters;
    incoming.caller = Caller::Client(client);
    Ok(())
}
