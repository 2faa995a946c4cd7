//! An application that asks for tokens.

use serde::{Deserialize, Serialize};

use super::Status;
use crate::{ClientKey, ClientSecretId, RealmId, Timestamp, UserId, manage::ClientMetadata, secret::Verifier, settings::GrantType};

/// A client (RFC 6749 §2): its row, with its secrets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Client {
    /// Its row's name. Never changes, and is given to no other client.
    pub key: ClientKey,
    /// Where it is registered.
    pub realm: RealmId,
    /// `client_id`: unique in its realm only.
    pub id: String,
    /// What is said about it.
    pub metadata: ClientMetadata,
    /// Live and ended ones; none of a public client.
    pub secrets: Vec<ClientSecret>,
    /// The developer that it belongs to; `None` for one that those who run the realm have.
    pub owner: Option<UserId>,
    /// Disabled, it gets no tokens, and its tokens are dead.
    pub status: Status,
    /// Its tokens born before this are dead.
    pub not_before: Timestamp,
    /// Its tokens cannot be older: those of an earlier client with the same `client_id` are dead.
    pub created_at: Timestamp,
    /// Counts updates; an update of another version is a conflict.
    pub version: u32,
}

impl std::ops::Deref for Client {
    type Target = ClientMetadata;
    fn deref(&self) -> &ClientMetadata {
        &self.metadata
    }
}

impl std::ops::DerefMut for Client {
    fn deref_mut(&mut self) -> &mut ClientMetadata {
        &mut self.metadata
    }
}

/// How a client proves itself (`token_endpoint_auth_method`, RFC 7591 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// Id and secret in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// Id and secret in the body (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// Id and secret in headers that the realm's dialect names.
    Header,
    /// A public client.
    None,
}

/// The ways in which a client may prove itself: one, or both of those that differ only in where the
/// secret stands. Written as a word, or as a list of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMethods(Vec<ClientAuthMethod>);

impl Default for AuthMethods {
    fn default() -> Self {
        ClientAuthMethod::ClientSecretBasic.into()
    }
}

impl From<ClientAuthMethod> for AuthMethods {
    fn from(only: ClientAuthMethod) -> Self {
        Self(vec![only])
    }
}

impl FromIterator<ClientAuthMethod> for AuthMethods {
    /// As usual where there is none.
    fn from_iter<I: IntoIterator<Item = ClientAuthMethod>>(methods: I) -> Self {
        let mut own = Vec::new();
        for method in methods {
            if !own.contains(&method) {
                own.push(method);
            }
        }
        if own.is_empty() { Self::default() } else { Self(own) }
    }
}

impl AuthMethods {
    /// Whether it may prove itself so.
    pub fn allows(&self, method: ClientAuthMethod) -> bool {
        self.0.contains(&method)
    }

    /// Whether it keeps no secret (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.allows(ClientAuthMethod::None)
    }

    /// In the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = ClientAuthMethod> {
        self.0.iter().copied()
    }

    /// The one that was named first.
    pub fn first(&self) -> ClientAuthMethod {
        self.0.first().copied().unwrap_or(ClientAuthMethod::ClientSecretBasic)
    }
}

impl std::fmt::Display for AuthMethods {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" "))
    }
}

impl Serialize for AuthMethods {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [only] => only.serialize(serializer),
            all => all.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AuthMethods {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> serde::de::Visitor<'de> for Words {
            type Value = AuthMethods;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one method in quotes, or a list of them")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<AuthMethods, E> {
                ClientAuthMethod::deserialize(serde::de::IntoDeserializer::into_deserializer(word)).map(AuthMethods::from)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<AuthMethods, A::Error> {
                let mut methods = Vec::new();
                while let Some(method) = list.next_element()? {
                    methods.push(method);
                }
                Ok(methods.into_iter().collect())
            }
        }
        deserializer.deserialize_any(Words)
    }
}

impl ClientAuthMethod {
    /// As RFC 7591 §2 writes it; `header` is ours.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::Header => "header",
            Self::None => "none",
        }
    }
}

/// One of a client's secrets; several may be good at once, so that one can be exchanged without a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// Names it to those who manage the client.
    pub id: ClientSecretId,
    /// All that is stored of it.
    pub hash: SecretHash,
    /// When it was made or set.
    pub created_at: Timestamp,
    /// Not taken from then on; `None` for a secret without an end.
    pub expires_at: Option<Timestamp>,
    /// At most a minute late.
    pub last_used_at: Option<Timestamp>,
    /// How its text begins, for lists; unknown where only a hash was ever seen.
    #[serde(default)]
    pub shown: Option<String>,
}

/// Fast for what we made or what has enough entropy; slow for the rest.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretHash {
    /// Of one that we made, or that has at least [`ENOUGH_ENTROPY`](crate::secret::ENOUGH_ENTROPY) bits.
    Sha256(Verifier),
    /// A PHC string (Argon2, scrypt, PBKDF2) or a bcrypt hash.
    Slow(String),
}

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sha256(_) => "Sha256(…)",
            Self::Slow(_) => "Slow(…)",
        })
    }
}

impl ClientSecret {
    /// Whether it has not ended.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

impl Client {
    /// What people see.
    pub fn title(&self) -> &str {
        self.client_name.as_deref().unwrap_or(&self.id)
    }

    /// Whether it is registered for this grant.
    pub fn may(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether it keeps no secret (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method.is_public()
    }

    /// Whether it may be used at all.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// Those that have not ended.
    pub fn live_secrets(&self, now: Timestamp) -> impl Iterator<Item = &ClientSecret> {
        self.secrets.iter().filter(move |secret| secret.is_live(now))
    }
}
