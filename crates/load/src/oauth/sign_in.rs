//! A browser's part: sign in once through the pages, then obtain codes with the cookie.

use anyhow::{Context, Result, bail};
use url::Url;

use super::page::{Form, forms};
use super::server::path_of;
use super::{Client, Pkce, Server, excerpt};
use crate::http::{Connection, Post, form, get};

/// Redirects and pages before giving up.
const MAX_STEPS: usize = 12;

#[derive(Clone)]
pub struct Person {
    pub username: String,
    pub password: String,
}

/// What every authorization request of a run has in common.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    pub redirect_uri: String,
    pub scope: String,
    pub pkce: Option<Pkce>,
}

impl CodeRequest {
    /// The authorization endpoint's path and query. RFC 6749 §4.1.1.
    pub fn path(&self, server: &Server, client: &Client) -> Result<String> {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", client.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("state", "jeton-load"),
        ];
        if !self.scope.is_empty() {
            pairs.push(("scope", &self.scope));
        }
        if let Some(pkce) = &self.pkce {
            pairs.extend([("code_challenge", pkce.challenge.as_str()), ("code_challenge_method", "S256")]);
        }
        let path = server.authorization()?;
        let joint = if path.contains('?') { '&' } else { '?' };
        Ok(format!("{path}{joint}{}", form::pairs(pairs)))
    }

    /// The token request of RFC 6749 §4.1.3; the code is what changes.
    pub fn redemption(&self, server: &Server, client: &Client) -> Result<Post> {
        let mut pairs = vec![("grant_type", "authorization_code"), ("redirect_uri", self.redirect_uri.as_str())];
        if let Some(pkce) = &self.pkce {
            pairs.push(("code_verifier", &pkce.verifier));
        }
        Ok(client.post(&server.target, server.token()?, &pairs, Some("code")))
    }
}

/// A signed-in browser: cookies, and the request that obtains one more code.
pub struct Session {
    cookies: Vec<(String, String)>,
    server: Server,
    redirect_uri: String,
    /// The prepared GET of the authorization endpoint.
    pub request: Vec<u8>,
}

impl Session {
    /// A browser in which nobody signed in.
    pub fn stranger(server: &Server, request: &CodeRequest) -> Self {
        Self { cookies: Vec::new(), server: server.clone(), redirect_uri: request.redirect_uri.clone(), request: Vec::new() }
    }

    /// Follows redirects from `path` until there is a page; answers the request that gets it.
    ///
    /// # Errors
    /// Something else than a page, or another server.
    pub async fn page(&mut self, path: &str) -> Result<Vec<u8>> {
        let mut here = self.server.issuer.join(path).context("a page's path")?;
        let mut connection = Connection::new(self.server.target.clone());
        for _ in 0..MAX_STEPS {
            let request = get(&self.server.target, &path_of(&here), &self.headers());
            let answer = connection.exchange(&request).await.with_context(|| format!("at {here}"))?;
            self.keep_cookies(answer.headers("set-cookie"));
            match (answer.status, answer.header("location")) {
                // With the cookies that it set, as when it is loaded again.
                (200, _) => return Ok(get(&self.server.target, &path_of(&here), &self.headers())),
                (300..400, Some(location)) => here = here.join(location).with_context(|| format!("a redirect to {location}"))?,
                (status, _) => bail!("{here} answered {status}: {}", excerpt(answer.body)),
            }
            if !self.server.target.serves(&here) {
                bail!("{path} leads elsewhere: {here}");
            }
        }
        bail!("no page after {MAX_STEPS} redirects; the last was {here}")
    }

    /// Walks through sign-in and consent until a code arrives; the code is returned too.
    pub async fn sign_in(server: &Server, client: &Client, request: &CodeRequest, person: &Person) -> Result<(Self, String)> {
        let mut session = Self::stranger(server, request);
        let path = request.path(server, client)?;
        let mut here = server.issuer.join(&path).context("the authorization endpoint's path")?;
        let mut connection = Connection::new(server.target.clone());
        let mut next = get(&server.target, &path, &session.headers());
        let mut signed_in = false;
        for _ in 0..MAX_STEPS {
            let answer = connection.exchange(&next).await.with_context(|| format!("at {here}"))?;
            session.keep_cookies(answer.headers("set-cookie"));
            let status = answer.status;
            if let Some(location) = answer.header("location").filter(|_| (300..400).contains(&status)) {
                if let Some(code) = code_of(location, &session.redirect_uri)? {
                    session.request = get(&server.target, &path, &session.headers());
                    return Ok((session, code));
                }
                here = here.join(location).with_context(|| format!("a redirect to {location}"))?;
                if !server.target.serves(&here) {
                    bail!("{here} is elsewhere: neither this server nor the redirect_uri {}", session.redirect_uri);
                }
                next = get(&server.target, &path_of(&here), &session.headers());
                continue;
            }
            let html = String::from_utf8_lossy(answer.body).into_owned();
            let forms = forms(&html);
            let (form, fields) = if let Some(form) = forms.iter().find(|form| form.has_password()) {
                if signed_in {
                    bail!("{here} asked for the password again ({status}): is it right for {}?", person.username);
                }
                signed_in = true;
                (form, form.signed_in_as(&person.username, &person.password))
            } else if let Some(form) = forms.iter().find(|form| form.approves()) {
                (form, form.approved())
            } else {
                bail!("{here} answered {status} with neither a sign-in nor a consent form: {}", excerpt(html.as_bytes()));
            };
            (here, next) = session.submit(&here, form, &fields)?;
        }
        bail!("no code after {MAX_STEPS} pages and redirects; the last was {here}")
    }

    /// The code in the answer to `self.request`, if there is one.
    pub fn code(&self, location: Option<&str>) -> Option<String> {
        code_of(location?, &self.redirect_uri).ok().flatten()
    }

    fn submit(&self, here: &Url, form: &Form, fields: &[(String, String)]) -> Result<(Url, Vec<u8>)> {
        let action = if form.action.is_empty() { here.clone() } else { here.join(&form.action)? };
        if !self.server.target.serves(&action) {
            bail!("the form at {here} leads elsewhere: {action}");
        }
        let body = form::pairs(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let target = &self.server.target;
        if form.method != "post" {
            let mut action = action;
            action.set_query(Some(&body));
            let request = get(target, &path_of(&action), &self.headers());
            return Ok((action, request));
        }
        let mut headers = self.headers();
        headers.push("Sec-Fetch-Site: same-origin".to_owned());
        headers.push(format!("Origin: {}", action.origin().ascii_serialization()));
        headers.push(format!("Referer: {here}"));
        let request = Post::new(target, &path_of(&action), &headers, &body).bytes();
        Ok((action, request))
    }

    fn headers(&self) -> Vec<String> {
        let mut headers = vec!["Accept: text/html".to_owned()];
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.push(format!("Cookie: {}", cookies.join("; ")));
        }
        headers
    }

    fn keep_cookies<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        for line in lines {
            let pair = line.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// The code that a redirect to the client carries; another answer of the server's is an error.
fn code_of(location: &str, redirect_uri: &str) -> Result<Option<String>> {
    let Some(rest) = location.strip_prefix(redirect_uri) else {
        return Ok(None);
    };
    if !rest.starts_with(['?', '&']) {
        return Ok(None);
    }
    let url: Url = location.parse().with_context(|| format!("a redirect to {location}"))?;
    if let Some((_, code)) = url.query_pairs().find(|(name, _)| name == "code") {
        return Ok(Some(code.into_owned()));
    }
    bail!("the server refused: {}", rest.trim_start_matches(['?', '&']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_redirect_to_the_client_carries_a_code() {
        let uri = "https://app.example/cb";
        assert_eq!(code_of("https://app.example/cb?code=a%2Bb&state=x", uri).unwrap().as_deref(), Some("a+b"));
        assert_eq!(code_of("/login?code=1", uri).unwrap(), None);
        assert_eq!(code_of("https://app.example/cbx?code=1", uri).unwrap(), None);
    }

    #[test]
    fn a_refusal_in_the_redirect_is_told() {
        let refusal = code_of("https://app.example/cb?error=access_denied", "https://app.example/cb").unwrap_err();
        assert!(refusal.to_string().contains("access_denied"));
    }
}
