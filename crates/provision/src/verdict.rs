//! Whether each secret in the files is the one that is stored, and its hash where it is not.
//!
//! Hashing is slow, so it happens before the plan is made, and once however often that is.

use std::{collections::HashMap, path::PathBuf};

use jeton_oauth::{
    ClientSecretId,
    login_name::LoginName,
    model::{ClientSecret, PasswordHash, SecretHash},
    password_hash::ParsedHash,
    password_rules::{Whose, acceptable},
    secret::{ENOUGH_ENTROPY, SecretText, Verifier, apparent_entropy},
};

use super::{
    current::{Current, Held},
    entry::RealmEntry,
    fault::{Faults, Place},
    hashing::{Hashing, NoHash},
    secret_source::{Found, Outside},
};

/// What each secret turned out to be, by the place where it is said.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    passwords: HashMap<Place, PasswordVerdict>,
    secrets: HashMap<Place, SecretVerdict>,
}

#[derive(Clone, Debug)]
pub(super) enum PasswordVerdict {
    Same,
    New(PasswordHash),
}

#[derive(Clone, Debug)]
pub(super) enum SecretVerdict {
    Known(ClientSecretId),
    New(SecretHash),
}

impl Verdicts {
    pub(super) fn password(&self, at: Place) -> Option<&PasswordVerdict> {
        self.passwords.get(&at)
    }

    pub(super) fn secret(&self, at: Place) -> Option<&SecretVerdict> {
        self.secrets.get(&at)
    }
}

/// Fetches every secret from its source.
pub(super) fn find(entries: &[RealmEntry], outside: &dyn Outside, folders: &[PathBuf], faults: &mut Faults) -> HashMap<Place, Found> {
    let mut found = HashMap::new();
    let folder = |at: Place| folders.get(at.source).cloned().unwrap_or_default();
    for entry in entries {
        for password in entry.users.iter().filter_map(|user| user.password.as_ref()) {
            let Some(secret) = password.value.find(password.at, outside, &folder(password.at), faults) else { continue };
            if let Found::Text(text) = &secret
                && let Err(fault) = acceptable(text, Whose::in_realm(&entry.name.value))
            {
                faults.add(password.at, "this cannot be a password", fault.to_string());
            }
            found.insert(password.at, secret);
        }
        for secret in entry.clients.iter().filter_map(|client| client.secrets.as_ref()).flat_map(|list| &list.value) {
            let at = secret.source.at;
            let Some(secret) = secret.source.value.find(at, outside, &folder(at), faults) else { continue };
            if let Found::Text(text) = &secret
                && !text.expose().bytes().all(|byte| matches!(byte, 0x20..=0x7e))
            {
                faults.add(at, "this cannot be a client's secret", "use printable ASCII (RFC 6749 appendix A.2)");
            }
            found.insert(at, secret);
        }
    }
    found
}

/// Secrets being compared: what was found, and the hashes that were made already.
pub(super) struct Judge<'a> {
    pub found: &'a HashMap<Place, Found>,
    pub pool: &'a dyn Hashing,
    pub known: Verdicts,
    /// Told how many of how many are compared.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// Compares what was found with what is stored; hashes what is new.
pub(super) async fn judge(entries: &[RealmEntry], current: &Current, judge: &mut Judge<'_>) -> Result<Verdicts, NoHash> {
    let Judge { found, pool, known, progress } = judge;
    let mut verdicts = Verdicts::default();
    let mut done = 0;
    for entry in entries {
        let nothing = Held::default();
        let held = current.held(&entry.name.value).unwrap_or(&nothing);
        for user in &entry.users {
            let Some((at, secret)) = user.password.as_ref().and_then(|password| Some((password.at, found.get(&password.at)?))) else {
                continue;
            };
            let stored = LoginName::fold(&user.username.value).and_then(|name| held.user_named(&name)?.password.clone());
            // A file gives the first password; one that was changed since stays.
            let verdict = if stored.is_some() && !user.password_always {
                PasswordVerdict::Same
            } else {
                judge_password(secret, stored, *pool, known.passwords.get(&at)).await?
            };
            if matches!(verdict, PasswordVerdict::New(_)) {
                known.passwords.insert(at, verdict.clone());
            }
            verdicts.passwords.insert(at, verdict);
            done += 1;
            progress(done, found.len());
        }
        for client in &entry.clients {
            let mut unclaimed: Vec<ClientSecret> = held.client(&client.id.value).map(|stored| stored.secrets.clone()).unwrap_or_default();
            for said in client.secrets.iter().flat_map(|list| &list.value) {
                let at = said.source.at;
                let Some(secret) = found.get(&at) else { continue };
                let verdict = judge_secret(secret, &mut unclaimed, *pool, known.secrets.get(&at)).await?;
                if matches!(verdict, SecretVerdict::New(_)) {
                    known.secrets.insert(at, verdict.clone());
                }
                verdicts.secrets.insert(at, verdict);
                done += 1;
                progress(done, found.len());
            }
        }
    }
    Ok(verdicts)
}

async fn judge_password(
    secret: &Found,
    stored: Option<PasswordHash>,
    pool: &dyn Hashing,
    known: Option<&PasswordVerdict>,
) -> Result<PasswordVerdict, NoHash> {
    match (secret, stored) {
        (Found::Hash(hash), Some(stored)) if *hash == stored.0 || was_upgraded(hash, &stored.0) => Ok(PasswordVerdict::Same),
        (Found::Hash(hash), _) => Ok(PasswordVerdict::New(PasswordHash(hash.clone()))),
        (Found::Text(text), Some(stored)) if pool.matches(text.clone(), stored.clone()).await? => Ok(PasswordVerdict::Same),
        (Found::Text(text), _) => match known {
            Some(known) => Ok(known.clone()),
            None => Ok(PasswordVerdict::New(pool.hash(text.clone()).await?)),
        },
    }
}

async fn judge_secret(
    secret: &Found,
    unclaimed: &mut Vec<ClientSecret>,
    pool: &dyn Hashing,
    known: Option<&SecretVerdict>,
) -> Result<SecretVerdict, NoHash> {
    for index in 0..unclaimed.len() {
        let same = match (secret, &unclaimed[index].hash) {
            (Found::Hash(hash), SecretHash::Slow(stored)) => hash == stored || was_upgraded(hash, stored),
            (Found::Hash(_), SecretHash::Sha256(_)) => false,
            (Found::Text(text), SecretHash::Sha256(verifier)) => verifier.proves(text.expose().as_bytes()),
            (Found::Text(text), SecretHash::Slow(stored)) => pool.matches(text.clone(), PasswordHash(stored.clone())).await?,
        };
        if same {
            return Ok(SecretVerdict::Known(unclaimed.remove(index).id));
        }
    }
    match (secret, known) {
        (_, Some(known)) => Ok(known.clone()),
        (Found::Hash(hash), None) => Ok(SecretVerdict::New(SecretHash::Slow(hash.clone()))),
        (Found::Text(text), None) => Ok(SecretVerdict::New(hash_client_secret(text, pool).await?)),
    }
}

/// Fast where the secret has enough entropy for it, slow otherwise.
pub async fn hash_client_secret(text: &SecretText, pool: &dyn Hashing) -> Result<SecretHash, NoHash> {
    if apparent_entropy(text.expose()) >= ENOUGH_ENTROPY {
        return Ok(SecretHash::Sha256(Verifier::of(text.expose().as_bytes())));
    }
    Ok(SecretHash::Slow(pool.hash(text.clone()).await?.0))
}

/// An imported hash of an old kind becomes Argon2id at the next sign-in, and then the file's hash
/// says nothing any more: writing it back would undo that, or a password changed since.
fn was_upgraded(said: &str, stored: &str) -> bool {
    let current = |hash: &str| ParsedHash::parse(hash).is_ok_and(|parsed| parsed.is_current());
    !current(said) && current(stored)
}
