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
    let mut sent = 0;
    let forms = forms_at(browser, path).await;
    assert!(!forms.is_empty(), "{path} has no form");
    for form in forms.iter().filter(|form| !spared.iter().any(|end| form.action.ends_with(end))) {
        let mut names: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        for name in names {
            // What one page made may have ended another.
            let Some(fresh) = forms_at(browser, path).await.into_iter().find(|fresh| fresh.action == form.action) else { break };
            let hostile = TEXTS.into_iter().chain([long.as_str()]).map(|text| fresh.clone().with(name, text));
            let mut twice = fresh.clone();
            twice.fields.push((name.to_owned(), "again".to_owned()));
            for attempt in hostile.chain([fresh.clone().without(name), twice]) {
                let fields: Vec<(&str, &str)> = attempt.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let answer = browser.one(Method::POST, &attempt.action, Some(&fields)).await;
                is_inert(&answer, &format!("{} {name} {:?}", attempt.action, attempt.fields));
                sent += 1;
            }
        }
    }
    sent
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
