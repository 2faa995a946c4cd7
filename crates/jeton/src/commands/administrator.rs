//! `jeton administrator`: who administers the server, over the console and the API.

mod server;

use clap::{Args, Subcommand, ValueEnum};
use jeton_oauth::{
    Scope, UserId,
    login_name::LoginName,
    manage::{
        AdministratorRole, Desk, Reach, Verdict,
        administrator::{self, Appointment, Invitation, REALM_ID},
    },
    model::{AccountKind, RealmConfig},
};
use jeton_server::{
    administrators::{ensure_realm, link},
    randomness::SystemRng,
};
use jeton_store::{AdministratorFacts, Store};
use rand_core::RngCore;
use serde_json::{Value, json};

use crate::{
    api::Server,
    cli::Common,
    failure::Failure,
    installation::{Installation, now},
    output::{self, words},
};

#[derive(Subcommand)]
pub enum Administrator {
    /// List administrators, and who is invited
    #[command(after_help = "Example:\n  jeton administrator list")]
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Make a link that makes somebody an administrator
    #[command(after_help = "The link works once, for seven days. Give it to nobody else.

Examples:
  jeton administrator invite ann@example.com --role owner
  jeton administrator invite bob@example.com --role support --realm acme")]
    Invite {
        /// Their e-mail address
        email: String,
        #[command(flatten)]
        appointment: Role,
        /// The server's address as others see it [default: as the server said at its last start]
        #[arg(long, value_name = "URL", env = "JETON_PUBLIC_URL")]
        public_url: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Give an administrator another role, or other realms
    #[command(
        after_help = "Examples:\n  jeton administrator role bob auditor\n  jeton administrator role bob support --realm acme --realm main\n  jeton administrator role bob owner --all-realms"
    )]
    Role {
        /// What they sign in with, or their e-mail address
        name: String,
        /// The role; the same as --role
        #[arg(value_name = "ROLE", required_unless_present = "role", conflicts_with = "role")]
        to: Option<Word>,
        #[arg(long, value_name = "ROLE", hide = true)]
        role: Option<Word>,
        #[command(flatten)]
        reach: NewReach,
        #[command(flatten)]
        common: Common,
    },
    /// Keep an administrator out: sessions and tokens end at once; an invitation is withdrawn
    #[command(after_help = "Example:\n  jeton administrator disable bob")]
    Disable(One),
    /// Let an administrator in again; what they had before stays dead
    Enable(One),
    /// Tokens for programs
    #[command(subcommand)]
    Token(Token),
}

#[derive(Subcommand)]
pub enum Token {
    /// Make a personal access token for a program; it is shown this once
    #[command(after_help = "The program is an administrator of its own: `jeton administrator disable NAME` ends the token.

Examples:
  jeton administrator token create --name ci --scope all
  jeton administrator token create --name watch --scope audit:read --scope health:read --role auditor --json")]
    Create(Box<Create>),
}

#[derive(Args)]
pub struct Create {
    /// What the token is called
    #[arg(long)]
    pub name: String,
    /// What it may be used for: all, or realms:, clients:, people:, tokens:, keys:, dialects: with read or write, audit:read, health:read; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub scopes: Vec<String>,
    /// What it may do
    #[arg(long, default_value = "owner")]
    pub role: Word,
    /// A realm that it works on; may be given many times; all of them where none is given
    #[arg(long = "realm", value_name = "NAME")]
    pub realms: Vec<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args)]
pub struct One {
    /// What they sign in with, or their e-mail address
    pub name: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args)]
pub struct NewReach {
    /// A realm that they work on from now on; may be given many times; those of today where none is given
    #[arg(long = "realm", value_name = "NAME", conflicts_with = "all_realms")]
    realms: Vec<String>,
    /// They work on all realms, those to come too
    #[arg(long)]
    all_realms: bool,
}

#[derive(Args)]
pub struct Role {
    /// What they may do: owner (everything), support (read; disable, revoke, reset) or auditor (read)
    #[arg(long)]
    pub role: Word,
    /// A realm that they work on; may be given many times; all of them where none is given
    #[arg(long = "realm", value_name = "NAME")]
    pub realms: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Word {
    /// Everything
    Owner,
    /// Reads; disables, revokes, resets
    Support,
    /// Reads
    Auditor,
}

impl From<Word> for AdministratorRole {
    fn from(word: Word) -> Self {
        match word {
            Word::Owner => Self::Owner,
            Word::Support => Self::Support,
            Word::Auditor => Self::Auditor,
        }
    }
}

impl Administrator {
    pub fn common(&self) -> &Common {
        match self {
            Self::List { common } | Self::Invite { common, .. } | Self::Role { common, .. } => common,
            Self::Disable(one) | Self::Enable(one) => &one.common,
            Self::Token(Token::Create(create)) => &create.common,
        }
    }
}

pub async fn run(command: Administrator) -> Result<(), Failure> {
    let common = command.common();
    let json = common.json;
    if let Some(server) = Server::of(common)? {
        return server::run(&server, command, json).await;
    }
    let installation = match command {
        Administrator::List { .. } => Installation::open(common)?,
        _ => Installation::open_or_make(common)?,
    };
    let desk = Admins { realm: realm(&installation.store).await?, installation, json };
    match command {
        Administrator::List { .. } => desk.list().await,
        Administrator::Invite { email, appointment, public_url, .. } => desk.invite(&email, appointment, public_url).await,
        Administrator::Role { name, to, role, reach, .. } => match to.or(role) {
            Some(role) => desk.role(&name, role.into(), &reach).await,
            None => Err(Failure::Usage("say which role: owner, support or auditor".to_owned())),
        },
        Administrator::Disable(one) => desk.disable(&one.name).await,
        Administrator::Enable(one) => desk.enable(&one.name).await,
        Administrator::Token(Token::Create(create)) => desk.create_token(*create).await,
    }
}

/// The built-in realm, made where it is not there yet.
async fn realm(store: &Store) -> Result<std::sync::Arc<RealmConfig>, Failure> {
    let none = || {
        Failure::Conflict(
            "another realm is named admin, so there can be no administrators; move what it holds to a realm of another name, then delete it"
                .to_owned(),
        )
    };
    if !ensure_realm(store, now()).await? {
        return Err(none());
    }
    store.realm(REALM_ID).await?.ok_or_else(none)
}

struct Admins {
    installation: Installation,
    realm: std::sync::Arc<RealmConfig>,
    json: bool,
}

impl Admins {
    fn store(&self) -> &Store {
        &self.installation.store
    }

    async fn list(&self) -> Result<(), Failure> {
        let administrators = self.all().await?;
        let invited = self.store().invitations(now(), None, PAGE).await?;
        let mut values = Vec::new();
        for facts in &administrators {
            let user = &facts.user;
            let (realms, email) = (self.names(&facts.administrator.reach).await?, user.email.as_ref().map(|email| email.address.clone()));
            let kind = if user.account.kind == AccountKind::ApiUser { "program" } else { "person" };
            values.push(json!({
                "sub": user.account.sub, "name": user.username, "email": email, "kind": kind, "role": facts.administrator.role.as_str(), "realms": realms,
                "status": user.account.status.as_str(), "since": output::instant(facts.appointed_at),
            }));
        }
        for invitation in &invited {
            values.push(json!({
                "name": null, "email": invitation.email, "kind": "person", "role": invitation.role.as_str(),
                "realms": self.names(&invitation.reach).await?, "status": "invited", "until": output::instant(invitation.expires_at),
            }));
        }
        print_list(&values, self.json);
        Ok(())
    }

    async fn invite(&self, email: &str, appointment: Role, public_url: Option<String>) -> Result<(), Failure> {
        let (role, reach) = (appointment.role.into(), self.reach(&appointment.realms).await?);
        let stored = self.store().installation().await?.public_url;
        let unknown =
            || Failure::Usage("the server's address is not known yet: start the server once, or give --public-url https://…".to_owned());
        let public_url = public_url.or(stored).ok_or_else(unknown)?;
        let public_url = public_url.trim_end_matches('/');
        let invited = self.act(|desk| administrator::invite(email, role, reach, desk)).await?;
        let (link, until) = (link(public_url, invited.text.expose()), output::instant(invited.invitation.expires_at));
        print_link(email, role, &link, &until, self.json);
        Ok(())
    }

    async fn role(&self, name: &str, role: AdministratorRole, wished: &NewReach) -> Result<(), Failure> {
        let who = self.find(name).await?.ok_or_else(|| none(name))?;
        let reach = match wished {
            NewReach { all_realms: true, .. } => Reach::All,
            // Another role is no reason for other realms.
            NewReach { realms, .. } if realms.is_empty() => who.administrator.reach.clone(),
            NewReach { realms, .. } => self.reach(realms).await?,
        };
        let realms = self.names(&reach).await?;
        let to = jeton_oauth::manage::Administrator { user: who.user.id(), role, reach };
        self.act(|desk| administrator::appoint(&who, to, realms.as_deref().unwrap_or_default(), desk)).await?;
        let of = realms.as_ref().map_or_else(|| "all realms".to_owned(), |realms| realms.join(", "));
        let words = format!("{} is {} of {of}", who.user.username, role.as_str());
        self.say(json!({ "name": who.user.username, "role": role.as_str(), "realms": realms }), words);
        Ok(())
    }

    async fn disable(&self, name: &str) -> Result<(), Failure> {
        if let Some(who) = self.find(name).await? {
            self.act(|desk| administrator::disable(&who, desk)).await?;
            let words = format!("{} is disabled: sessions and tokens have ended", who.user.username);
            self.say(json!({ "name": who.user.username, "status": "disabled" }), words);
            return Ok(());
        }
        let invited: Vec<Invitation> = self.store().invitations(now(), None, PAGE).await?;
        let invited: Vec<Invitation> = invited
            .into_iter()
            .filter(|invitation| invitation.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(name)))
            .collect();
        if invited.is_empty() {
            return Err(none(name));
        }
        self.act(|desk| administrator::withdraw(&invited, desk)).await?;
        self.say(json!({ "email": name, "status": "withdrawn" }), format!("the invitation of {name} is withdrawn"));
        Ok(())
    }

    async fn enable(&self, name: &str) -> Result<(), Failure> {
        let who = self.find(name).await?.ok_or_else(|| none(name))?;
        self.act(|desk| administrator::enable(&who, desk)).await?;
        self.say(json!({ "name": who.user.username, "status": "active" }), format!("{} is active", who.user.username));
        Ok(())
    }

    async fn create_token(&self, create: Create) -> Result<(), Failure> {
        let tokens = create.scopes.iter().flat_map(|scope| scope.split([' ', ','])).filter(|token| !token.is_empty());
        let scope = Scope::from_tokens(tokens).map_err(|error| Failure::refused("this cannot be a scope", error.to_string()))?;
        let role = AdministratorRole::from(create.role);
        let reach = self.reach(&create.realms).await?;
        let (epoch, username) = (self.store().installation().await?.epoch, self.free_name(&create.name).await?);
        let made = self.act(|desk| administrator::create_token(&create.name, username, scope, (role, reach.clone()), epoch, desk)).await?;
        let realms = self.names(&reach).await?;
        let made = json!({
            "id": made.token.id, "name": made.token.name, "administrator": made.user.username, "scope": made.token.scope.to_string(),
            "role": role.as_str(), "realms": realms, "token": made.text.expose(),
        });
        print_token(&made, self.json);
        Ok(())
    }

    /// What nobody signs in with yet: the name itself, or with a number of its own.
    async fn free_name(&self, name: &str) -> Result<String, Failure> {
        let rows = self.store().in_realm(REALM_ID);
        let plain = match LoginName::fold(name) {
            Some(login) => rows.user_by_login(&login).await?.is_none(),
            // The verb tells what is wrong with it.
            None => true,
        };
        Ok(if plain { name.to_owned() } else { format!("{name}-{:08x}", SystemRng.next_u32()) })
    }

    async fn find(&self, name: &str) -> Result<Option<Appointment>, Failure> {
        let by_login = match LoginName::fold(name) {
            Some(login) => self.store().in_realm(REALM_ID).user_by_login(&login).await?,
            None => None,
        };
        let found = match by_login {
            Some(user) => self.store().administrator(user.id()).await?,
            None => {
                let has =
                    |facts: &AdministratorFacts| facts.user.email.as_ref().is_some_and(|email| email.address.eq_ignore_ascii_case(name));
                self.all().await?.into_iter().find(has)
            }
        };
        let Some(AdministratorFacts { administrator, user, .. }) = found else { return Ok(None) };
        let another_owner = self.store().has_owner(Some(user.id())).await?;
        Ok(Some(Appointment { user, administrator, another_owner }))
    }

    async fn all(&self) -> Result<Vec<AdministratorFacts>, Failure> {
        let mut all: Vec<AdministratorFacts> = Vec::new();
        loop {
            let after: Option<UserId> = all.last().map(|facts| facts.user.id());
            let page = self.store().administrators(after, PAGE).await?;
            let last = page.len() < PAGE as usize;
            all.extend(page);
            if last {
                return Ok(all);
            }
        }
    }

    async fn reach(&self, names: &[String]) -> Result<Reach, Failure> {
        let mut realms = Vec::new();
        for name in names {
            let realm = self.installation.realm(Some(name)).await?;
            if realm.id == REALM_ID {
                return Err(Failure::Usage("only owners of all realms work on the realm admin: leave --realm out".to_owned()));
            }
            realms.push(realm.id);
        }
        Ok(if realms.is_empty() { Reach::All } else { Reach::Named(realms.into()) })
    }

    /// Names of the realms that are reached; `None` for all.
    async fn names(&self, reach: &Reach) -> Result<Option<Vec<String>>, Failure> {
        let Reach::Named(realms) = reach else { return Ok(None) };
        let mut names = Vec::new();
        for realm in realms.iter() {
            names.extend(self.store().realm(*realm).await?.map(|realm| realm.name.clone()));
        }
        Ok(Some(names))
    }

    async fn act<T>(&self, verb: impl FnOnce(&mut Desk<'_>) -> Verdict<T>) -> Result<T, Failure> {
        self.installation.act(&self.realm, verb).await
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }
}

const PAGE: u32 = 500;

fn print_list(administrators: &[Value], json: bool) {
    if json {
        output::json(&administrators);
        return;
    }
    let mut rows = output::Rows::new(
        &["name", "email", "role", "realms", "state"],
        "nobody administers this server yet; `jeton administrator invite` makes a link, and so does `jeton serve` at its start",
    );
    for one in administrators {
        let state = match (one["until"].as_str(), one["kind"] == "program") {
            (Some(until), _) => format!("invited until {until}"),
            (None, true) => format!("{}, a program", words(&one["status"])),
            (None, false) => words(&one["status"]),
        };
        rows.add([words(&one["name"]), words(&one["email"]), words(&one["role"]), output::words_or(&one["realms"], "all"), state]);
    }
    rows.print();
}

fn print_link(email: &str, role: AdministratorRole, link: &str, until: &str, json: bool) {
    if json {
        output::json(&json!({ "email": email, "role": role.as_str(), "link": link, "expires_at": until }));
        return;
    }
    output::say!("Give this link to {email}, and to nobody else. It works once, until {until}, and is shown this once:\n{link}");
}

fn print_token(made: &Value, json: bool) {
    if json {
        output::json(made);
        return;
    }
    output::properties(&[
        ("administrator", words(&made["administrator"])),
        ("role", words(&made["role"])),
        ("realms", output::words_or(&made["realms"], "all")),
        ("scope", words(&made["scope"])),
        ("token", words(&made["token"])),
    ]);
    output::say!("The token is shown this once; only a hash of it is kept.");
}

fn none(name: &str) -> Failure {
    Failure::NotFound(format!("no administrator is called {name:?}; `jeton administrator list` lists them"))
}
