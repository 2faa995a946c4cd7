//! Requests that wait for a person: answered once, by whom they wait for, however they came.

use http::Method;
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, Form, Landed, encoded, form},
    call::{Answer, Call},
    grants::{query, redemption},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    ten_approvals_at_once_give_one_code,
    an_answered_request_says_how_to_start_again,
    a_long_request_survives_the_sign_in,
    a_long_request_by_another_sites_form_goes_on_at_a_press,
    back_and_reload_work_before_and_after_the_sign_in,
    two_tabs_are_answered_each_by_itself,
    who_signs_in_again_keeps_what_waits_and_nobody_else_gets_it,
    a_session_keeps_its_newest_requests,
    a_finished_requests_page_makes_no_sign_in_younger,
    somebody_else_may_answer_in_their_own_name,
    what_is_optional_can_be_left_out,
    what_is_new_is_set_apart_from_what_was_allowed,
];

const SIGNED_IN: &[(&str, &str)] = &[("username", "ann"), ("password", PASSWORD)];
const ALLOW: &[(&str, &str)] = &[("decision", "allow")];

fn authorize(more: &[(&str, &str)]) -> String {
    format!("/acme/authorize?{}", encoded(&[&query("read")[..], more].concat()))
}

/// The form of the page at the end of `landed`, which goes to `path`.
#[track_caller]
fn asks(landed: Landed, path: &str) -> Form {
    let page = landed.page();
    let form = form(&page).unwrap();
    assert!(page.status == 200 && form.action.ends_with(path), "{}: {}", page.status, page.text());
    form
}

async fn consent_of(browser: &Browser<'_>, more: &[(&str, &str)]) -> Form {
    let sign_in = asks(browser.get(&authorize(more)).await, "/sign-in");
    asks(browser.submit(&sign_in, SIGNED_IN).await, "/consent")
}

#[track_caller]
fn finished(page: Answer) {
    assert!(page.status == 400 && page.text().contains("Start again from the application"), "{} {}", page.status, page.text());
}

fn post(world: &World, browser: &Browser<'_>, form: &Form, extra: &[(&str, &str)]) -> Call {
    let fields: Vec<_> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(extra.iter().copied()).collect();
    let path = form.action.strip_prefix("http://127.0.0.1:8080").unwrap();
    world.post(path).header("cookie", &browser.cookies()).sent_by_our_page().form(&fields)
}

async fn ten_approvals_at_once_give_one_code(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = consent_of(&browser, &[]).await;
    let mut approvals = JoinSet::new();
    (0..10).for_each(|_| {
        approvals.spawn(post(&world, &browser, &consent, ALLOW).send());
    });
    let answers = approvals.join_all().await;
    let (given, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 303);
    assert_eq!((given.len(), refused.len()), (1, 9));
    assert!(given[0].location().contains("code="));
    refused.into_iter().for_each(finished);
}

async fn an_answered_request_says_how_to_start_again(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    for answer in ["allow", "deny"] {
        let consent = match form(&browser.get(&authorize(&[("prompt", "consent")])).await.page()).unwrap() {
            sign_in if sign_in.action.ends_with("/sign-in") => asks(browser.submit(&sign_in, SIGNED_IN).await, "/consent"),
            consent => consent,
        };
        browser.submit(&consent, &[("decision", answer)]).await.parameters();
        for again in ["allow", "deny"] {
            finished(browser.submit(&consent, &[("decision", again)]).await.page());
        }
        let handle = &consent.fields.iter().find(|(name, _)| name == "request").unwrap().1;
        finished(browser.get(&format!("/acme/consent?request={handle}")).await.page());
    }
}

async fn a_long_request_survives_the_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let state: String = "ä&=+/ ".chars().cycle().take(6000).collect();
    let mut asked = query("read");
    asked[4].1 = &state;
    let Landed::Page(page) = browser.get(&format!("/acme/authorize?{}", encoded(&asked))).await else { panic!("no page") };
    let wrong = browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", "wrong")]).await.page();
    let consent = asks(browser.submit(&form(&wrong).unwrap(), SIGNED_IN).await, "/consent");
    assert!(consent.fields.iter().all(|(_, value)| value.len() < 500), "behind the sign-in a handle stands for it");
    assert_eq!(browser.submit(&consent, ALLOW).await.parameters()["state"], state);
    let longer = "s".repeat(8193);
    asked[4].1 = &longer;
    assert_eq!(browser.get(&format!("/acme/authorize?{}", encoded(&asked))).await.page().status, 400, "the front door has a limit");
}

async fn a_long_request_by_another_sites_form_goes_on_at_a_press(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let consent = consent_of(&browser, &[]).await;
    browser.submit(&consent, ALLOW).await.parameters();
    let state = "s".repeat(8000);
    for (state, at_once) in [("short", true), (state.as_str(), false)] {
        let mut asked = query("read");
        asked[4].1 = state;
        // Another site's form brings no cookie along.
        let answer = world.post("/acme/authorize").header("sec-fetch-site", "cross-site").form(&asked).send().await;
        let landed = match answer.status.as_u16() {
            303 => browser.get(answer.location()).await,
            _ => browser.submit(&form(&answer).unwrap(), &[("resume", "yes")]).await,
        };
        assert_eq!(answer.status == 303, at_once, "{}", answer.text());
        assert_eq!(landed.parameters()["state"], state);
    }
}

async fn back_and_reload_work_before_and_after_the_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let first = asks(browser.get(&authorize(&[])).await, "/sign-in");
    asks(browser.get(&authorize(&[])).await, "/sign-in");
    let consent = asks(browser.submit(&first, SIGNED_IN).await, "/consent");
    let handle = &consent.fields.iter().find(|(name, _)| name == "request").unwrap().1;
    for _ in 0..2 {
        asks(browser.get(&format!("/acme/consent?request={handle}")).await, "/consent");
    }
    // Back to the sign-in page, and in again; then the page from before.
    asks(browser.submit(&first, SIGNED_IN).await, "/consent");
    assert!(browser.submit(&consent, ALLOW).await.parameters().contains_key("code"));
}

async fn two_tabs_are_answered_each_by_itself(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let first = asks(browser.get(&authorize(&[])).await, "/sign-in");
    let mut other = query("write");
    other[4].1 = "the other";
    let second = asks(browser.get(&format!("/acme/authorize?{}", encoded(&other))).await, "/sign-in");
    let first = asks(browser.submit(&first, SIGNED_IN).await, "/consent");
    let second = asks(browser.submit(&second, SIGNED_IN).await, "/consent");
    let back = browser.submit(&second, &[("decision", "deny")]).await.parameters();
    assert_eq!((back["state"].as_str(), back["error"].as_str()), ("the other", "access_denied"));
    let back = browser.submit(&first, ALLOW).await.parameters();
    assert!(back["state"] == "the state" && back.contains_key("code"));
}

async fn who_signs_in_again_keeps_what_waits_and_nobody_else_gets_it(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("bob", |_| {})]).await;
    let browser = Browser::new(&world);
    let waiting = consent_of(&browser, &[]).await;
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form(&page).unwrap(), SIGNED_IN).await.page();
    let handle = &waiting.fields.iter().find(|(name, _)| name == "request").unwrap().1;
    asks(browser.get(&format!("/acme/consent?request={handle}")).await, "/consent");
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "bob"), ("password", PASSWORD)]).await.page();
    finished(browser.submit(&waiting, ALLOW).await.page());
}

async fn a_session_keeps_its_newest_requests(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let oldest = consent_of(&browser, &[]).await;
    world.advance(1);
    let next = asks(browser.get(&authorize(&[])).await, "/consent");
    for _ in 0..19 {
        world.advance(1);
        asks(browser.get(&authorize(&[])).await, "/consent");
    }
    finished(browser.submit(&oldest, ALLOW).await.page());
    assert!(browser.submit(&next, ALLOW).await.parameters().contains_key("code"));
}

async fn a_finished_requests_page_makes_no_sign_in_younger(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let sign_in = asks(browser.get(&authorize(&[("prompt", "login")])).await, "/sign-in");
    let consent = asks(browser.submit(&sign_in, SIGNED_IN).await, "/consent");
    browser.submit(&consent, ALLOW).await.parameters();
    world.advance(60);
    // The page of before, sent again without a password, or as what another site's form left.
    let page = browser.submit(&sign_in, &[("username", "ann")]).await.page();
    assert_eq!(page.status, 400);
    asks(browser.submit(&sign_in, &[("resume", "yes")]).await, "/sign-in");
    let answer = browser.one(Method::GET, &authorize(&[("prompt", "none"), ("max_age", "59")]), None).await;
    assert!(answer.location().contains("error=login_required"), "{}", answer.location());
}

async fn somebody_else_may_answer_in_their_own_name(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("bob", |_| {})]).await;
    let browser = Browser::new(&world);
    let consent = consent_of(&browser, &[("login_hint", "ann")]).await;
    let handle = &consent.fields.iter().find(|(name, _)| name == "request").unwrap().1;
    let page = browser.get(&format!("/acme/sign-in?request={handle}")).await.page();
    assert!(!page.text().contains("value=\"ann\""), "not you: so the name is not yours either");
    let sign_in = form(&page).unwrap();
    let page = browser.submit(&sign_in, &[("username", "bob"), ("password", PASSWORD)]).await.page();
    assert!(page.text().contains("BOB"), "{}", page.text());
    let code = browser.submit(&form(&page).unwrap(), ALLOW).await.parameters().remove("code").unwrap();
    let tokens = world.token(&redemption(&code)).send().await;
    let userinfo = world.get("/acme/userinfo").bearer(&tokens.member("access_token")).send().await;
    assert!(!userinfo.text().contains("sub-ann"), "{}", userinfo.text());
}

fn with_optional_write() -> Setup {
    let mut setup = Setup::new("acme", "standard");
    setup.config.scopes.iter_mut().for_each(|scope| scope.optional = scope.name == "write");
    setup
}

/// Whether somebody is asked, what they keep of it, and what is granted.
type Step = (bool, &'static [(&'static str, &'static str)], &'static str);

async fn what_is_optional_can_be_left_out(engine: Engine) {
    let world = World::start(engine, vec![with_optional_write()]).await;
    let silent = query("read write");
    let mut asking = silent.clone();
    asking.push(("prompt", "consent"));
    // What was left out is remembered: nobody asks about it each time.
    let steps: [Step; 5] = [
        (true, &[], "read"),
        (false, &[], "read"),
        (true, &[("scope", "read")], "read"),
        (true, &[("scope", "write")], "read write"),
        (false, &[], "read write"),
    ];
    for (n, (asked, kept, granted)) in steps.into_iter().enumerate() {
        let browser = Browser::new(&world);
        let wish = if asked && n > 0 { &asking } else { &silent };
        let page = browser.get(&format!("/acme/authorize?{}", encoded(wish))).await.page();
        let mut landed = browser.submit(&form(&page).unwrap(), SIGNED_IN).await;
        if asked {
            let mut consent = form(&landed.page()).unwrap();
            assert!(consent.fields.contains(&("scope".to_owned(), "write".to_owned())), "it is kept unless one says otherwise");
            consent.fields.retain(|(name, _)| name != "scope");
            landed = browser.submit(&consent, &[kept, ALLOW].concat()).await;
        }
        let code = landed.parameters().remove("code").unwrap();
        assert_eq!(world.token(&redemption(&code)).send().await.member("scope"), granted, "{n}");
    }
}

async fn what_is_new_is_set_apart_from_what_was_allowed(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    browser.authorize(&query("read")).await.parameters();
    let page = browser.get(&format!("/acme/authorize?{}", encoded(&query("read write openid")))).await.page();
    let text = page.text();
    let (new, before) = text.split_once("As before").unwrap();
    assert!(new.contains("New since <time") && new.contains("May write") && new.contains("Know who you are"), "{text}");
    assert!(!new.contains("May read") && before.contains("May read"), "{text}");
}
