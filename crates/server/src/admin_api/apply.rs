//! Realm files: what they would change, and the change itself, in the unit and by the checks of `jeton apply`.

use std::{collections::BTreeSet, io, path::Path, sync::Arc};

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ErrorCode, OAuthError, Seconds,
    dialect::Dialect,
    manage::{
        self, Act, Noun, Position, Subject,
        administrator::{Area, Need, part_of},
        read,
    },
};
use jeton_provision::{ApplyError, Dialects, Fault, Files, Means, NoHash, Options, Outside, Prepared, Prune, Source, prepare};
use serde::Deserialize;
use serde_json::json;

use super::{Api, realms::plain_http, request::Document};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    password::{Busy, HashError},
    randomness::SystemRng,
    respond,
};

/// What is sent: files as they were written, and the secrets that they name.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sent {
    files: Vec<File>,
    secrets: Vec<Secret>,
    /// Kinds of which everything goes that no file names.
    prune: Vec<String>,
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// As faults call it; its folder is where the paths of secrets begin.
    name: String,
    text: String,
}

/// A secret as its sender found it: of a variable or of a file, with its text, or why there is none.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Secret {
    env: Option<String>,
    file: Option<String>,
    value: Option<String>,
    error: Option<String>,
}

/// POST: realms, applications and people become what the files say, or, with `dry_run`, nothing does. Doing it
/// again changes nothing, so an `Idempotency-Key` is not needed.
pub async fn apply(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::scoped(app, incoming, (Area::Realms, Need::Read))?;
    api.allow(Noun::Realm, Act::Change, &Subject { realm: somewhere(&api), ..Subject::default() })?;
    api.expects_json()?;
    let (prepared, options) = said(app, &api.document()?)?;
    allowed(&api, &prepared, options.prune).await?;
    let dialects = dialects(app).await?;
    let mut means = Means {
        by: api.actor(),
        store: Some(&app.store),
        dialects: &dialects,
        pool: &app.passwords,
        rng: &mut SystemRng,
        now: &|| app.now(),
        progress: &|_, _| {},
    };
    let plan = jeton_provision::apply(&prepared, options, &mut means).await.map_err(refused)?;
    let differs = !plan.changes.is_empty();
    if differs && !options.dry_run {
        app.realms.catch_up().await?;
    }
    let body = json!({
        "dry_run": options.dry_run,
        "changed": differs && !options.dry_run,
        "would_change": differs && options.dry_run,
        "differences": plan.differences,
    });
    Ok(respond::json(StatusCode::OK, &body))
}

/// A realm that the administrator works on, to ask of the role alone.
fn somewhere(api: &Api<'_>) -> Option<jeton_oauth::RealmId> {
    match &api.administrator().reach {
        manage::Reach::All => None,
        manage::Reach::Named(realms) => realms.first().copied(),
    }
}

fn said(app: &App, sent: &Document) -> Result<(Prepared, Options), OAuthError> {
    let (sent, faults) = read::<Sent>(sent);
    if !faults.is_empty() {
        return Err(OAuthError::faulty(faults));
    }
    if sent.files.is_empty() {
        let fault = manage::Fault::new("files", "there is no file", "send files: [{\"name\": \"acme.toml\", \"text\": \"…\"}]");
        return Err(OAuthError::faulty(vec![fault]));
    }
    let prune = Prune::parse(sent.prune.iter().map(String::as_str))
        .map_err(|words| OAuthError::faulty(vec![manage::Fault::new("prune", words, "name kinds out of the list")]))?;
    let mut files = Files::default();
    for File { name, text } in sent.files {
        files.folders.push(Path::new(&name).parent().map(Path::to_owned).unwrap_or_default());
        files.sources.push(Source { name, text });
    }
    Ok((prepare(files, &Brought(sent.secrets)), Options { prune, dry_run: sent.dry_run, plain_http: plain_http(app) }))
}

/// The token has to open every part that the files speak of, and the role every realm. A realm that is out of reach is
/// as one that is to be made.
async fn allowed(api: &Api<'_>, prepared: &Prepared, prune: Prune) -> Result<(), Failure> {
    for area in areas(prepared, prune) {
        api.opens((area, Need::Write))?;
    }
    for name in prepared.realms() {
        let found = api.app.store.realm_by_name(name).await?.filter(|realm| api.administrator().reach.covers(realm.id));
        match found {
            Some(realm) => {
                api.opens((part_of(realm.id, Area::Realms, Need::Write), Need::Write))?;
                api.allow(Noun::Realm, Act::Change, &Subject { realm: Some(realm.id), ..Subject::default() })?;
            }
            None => api.allow(Noun::Realm, Act::Create, &Subject::default())?,
        }
    }
    Ok(())
}

fn areas(prepared: &Prepared, prune: Prune) -> Vec<Area> {
    let nouns: BTreeSet<&str> = prepared.nouns(prune).into_iter().map(Noun::as_str).collect();
    let mut areas = vec![Area::Realms];
    areas.extend(nouns.contains(Noun::Client.as_str()).then_some(Area::Clients));
    areas.extend([Noun::User, Noun::ApiUser].iter().any(|noun| nouns.contains(noun.as_str())).then_some(Area::People));
    areas
}

/// Those that are built in, and those that are stored. Files in the data folder of one server are not for all.
async fn dialects(app: &App) -> Result<Dialects, Failure> {
    let built_in = |name: &&str| Some(((*name).to_owned(), Dialect::built_in(name)?));
    let mut dialects: Dialects = Dialect::BUILT_IN.iter().filter_map(built_in).collect();
    for row in app.store.dialects().await? {
        if let Ok(dialect) = Dialect::parse(&row.toml) {
            dialects.entry(row.name).or_insert_with(|| Arc::new(dialect));
        }
    }
    Ok(dialects)
}

fn refused(error: ApplyError) -> Failure {
    match error {
        ApplyError::Refused(faults) => OAuthError::faulty(faults.into_iter().map(placed).collect()).into(),
        ApplyError::Verb(refusal) => OAuthError::from(refusal).into(),
        ApplyError::Conflict => OAuthError::new(ErrorCode::Conflict, error.to_string()).retry_after(Seconds(1)).into(),
        ApplyError::Store(error) => error.into(),
        ApplyError::Hash(NoHash(error)) => busy(&*error).into(),
    }
}

/// A fault of a file is told with its place in it.
fn placed(fault: Fault) -> manage::Fault {
    let at = Position { file: fault.file, line: fault.line, column: fault.column };
    manage::Fault::new("files", fault.message, fault.help).placed(at)
}

fn busy(error: &(dyn std::error::Error + 'static)) -> OAuthError {
    let busy = match error.downcast_ref::<HashError>() {
        Some(HashError::Busy(busy)) => Some(*busy),
        _ => error.downcast_ref::<Busy>().copied(),
    };
    let wait = busy.map_or(Seconds(1), |busy| busy.retry_after);
    OAuthError::new(ErrorCode::TooManyRequests, "too many passwords are being checked; nothing was written; try again").retry_after(wait)
}

/// Secrets that came along. **Invariant**: neither the server's environment nor its files are looked at.
struct Brought(Vec<Secret>);

impl Outside for Brought {
    fn variable(&self, name: &str) -> Option<String> {
        self.0.iter().find(|secret| secret.env.as_deref() == Some(name))?.value.clone()
    }

    fn file(&self, path: &Path) -> io::Result<String> {
        let named = |secret: &&Secret| secret.file.as_ref().is_some_and(|file| Path::new(file) == path);
        let Secret { value, error, .. } = self.0.iter().find(named).ok_or_else(|| io::Error::other("it was not sent along"))?;
        match value {
            Some(text) => Ok(text.clone()),
            None => Err(io::Error::other(error.clone().unwrap_or_else(|| "it was sent without a value".to_owned()))),
        }
    }
}
