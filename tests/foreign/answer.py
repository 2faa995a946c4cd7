"""The form of request and answer that the Python libraries share."""

import base64
import json
import sys


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der(pem):
    lines = pem.decode().strip().splitlines()
    return encode(base64.b64decode("".join(lines[1:-1])))


def pem(pkcs8):
    text = base64.encodebytes(decode(pkcs8)).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{text}-----END PRIVATE KEY-----\n".encode()


def public_half(jwk):
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}


def header(alg, kid):
    return {"alg": alg, "kid": kid, "typ": "at+jwt"}


def answer(ours, theirs):
    """Reads the request from stdin, asks both functions about each key, writes the answer."""
    request = json.load(sys.stdin)
    claims = request["claims"]
    answers = {
        key["alg"]: {"ours": ours(key, claims), "theirs": theirs(key["alg"], claims)}
        for key in request["keys"]
    }
    json.dump(answers, sys.stdout)
