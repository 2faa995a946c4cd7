//! `jeton user`: people, and the machine logins of developers.

mod password;
mod view;

use std::sync::Arc;

use clap::{Args, Subcommand};
use jeton_oauth::{
    UserId,
    login_name::LoginName,
    manage::{
        Refusal, UserDocument, Verdict, unread_too,
        user::{self as manage, NewUser, Taken},
    },
    model::{AccountKind, PasswordHash, RealmConfig, Status, User as Account},
    secret::SecretText,
    settings::SignUp,
};
use jeton_server::{invitation, keys::MasterKey};
use serde_json::{Value, json};

use crate::{
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now, passwords},
    output,
    said::{Reset, Said, Set},
};

#[derive(Subcommand)]
pub enum User {
    /// List people and API users
    #[command(after_help = "Example:\n  jeton user list --realm acme --search ann")]
    List {
        /// Only those whose name or address begins so
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 100)]
        limit: u32,
        /// Only those after this id
        #[arg(long, value_name = "ID")]
        after: Option<UserId>,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Show somebody
    Show(One),
    /// Make an account; prints its password, once, unless one is given
    Create(Box<Create>),
    /// Print a link that lets somebody make an account where the realm says sign_up = "invited"
    #[command(
        after_help = "The link is good for a week, and for one account; whoever follows it proves their address by mail.\n\nExample:\n  jeton user invite --realm acme"
    )]
    Invite {
        #[command(flatten)]
        scope: InRealm,
    },
    /// Change what is said about somebody; what is not named stays
    #[command(
        after_help = "An address that is not said to be verified signs nobody in. --set and --unset name claims, attributes and the like.\n\nExamples:\n  jeton user change ann --realm acme --email ann@example.org --email-verified\n  jeton user change ann --realm acme --set locale=de --set 'attributes={\"plan\": \"gold\"}'"
    )]
    Change {
        #[command(flatten)]
        one: One,
        #[command(flatten)]
        members: Box<Members>,
        #[command(flatten)]
        reset: Reset,
    },
    /// Stop a person from signing in, and end their sessions and tokens
    #[command(
        after_help = "Sessions, tokens and personal access tokens are dead for good: enabling the account brings nothing back.\n\nExample:\n  jeton user disable ann --realm acme"
    )]
    Disable(One),
    /// Undo disable: the account signs in again, and what it had stays dead
    Enable(One),
    /// Let somebody try again who waits after too many wrong passwords
    #[command(
        after_help = "`jeton user show` tells who waits, and for how long. A network from which the account was guessed at, and which waits for all accounts, may try again too; `jeton lock` lists and ends the others.\n\nExample:\n  jeton user unlock ann --realm acme"
    )]
    Unlock(One),
    /// Remove somebody with everything that they granted; their `sub` is never given again
    Delete(One),
    /// Give somebody a new password, and end their sessions and what they granted to applications
    #[command(
        after_help = "Personal access tokens and remembered approvals stay; `jeton user revoke` ends them.\n\nExamples:\n  jeton user set-password ann --realm acme\n  printf %s \"$PASSWORD\" | jeton user set-password ann --realm acme --password-stdin"
    )]
    SetPassword {
        #[command(flatten)]
        one: One,
        /// Read the password from stdin instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// End somebody's sessions, approvals and authorizations, and make every token of theirs dead
    #[command(
        after_help = "Personal access tokens are dead too, but stay in their list: their owner can make each anew. --personal-access-tokens removes them for good.\n\nExample:\n  jeton user revoke ann --realm acme"
    )]
    Revoke {
        #[command(flatten)]
        one: One,
        /// Remove their personal access tokens for good
        #[arg(long)]
        personal_access_tokens: bool,
    },
}

#[derive(Args)]
pub struct One {
    /// User name, or verified e-mail address
    pub username: String,
    #[command(flatten)]
    pub scope: InRealm,
}

#[derive(Args)]
#[command(after_help = "Examples:
  jeton user create ann --realm acme --email ann@example.com --email-verified
  printf %s \"$PASSWORD\" | jeton user create ann --realm acme --password-stdin
  jeton user create robot --realm acme --api-user --owner ann")]
pub struct Create {
    #[command(flatten)]
    pub one: One,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub set: Set,
    /// Read the password from stdin instead of making one
    #[arg(long)]
    pub password_stdin: bool,
    /// Subject identifier in tokens; a fresh one where it is left out
    #[arg(long)]
    pub sub: Option<String>,
    /// A machine's login, which signs in by the password grant only
    #[arg(long)]
    pub api_user: bool,
    /// User name of the developer that an API user belongs to
    #[arg(long, value_name = "USERNAME", requires = "api_user")]
    pub owner: Option<String>,
}

/// What is said about somebody.
#[derive(Args)]
pub struct Members {
    /// E-mail address
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// The address is theirs: it signs them in
    #[arg(long, requires = "email")]
    pub email_verified: bool,
    /// Full name
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long)]
    pub given_name: Option<String>,
    #[arg(long)]
    pub family_name: Option<String>,
    /// Free text that an API shows, such as DEVELOPER
    #[arg(long = "type", value_name = "TYPE")]
    pub user_type: Option<String>,
    /// Role; may be repeated
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
}

impl User {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope, .. } | Self::Invite { scope } => scope,
            Self::Create(create) => &create.one.scope,
            Self::Change { one, .. } | Self::SetPassword { one, .. } | Self::Revoke { one, .. } => &one.scope,
            Self::Show(one) | Self::Disable(one) | Self::Enable(one) | Self::Unlock(one) | Self::Delete(one) => &one.scope,
        }
    }
}

pub async fn run(user: User) -> Result<(), Failure> {
    let scope = user.scope();
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let json = scope.common.json;
    let desk = Desk { installation, realm, json };
    match user {
        User::List { search, limit, after, .. } => desk.list(search.as_deref(), limit, after).await,
        User::Invite { .. } => desk.invite().await,
        User::Show(one) => desk.show(&one.username).await,
        User::Create(create) => desk.create(*create).await,
        User::Change { one, members, reset } => desk.change(&one.username, *members, reset).await,
        User::Disable(one) => desk.set_status(&one.username, Status::Disabled).await,
        User::Enable(one) => desk.set_status(&one.username, Status::Active).await,
        User::Unlock(one) => desk.unlock(&one.username).await,
        User::Delete(one) => desk.delete(&one.username).await,
        User::SetPassword { one, password_stdin } => desk.set_password(&one.username, password_stdin).await,
        User::Revoke { one, personal_access_tokens } => desk.revoke(&one.username, personal_access_tokens).await,
    }
}

/// The realm whose people are worked on.
struct Desk {
    installation: Installation,
    realm: Arc<RealmConfig>,
    json: bool,
}

impl Desk {
    async fn list(&self, search: Option<&str>, limit: u32, after: Option<UserId>) -> Result<(), Failure> {
        let users = self.installation.store.in_realm(self.realm.id).users(after, limit, search).await?;
        if self.json {
            output::json(&users.iter().map(view::json).collect::<Vec<_>>());
            return Ok(());
        }
        let mut rows = output::Rows::new(
            &["username", "email", "kind", "name", "number", "status"],
            "nobody; make an account with `jeton user create`",
        );
        for user in &users {
            rows.add([
                user.username.clone(),
                email(user),
                kind(user).to_owned(),
                user.display_name(),
                user.account.number.to_string(),
                user.account.status.as_str().to_owned(),
            ]);
        }
        rows.print();
        Ok(())
    }

    async fn invite(&self) -> Result<(), Failure> {
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
        let link = invitation::link(&master, self.realm.id, &issuer, now());
        if self.json {
            output::json(&json!({ "link": link, "expires_at": output::instant(now() + invitation::LIFETIME) }));
        } else {
            output::say!("{link}");
        }
        Ok(())
    }

    async fn show(&self, username: &str) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let rows = self.installation.store.in_realm(self.realm.id);
        let locks = rows.locks(user.id(), now()).await?;
        if self.json {
            let mut value = view::json(&user);
            value["locked_until"] = locks.first().map(|lock| output::instant(lock.until)).into();
            value["locks"] = locks
                .iter()
                .map(|lock| json!({ "until": output::instant(lock.until), "network": lock.network, "all_accounts": lock.user.is_none() }))
                .collect();
            output::json(&value);
            return Ok(());
        }
        let roles: Vec<&str> = user.roles.iter().map(|role| role.name.as_str()).collect();
        output::properties(&[
            ("username", user.username.clone()),
            ("kind", kind(&user).to_owned()),
            ("status", view::status(&user, &locks)),
            ("name", user.display_name()),
            ("email", email(&user)),
            ("sub", user.account.sub.clone()),
            ("number", user.account.number.to_string()),
            ("type", user.user_type.clone().unwrap_or_default()),
            ("roles", roles.join(" ")),
            ("password", if user.password.is_some() { "set" } else { "none" }.to_owned()),
            ("created", output::instant(user.created_at)),
            ("tokens before", output::instant(user.account.not_before)),
            ("sessions", rows.sessions_of_user(user.id()).await?.len().to_string()),
            ("authorizations", rows.authorizations_of_user(user.id()).await?.len().to_string()),
        ]);
        Ok(())
    }

    async fn create(&self, create: Create) -> Result<(), Failure> {
        let username = create.one.username;
        if let Some(login) = LoginName::fold(&username)
            && let Some(other) = self.installation.store.in_realm(self.realm.id).user_by_login(&login).await?
        {
            return Err(Failure::Conflict(format!(
                "{:?} signs in as {username:?} already in the realm {}",
                other.username, self.realm.name
            )));
        }
        let mut said = create.members.said(Said::new(&create.set, OPTIONS)?);
        said.say("username", username.as_str());
        let (document, unread) = UserDocument::read(&said.members);
        let taken = self.taken(&document, None, create.sub.as_deref()).await?;
        let owner = self.installation.owner(&self.realm, create.owner.as_deref()).await?;
        let (password, made) = password::obtain(create.password_stdin, &self.realm.name)?;
        let sound = unread.is_empty() && document.faults().is_empty();
        let hash = if sound { Some(hash(&password).await?) } else { None };
        let created = self.act(|desk| {
            unread_too(unread, || document.faults())?;
            let new = NewUser {
                document,
                kind: if create.api_user { AccountKind::ApiUser } else { AccountKind::Person },
                sub: create.sub,
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
        let user = self.find(&user.username).await?;
        self.print_with_password(&user, made.then_some(&password), &format!("{username} created in {}", self.realm.name));
        Ok(())
    }

    async fn change(&self, username: &str, members: Members, reset: Reset) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let known: Vec<&str> = UserDocument::members().map(|member| member.name).collect();
        let said = members.said(Said::again(reset, OPTIONS, &known)?);
        if said.is_empty() {
            return Err(Failure::Usage("say what to change, such as --email; `jeton user change --help` lists it".to_owned()));
        }
        let mut stored = UserDocument::of(&user).to_document();
        if said.members.contains_key("email") {
            // What was verified was another address.
            stored.remove("email_verified");
            stored.extend((!members.email_verified).then(|| ("email_verified".to_owned(), false.into())));
        }
        let (document, unread) = UserDocument::read(&said.over(stored));
        let taken = self.taken(&document, Some(&user), None).await?;
        let changed = self.act(|desk| {
            unread_too(unread, || document.faults())?;
            manage::change(&user, document, user.owner, &taken, desk)
        });
        let user = changed.await?.map_err(|refusal| said.refused(refusal))?;
        let address = user.email.as_ref().map(|email| email.address.clone());
        let verified = user.email.as_ref().is_some_and(|email| email.verified);
        let words = match address.as_ref().filter(|_| members.email.is_some()) {
            Some(address) => format!("{} has the address {address}{}", user.username, if verified { "" } else { ", unverified" }),
            None => format!("{} changed", user.username),
        };
        self.say(json!({ "username": user.username, "email": address, "email_verified": verified }), words);
        Ok(())
    }

    /// Who has the names already that a document gives to `own`, or to somebody new.
    async fn taken(&self, document: &UserDocument, own: Option<&Account>, sub: Option<&str>) -> Result<Taken, Failure> {
        let rows = self.installation.store.in_realm(self.realm.id);
        let own = own.map(Account::id);
        let mut taken = Taken::default();
        let address = document.own.email.as_deref().filter(|_| document.own.email_verified == Some(true));
        for (name, place) in [(Some(document.own.username.as_str()), &mut taken.username), (address, &mut taken.email)] {
            let Some(name) = name.and_then(LoginName::fold) else { continue };
            *place = rows.user_by_login(&name).await?.filter(|other| Some(other.id()) != own).map(|other| other.username);
        }
        if let Some(sub) = sub {
            let client = rows.client(sub).await?.map(|client| client.id.clone());
            taken.sub = client.or(rows.user_by_sub(sub).await?.map(|other| other.username));
        }
        Ok(taken)
    }

    async fn set_status(&self, username: &str, to: Status) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let verb = if to == Status::Active { manage::enable } else { manage::disable };
        self.act(|desk| verb(&user, desk)).await??;
        self.say(json!({ "username": username, "status": to.as_str() }), format!("{username} is {}", to.as_str()));
        Ok(())
    }

    async fn delete(&self, username: &str) -> Result<(), Failure> {
        let user = self.find(username).await?;
        self.act(|desk| manage::remove(&user, desk)).await??;
        self.say(json!({ "username": username, "deleted": true }), format!("{username} is gone, with everything that they granted"));
        Ok(())
    }

    async fn unlock(&self, username: &str) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let waited = !self.installation.store.in_realm(self.realm.id).locks(user.id(), now()).await?.is_empty();
        self.act(|desk| manage::unlock(&user, desk)).await??;
        let words = if waited { "may try again at once" } else { "did not wait; wrong passwords of before are forgotten" };
        self.say(json!({ "username": username, "was_locked": waited }), format!("{username} {words}"));
        Ok(())
    }

    async fn set_password(&self, username: &str, stdin: bool) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let (text, made) = password::obtain(stdin, &self.realm.name)?;
        let to = hash(&text).await?;
        self.act(|desk| manage::set_password(&user, to, desk)).await??;
        let words = format!(
            "{username} has a new password; their sessions have ended, and what applications were granted; \
             personal access tokens stay: `jeton user revoke` ends them too"
        );
        self.print_with_password(&user, made.then_some(&text), &words);
        Ok(())
    }

    async fn revoke(&self, username: &str, personal_access_tokens: bool) -> Result<(), Failure> {
        let user = self.find(username).await?;
        let mut tokens = Vec::new();
        if personal_access_tokens {
            let facts = self.installation.store.in_realm(self.realm.id).personal_access_tokens(user.id()).await?;
            tokens.extend(facts.iter().map(|facts| &facts.token).filter(|token| token.revoked_at.is_none()).map(|token| token.id));
        }
        let at = output::instant(self.act(|desk| manage::revoke_all(&user, &tokens, desk)).await??);
        self.say(
            json!({ "username": username, "not_before": at, "personal_access_tokens": personal_access_tokens }),
            format!("sessions, approvals and authorizations of {username} have ended; every token made before {at} is dead"),
        );
        Ok(())
    }

    async fn act<T>(&self, verb: impl FnOnce(&mut jeton_oauth::manage::Desk<'_>) -> Verdict<T>) -> Result<Result<T, Refusal>, Failure> {
        self.installation.try_to(&self.realm, verb).await
    }

    async fn find(&self, username: &str) -> Result<Account, Failure> {
        let missing = || {
            Failure::NotFound(format!(
                "nobody signs in as {username:?} in the realm {}; `jeton user list --realm {}` lists them",
                self.realm.name, self.realm.name
            ))
        };
        let login = LoginName::fold(username).ok_or_else(missing)?;
        self.installation.store.in_realm(self.realm.id).user_by_login(&login).await?.ok_or_else(missing)
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }

    fn print_with_password(&self, user: &Account, password: Option<&SecretText>, words: &str) {
        let password = password.map(SecretText::expose);
        if self.json {
            let mut value = view::json(user);
            value["password"] = password.into();
            output::json(&value);
            return;
        }
        output::say!("{words}");
        if let Some(password) = password {
            output::properties(&[("username", user.username.clone()), ("password", password.to_owned())]);
            output::say!("The password is shown this once; only a hash of it is kept.");
        }
    }
}

/// Members of an account's document, and the options that say them.
const OPTIONS: &[(&str, &str)] = &[
    ("email", "--email"),
    ("email_verified", "--email-verified"),
    ("name", "--name"),
    ("given_name", "--given-name"),
    ("family_name", "--family-name"),
    ("user_type", "--type"),
    ("roles", "--role"),
    ("sub", "--sub"),
    ("owner", "--owner"),
    ("username", "USERNAME"),
];

impl Members {
    fn said(&self, mut said: Said) -> Said {
        said.say("email", self.email.as_deref());
        said.say("email_verified", self.email_verified);
        said.say("name", self.name.as_deref());
        said.say("given_name", self.given_name.as_deref());
        said.say("family_name", self.family_name.as_deref());
        said.say("user_type", self.user_type.as_deref());
        said.say("roles", self.roles.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>());
        said
    }
}

async fn hash(password: &SecretText) -> Result<PasswordHash, Failure> {
    passwords()?.hash(password.clone()).await.map_err(|error| Failure::refused("this cannot be a password", error.to_string()))
}

fn email(user: &Account) -> String {
    user.email
        .as_ref()
        .map(|email| if email.verified { email.address.clone() } else { format!("{} (unverified)", email.address) })
        .unwrap_or_default()
}

const fn kind(user: &Account) -> &'static str {
    match user.account.kind {
        AccountKind::Person => "person",
        AccountKind::ApiUser => "API user",
    }
}
