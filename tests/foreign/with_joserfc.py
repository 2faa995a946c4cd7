"""Answers a request of crates/jose/tests/foreign.rs with joserfc."""

import json

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from answer import answer, decode, der, encode, header, pem, public_half

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def kind(alg):
    if alg in CURVES:
        return ECKey
    return {"Ed": OKPKey, "HS": OctKey}.get(alg[:2], RSAKey)


def generate(alg):
    if alg in CURVES:
        return ECKey.generate_key(CURVES[alg])
    if alg == "EdDSA":
        return OKPKey.generate_key("Ed25519")
    if alg.startswith("HS"):
        return OctKey.generate_key(int(alg[2:]))
    return RSAKey.generate_key(2048)


def sign(key, alg, kid, claims):
    payload = json.dumps(claims).encode()
    return jws.serialize_compact(header(alg, kid), payload, key, algorithms=[alg])


def ours(given, claims):
    alg = given["alg"]
    if "secret" in given:
        key = signer = OctKey.import_key(decode(given["secret"]))
    else:
        key = kind(alg).import_key(given["jwk"])
        signer = kind(alg).import_key(pem(given["pkcs8"]))
    token = jws.deserialize_compact(given["token"], key, algorithms=[alg])
    kid = token.headers()["kid"]
    return {
        "claims": json.loads(token.payload),
        "kid": kid,
        "thumbprint": key.thumbprint(),
        "public": None if "secret" in given else public_half(signer.as_dict(private=False)),
        "signed_with_our_key": sign(signer, alg, kid, claims),
    }


def theirs(alg, claims):
    key = generate(alg)
    kid = key.thumbprint()
    made = {"kid": kid, "token": sign(key, alg, kid, claims)}
    if alg.startswith("HS"):
        return made | {"secret": encode(key.raw_value)}
    jwk = public_half(key.as_dict(private=False)) | {"kid": kid, "alg": alg, "use": "sig"}
    return made | {"jwk": jwk, "pkcs8": der(key.as_pem(private=True))}


answer(ours, theirs)
