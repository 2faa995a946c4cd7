//! Headless Chromium by the WebDriver protocol, as much of it as the stories need.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const CHROMIUM: &str = "/usr/bin/chromium";
const DRIVER: &str = "/usr/bin/chromedriver";

/// What to install, where the browser or its driver is missing.
pub fn missing() -> Option<&'static str> {
    let there = [CHROMIUM, DRIVER].iter().all(|file| Path::new(file).exists());
    (!there).then_some("Chromium is missing: install the packages chromium and chromium-driver")
}

pub struct Browser {
    driver: Child,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// A browser with an empty profile that runs no script.
    pub fn start() -> Self {
        Self::start_with(false, &[])
    }

    /// As most people have it, by day or by night.
    pub fn with_scripts(dark: bool) -> Self {
        Self::start_with(true, if dark { &["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] } else { &[] })
    }

    /// As somebody has it who reads German.
    pub fn in_german() -> Self {
        Self::start_with(true, &["--lang=de", "--accept-lang=de"])
    }

    fn start_with(scripts: bool, more: &[&str]) -> Self {
        let mut driver = Command::new(DRIVER).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
        let port = lines
            .filter_map(|line| line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse::<u16>().ok())
            .next()
            .expect("chromedriver says its port");
        let profile = tempfile::tempdir().unwrap();
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut arguments = vec![
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=900,1000",
        ];
        arguments.push(&folder);
        arguments.extend(more);
        // Chromium's sandbox does not work for root, who runs the tests in containers.
        arguments.push("--no-sandbox");
        let options = json!({
            "binary": CHROMIUM,
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 } },
        });
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": wanted } });
        let base = format!("http://127.0.0.1:{port}/session");
        let made = call("POST", &base, &capabilities);
        let session = format!("{base}/{}", made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")));
        Self { driver, session, _profile: profile }
    }

    pub fn open(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    pub fn url(&self) -> String {
        call("GET", &format!("{}/url", self.session), &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    /// Until the address holds `part`.
    pub fn wait_for(&self, part: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !self.url().contains(part) {
            assert!(Instant::now() < deadline, "still at {} instead of {part}", self.url());
            std::thread::yield_now();
        }
    }

    /// Until the element says so.
    pub fn wait_for_text(&self, selector: &str, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let found = self.post("element", &json!({ "using": "css selector", "value": selector }));
            let id = found.as_object().and_then(|element| element.values().next()?.as_str().map(str::to_owned));
            let text = id.map(|id| call("GET", &format!("{}/element/{id}/text", self.session), &Value::Null));
            if text.as_ref().and_then(Value::as_str).is_some_and(|text| text.contains(words)) {
                return;
            }
            assert!(Instant::now() < deadline, "{selector} does not say {words:?} at {}: {text:?}", self.url());
            std::thread::yield_now();
        }
    }

    /// From here on the browser has a device that knows its holder, and makes and shows passkeys unasked.
    pub fn add_authenticator(&self) {
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserVerified": true, "isUserConsenting": true,
        });
        let added = self.post("webauthn/authenticator", &device);
        assert!(added.is_string(), "no authenticator: {added}");
    }

    /// The page's markup.
    pub fn source(&self) -> String {
        call("GET", &format!("{}/source", self.session), &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    pub fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        call("GET", &format!("{}/element/{element}/text", self.session), &Value::Null).as_str().unwrap_or_default().to_owned()
    }

    pub fn type_into(&self, selector: &str, keys: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/value"), &json!({ "text": keys }));
    }

    /// Types where the focus is, and on from there with tabulator and enter.
    pub fn type_into_focused(&self, keys: &str) {
        let presses: Vec<_> =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key.to_string() }))).collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] }));
    }

    /// What a script answers, by a promise or at once.
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// What the console said since it was asked last.
    pub fn console(&self) -> Vec<String> {
        let said = self.post("se/log", &json!({ "type": "browser" }));
        // Chromium's advice on forms is no fault: an application's secret and a password stand in one form where both are sent.
        let said = said.as_array().into_iter().flatten().map(|line| line["message"].as_str().unwrap_or_default());
        said.filter(|message| !message.contains(" [DOM] Multiple forms")).map(str::to_owned).collect()
    }

    /// Keeps pictures of the page, as on a desk and as on a telephone, if somebody wants to look.
    pub fn picture(&self, name: &str) {
        let Ok(folder) = std::env::var("JETON_SCREENSHOTS") else { return };
        for (width, kind) in [(390, "-narrow"), (1200, "")] {
            self.post("window/rect", &json!({ "width": width, "height": 1000 }));
            let png = call("GET", &format!("{}/screenshot", self.session), &Value::Null);
            let bytes = BASE64_STANDARD.decode(png.as_str().unwrap_or_default()).unwrap();
            std::fs::write(Path::new(&folder).join(format!("{name}{kind}.png")), bytes).unwrap();
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("element", &json!({ "using": "css selector", "value": selector }));
        let id = found.as_object().and_then(|element| element.values().next()?.as_str().map(str::to_owned));
        id.unwrap_or_else(|| panic!("no {selector} at {}: {found}", self.url()))
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        call("POST", &format!("{}/{command}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        call("DELETE", &self.session, &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// One command; answers its `value`. The driver keeps connections open, so the length ends the answer.
fn call(method: &str, url: &str, body: &Value) -> Value {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head =
        format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.trim().parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer).unwrap();
    serde_json::from_slice::<Value>(&answer).map_or(Value::Null, |mut answer| answer["value"].take())
}
