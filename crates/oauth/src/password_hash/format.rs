//! How a hash is written tells where it comes from.

use std::fmt;

use super::limits::MAX_HASH_LENGTH;

/// Ways to write a hash, by the programs that write so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashFormat {
    /// PHC strings that begin with `$argon2id$`, as Jeton makes them.
    Argon2id,
    /// PHC strings that begin with `$argon2i$`.
    Argon2i,
    /// PHC strings that begin with `$argon2d$`.
    Argon2d,
    /// PHC strings that begin with `$scrypt$`.
    Scrypt,
    /// `$2a$`, `$2b$` or `$2y$`, as most programs write it.
    Bcrypt,
    /// `$pbkdf2$`: PHC strings, and what passlib writes.
    Pbkdf2Sha1,
    /// `$pbkdf2-sha256$`: PHC strings, and what passlib writes.
    Pbkdf2Sha256,
    /// `$pbkdf2-sha512$`: PHC strings, and what passlib writes.
    Pbkdf2Sha512,
    /// Django's `argon2$`.
    DjangoArgon2,
    /// Django's `bcrypt$`.
    DjangoBcrypt,
    /// Django's `bcrypt_sha256$`: of the password's SHA-256.
    DjangoBcryptSha256,
    /// Django's `pbkdf2_sha256$` and `pbkdf2_sha1$`.
    DjangoPbkdf2,
    /// Django's `scrypt$`.
    DjangoScrypt,
    /// Flask's `scrypt:` and `pbkdf2:`.
    Werkzeug,
    /// WordPress before 6.8, phpBB 3.0, Drupal's elders.
    Phpass,
    /// WordPress from 6.8 on.
    WordPress,
    /// ASP.NET Identity, versions 2 and 3.
    AspNet,
    /// Firebase's scrypt, with the project's parameters beside each hash.
    Firebase,
    /// `{SSHA}` and its like, or `{CRYPT}` before a hash of `crypt` or bcrypt.
    Ldap,
    /// `$5$` and `$6$`, as in `/etc/shadow`.
    ShaCrypt,
    /// An entry of `credentials` in a realm export, as JSON.
    Keycloak,
}

/// Why a hash is refused. **Invariant**: no message repeats the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// Nothing here begins so.
    #[error(
        "this is no password hash that can be checked here; write one that begins with $argon2id$, $argon2i$, $argon2d$, $scrypt$, $2a$, $2b$, $2y$, $pbkdf2-sha256$, $pbkdf2-sha512$ or $pbkdf2$, or one of WordPress, phpBB, Django, Werkzeug, ASP.NET Identity, Firebase ($fbscrypt$), LDAP ({{SSHA}}, {{SSHA256}}, {{SSHA512}}), crypt ($5$, $6$) or Keycloak; docs/moving-in.md shows each"
    )]
    Unknown,
    /// It begins well, and then is not as it has to be.
    #[error("the {format} hash is malformed; it must look like {example}", example = .format.example())]
    Malformed {
        /// What it begins as.
        format: HashFormat,
    },
    /// Checking it could hold a thread for seconds.
    #[error("checking the {format} hash would take too much {what}; at most {limit} is accepted. Set a new password instead")]
    TooCostly {
        /// What it is.
        format: HashFormat,
        /// Memory or time.
        what: &'static str,
        /// The most that is taken, as the hash would write it.
        limit: &'static str,
    },
}

/// By how the hash begins; `None` if nothing here writes so.
pub(super) fn of(hash: &str) -> Option<HashFormat> {
    use HashFormat::*;
    let named = |text: &str, end: char| text.split_once(end).map(|(name, _)| name.to_owned());
    if hash.len() > MAX_HASH_LENGTH {
        return None;
    }
    if let Some(rest) = hash.strip_prefix('{').filter(|rest| rest.trim_start().starts_with('"')) {
        return rest.trim_end().ends_with('}').then_some(Keycloak);
    }
    if !hash.is_ascii() {
        return None;
    }
    if let Some(rest) = hash.strip_prefix('{') {
        let scheme = named(rest, '}')?.to_ascii_uppercase();
        return matches!(scheme.as_str(), "SSHA" | "SSHA256" | "SSHA384" | "SSHA512" | "CRYPT").then_some(Ldap);
    }
    if let Some(rest) = hash.strip_prefix('$') {
        return Some(match named(rest, '$')?.as_str() {
            "argon2id" => Argon2id,
            "argon2i" => Argon2i,
            "argon2d" => Argon2d,
            "scrypt" => Scrypt,
            "2a" | "2b" | "2y" => Bcrypt,
            "pbkdf2" | "pbkdf2-sha1" => Pbkdf2Sha1,
            "pbkdf2-sha256" => Pbkdf2Sha256,
            "pbkdf2-sha512" => Pbkdf2Sha512,
            "P" | "H" => Phpass,
            "wp" => WordPress,
            "fbscrypt" => Firebase,
            "5" | "6" => ShaCrypt,
            _ => return None,
        });
    }
    // Version 2 has no more of a beginning than a zero byte, but one length.
    if hash.starts_with("AQAAAA") || hash.starts_with('A') && hash.len() == 68 && hash.ends_with("==") {
        return Some(AspNet);
    }
    Some(match named(hash, '$')?.split(':').next()? {
        "argon2" => DjangoArgon2,
        "bcrypt" => DjangoBcrypt,
        "bcrypt_sha256" => DjangoBcryptSha256,
        "pbkdf2_sha256" | "pbkdf2_sha1" => DjangoPbkdf2,
        "scrypt" if !hash.starts_with("scrypt:") => DjangoScrypt,
        "scrypt" | "pbkdf2" => Werkzeug,
        _ => return None,
    })
}

impl HashFormat {
    const fn example(self) -> &'static str {
        match self {
            Self::Argon2id => "$argon2id$v=19$m=19456,t=2,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Argon2i => "$argon2i$v=19$m=19456,t=3,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Argon2d => "$argon2d$v=19$m=19456,t=3,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Scrypt => "$scrypt$ln=17,r=8,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Bcrypt => "$2b$12$ and 53 characters, with a cost of 04 to 14",
            Self::Pbkdf2Sha1 => "$pbkdf2$i=1300000,l=20$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Pbkdf2Sha256 => "$pbkdf2-sha256$i=600000,l=32$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Pbkdf2Sha512 => "$pbkdf2-sha512$i=210000,l=64$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::DjangoArgon2 => "argon2$argon2id$v=19$m=102400,t=2,p=8$SALT$OUTPUT",
            Self::DjangoBcrypt => "bcrypt$$2b$12$ and 53 characters",
            Self::DjangoBcryptSha256 => "bcrypt_sha256$$2b$12$ and 53 characters",
            Self::DjangoPbkdf2 => "pbkdf2_sha256$600000$SALT$OUTPUT or pbkdf2_sha1$600000$SALT$OUTPUT, with the output in Base64",
            Self::DjangoScrypt => "scrypt$16384$SALT$8$5$OUTPUT, with the output in Base64",
            Self::Werkzeug => "scrypt:32768:8:1$SALT$OUTPUT or pbkdf2:sha256:600000$SALT$OUTPUT, with the output in hexadecimal",
            Self::Phpass => "$P$B or $H$9 and 30 characters",
            Self::WordPress => "$wp$2y$10$ and 53 characters",
            Self::AspNet => "the PasswordHash column of AspNetUsers, in Base64",
            Self::Firebase => {
                "$fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER_KEY$SALT$HASH, each in Base64, n the memory cost and r the rounds of the project"
            }
            Self::Ldap => "{SSHA}, {SSHA256}, {SSHA384} or {SSHA512} and Base64, or {CRYPT} and a hash of crypt",
            Self::ShaCrypt => "$5$rounds=535000$SALT$ and 43 characters, or $6$rounds=656000$SALT$ and 86 characters",
            Self::Keycloak => {
                "one entry of `credentials` in Keycloak's realm export, with \"secretData\" and \"credentialData\", whose algorithm is argon2, pbkdf2, pbkdf2-sha256 or pbkdf2-sha512"
            }
        }
    }
}

impl fmt::Display for HashFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argon2id => "Argon2id",
            Self::Argon2i => "Argon2i",
            Self::Argon2d => "Argon2d",
            Self::Scrypt => "scrypt",
            Self::Bcrypt => "bcrypt",
            Self::Pbkdf2Sha1 => "PBKDF2-SHA1",
            Self::Pbkdf2Sha256 => "PBKDF2-SHA256",
            Self::Pbkdf2Sha512 => "PBKDF2-SHA512",
            Self::DjangoArgon2 | Self::DjangoBcrypt | Self::DjangoBcryptSha256 | Self::DjangoPbkdf2 | Self::DjangoScrypt => "Django",
            Self::Werkzeug => "Werkzeug",
            Self::Phpass => "phpass",
            Self::WordPress => "WordPress",
            Self::AspNet => "ASP.NET Identity",
            Self::Firebase => "Firebase",
            Self::Ldap => "LDAP",
            Self::ShaCrypt => "crypt",
            Self::Keycloak => "Keycloak",
        })
    }
}
