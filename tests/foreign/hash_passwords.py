"""Hashes the passwords of crates/server/tests/foreign_hashes.rs with every library that moves in.

stdin: {"passwords": […]}; stdout: [{"from", "password", "hash"}].
"""

import base64
import hashlib
import hmac
import json
import os
import sys

import argon2
import bcrypt
import firebase_scrypt
from django.conf import settings
from passlib import hash as passlib
from werkzeug.security import generate_password_hash

settings.configure()

from django.contrib.auth import hashers  # noqa: E402: settings come first


def b64(octets):
    return base64.b64encode(octets).decode()


def cheap(hasher, **costs):
    for name, value in costs.items():
        setattr(hasher, name, value)
    return lambda password: hasher.encode(password, hasher.salt())


def django_pbkdf2(hasher):
    return lambda password: hasher.encode(password, hasher.salt(), iterations=1000)


def wordpress(password):
    """`wp_hash_password` since WordPress 6.8."""
    inner = b64(hmac.digest(b"wp-sha384", password.encode(), "sha384"))
    return "$wp" + bcrypt.hashpw(inner.encode(), bcrypt.gensalt(4)).decode().replace("$2b$", "$2y$")


def firebase(password):
    salt, separator, signer_key = os.urandom(10), b"\x07", os.urandom(64)
    key = firebase_scrypt.generate_derived_key(password, salt, separator, 8, 10)
    output = firebase_scrypt.encrypt(signer_key, key)
    return f"$fbscrypt$v=1,n=10,r=8,p=1,ss={b64(separator)},sk={b64(signer_key)}${b64(salt)}${b64(output)}"


def keycloak(algorithm, output, salt, iterations, **more):
    """As Keycloak's realm export writes a credential."""
    additional = {name: [str(value)] for name, value in more.items()}
    return json.dumps({
        "id": "9f0d7c1e-0000-4000-8000-000000000000",
        "type": "password",
        "userLabel": "Mein Kennwort \u00fc",
        "createdDate": 1716206254000,
        "secretData": json.dumps({"value": b64(output), "salt": b64(salt), "additionalParameters": {}}),
        "credentialData": json.dumps(
            {"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": additional}
        ),
    }, ensure_ascii=False)


def keycloak_pbkdf2(algorithm, digest, length):
    def make(password):
        salt = os.urandom(16)
        output = hashlib.pbkdf2_hmac(digest, password.encode(), salt, 500, length)
        return keycloak(algorithm, output, salt, 500)

    return make


def keycloak_argon2(password):
    salt = os.urandom(16)
    output = argon2.low_level.hash_secret_raw(password.encode(), salt, 3, 64, 1, 32, argon2.Type.ID)
    return keycloak("argon2", output, salt, 3, hashLength=32, memory=64, type="id", version="1.3", parallelism=1)


def keycloak_of_old(password):
    salt = os.urandom(16)
    output = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 500, 64)
    return json.dumps({
        "type": "password", "hashedSaltedValue": b64(output), "salt": b64(salt),
        "hashIterations": 500, "counter": 0, "algorithm": "pbkdf2-sha256", "digits": 0,
    })


MAKERS = {
    "passlib phpass $P$": passlib.phpass.using(rounds=7, ident="$P$").hash,
    "passlib phpass $H$": passlib.phpass.using(rounds=8, ident="$H$").hash,
    "WordPress 6.8": wordpress,
    "firebase-scrypt": firebase,
    "django pbkdf2_sha256": django_pbkdf2(hashers.PBKDF2PasswordHasher()),
    "django pbkdf2_sha1": django_pbkdf2(hashers.PBKDF2SHA1PasswordHasher()),
    "django argon2": cheap(hashers.Argon2PasswordHasher(), time_cost=1, memory_cost=64, parallelism=2),
    "django bcrypt": cheap(hashers.BCryptPasswordHasher(), rounds=4),
    "django bcrypt_sha256": cheap(hashers.BCryptSHA256PasswordHasher(), rounds=4),
    "django scrypt": cheap(hashers.ScryptPasswordHasher(), work_factor=1024, parallelism=5),
    "werkzeug scrypt": lambda password: generate_password_hash(password, "scrypt:1024:8:1"),
    "werkzeug pbkdf2 sha1": lambda password: generate_password_hash(password, "pbkdf2:sha1:1000"),
    "werkzeug pbkdf2 sha256": lambda password: generate_password_hash(password, "pbkdf2:sha256:1000"),
    "werkzeug pbkdf2 sha512": lambda password: generate_password_hash(password, "pbkdf2:sha512:1000", 8),
    "passlib {SSHA}": passlib.ldap_salted_sha1.hash,
    "passlib {SSHA256}": passlib.ldap_salted_sha256.hash,
    "passlib {SSHA512}": passlib.ldap_salted_sha512.using(salt_size=16).hash,
    "passlib {CRYPT}$6$": lambda password: "{CRYPT}" + passlib.sha512_crypt.using(rounds=1000).hash(password),
    "passlib $5$": passlib.sha256_crypt.using(rounds=1000).hash,
    "passlib $5$, rounds not said": passlib.sha256_crypt.using(rounds=5000).hash,
    "passlib $6$": passlib.sha512_crypt.using(rounds=1234).hash,
    "passlib $6$, rounds not said": passlib.sha512_crypt.using(rounds=5000).hash,
    "passlib $pbkdf2$": passlib.pbkdf2_sha1.using(rounds=1000).hash,
    "passlib $pbkdf2-sha256$": passlib.pbkdf2_sha256.using(rounds=1000).hash,
    "passlib $pbkdf2-sha512$": passlib.pbkdf2_sha512.using(rounds=1000).hash,
    "passlib $scrypt$": passlib.scrypt.using(rounds=10).hash,
    "bcrypt": lambda password: bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode(),
    "argon2-cffi": argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash,
    "keycloak pbkdf2": keycloak_pbkdf2("pbkdf2", "sha1", 64),
    "keycloak pbkdf2-sha256": keycloak_pbkdf2("pbkdf2-sha256", "sha256", 64),
    "keycloak pbkdf2-sha512": keycloak_pbkdf2("pbkdf2-sha512", "sha512", 64),
    "keycloak argon2": keycloak_argon2,
    "keycloak of old": keycloak_of_old,
}

passwords = json.load(sys.stdin)["passwords"]
made = [
    {"from": name, "password": password, "hash": make(password)}
    for name, make in MAKERS.items()
    for password in passwords
]
json.dump(made, sys.stdout)
