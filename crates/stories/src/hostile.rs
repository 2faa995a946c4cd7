//! Odd and hostile text in every field of every form of a page: whatever is sent, the server answers, and the text stays text.

use http::{Method, StatusCode};

use crate::{
    browser::{Browser, Form},
    call::Answer,
    forms::whole_forms,
};

/// Nothing, markup, templates, control characters, lines of headers, paths, signs that turn or join what stands beside them.
const TEXTS: [&str; 11] = [
    "",
    "   ",
    "<script>alert(1)</script>\"'><u id=living>",
    "{{ 7777 * 7777 }} {% raw %} ${7777*7777} #{7777*7777}",
    "\u{202e}arev\u{2066}\u{200d}",
    "🔋👩‍🚀",
    "a\0b",
    "a\r\nX-Injected: 1\r\n\r\n",
    "../../../etc/passwd%00%2e%2e%2f",
    "' OR 1=1; DROP TABLE users; --",
    "%%s%n\\\u{feff}",
];

/// Sends each text, a very long one, and none or two at once, in each field of each form at `path`, but of forms whose address
/// ends in one of `spared`. Answers how many were sent.
pub async fn attack(browser: &Browser<'_>, path: &str, spared: &[&str]) -> usize {
    let long = "x".repeat(20_000);
    send(browser, path, spared, |form| {
        let names = names_of(form);
        let texts = || TEXTS.into_iter().chain([long.as_str()]);
        let hostile = names.iter().flat_map(|name| texts().map(|text| form.clone().with(name, text)));
        hostile.chain(names.iter().flat_map(|name| [form.clone().without(name), twice(form, name)])).collect()
    })
    .await
}

/// As [`attack`], with each text in all fields at once: for forms of many fields.
pub async fn attack_at_once(browser: &Browser<'_>, path: &str, spared: &[&str]) -> usize {
    send(browser, path, spared, |form| {
        let names = names_of(form);
        let everywhere = |text: &str| names.iter().filter(|name| **name != "csrf").fold(form.clone(), |form, name| form.with(name, text));
        let hostile = TEXTS.into_iter().map(everywhere);
        hostile.chain(names.iter().flat_map(|name| [form.clone().with(name, TEXTS[2]), twice(form, name)])).collect()
    })
    .await
}

async fn send(browser: &Browser<'_>, path: &str, spared: &[&str], attempts: impl Fn(&Form) -> Vec<Form>) -> usize {
    let forms = forms_at(browser, path).await;
    assert!(!forms.is_empty(), "{path} has no form");
    let mut sent = 0;
    for form in forms.iter().filter(|form| !spared.iter().any(|end| form.action.ends_with(end))) {
        for (number, attempt) in attempts(form).into_iter().enumerate() {
            // What one page made may have ended another.
            if number % 16 == 15 && forms_at(browser, path).await.iter().all(|fresh| fresh.action != form.action) {
                break;
            }
            let fields: Vec<(&str, &str)> = attempt.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = browser.one(Method::POST, &attempt.action, Some(&fields)).await;
            is_inert(&answer, &format!("{} {:?}", attempt.action, attempt.fields));
            sent += 1;
        }
    }
    sent
}

fn names_of(form: &Form) -> Vec<String> {
    let mut names: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).collect();
    names.sort();
    names.dedup();
    names
}

fn twice(form: &Form, name: &str) -> Form {
    let mut twice = form.clone();
    twice.fields.push((name.to_owned(), "again".to_owned()));
    twice
}

async fn forms_at(browser: &Browser<'_>, path: &str) -> Vec<Form> {
    let page = browser.get(path).await.page();
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
    is_inert(&page, path);
    whole_forms(&page)
}

/// No fault of ours, no header of theirs, and a page on which nothing of it lives.
#[track_caller]
fn is_inert(answer: &Answer, what: &str) {
    assert!(!answer.status.is_server_error(), "{what}: {} {}", answer.status, answer.text());
    assert_eq!(answer.header("x-injected"), None, "{what}");
    if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        for living in ["<script>alert", "60481729", "<u id"] {
            assert!(!answer.text().contains(living), "{what}: {living} in {}", answer.text());
        }
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{what}: {policy}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    }
}
