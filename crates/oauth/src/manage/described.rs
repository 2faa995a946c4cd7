//! How a document is written, for programs that read references: JSON Schema (2020-12), made from the
//! members themselves and the sentences beside them.

use jeton_jose::Algorithm;
use serde_json::{Map, Value, json};

use super::Member;
use crate::{
    Scope, Seconds,
    dialect::Relaxation,
    model::{AuthMethods, ClientAuthMethod, Role},
    redirect_uri::RedirectUri,
    settings::{
        AccessTokenTyp, Brand, Developers, ExtraClaim, GrantType, IdTokenContent, RequirePkce, ScopeClaim, ScopeDefinition, SecondFactor,
        SignUp, TokenFormat, UnknownScopes, WhoRegisters,
    },
};

/// A type that knows how it is written.
pub trait Described {
    /// Its JSON Schema.
    fn described() -> Value;
}

/// An object of these members and no others; none of them has to be there.
pub fn object(members: impl IntoIterator<Item = (Member, Value)>) -> Value {
    let properties: Map<String, Value> = members
        .into_iter()
        .map(|(member, mut schema)| {
            if let Value::Object(schema) = &mut schema {
                schema.insert("description".to_owned(), sentences(member).into());
            }
            (member.name.to_owned(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn sentences(member: Member) -> String {
    member.meaning.iter().map(|sentence| sentence.trim()).collect::<Vec<_>>().join(" ")
}

macro_rules! described {
    ($($type:ty => $schema:tt)*) => {
        $(impl Described for $type {
            fn described() -> Value {
                json!($schema)
            }
        })*
    };
}

described! {
    String => { "type": "string" }
    bool => { "type": "boolean" }
    u32 => { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u64 }
    Seconds => { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u64 }
    Value => {}
    Map<String, Value> => { "type": "object" }
    RedirectUri => { "type": "string", "examples": ["https://app.example/callback"] }
    Scope => { "anyOf": [{ "type": "string", "examples": ["openid read"] }, { "type": "array", "items": { "type": "string" }, "maxItems": 128 }] }
    TokenFormat => { "enum": ["jwt", "opaque"] }
    AccessTokenTyp => { "enum": ["at+jwt", "JWT"] }
    ScopeClaim => { "enum": ["scope", "scopes"] }
    RequirePkce => { "enum": ["all", "public"] }
    UnknownScopes => { "enum": ["ignore_beside_openid", "refuse"] }
    IdTokenContent => { "enum": ["minimal", "scopes"] }
    SecondFactor => { "enum": ["optional", "required"] }
    SignUp => { "enum": ["off", "open", "invited"] }
    Developers => { "enum": ["off", "invited", "everybody"] }
    WhoRegisters => { "enum": ["off", "open", "initial_access_token", "developers"] }
    ClientAuthMethod => { "enum": ["client_secret_basic", "client_secret_post", "header", "none"] }
    Algorithm => { "enum": ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"] }
    Role => {
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": { "name": { "type": "string" }, "permissions": { "type": "array", "items": { "type": "string" } } },
    }
    ScopeDefinition => {
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": { "name": { "type": "string" }, "description": { "type": "string" }, "optional": { "type": "boolean" } },
    }
    ExtraClaim => {
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": { "name": { "type": "string" }, "from": { "type": ["string", "null"], "examples": ["user.email"] }, "value": {} },
    }
    Brand => {
        "type": "object", "additionalProperties": false,
        "properties": {
            "accent": { "type": ["string", "null"], "examples": ["#f2b705"] }, "logo": { "type": ["string", "null"] },
            "privacy": { "type": ["string", "null"] }, "help": { "type": ["string", "null"] }, "imprint": { "type": ["string", "null"] },
            "terms": { "type": ["string", "null"] },
        },
    }
}

impl Described for GrantType {
    fn described() -> Value {
        json!({ "enum": Self::ALL.map(Self::as_str) })
    }
}

impl Described for Relaxation {
    fn described() -> Value {
        json!({ "enum": Self::ALL.iter().map(|relaxation| relaxation.as_str()).collect::<Vec<_>>() })
    }
}

impl Described for AuthMethods {
    fn described() -> Value {
        let one = ClientAuthMethod::described();
        json!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

impl<T: Described> Described for Vec<T> {
    fn described() -> Value {
        json!({ "type": "array", "items": T::described() })
    }
}

/// Nothing is as good as left out.
impl<T: Described> Described for Option<T> {
    fn described() -> Value {
        json!({ "anyOf": [T::described(), { "type": "null" }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        manage::ClientMetadata,
        settings::{Settings, SettingsPatch},
    };

    #[test]
    fn a_document_is_described_by_its_members_and_their_sentences() {
        let schema = ClientMetadata::described();
        for member in ClientMetadata::MEMBERS {
            assert!(schema["properties"][member.name]["description"].as_str().is_some_and(|words| words.len() > 5), "{}", member.name);
        }
        assert_eq!(schema["properties"]["grant_types"]["items"]["enum"][0], "authorization_code");
        assert_eq!(schema["additionalProperties"], false);
    }

    /// What a realm can say of its settings, said.
    #[test]
    fn usual_settings_are_what_is_described() {
        let Value::Object(said) = serde_json::to_value(Settings::default().to_patch()).unwrap() else { panic!("no object") };
        let schema = SettingsPatch::described();
        let mut words_of = 0;
        for (name, value) in said {
            let property = &schema["properties"][&name];
            let (words, values) = match &value {
                Value::Array(values) => (&property["items"]["enum"], values.as_slice()),
                one => (&property["enum"], std::slice::from_ref(one)),
            };
            let Some(words) = words.as_array() else { continue };
            words_of += 1;
            assert!(values.iter().all(|value| words.contains(value)), "{name}: {value} is none of {words:?}");
        }
        assert!(words_of >= 13, "only {words_of} settings are described by their words");
    }
}
