"""Answers a request of crates/jose/tests/foreign.rs with jwcrypto."""

import json

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from answer import answer, der, header, pem, public_half

CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def generate(alg):
    if alg in CURVES:
        return JWK.generate(kty="EC", crv=CURVES[alg])
    if alg == "EdDSA":
        return JWK.generate(kty="OKP", crv="Ed25519")
    if alg.startswith("HS"):
        return JWK.generate(kty="oct", size=int(alg[2:]))
    return JWK.generate(kty="RSA", size=2048)


def sign(key, alg, kid, claims):
    token = JWS(json.dumps(claims))
    token.allowed_algs = [alg]
    token.add_signature(key, alg, json.dumps(header(alg, kid)))
    return token.serialize(compact=True)


def ours(given, claims):
    alg = given["alg"]
    if "secret" in given:
        key = signer = JWK(kty="oct", k=given["secret"])
    else:
        key = JWK(**given["jwk"])
        signer = JWK.from_pem(pem(given["pkcs8"]))
    token = JWS()
    token.allowed_algs = [alg]
    token.deserialize(given["token"], key)
    kid = token.jose_header["kid"]
    return {
        "claims": json.loads(token.payload),
        "kid": kid,
        "thumbprint": key.thumbprint(),
        "public": None if "secret" in given else public_half(signer.export_public(as_dict=True)),
        "signed_with_our_key": sign(signer, alg, kid, claims),
    }


def theirs(alg, claims):
    key = generate(alg)
    kid = key.thumbprint()
    made = {"kid": kid, "token": sign(key, alg, kid, claims)}
    if alg.startswith("HS"):
        return made | {"secret": key.export(as_dict=True)["k"]}
    jwk = public_half(key.export_public(as_dict=True)) | {"kid": kid, "alg": alg, "use": "sig"}
    return made | {"jwk": jwk, "pkcs8": der(key.export_to_pem(private_key=True, password=None))}


answer(ours, theirs)
