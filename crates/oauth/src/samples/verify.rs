//! How an API believes an access token without asking: by the realm's keys (RFC 9068 §4).

use jeton_jose::Algorithm;

use super::{
    Language, rust,
    text::{self, own},
    who::ACCESS_TOKEN,
};
use crate::{Endpoint, model::Realm, settings::TokenFormat};

/// A program that verifies a JWT of this realm and prints its claims; nothing where access tokens are opaque, or
/// where the language has no usual way.
pub fn verify(realm: &Realm, language: Language) -> Option<String> {
    let settings = &realm.settings;
    if settings.access_token_format == TokenFormat::Opaque {
        return None;
    }
    let quoted = if language == Language::Rust { rust::quoted } else { text::quoted };
    let facts = Facts {
        jwks: quoted(&format!("{}{}", realm.issuer, realm.dialect.path_of(Endpoint::Jwks))),
        issuer: quoted(&realm.issuer),
        audience: quoted(realm.default_audience()),
        algorithm: settings.access_token_alg,
        typ: settings.access_token_typ.as_str(),
        token: quoted(&own(ACCESS_TOKEN)),
    };
    match language {
        Language::NodeFetch => Some(in_node(&facts)),
        Language::PythonHttpClient => Some(in_python(&facts)),
        // The crate knows no P-521.
        Language::Rust => (facts.algorithm != Algorithm::ES512).then(|| in_rust(&facts)),
        Language::Go => Some(in_go(&facts)),
        Language::Curl | Language::NodeAxios | Language::PythonRequests | Language::Http => None,
    }
}

/// Strings are quoted already.
struct Facts {
    jwks: String,
    issuer: String,
    audience: String,
    algorithm: Algorithm,
    typ: &'static str,
    token: String,
}

fn in_node(facts: &Facts) -> String {
    let Facts { jwks, issuer, audience, algorithm, typ, token } = facts;
    format!(
        "import {{ createRemoteJWKSet, jwtVerify }} from \"jose\";

const keys = createRemoteJWKSet(new URL({jwks}));
const {{ payload }} = await jwtVerify({token}, keys, {{
  issuer: {issuer},
  audience: {audience},
  algorithms: [\"{algorithm}\"],
  typ: \"{typ}\",
}});
console.log(JSON.stringify(payload, null, 2));"
    )
}

fn in_python(facts: &Facts) -> String {
    let Facts { jwks, issuer, audience, algorithm, typ, token } = facts;
    format!(
        "# pip install \"pyjwt[crypto]\"
import json

import jwt

token = {token}
if jwt.get_unverified_header(token)[\"typ\"] != \"{typ}\":
    raise SystemExit(\"this is no access token\")
keys = jwt.PyJWKClient({jwks})
claims = jwt.decode(
    token,
    keys.get_signing_key_from_jwt(token),
    algorithms=[\"{algorithm}\"],
    issuer={issuer},
    audience={audience},
)
print(json.dumps(claims, indent=2))"
    )
}

fn in_rust(facts: &Facts) -> String {
    let Facts { jwks, issuer, audience, algorithm, typ, token } = facts;
    format!(
        "// cargo add jsonwebtoken --features rust_crypto
// cargo add reqwest --features blocking,json
// cargo add serde_json
use jsonwebtoken::{{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet}};

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let token = {token};
    let header = decode_header(token)?;
    if header.typ.as_deref() != Some(\"{typ}\") {{
        return Err(\"this is no access token\".into());
    }}
    let keys: JwkSet = reqwest::blocking::get({jwks})?.error_for_status()?.json()?;
    let key = keys.find(&header.kid.unwrap_or_default()).ok_or(\"the key is unknown\")?;
    let mut expected = Validation::new(Algorithm::{algorithm});
    expected.set_issuer(&[{issuer}]);
    expected.set_audience(&[{audience}]);
    let token = decode::<serde_json::Value>(token, &DecodingKey::from_jwk(key)?, &expected)?;
    println!(\"{{:#}}\", token.claims);
    Ok(())
}}"
    )
}

/// What differs by algorithm: packages, how the JWK becomes a key, how the signature is checked.
fn in_go(facts: &Facts) -> String {
    let Facts { jwks, issuer, audience, algorithm, typ, token } = facts;
    let name = algorithm.name();
    let (hash_package, hash, sum) = match name {
        "RS384" | "PS384" | "ES384" => ("crypto/sha512", "SHA384", "sha512.Sum384"),
        "RS512" | "PS512" | "ES512" => ("crypto/sha512", "SHA512", "sha512.Sum512"),
        _ => ("crypto/sha256", "SHA256", "sha256.Sum256"),
    };
    let digest = format!("digest := {sum}([]byte(parts[0] + \".\" + parts[1]))\n\t\t");
    let rsa = "key := &rsa.PublicKey{N: number(jwk.N), E: int(number(jwk.E).Int64())}\n\t\t";
    let (packages, check) = match name.as_bytes() {
        [b'E', b'S', bits @ ..] => {
            let curve = if bits == b"512" { "521".into() } else { String::from_utf8_lossy(bits) };
            (
                vec!["crypto/ecdsa", "crypto/elliptic", hash_package, "math/big"],
                format!(
                    "{digest}key := &ecdsa.PublicKey{{Curve: elliptic.P{curve}(), X: number(jwk.X), Y: number(jwk.Y)}}
		signature := decode(parts[2])
		r := new(big.Int).SetBytes(signature[:len(signature)/2])
		s := new(big.Int).SetBytes(signature[len(signature)/2:])
		genuine = ecdsa.Verify(key, digest[:], r, s)"
                ),
            )
        }
        [b'P', ..] => (
            vec!["crypto", "crypto/rsa", hash_package, "math/big"],
            format!("{digest}{rsa}genuine = rsa.VerifyPSS(key, crypto.{hash}, digest[:], decode(parts[2]), nil) == nil"),
        ),
        [b'R', ..] => (
            vec!["crypto", "crypto/rsa", hash_package, "math/big"],
            format!("{digest}{rsa}genuine = rsa.VerifyPKCS1v15(key, crypto.{hash}, digest[:], decode(parts[2])) == nil"),
        ),
        _ => (
            vec!["crypto/ed25519"],
            "genuine = ed25519.Verify(decode(jwk.X), []byte(parts[0]+\".\"+parts[1]), decode(parts[2]))".to_owned(),
        ),
    };
    let number = if packages.contains(&"math/big") {
        "\nfunc number(text string) *big.Int {\n\treturn new(big.Int).SetBytes(decode(text))\n}\n"
    } else {
        ""
    };
    let mut imports = [packages, vec!["encoding/base64", "encoding/json", "fmt", "log", "net/http", "slices", "strings", "time"]].concat();
    imports.sort_unstable();
    let imports: String = imports.iter().map(|name| format!("\t\"{name}\"\n")).collect();
    format!(
        "package main

import (
{imports})

func main() {{
	token := {token}
	parts := strings.Split(token, \".\")
	if len(parts) != 3 {{
		log.Fatal(\"this is no JWT\")
	}}
	var header struct{{ Alg, Kid, Typ string }}
	read(decode(parts[0]), &header)
	if header.Alg != \"{name}\" || header.Typ != \"{typ}\" {{
		log.Fatal(\"this is no access token\")
	}}
	answer, err := http.Get({jwks})
	if err != nil {{
		log.Fatal(err)
	}}
	defer answer.Body.Close()
	var set struct {{
		Keys []struct{{ Kid, X, Y, N, E string }}
	}}
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {{
		log.Fatal(err)
	}}
	genuine := false
	for _, jwk := range set.Keys {{
		if jwk.Kid != header.Kid {{
			continue
		}}
		{check}
	}}
	if !genuine {{
		log.Fatal(\"the signature is not one of this issuer\")
	}}
	var claims struct {{
		Iss string
		Aud any
		Exp int64
	}}
	read(decode(parts[1]), &claims)
	audiences, isList := claims.Aud.([]any)
	if !isList {{
		audiences = []any{{claims.Aud}}
	}}
	if claims.Iss != {issuer} || !slices.Contains(audiences, any({audience})) || claims.Exp <= time.Now().Unix() {{
		log.Fatal(\"the token is not for this API, or has expired\")
	}}
	fmt.Println(string(decode(parts[1])))
}}

func decode(text string) []byte {{
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {{
		log.Fatal(err)
	}}
	return bytes
}}

func read(text []byte, into any) {{
	if err := json.Unmarshal(text, into); err != nil {{
		log.Fatal(err)
	}}
}}
{number}"
    )
    .trim_end()
    .to_owned()
}
