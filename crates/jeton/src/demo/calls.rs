//! The calls that a newcomer pastes, as each vendor's page shows them.

use super::{DemoRealm, REALMS};

/// For each realm: what it is, and the calls.
pub fn calls(public_url: &str) -> String {
    REALMS.iter().map(|realm| section(realm, &realm.url(public_url))).collect::<Vec<_>>().join("\n")
}

/// Where a browser begins, for realms whose applications ask people.
pub fn start(realm: &DemoRealm, url: &str) -> Option<String> {
    let (id, redirect_uri) = (realm.client_id, realm.redirect_uri?);
    match realm.name {
        "volt-time" => Some(format!(
            "{url}/oauth/authorize?response_type=code&client_id={id}&redirect_uri={redirect_uri}&scope=chargers:read%20sessions:read"
        )),
        _ => Some(format!(
            "{url}/authorize?response_type=code&client_id={id}&redirect_uri={redirect_uri}&scope=openid%20profile%20read\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        )),
    }
}

/// The calls of one realm.
pub fn section(realm: &DemoRealm, url: &str) -> String {
    let (id, secret) = (realm.client_id, realm.client_secret.unwrap_or_default());
    let (username, password) = (realm.username.unwrap_or_default(), realm.password.unwrap_or_default());
    let redirect_uri = realm.redirect_uri.unwrap_or_default();
    match realm.name {
        "volt" => format!(
            "# Volt: an API user's password, then refresh without the application's secret\n\
             curl -s {url}/oauth -d grant_type=password -d client_id={id} -d client_secret={secret} \\\n  -d username={username} -d password={password}\n\
             curl -s {url}/oauth -d grant_type=refresh_token -d refresh_token=$REFRESH_TOKEN\n"
        ),
        "volt-time" => format!(
            "# Volt Time: open this, sign in as {username} with {password}, allow, and take the code from the address bar\n\
             {url}/oauth/authorize?response_type=code&client_id={id}&redirect_uri={redirect_uri}&scope=chargers:read\n\
             curl -s {url}/oauth/token -d grant_type=authorization_code -d client_id={id} -d client_secret={secret} \\\n  -d redirect_uri={redirect_uri} -d code=$CODE\n"
        ),
        "voipex" => format!(
            "# VoIPEx: a public client and a person's e-mail address\n\
             curl -s {url}/token -d client_id={id} -d username={} -d password={password} -d grant_type=password\n",
            username.replace('@', "%40")
        ),
        "violet" => format!(
            "# Violet: JSON, with the application in headers\n\
             curl -s {url}/v1/login -H 'X-Violet-App-Id: {id}' -H 'X-Violet-App-Secret: {secret}' \\\n  -H 'Content-type: application/json' -d '{{\"username\": \"{username}\", \"password\": \"{password}\"}}'\n"
        ),
        "depotfinity" => format!(
            "# DepotFinity: client credentials with Basic\n\
             curl -s {url}/oauth2/token -u {id}:{secret} -H 'Accept: application/json' --data-urlencode grant_type=client_credentials\n"
        ),
        _ => format!(
            "# The standard: discovery, client credentials, a person's password (ann's), and what a token is worth\n\
             curl -s {url}/.well-known/openid-configuration\n\
             curl -s {url}/token -u {id}:{secret} -d grant_type=client_credentials -d scope=read\n\
             curl -s {url}/token -u {id}:{secret} -d grant_type=password -d username={username} -d password={password} -d 'scope=openid profile'\n\
             curl -s {url}/introspect -u {id}:{secret} -d token=$ACCESS_TOKEN\n"
        ),
    }
}
