//! A server that programs of other languages can call: a realm of every dialect, with a client for each way to
//! prove oneself, and what a reader would put into the samples of its page.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock},
};

use jeton_oauth::{
    Scope, Seconds, Timestamp,
    dialect::{Dialect, NotCarried},
    model::ClientAuthMethod,
    request::{Credentials, Grant, SecretPlace, TokenRequest},
    samples::{self, Language, Who, calls},
    secret::SecretText,
    settings::{GrantType, RequirePkce, SettingsPatch},
};
use jeton_stories::{
    browser::Browser,
    grants::{CHALLENGE, VERIFIER},
    setup::{PASSWORD, REDIRECT_URI, SECRET, Setup},
    world::{Engine, World},
};

pub struct Served {
    runtime: tokio::runtime::Runtime,
    world: World,
    /// One at a time: each signs in. Access tokens by realm and client, for calls that leave them alive.
    turn: Mutex<BTreeMap<(&'static str, &'static str), String>>,
}

/// A sample of a page: the call that it makes, and its text as a reader copies it.
#[derive(Clone, Debug)]
pub struct Sample {
    pub realm: &'static str,
    pub call: String,
    pub text: String,
    /// How it proves who it is, as its HTTP sample tells.
    client: &'static str,
}

const SCOPE: &str = "openid profile read";

/// What API users may be called who mean harm: no language may take any of it for more than a name.
const HOSTILE: [&str; 4] = [
    "$(touch jeton-was-here)",
    "`touch jeton-was-here`\"; touch jeton-was-here; \"",
    "'; touch jeton-was-here; '",
    r#"\a\"b'c`d${e}f#{g}h%s%n{i}$HOME!j\u{6b}<l>&m\"#,
];

impl Served {
    pub fn get() -> &'static Self {
        static SERVED: OnceLock<Served> = OnceLock::new();
        SERVED.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let world = runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let url = format!("http://{}", listener.local_addr().unwrap());
                let world = World::today(Engine::Sqlite, &url, Dialect::BUILT_IN.iter().map(|name| realm(name)).collect()).await;
                world.listen(listener);
                world
            });
            Self { runtime, world, turn: Mutex::default() }
        })
    }

    pub fn url(&self) -> &str {
        self.world.url()
    }

    /// Every sample in this language: the text of the element `CALL-LANGUAGE`.
    pub fn samples(&self, language: &str) -> Vec<Sample> {
        let mut samples = Vec::new();
        for realm in Dialect::BUILT_IN.iter().copied() {
            let page =
                self.runtime.block_on(async { self.world.get(&format!("/{realm}/docs")).header("accept", "text/html").send().await });
            assert_eq!(page.status, 200, "{}", page.text());
            let blocks = blocks(&page.text());
            samples.extend(self.of_hostile_names(realm, language));
            let suffix = format!("-{language}");
            for (id, text) in blocks.iter().filter(|(id, _)| id.ends_with(&suffix)) {
                let call = id.strip_suffix(&suffix).unwrap().to_owned();
                let http = blocks.get(&format!("{call}-http")).map_or("", String::as_str);
                samples.push(Sample { realm, client: client(http), call, text: text.clone() });
            }
        }
        assert!(samples.len() >= Dialect::BUILT_IN.len(), "{language}: {samples:?}");
        samples
    }

    /// The password grant by each of [`HOSTILE`], as the tab of an application shows it.
    fn of_hostile_names(&self, realm: &'static str, language: &str) -> Vec<Sample> {
        let language = Language::ALL.into_iter().find(|own| own.id() == language).unwrap();
        let of = self.runtime.block_on(self.world.realm(realm));
        let sample = |name: &&str| {
            let mut who = Who::anybody(&of);
            who.username = (*name).to_owned();
            let call = calls(&of, &who).grants.into_iter().find(|call| call.grant == Some(GrantType::Password))?;
            let written = |language: Language| samples::plain(&language.write(&call));
            Some(Sample { realm, client: client(&written(Language::Http)), call: "password".to_owned(), text: written(language) })
        };
        HOSTILE.iter().filter_map(sample).collect()
    }

    /// What a reader does: puts their own values in place of the placeholders.
    pub fn filled(&self, sample: &Sample) -> String {
        let mut text = sample.text.clone();
        let mut put = |placeholder: &str, value: &str| text = text.replace(placeholder, value);
        put("YOUR_CLIENT_ID", sample.client);
        put("YOUR_CLIENT_SECRET", SECRET);
        put("YOUR_USERNAME", "ann");
        put("YOUR_PASSWORD", PASSWORD);
        put("YOUR_REDIRECT_URI", REDIRECT_URI);
        put("$CODE_VERIFIER", VERIFIER);
        // The API of the examples is not there; the userinfo endpoint is called in the same way.
        if sample.call != "jwks" {
            put("https://api.example.com", &format!("{}/{}/userinfo", self.url(), sample.realm));
            // Where host and path stand apart.
            let host = self.url().trim_start_matches("http://");
            put("HTTPSConnection(\"api.example.com\"", &format!("HTTPConnection(\"{host}\""));
            put("\"GET\", \"/\"", &format!("\"GET\", \"/{}/userinfo\"", sample.realm));
        }
        if text.contains("YOUR_CODE") {
            text = text.replace("YOUR_CODE", &self.code(sample));
        }
        text = text.replace("YOUR_PERSONAL_ACCESS_TOKEN", "$ACCESS_TOKEN");
        if text.contains("$ACCESS_TOKEN") || text.contains("$REFRESH_TOKEN") {
            let (access, refresh) = self.tokens(sample);
            text = text.replace("$ACCESS_TOKEN", &access).replace("$REFRESH_TOKEN", &refresh);
        }
        text
    }

    fn code(&self, sample: &Sample) -> String {
        let _turn = self.turn.lock().unwrap_or_else(|broken| broken.into_inner());
        let mut query = vec![
            ("client_id", sample.client),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "read"),
            ("state", "x"),
        ];
        if sample.text.contains("$CODE_VERIFIER") {
            query.extend([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
        }
        let path = format!("/{}{}", sample.realm, Dialect::built_in(sample.realm).unwrap().path_of(jeton_oauth::Endpoint::Authorization));
        self.runtime.block_on(async { Browser::new(&self.world).authorize_at(&path, &query).await.parameters().remove("code").unwrap() })
    }

    /// Tokens of the person, given to the sample's client.
    fn tokens(&self, sample: &Sample) -> (String, String) {
        let mut turn = self.turn.lock().unwrap_or_else(|broken| broken.into_inner());
        let uses_up = sample.text.contains("$REFRESH_TOKEN") || sample.call == "revocation";
        if let Some(token) = turn.get(&(sample.realm, sample.client)).filter(|_| !uses_up) {
            return (token.clone(), String::new());
        }
        let dialect = Dialect::built_in(sample.realm).unwrap();
        let secret = |place| Credentials::secret(place, sample.client, SecretText::new(SECRET));
        let credentials = match sample.client {
            "basic" => secret(SecretPlace::Basic),
            "post" => secret(SecretPlace::Body),
            "header" => secret(SecretPlace::Header),
            // Who shows a token needs none of its own: whoever refreshes by the token alone, and APIs.
            _ => Credentials::Public { client_id: "public".into() },
        };
        let grant = Grant::Password {
            username: "ann".into(),
            password: SecretText::new(PASSWORD),
            scope: Some(Scope::parse(SCOPE).unwrap()),
            resource: Vec::new(),
        };
        let issuer = format!("{}/{}", self.url(), sample.realm);
        let ask = |credentials: Credentials| dialect.encode_request(&issuer, &TokenRequest { credentials, grant: grant.clone() });
        // Where the route of the grant knows no such way, whoever may be asked: a token is seen by all clients here.
        let any = |refused: NotCarried| {
            let ways = [secret_of("post", SecretPlace::Body), secret_of("header", SecretPlace::Header)];
            ways.into_iter().find_map(|credentials| ask(credentials).ok()).ok_or(refused)
        };
        let request = ask(credentials).or_else(any).unwrap();
        let answer =
            self.runtime.block_on(async { self.world.written(request).host(self.url().split_once("://").unwrap().1).send().await });
        assert_eq!(answer.status, 200, "{} {}: {}", sample.realm, sample.call, answer.text());
        let route = dialect.route_for(GrantType::Password).unwrap().token.as_deref().unwrap();
        let tokens = route.decode_answer(answer.text().as_bytes()).unwrap();
        let refresh = tokens.refresh_token.map(|token| token.expose().to_owned()).unwrap_or_default();
        let access = tokens.access_token.expose().to_owned();
        if !uses_up {
            turn.insert((sample.realm, sample.client), access.clone());
        }
        (access, refresh)
    }
}

fn secret_of(client: &str, place: SecretPlace) -> Credentials {
    Credentials::secret(place, client, SecretText::new(SECRET))
}

fn realm(dialect: &'static str) -> Setup {
    let settings = SettingsPatch {
        // Programs are compiled between a code and its use.
        authorization_code_lifetime: Some(Seconds(3600)),
        require_pkce: (dialect == "volt-time").then_some(RequirePkce::Public),
        ..SettingsPatch::default()
    };
    let mut setup = Setup::new(dialect, dialect)
        .settings(settings)
        .client("basic", ClientAuthMethod::ClientSecretBasic, |_| {})
        .client("post", ClientAuthMethod::ClientSecretPost, |_| {})
        .client("header", ClientAuthMethod::Header, |_| {})
        .client("public", ClientAuthMethod::None, |_| {});
    for name in HOSTILE {
        setup = setup.person(name, |user| user.email = None);
    }
    // Before the system's own time: no token is older than its client.
    setup.clients.iter_mut().for_each(|client| client.created_at = Timestamp::default());
    setup
}

/// Which client a call is made by.
fn client(http: &str) -> &'static str {
    match () {
        () if http.contains("Authorization: Basic ") => "basic",
        () if http.contains("client_secret=") => "post",
        () if http.contains("-App-Secret: ") => "header",
        () => "public",
    }
}

/// The text of every `<code>` with an id, as a reader sees it.
pub fn blocks(html: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in html.split("<pre").skip(1) {
        let inside = part.split("</pre>").next().unwrap();
        let Some((id, text)) = inside.split_once("<code id=\"").and_then(|(_, rest)| rest.split_once("\">")) else { continue };
        let before = found.insert(id.to_owned(), plain(text.strip_suffix("</code>").unwrap()));
        assert_eq!(before, None, "{id} stands twice on the page");
    }
    found
}

/// Text without its markup.
pub fn plain(html: &str) -> String {
    let text = html.replace("<mark>", "").replace("</mark>", "");
    assert!(!text.contains('<'), "{text}");
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, letter)| text.replace(entity, letter))
}
