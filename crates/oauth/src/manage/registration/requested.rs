//! What a client asks to be, held against the realm's policy, and read by the document that all clients have.

use serde_json::{Map, Value, json};

use crate::{
    ErrorCode, OAuthError, Scope,
    manage::{ClientMetadata, Fault, did_you_mean, of_what_differs, read, readable},
    model::{ClientAuthMethod, Realm, RegisteredBy},
    redirect_uri::RedirectUri,
    settings::GrantType,
};

/// Members of [`ClientMetadata`] that a client says of itself. The rest belongs to those who run the realm.
pub(super) const OWN: [&str; 12] = [
    "client_name",
    "token_endpoint_auth_method",
    "grant_types",
    "redirect_uris",
    "loopback_any_port",
    "scope",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "contacts",
    "id_token_signed_response_alg",
];

/// Longer lists are no slip of the pen.
const MOST: usize = 100;

/// What may be asked for.
struct Policy<'a> {
    realm: &'a Realm,
    by: RegisteredBy,
    /// What the client is already, which it keeps if it likes.
    now: Option<&'a ClientMetadata>,
}

/// The metadata that a document asks for, what is left out as the standard says (RFC 7591 §2). What is
/// not understood is ignored, and so is what belongs to those who run the realm.
///
/// # Errors
/// RFC 7591 §3.2.2.
pub(super) fn requested(
    document: &Map<String, Value>,
    realm: &Realm,
    by: RegisteredBy,
    now: Option<&ClientMetadata>,
) -> Result<ClientMetadata, OAuthError> {
    if document.get("software_statement").is_some_and(|statement| !statement.is_null()) {
        return Err(OAuthError::new(
            ErrorCode::UnapprovedSoftwareStatement,
            "this server accepts no software statements; leave software_statement out and send the metadata itself",
        ));
    }
    fitting(document, &[], realm, by, now).map_err(|faults| refusal(&faults))
}

/// As [`requested`], with `also` said of itself, and everything that is wrong at once as far as it can be told.
pub(super) fn fitting(
    document: &Map<String, Value>,
    also: &[&str],
    realm: &Realm,
    by: RegisteredBy,
    now: Option<&ClientMetadata>,
) -> Result<ClientMetadata, Vec<Fault>> {
    let policy = Policy { realm, by, now };
    let own = || OWN.iter().copied().chain(also.iter().copied());
    let said = |member: &str| document.get(member).filter(|value| !value.is_null());
    // What those who run the realm gave a client stays as it is.
    let mut asked = now.map(ClientMetadata::to_document).unwrap_or_default();
    asked.retain(|member, _| own().all(|own| own != member));
    asked.extend(own().filter_map(|member| Some((member.to_owned(), said(member)?.clone()))));
    let grants = policy.grants(said("grant_types"))?;
    let redirects = grants.contains(&GrantType::AuthorizationCode);
    response_types(said("response_types"), redirects)?;
    asked.insert("grant_types".to_owned(), json!(grants));
    let method = said("token_endpoint_auth_method");
    let kept = now.map(|now| json!(now.token_endpoint_auth_method)).filter(|kept| method == Some(kept));
    asked.insert(
        "token_endpoint_auth_method".to_owned(),
        match kept {
            Some(kept) => kept,
            None => json!(policy.method(method)?),
        },
    );
    asked.insert("scope".to_owned(), json!(policy.scope(said("scope"))?));
    for member in ["redirect_uris", "contacts"] {
        let entries = said(member).and_then(Value::as_array).map_or(0, Vec::len);
        if entries > MOST {
            return Err(vec![Fault::new(member, format!("`{member}` has {entries} entries"), format!("send {MOST} at most"))]);
        }
    }
    if redirects && said("redirect_uris").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        let what = "authorization_code needs somewhere to return to";
        return Err(vec![Fault::new("redirect_uris", what, "send redirect_uris with one address at least")]);
    }
    let (metadata, faults) = read::<ClientMetadata>(&asked);
    let metadata = if faults.is_empty() { metadata } else { return Err(faults) };
    let mut faults = metadata.faults(realm);
    if let Some(now) = now {
        faults = of_what_differs(faults, &now.to_document(), &metadata.to_document());
    }
    faults.extend(policy.hosts(&metadata.redirect_uris));
    if faults.is_empty() { Ok(metadata) } else { Err(faults) }
}

/// The first fault, as RFC 7591 §3.2.2 has it: a description is plain ASCII, and short.
pub(super) fn refusal(faults: &[Fault]) -> OAuthError {
    let uris = |fault: &Fault| fault.path.first_key() == Some("redirect_uris");
    let code = if faults.first().is_some_and(uris) { ErrorCode::InvalidRedirectUri } else { ErrorCode::InvalidClientMetadata };
    let mut words = faults.first().map(|fault| readable(&fault.to_string())).unwrap_or_default();
    if faults.len() > 1 {
        words.push_str(&format!(" (and {} more)", faults.len() - 1));
    }
    OAuthError::new(code, ascii(&words))
}

/// RFC 6749 §5.2: no quotes, no backslashes.
fn ascii(text: &str) -> String {
    let plain = |char| match char {
        '"' | '`' => '\'',
        '\\' => '/',
        ' '..='~' => char,
        _ => '?',
    };
    text.chars().map(plain).collect()
}

impl Policy<'_> {
    /// Grants that are not known here are left out, as metadata that is not understood is.
    fn grants(&self, said: Option<&Value>) -> Result<Vec<GrantType>, Vec<Fault>> {
        let Some(said) = said else { return self.may(vec![GrantType::AuthorizationCode]) };
        let words = words(said).ok_or_else(|| vec![Fault::new("grant_types", "this is no list of texts", "send a list of grant types")])?;
        let mut grants: Vec<GrantType> = Vec::new();
        for grant in words.iter().filter_map(|word| GrantType::parse(word)) {
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
        if grants.is_empty() {
            return Err(vec![Fault::new("grant_types", "none of these is a grant of this server", self.grants_instead())]);
        }
        self.may(grants)
    }

    fn may(&self, grants: Vec<GrantType>) -> Result<Vec<GrantType>, Vec<Fault>> {
        match grants.iter().find(|grant| !self.allows(**grant)) {
            None => Ok(grants),
            Some(grant) => {
                let what = format!("an application that registers here may not use {}", grant.as_str());
                Err(vec![Fault::new("grant_types", what, self.grants_instead())])
            }
        }
    }

    fn allows(&self, grant: GrantType) -> bool {
        let for_strangers = match grant {
            GrantType::AuthorizationCode | GrantType::RefreshToken => true,
            GrantType::ClientCredentials | GrantType::Password => false,
        };
        let by_policy = self.realm.settings.registration_grants.contains(&grant) && (self.by != RegisteredBy::Stranger || for_strangers);
        by_policy || self.now.is_some_and(|now| now.grant_types.contains(&grant))
    }

    fn grants_instead(&self) -> String {
        let allowed = GrantType::ALL.into_iter().filter(|grant| self.allows(*grant)).map(GrantType::as_str);
        format!("ask for {}", allowed.collect::<Vec<_>>().join(", "))
    }

    /// RFC 7591 §2: `client_secret_basic` where it is left out, if the realm lets it be asked for.
    fn method(&self, said: Option<&Value>) -> Result<String, Vec<Fault>> {
        let allowed = &self.realm.settings.registration_auth_methods;
        let kept = self.now.map(|now| &now.token_endpoint_auth_method);
        let is_allowed = |method| allowed.contains(&method) || kept.is_some_and(|kept| kept.allows(method));
        let Some(said) = said else {
            let usual = ClientAuthMethod::ClientSecretBasic;
            let first = if allowed.contains(&usual) { usual } else { allowed.first().copied().unwrap_or(usual) };
            return Ok(first.as_str().to_owned());
        };
        let known =
            [ClientAuthMethod::None, ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost, ClientAuthMethod::Header];
        let found = said.as_str().and_then(|word| known.into_iter().find(|method| method.as_str() == word && is_allowed(*method)));
        found.map(|method| method.as_str().to_owned()).ok_or_else(|| {
            let names: Vec<&str> = known.into_iter().filter(|method| is_allowed(*method)).map(ClientAuthMethod::as_str).collect();
            let what = match said.as_str() {
                Some(word) => format!("an application that registers here cannot prove itself by {word:?}"),
                None => "this is not one method".to_owned(),
            };
            vec![Fault::new("token_endpoint_auth_method", what, format!("ask for {}", names.join(" or ")))]
        })
    }

    fn scope(&self, said: Option<&Value>) -> Result<Scope, Vec<Fault>> {
        let allowed = allowed_scope(self.realm);
        let Some(said) = said else { return Ok(allowed) };
        let text = said.as_str().ok_or_else(|| vec![Fault::new("scope", "this is no text", "send scopes with spaces between them")])?;
        let scope = Scope::parse(text).map_err(|invalid| vec![Fault::new("scope", "this is no scope", invalid.to_string())])?;
        let kept = self.now.map(|now| &now.scope);
        let strange = scope.iter().find(|token| !allowed.contains(token) && !kept.is_some_and(|kept| kept.contains(token)));
        match strange {
            None => Ok(scope),
            Some(token) => {
                let known: Vec<&str> = allowed.iter().collect();
                let what = format!("an application that registers here may not ask for the scope {token:?}");
                Err(vec![Fault::new("scope", what, did_you_mean(token, &known))])
            }
        }
    }

    /// Addresses elsewhere than at the hosts that the realm lists.
    fn hosts(&self, uris: &[RedirectUri]) -> Vec<Fault> {
        let hosts = &self.realm.settings.registration_redirect_hosts;
        let kept = |uri: &RedirectUri| self.now.is_some_and(|now| now.redirect_uris.contains(uri));
        let strange = uris.iter().enumerate().filter(|(_, uri)| !hosts.is_empty() && !kept(uri) && !is_at(uri, hosts));
        strange
            .map(|(index, uri)| {
                let what = format!("{:?} is at no host that an application which registers here may return to", uri.as_str());
                Fault::new(("redirect_uris", index), what, format!("use {}", hosts.join(" or ")))
            })
            .collect()
    }
}

/// Scopes that may be asked for.
pub(super) fn allowed_scope(realm: &Realm) -> Scope {
    let listed = &realm.settings.registration_scopes;
    let of_realm = |token: &&str| if listed.is_empty() { !token.starts_with("jeton:") } else { listed.contains(token) };
    Scope::from_tokens(realm.scopes.iter().filter(of_realm)).unwrap_or_default()
}

/// RFC 7591 §2.1: what is returned by redirects fits the grants. The code is all that is returned so here;
/// other types are left out.
fn response_types(said: Option<&Value>, redirects: bool) -> Result<(), Vec<Fault>> {
    let Some(said) = said else { return Ok(()) };
    let words = words(said).ok_or_else(|| vec![Fault::new("response_types", "this is no list of texts", "send [\"code\"]")])?;
    match redirects {
        true if !words.contains(&"code") => Err(vec![Fault::new(
            "response_types",
            "authorization_code goes with the response type code",
            "send [\"code\"], or leave it out",
        )]),
        false if words.contains(&"code") => {
            let what = "the response type code goes with the grant authorization_code";
            Err(vec![Fault::new("response_types", what, "ask for authorization_code, or leave response_types out")])
        }
        _ => Ok(()),
    }
}

fn words(said: &Value) -> Option<Vec<&str>> {
    said.as_array()?.iter().map(Value::as_str).collect()
}

fn is_at(uri: &RedirectUri, hosts: &[String]) -> bool {
    let url = url::Url::parse(uri.as_str()).ok();
    let Some(host) = url.as_ref().filter(|url| matches!(url.scheme(), "https" | "http")).and_then(url::Url::host_str) else { return false };
    hosts.iter().any(|allowed| match allowed.strip_prefix("*.") {
        Some(name) => host.strip_suffix(name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => host == allowed,
    })
}

#[cfg(test)]
mod tests {
    use super::{OWN, ascii, is_at};
    use crate::redirect_uri::RedirectUri;

    #[test]
    fn a_host_is_the_one_that_is_listed_or_below_it() {
        let hosts = ["app.example".to_owned(), "*.example.org".to_owned(), "127.0.0.1".to_owned()];
        for fine in ["https://app.example/cb", "https://APP.example/cb", "https://a.b.example.org/", "http://127.0.0.1:9/cb"] {
            assert!(is_at(&RedirectUri::new(fine), &hosts), "{fine}");
        }
        let strange = [
            "https://app.example.evil/",
            "https://evil-example.org/",
            "https://example.org/",
            "https://.example.org/",
            "com.app.example:/cb",
        ];
        for strange in strange {
            assert!(!is_at(&RedirectUri::new(strange), &hosts), "{strange}");
        }
    }

    #[test]
    fn the_reference_names_what_an_application_may_say_of_itself() {
        let reference = include_str!("../../../../../docs/registration.md");
        for member in OWN {
            assert!(reference.contains(&format!("`{member}`")), "docs/registration.md does not say {member}");
        }
    }

    #[test]
    fn what_is_told_is_plain_text_whatever_was_sent() {
        assert_eq!(ascii("\"a\\b`\u{e4}\n"), "'a/b'??");
    }
}
