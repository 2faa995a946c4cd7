//! People and API users of a data folder.

use std::sync::Arc;

use jeton_oauth::{
    UserId,
    login_name::LoginName,
    manage::{
        Refusal, UserDocument, Verdict,
        administrator::{REALM_ID, last_owner},
        unread_too,
        user::{self as manage, NewUser},
    },
    model::{PasswordHash, RealmConfig, Status, User as Account},
    secret::SecretText,
    settings::SignUp,
};
use jeton_server::{invitation, keys::MasterKey};
use serde_json::{Map, Value, json};

use super::{Accounts, Made, view};
use crate::{
    failure::Failure,
    installation::{Installation, now, passwords},
    output,
    said::Said,
};

/// The realm whose people are worked on.
pub(super) struct Folder {
    pub installation: Box<Installation>,
    pub realm: Arc<RealmConfig>,
}

impl Accounts for Folder {
    fn realm(&self) -> &str {
        &self.realm.name
    }

    async fn list(&self, search: Option<&str>, limit: u32, after: Option<UserId>) -> Result<Vec<Value>, Failure> {
        let users = self.installation.store.in_realm(self.realm.id).users(after, limit, search).await?;
        Ok(users.iter().map(view::json).collect())
    }

    async fn invite(&self) -> Result<(String, String), Failure> {
        let kept = self.installation.store.installation().await?;
        let master = MasterKey::open(&self.installation.folder, kept.master_key_check.as_deref()).map_err(Failure::failed)?;
        let own = kept.public_url.map(|url| format!("{url}/{}", self.realm.name));
        let issuer = self
            .realm
            .issuer
            .clone()
            .or(own)
            .ok_or_else(|| Failure::failed("the server's address is not known yet; start the server once"))?;
        if self.installation.resolve(&self.realm).await?.settings.sign_up != SignUp::Invited {
            return Err(Failure::refused(format!("{} invites nobody", self.realm.name), "write sign_up = \"invited\" in its [settings]"));
        }
        Ok((invitation::link(&master, self.realm.id, &issuer, now()), output::instant(now() + invitation::LIFETIME)))
    }

    async fn show(&self, username: &str) -> Result<Value, Failure> {
        let user = self.find(username).await?;
        let rows = self.installation.store.in_realm(self.realm.id);
        let locks = rows.locks(user.id(), now()).await?;
        let mut value = view::json(&user);
        value["locked_until"] = locks.first().map(|lock| output::instant(lock.until)).into();
        let mut shown = Vec::new();
        for lock in &locks {
            let client = match lock.client {
                Some(key) => rows.client_by_key(key).await?.map(|client| client.id.clone()),
                None => None,
            };
            shown.push(json!({
                "until": output::instant(lock.until), "network": lock.network, "all_accounts": lock.user.is_none(), "client_id": client,
            }));
        }
        value["locks"] = shown.into();
        value["sessions"] = rows.sessions_of_user(user.id()).await?.len().into();
        value["authorizations"] = rows.authorizations_of_user(user.id()).await?.len().into();
        Ok(value)
    }

    async fn create(&self, made: Made<'_>, said: &Said) -> Result<Value, Failure> {
        let rows = self.installation.store.in_realm(self.realm.id);
        if let Some(login) = LoginName::fold(made.username)
            && let Some(other) = rows.user_by_login(&login).await?
        {
            let (other, username, realm) = (other.username, made.username, &self.realm.name);
            return Err(Failure::Conflict(format!("{other:?} signs in as {username:?} already in the realm {realm}")));
        }
        let (document, unread) = UserDocument::read(&said.members);
        let taken = rows.taken(&document, None, made.sub.as_deref()).await?;
        let owner = self.installation.owner(&self.realm, made.owner).await?;
        let sound = unread.is_empty() && document.faults().is_empty();
        let hash = if sound { Some(hash(made.password).await?) } else { None };
        let created = self.act(|desk| {
            unread_too(unread, || document.faults())?;
            let new = NewUser {
                document,
                kind: made.kind,
                sub: made.sub,
                number: None,
                owner,
                status: Status::Active,
                password: hash,
                created_at: None,
            };
            manage::create(new, &taken, desk)
        });
        let user = created.await?.map_err(|refusal| said.refused(refusal))?;
        // As it is stored: with its number.
        Ok(view::json(&self.find(&user.username).await?))
    }

    async fn change(
        &self,
        username: &str,
        said: &Said,
        to: &(dyn Fn(Map<String, Value>) -> Map<String, Value> + Sync),
    ) -> Result<Value, Failure> {
        let user = self.find(username).await?;
        let (document, unread) = UserDocument::read(&to(UserDocument::of(&user).to_document()));
        let taken = self.installation.store.in_realm(self.realm.id).taken(&document, Some(&user), None).await?;
        let changed = self.act(|desk| {
            unread_too(unread, || document.faults())?;
            manage::change(&user, document, user.owner, &taken, desk)
        });
        Ok(view::json(&changed.await?.map_err(|refusal| said.refused(refusal))?))
    }

    async fn set_status(&self, username: &str, to: Status) -> Result<(), Failure> {
        let user = self.find(username).await?;
        if to == Status::Disabled {
            self.somebody_stays(&user).await?;
        }
        let verb = if to == Status::Active { manage::enable } else { manage::disable };
        self.act(|desk| verb(&user, desk)).await??;
        Ok(())
    }

    async fn remove(&self, username: &str) -> Result<(), Failure> {
        let user = self.find(username).await?;
        self.somebody_stays(&user).await?;
        Ok(self.act(|desk| manage::remove(&user, desk)).await??)
    }

    async fn unlock(&self, username: &str) -> Result<bool, Failure> {
        let user = self.find(username).await?;
        let waited = !self.installation.store.in_realm(self.realm.id).locks(user.id(), now()).await?.is_empty();
        self.act(|desk| manage::unlock(&user, desk)).await??;
        Ok(waited)
    }

    async fn set_password(&self, username: &str, to: &SecretText) -> Result<Value, Failure> {
        let user = self.find(username).await?;
        let to = hash(to).await?;
        self.act(|desk| manage::set_password(&user, to, desk)).await??;
        Ok(view::json(&user))
    }

    async fn revoke_all(&self, username: &str, personal_access_tokens: bool) -> Result<String, Failure> {
        let user = self.find(username).await?;
        let mut tokens = Vec::new();
        if personal_access_tokens {
            let facts = self.installation.store.in_realm(self.realm.id).personal_access_tokens(user.id()).await?;
            tokens.extend(facts.iter().map(|facts| &facts.token).filter(|token| token.revoked_at.is_none()).map(|token| token.id));
        }
        Ok(output::instant(self.act(|desk| manage::revoke_all(&user, &tokens, desk)).await??))
    }
}

impl Folder {
    async fn act<T>(&self, verb: impl FnOnce(&mut jeton_oauth::manage::Desk<'_>) -> Verdict<T>) -> Result<Result<T, Refusal>, Failure> {
        self.installation.try_to(&self.realm, verb).await
    }

    /// The last owner of everything is told why they stay; the write guards it once more.
    async fn somebody_stays(&self, user: &Account) -> Result<(), Failure> {
        if self.realm.id == REALM_ID && self.installation.store.is_last_owner(user.id()).await? {
            return Err(last_owner(&user.username).into());
        }
        Ok(())
    }

    async fn find(&self, username: &str) -> Result<Account, Failure> {
        let missing = || super::missing(&self.realm.name, username);
        let login = LoginName::fold(username).ok_or_else(missing)?;
        self.installation.store.in_realm(self.realm.id).user_by_login(&login).await?.ok_or_else(missing)
    }
}

async fn hash(password: &SecretText) -> Result<PasswordHash, Failure> {
    passwords()?.hash(password.clone()).await.map_err(|error| Failure::refused("this cannot be a password", error.to_string()))
}
