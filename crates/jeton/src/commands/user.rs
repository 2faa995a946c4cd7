//! `jeton user`: people, and the machine logins of developers.

mod folder;
mod password;
mod server;
mod view;

use clap::{Args, Subcommand};
use jeton_oauth::{
    UserId,
    manage::UserDocument,
    model::{AccountKind, Status},
    secret::SecretText,
};
use serde_json::{Map, Value, json};

use crate::{
    cli::InRealm,
    failure::Failure,
    output::{self, words},
    place::Place,
    said::{Reset, Said, Set},
};
use folder::Folder;
use server::Elsewhere;
pub(super) use server::find;

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

/// What may be done with the people and API users of a realm, wherever it is.
trait Accounts {
    fn realm(&self) -> &str;
    async fn list(&self, search: Option<&str>, limit: u32, after: Option<UserId>) -> Result<Vec<Value>, Failure>;
    /// A link, and when it ends.
    async fn invite(&self) -> Result<(String, String), Failure>;
    /// With `locks`, and how many sessions they have.
    async fn show(&self, username: &str) -> Result<Value, Failure>;
    async fn create(&self, made: Made<'_>, said: &Said) -> Result<Value, Failure>;
    /// What is said about them becomes what `to` makes of it.
    async fn change(
        &self,
        username: &str,
        said: &Said,
        to: &(dyn Fn(Map<String, Value>) -> Map<String, Value> + Sync),
    ) -> Result<Value, Failure>;
    async fn set_status(&self, username: &str, to: Status) -> Result<(), Failure>;
    async fn remove(&self, username: &str) -> Result<(), Failure>;
    /// Whether anybody waited.
    async fn unlock(&self, username: &str) -> Result<bool, Failure>;
    async fn set_password(&self, username: &str, to: &SecretText) -> Result<Value, Failure>;
    /// Since when their tokens are believed.
    async fn revoke_all(&self, username: &str, personal_access_tokens: bool) -> Result<String, Failure>;
}

/// An account that is to be made, besides its document.
struct Made<'a> {
    username: &'a str,
    kind: AccountKind,
    sub: Option<String>,
    owner: Option<&'a str>,
    password: &'a SecretText,
}

pub async fn run(user: User) -> Result<(), Failure> {
    let scope = user.scope();
    let (name, json) = (scope.realm.clone(), scope.common.json);
    match Place::of(&scope.common)? {
        Place::Folder(installation) => {
            let realm = installation.realm(name.as_deref()).await?;
            Desk { of: Folder { installation, realm }, json }.run(user).await
        }
        Place::Server(server) => {
            let realm = server.realm(name.as_deref()).await?;
            Desk { of: Elsewhere { server, realm }, json }.run(user).await
        }
    }
}

struct Desk<A> {
    of: A,
    json: bool,
}

impl<A: Accounts> Desk<A> {
    async fn run(&self, user: User) -> Result<(), Failure> {
        match user {
            User::List { search, limit, after, .. } => self.list(search.as_deref(), limit, after).await,
            User::Invite { .. } => self.invite().await,
            User::Show(one) => self.show(&one.username).await,
            User::Create(create) => self.create(*create).await,
            User::Change { one, members, reset } => self.change(&one.username, *members, reset).await,
            User::Disable(one) => self.set_status(&one.username, Status::Disabled).await,
            User::Enable(one) => self.set_status(&one.username, Status::Active).await,
            User::Unlock(one) => self.unlock(&one.username).await,
            User::Delete(one) => self.delete(&one.username).await,
            User::SetPassword { one, password_stdin } => self.set_password(&one.username, password_stdin).await,
            User::Revoke { one, personal_access_tokens } => self.revoke(&one.username, personal_access_tokens).await,
        }
    }

    async fn list(&self, search: Option<&str>, limit: u32, after: Option<UserId>) -> Result<(), Failure> {
        let users = self.of.list(search, limit, after).await?;
        if self.json {
            output::json(&users);
            return Ok(());
        }
        let mut rows = output::Rows::new(
            &["username", "email", "kind", "name", "number", "status"],
            "nobody; make an account with `jeton user create`",
        );
        for user in &users {
            rows.add([
                words(&user["username"]),
                view::email(user),
                view::kind(user).to_owned(),
                view::display_name(user),
                words(&user["number"]),
                words(&user["status"]),
            ]);
        }
        rows.print();
        Ok(())
    }

    async fn invite(&self) -> Result<(), Failure> {
        let (link, until) = self.of.invite().await?;
        if self.json {
            output::json(&json!({ "link": link, "expires_at": until }));
        } else {
            output::say!("{link}");
        }
        Ok(())
    }

    async fn show(&self, username: &str) -> Result<(), Failure> {
        let user = self.of.show(username).await?;
        if self.json {
            output::json(&user);
            return Ok(());
        }
        let roles: Vec<String> = user["roles"].as_array().into_iter().flatten().map(|role| words(&role["name"])).collect();
        output::properties(&[
            ("username", words(&user["username"])),
            ("kind", view::kind(&user).to_owned()),
            ("status", view::status(&user)),
            ("name", view::display_name(&user)),
            ("email", view::email(&user)),
            ("sub", words(&user["sub"])),
            ("number", words(&user["number"])),
            ("type", words(&user["type"])),
            ("roles", roles.join(" ")),
            ("password", if user["has_password"] == true { "set" } else { "none" }.to_owned()),
            ("created", words(&user["created_at"])),
            ("tokens before", words(&user["not_before"])),
            ("sessions", words(&user["sessions"])),
            ("authorizations", words(&user["authorizations"])),
        ]);
        Ok(())
    }

    async fn create(&self, create: Create) -> Result<(), Failure> {
        let username = create.one.username;
        let mut said = create.members.said(Said::new(&create.set, OPTIONS)?);
        said.say("username", username.as_str());
        let (password, is_fresh) = password::obtain(create.password_stdin, self.of.realm())?;
        let kind = if create.api_user { AccountKind::ApiUser } else { AccountKind::Person };
        let made = Made { username: &username, kind, sub: create.sub, owner: create.owner.as_deref(), password: &password };
        let user = self.of.create(made, &said).await?;
        self.print_with_password(user, is_fresh.then_some(&password), &format!("{username} created in {}", self.of.realm()));
        Ok(())
    }

    async fn change(&self, username: &str, members: Members, reset: Reset) -> Result<(), Failure> {
        let known: Vec<&str> = UserDocument::members().map(|member| member.name).collect();
        let said = members.said(Said::again(reset, OPTIONS, &known)?);
        if said.is_empty() {
            return Err(Failure::Usage("say what to change, such as --email; `jeton user change --help` lists it".to_owned()));
        }
        let to = |mut stored: Map<String, Value>| {
            if said.members.contains_key("email") {
                // What was verified was another address.
                stored.remove("email_verified");
                stored.extend((!members.email_verified).then(|| ("email_verified".to_owned(), false.into())));
            }
            said.over(stored)
        };
        let user = self.of.change(username, &said, &to).await?;
        let (name, verified) = (words(&user["username"]), user["email_verified"] == true);
        let text = match user["email"].as_str().filter(|_| members.email.is_some()) {
            Some(address) => format!("{name} has the address {address}{}", if verified { "" } else { ", unverified" }),
            None => format!("{name} changed"),
        };
        self.say(json!({ "username": name, "email": user["email"], "email_verified": verified }), text);
        Ok(())
    }

    async fn set_status(&self, username: &str, to: Status) -> Result<(), Failure> {
        self.of.set_status(username, to).await?;
        self.say(json!({ "username": username, "status": to.as_str() }), format!("{username} is {}", to.as_str()));
        Ok(())
    }

    async fn delete(&self, username: &str) -> Result<(), Failure> {
        self.of.remove(username).await?;
        self.say(json!({ "username": username, "deleted": true }), format!("{username} is gone, with everything that they granted"));
        Ok(())
    }

    async fn unlock(&self, username: &str) -> Result<(), Failure> {
        let waited = self.of.unlock(username).await?;
        let text = if waited { "may try again at once" } else { "did not wait; wrong passwords of before are forgotten" };
        self.say(json!({ "username": username, "was_locked": waited }), format!("{username} {text}"));
        Ok(())
    }

    async fn set_password(&self, username: &str, stdin: bool) -> Result<(), Failure> {
        let (password, is_fresh) = password::obtain(stdin, self.of.realm())?;
        let user = self.of.set_password(username, &password).await?;
        let text = format!(
            "{username} has a new password; their sessions have ended, and what applications were granted; \
             personal access tokens stay: `jeton user revoke` ends them too"
        );
        self.print_with_password(user, is_fresh.then_some(&password), &text);
        Ok(())
    }

    async fn revoke(&self, username: &str, personal_access_tokens: bool) -> Result<(), Failure> {
        let at = self.of.revoke_all(username, personal_access_tokens).await?;
        self.say(
            json!({ "username": username, "not_before": at, "personal_access_tokens": personal_access_tokens }),
            format!("sessions, approvals and authorizations of {username} have ended; every token made before {at} is dead"),
        );
        Ok(())
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }

    fn print_with_password(&self, mut user: Value, password: Option<&SecretText>, text: &str) {
        let password = password.map(SecretText::expose);
        if self.json {
            user["password"] = password.into();
            output::json(&user);
            return;
        }
        output::say!("{text}");
        if let Some(password) = password {
            output::properties(&[("username", words(&user["username"])), ("password", password.to_owned())]);
            output::say!("The password is shown this once; only a hash of it is kept.");
        }
    }
}

fn missing(realm: &str, username: &str) -> Failure {
    Failure::NotFound(format!("nobody signs in as {username:?} in the realm {realm}; `jeton user list --realm {realm}` lists them"))
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
