//! Which endpoints a server has: from its metadata (RFC 8414), or given by hand.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use url::Url;

use crate::http::{Connection, Target, get};

/// Paths at one origin; the ones that the server lacks are `None`.
#[derive(Clone, Debug)]
pub struct Server {
    pub target: Target,
    pub issuer: Url,
    pub metadata: Option<String>,
    pub token: Option<String>,
    pub authorization: Option<String>,
    pub introspection: Option<String>,
    pub revocation: Option<String>,
    pub jwks: Option<String>,
}

impl Server {
    /// A server without metadata; paths are set afterwards.
    pub fn at(issuer: &Url) -> Result<Self> {
        Ok(Self {
            target: Target::of(issuer)?,
            issuer: issuer.clone(),
            metadata: None,
            token: None,
            authorization: None,
            introspection: None,
            revocation: None,
            jwks: None,
        })
    }

    /// Reads the metadata at the OpenID path, then at RFC 8414's.
    pub async fn discover(issuer: &Url) -> Result<Self> {
        let mut server = Self::at(issuer)?;
        let mut connection = Connection::new(server.target.clone());
        let mut tried = Vec::new();
        for path in metadata_paths(issuer) {
            let answer = connection
                .exchange(&get(&server.target, &path, &[]))
                .await
                .with_context(|| format!("nothing answers at {}", server.target.address))?;
            if answer.status != 200 {
                tried.push(format!("{path} → {}", answer.status));
                continue;
            }
            let metadata: Value = serde_json::from_slice(answer.body).with_context(|| format!("{path} is not JSON"))?;
            server.metadata = Some(path);
            server.take(&metadata)?;
            return Ok(server);
        }
        bail!("{issuer} has no metadata ({}); give --token-path and the others", tried.join(", "))
    }

    fn take(&mut self, metadata: &Value) -> Result<()> {
        let path = |name: &str| -> Result<Option<String>> {
            let Some(text) = metadata[name].as_str() else {
                return Ok(None);
            };
            let url: Url = text.parse().with_context(|| format!("{name} is not a URL: {text}"))?;
            if !self.target.serves(&url) {
                bail!("{name} is on another server than the issuer: {url}");
            }
            Ok(Some(path_of(&url)))
        };
        (self.token, self.authorization) = (path("token_endpoint")?, path("authorization_endpoint")?);
        (self.introspection, self.revocation) = (path("introspection_endpoint")?, path("revocation_endpoint")?);
        self.jwks = path("jwks_uri")?;
        Ok(())
    }

    pub fn token(&self) -> Result<&str> {
        self.token.as_deref().context("the server names no token endpoint; give --token-path")
    }

    pub fn authorization(&self) -> Result<&str> {
        self.authorization.as_deref().context("the server names no authorization endpoint; give --authorize-path")
    }

    pub fn introspection(&self) -> Result<&str> {
        self.introspection.as_deref().context("the server names no introspection endpoint; give --introspect-path")
    }

    pub fn revocation(&self) -> Result<&str> {
        self.revocation.as_deref().context("the server names no revocation endpoint")
    }
}

/// Path and query, as in a request line.
pub fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

fn metadata_paths(issuer: &Url) -> [String; 2] {
    let path = issuer.path().trim_end_matches('/');
    [format!("{path}/.well-known/openid-configuration"), format!("/.well-known/oauth-authorization-server{path}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_follows_or_precedes_the_issuers_path() {
        assert_eq!(
            metadata_paths(&"http://h/acme/".parse().unwrap()),
            ["/acme/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/acme"]
        );
    }

    #[test]
    fn endpoints_elsewhere_are_refused() {
        let mut server = Server::at(&"http://127.0.0.1:9".parse().unwrap()).unwrap();
        let elsewhere = serde_json::json!({ "token_endpoint": "http://127.0.0.2:9/t" });
        assert!(server.take(&elsewhere).unwrap_err().to_string().contains("another server"));
        server.take(&serde_json::json!({ "token_endpoint": "http://127.0.0.1:9/t?x=1" })).unwrap();
        assert_eq!(server.token().unwrap(), "/t?x=1");
        assert!(server.authorization().is_err());
    }
}
