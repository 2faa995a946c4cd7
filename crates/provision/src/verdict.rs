//! Whether each secret in the files is the one that is stored, and its hash where it is not.
//!
//! Hashing is slow, so it happens before the plan is made, and once however often that is.

use std::collections::HashMap;

use jeton_oauth::{
    ClientSecretId,
    login_name::LoginName,
    model::{ClientSecret, PasswordHash, SecretHash},
    password_hash::ParsedHash,
    password_rules::{Whose, acceptable},
    secret::{ENOUGH_ENTROPY, Verifier, apparent_entropy},
};

use crate::{
    current::{Current, Held},
    entry::{Found, RealmEntry},
    hashing::{Hashing, NoHash},
    source::Faults,
};

/// A secret of the files: which realm, which account or client of it, which of its secrets.
type Place = (usize, usize, usize);

/// What each secret turned out to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdicts {
    passwords: HashMap<Place, PasswordVerdict>,
    secrets: HashMap<Place, SecretVerdict>,
}

#[derive(Clone, Debug)]
pub(crate) enum PasswordVerdict {
    Same,
    New(PasswordHash),
}

#[derive(Clone, Debug)]
pub(crate) enum SecretVerdict {
    Known(ClientSecretId),
    New(SecretHash),
}

impl Verdicts {
    /// The new password of an account, if it gets one.
    pub fn password(&self, realm: usize, user: usize) -> Option<PasswordHash> {
        match self.passwords.get(&(realm, user, 0))? {
            PasswordVerdict::New(hash) => Some(hash.clone()),
            PasswordVerdict::Same => None,
        }
    }

    pub fn secret(&self, realm: usize, client: usize, secret: usize) -> Option<&SecretVerdict> {
        self.secrets.get(&(realm, client, secret))
    }
}

/// What is wrong with secrets in the clear, before anything is hashed.
pub(crate) fn check(entries: &[RealmEntry], faults: &mut Faults) {
    use jeton_oauth::manage::Fault;
    for entry in entries {
        for (user, password) in entry.users.iter().filter_map(|user| Some((user, user.password.as_ref()?))) {
            if let Found::Text(text) = &password.found
                && let Err(fault) = acceptable(text, Whose::in_realm(&entry.name))
            {
                faults.at_key(user.said.spot, Fault::new("password", "this cannot be a password", fault.to_string()));
            }
        }
        for client in &entry.clients {
            for (index, secret) in client.secrets.iter().flatten().enumerate() {
                if let Found::Text(text) = &secret.found
                    && !text.expose().bytes().all(|byte| matches!(byte, 0x20..=0x7e))
                {
                    let (what, instead) = ("this cannot be a client's secret", "use printable ASCII (RFC 6749 appendix A.2)");
                    client.said.tell(Fault::new(("client_secrets", index), what, instead), faults);
                }
            }
        }
    }
}

/// Secrets being compared: who hashes, and the hashes that were made already.
pub(crate) struct Judge<'a> {
    pub pool: &'a dyn Hashing,
    pub made: Verdicts,
    /// Told how many of how many are compared.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl Judge<'_> {
    /// Compares what was found with what is stored; hashes what is new.
    pub async fn judge(&mut self, entries: &[RealmEntry], current: &Current) -> Result<Verdicts, NoHash> {
        let all = secrets_of(entries);
        let mut verdicts = Verdicts::default();
        let mut done = 0;
        for (number, entry) in entries.iter().enumerate() {
            let nothing = Held::default();
            let held = current.held(&entry.name).unwrap_or(&nothing);
            for (index, user) in entry.users.iter().enumerate() {
                let Some(password) = &user.password else { continue };
                let place = (number, index, 0);
                let stored = LoginName::fold(&user.username).and_then(|name| held.user_named(&name)?.password.clone());
                // A file gives the first password; one that was changed since stays.
                let verdict = if stored.is_some() && !password.always {
                    PasswordVerdict::Same
                } else {
                    self.password(&password.found, stored, place).await?
                };
                verdicts.passwords.insert(place, verdict);
                done += 1;
                (self.progress)(done, all);
            }
            for (index, client) in entry.clients.iter().enumerate() {
                let mut unclaimed = held.client(&client.id).map(|stored| stored.secrets.clone()).unwrap_or_default();
                for (which, secret) in client.secrets.iter().flatten().enumerate() {
                    let place = (number, index, which);
                    let verdict = self.secret(&secret.found, &mut unclaimed, place).await?;
                    verdicts.secrets.insert(place, verdict);
                    done += 1;
                    (self.progress)(done, all);
                }
            }
        }
        Ok(verdicts)
    }

    async fn password(&mut self, secret: &Found, stored: Option<PasswordHash>, place: Place) -> Result<PasswordVerdict, NoHash> {
        match (secret, stored) {
            (Found::Hash(hash), Some(stored)) if *hash == stored.0 || was_upgraded(hash, &stored.0) => return Ok(PasswordVerdict::Same),
            (Found::Text(text), Some(stored)) if self.pool.matches(text.clone(), stored.clone()).await? => {
                return Ok(PasswordVerdict::Same);
            }
            _ => {}
        }
        let verdict = match (secret, self.made.passwords.get(&place)) {
            (_, Some(made)) => made.clone(),
            (Found::Hash(hash), None) => PasswordVerdict::New(PasswordHash(hash.clone())),
            (Found::Text(text), None) => PasswordVerdict::New(self.pool.hash(text.clone()).await?),
        };
        self.made.passwords.insert(place, verdict.clone());
        Ok(verdict)
    }

    async fn secret(&mut self, secret: &Found, unclaimed: &mut Vec<ClientSecret>, place: Place) -> Result<SecretVerdict, NoHash> {
        for index in 0..unclaimed.len() {
            let same = match (secret, &unclaimed[index].hash) {
                (Found::Hash(hash), SecretHash::Slow(stored)) => hash == stored || was_upgraded(hash, stored),
                (Found::Hash(_), SecretHash::Sha256(_)) => false,
                (Found::Text(text), SecretHash::Sha256(verifier)) => verifier.proves(text.expose().as_bytes()),
                (Found::Text(text), SecretHash::Slow(stored)) => self.pool.matches(text.clone(), PasswordHash(stored.clone())).await?,
            };
            if same {
                return Ok(SecretVerdict::Known(unclaimed.remove(index).id));
            }
        }
        let verdict = match (secret, self.made.secrets.get(&place)) {
            (_, Some(made)) => made.clone(),
            (Found::Hash(hash), None) => SecretVerdict::New(SecretHash::Slow(hash.clone())),
            // Fast where the secret has enough entropy for it, slow otherwise.
            (Found::Text(text), None) if apparent_entropy(text.expose()) >= ENOUGH_ENTROPY => {
                SecretVerdict::New(SecretHash::Sha256(Verifier::of(text.expose().as_bytes())))
            }
            (Found::Text(text), None) => SecretVerdict::New(SecretHash::Slow(self.pool.hash(text.clone()).await?.0)),
        };
        self.made.secrets.insert(place, verdict.clone());
        Ok(verdict)
    }
}

/// How many there are to compare.
fn secrets_of(entries: &[RealmEntry]) -> usize {
    let of_clients = |entry: &RealmEntry| entry.clients.iter().flat_map(|client| &client.secrets).map(Vec::len).sum::<usize>();
    let of_users = |entry: &RealmEntry| entry.users.iter().filter(|user| user.password.is_some()).count();
    entries.iter().map(|entry| of_clients(entry) + of_users(entry)).sum()
}

/// An imported hash of an old kind becomes Argon2id at the next sign-in, and then the file's hash
/// says nothing any more: writing it back would undo that, or a password changed since.
fn was_upgraded(said: &str, stored: &str) -> bool {
    let current = |hash: &str| ParsedHash::parse(hash).is_ok_and(|parsed| parsed.is_current());
    !current(said) && current(stored)
}
