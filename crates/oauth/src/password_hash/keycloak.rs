//! One entry of `credentials` in Keycloak's realm export, as it was until version 8 and as it is since.

use serde_json::{Map, Value};

use super::{
    Argon2Variant, Argon2Version, HashFault, HashFormat, ParsedHash, Prf, argon2,
    encoded::{number, padded},
    limits::malformed,
    pbkdf2,
};

const FORMAT: HashFormat = HashFormat::Keycloak;

pub(super) fn read(hash: &str) -> Result<ParsedHash, HashFault> {
    credential(hash).ok_or(malformed(FORMAT))?
}

fn credential(text: &str) -> Option<Result<ParsedHash, HashFault>> {
    let entry: Map<String, Value> = serde_json::from_str(text).ok()?;
    if entry.get("type").is_some_and(|kind| kind != "password") {
        return None;
    }
    if let Some(output) = entry.get("hashedSaltedValue") {
        return hash(entry.get("salt")?, output, entry.get("hashIterations")?, entry.get("algorithm")?, &Map::new());
    }
    let secret: Map<String, Value> = inner(entry.get("secretData")?)?;
    let how: Map<String, Value> = inner(entry.get("credentialData")?)?;
    let none = Map::new();
    let more = how.get("additionalParameters").and_then(Value::as_object).unwrap_or(&none);
    hash(secret.get("salt")?, secret.get("value")?, how.get("hashIterations")?, how.get("algorithm")?, more)
}

/// Both are JSON within a string; an object is taken too.
fn inner(value: &Value) -> Option<Map<String, Value>> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Object(object) => Some(object.clone()),
        _ => None,
    }
}

fn hash(
    salt: &Value,
    output: &Value,
    iterations: &Value,
    algorithm: &Value,
    more: &Map<String, Value>,
) -> Option<Result<ParsedHash, HashFault>> {
    let (salt, output) = (padded(salt.as_str()?), padded(output.as_str()?));
    let iterations = u32::try_from(iterations.as_u64()?).unwrap_or(u32::MAX);
    let prf = match algorithm.as_str()? {
        "pbkdf2" => Prf::Sha1,
        "pbkdf2-sha256" => Prf::Sha256,
        "pbkdf2-sha512" => Prf::Sha512,
        "argon2" => return with_argon2(salt, output, iterations, more),
        _ => return None,
    };
    Some(pbkdf2::checked(FORMAT, prf, iterations, salt, output))
}

fn with_argon2(
    salt: Option<Vec<u8>>,
    output: Option<Vec<u8>>,
    passes: u32,
    more: &Map<String, Value>,
) -> Option<Result<ParsedHash, HashFault>> {
    // Each is a list of one string.
    let parameter = |name: &str| more.get(name)?.get(0)?.as_str();
    let variant = match parameter("type")? {
        "id" => Argon2Variant::Id,
        "i" => Argon2Variant::I,
        "d" => Argon2Variant::D,
        _ => return None,
    };
    let version = match parameter("version")? {
        "1.3" => Argon2Version::V19,
        "1.0" => Argon2Version::V16,
        _ => return None,
    };
    let (memory, lanes) = (number(parameter("memory")?)?, number(parameter("parallelism")?)?);
    Some(argon2::checked(FORMAT, variant, version, [memory, passes, lanes], salt, output))
}
