//! The client's side of the token endpoint: how it authenticates, and its requests as bytes.

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::http::{Connection, Post, Target, form, json};

/// RFC 6749 §2.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum AuthMethod {
    Basic,
    Post,
    /// A public client: only its `client_id`.
    None,
}

#[derive(Clone, Debug)]
pub struct Client {
    pub id: String,
    pub secret: String,
    pub auth: AuthMethod,
}

impl Client {
    /// A POST to `path` that carries the client's credentials, `form` and, as `last=`, what
    /// changes from request to request.
    pub fn post(&self, target: &Target, path: &str, form: &[(&str, &str)], last: Option<&str>) -> Post {
        let mut headers = vec!["Accept: application/json".to_owned()];
        let mut pairs = form.to_vec();
        match self.auth {
            AuthMethod::Basic => {
                let plain = format!("{}:{}", form::encode(&self.id), form::encode(&self.secret));
                headers.push(format!("Authorization: Basic {}", STANDARD.encode(plain)));
            }
            AuthMethod::Post => pairs.extend([("client_id", self.id.as_str()), ("client_secret", self.secret.as_str())]),
            AuthMethod::None => pairs.push(("client_id", self.id.as_str())),
        }
        let mut encoded = form::pairs(pairs);
        if let Some(last) = last {
            if !encoded.is_empty() {
                encoded.push('&');
            }
            encoded.push_str(&format!("{}=", form::encode(last)));
        }
        Post::new(target, path, &headers, &encoded)
    }
}

/// One token request outside any measurement: the tokens, or why not.
pub async fn obtain(connection: &mut Connection, request: &[u8], what: &str) -> Result<Tokens> {
    let answer = connection.exchange(request).await?;
    if answer.status != 200 {
        bail!("{what} was answered {}: {}", answer.status, excerpt(answer.body));
    }
    match json::string(answer.body, "access_token") {
        Some(access_token) => Ok(Tokens {
            access_token: access_token.into_owned(),
            refresh_token: json::string(answer.body, "refresh_token").map(Into::into),
        }),
        None => bail!("{what} was answered 200 without an access_token: {}", excerpt(answer.body)),
    }
}

#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: Option<String>,
}

/// The beginning of a body, for a message.
pub fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(300)]).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(auth: AuthMethod) -> String {
        let client = Client { id: "w:b".into(), secret: "s&t".into(), auth };
        let target = Target { address: ([127, 0, 0, 1], 80).into(), host: "h".into() };
        let post = client.post(&target, "/t", &[("grant_type", "refresh_token")], Some("refresh_token"));
        let mut out = Vec::new();
        post.render(&mut out, "r1");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn basic_form_encodes_before_base64() {
        let request = rendered(AuthMethod::Basic);
        assert!(request.contains(&format!("Authorization: Basic {}\r\n", STANDARD.encode("w%3Ab:s%26t"))));
        assert!(request.ends_with("\r\n\r\ngrant_type=refresh_token&refresh_token=r1"));
    }

    #[test]
    fn post_sends_both_in_the_body_and_a_public_client_only_its_id() {
        assert!(rendered(AuthMethod::Post).contains("client_id=w%3Ab&client_secret=s%26t&refresh_token=r1"));
        let public = rendered(AuthMethod::None);
        assert!(public.contains("client_id=w%3Ab&refresh_token=r1") && !public.contains("secret"));
    }
}
