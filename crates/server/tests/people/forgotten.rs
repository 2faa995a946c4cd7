//! A forgotten password is chosen anew by whoever reads the account's mail, and by nobody else.

use http::Method;
use jeton_oauth::{
    Change,
    change::{AttemptChange, UserChange},
    model::Email,
    settings::{Brand, SettingsPatch, SignUp},
};

use crate::{
    browser::Browser,
    call::Answer,
    forms::{form_to, make_token, signed_in},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_link_in_a_mail_chooses_a_new_password_once,
    nobody_learns_who_has_an_account,
    opening_a_link_changes_nothing,
    a_newer_link_ends_an_older_one,
    a_link_ends_with_its_half_hour_its_password_and_its_address,
    only_an_active_person_with_a_proven_address_is_mailed,
    a_link_of_one_realm_opens_nothing_in_another,
    what_is_no_password_is_said_beside_the_field,
    hostile_input_is_refused_or_inert,
    letters_carry_the_issuer_and_no_header_of_anybodys,
    another_link_is_asked_for_where_the_page_says_that_one_was_sent,
    nobodys_mailbox_is_filled,
    one_address_is_sent_thirty_letters_an_hour_by_whatever_name_and_from_wherever,
    the_limit_of_mail_tells_nobody_whose_address_it_is,
    who_asks_for_too_much_mail_is_nobodys_lock,
    a_letter_that_cannot_leave_is_tried_again_and_given_up_in_sight,
];

const NEW: &str = "another long password";

async fn ask(browser: &Browser<'_>, typed: &str) -> Answer {
    let page = browser.get("/acme/forgot-password").await.page();
    browser.submit(&form_to(&page, "/forgot-password"), &[("email", typed)]).await.page()
}

/// The path of the link in the newest letter.
async fn link(world: &World) -> String {
    let letters = world.mail().await;
    let text = &letters.first().expect("a letter").text;
    let line = text.lines().find(|line| line.contains("token=")).unwrap_or_else(|| panic!("no link in {text}"));
    line.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| panic!("{line}")).to_owned()
}

async fn choose(browser: &Browser<'_>, link: &str, password: &str) -> Answer {
    let page = browser.get(link).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    browser.submit(&form_to(&page, "/reset-password"), &[("password", password)]).await.page()
}

async fn signs_in(world: &World, password: &str) -> bool {
    let answer = world.post("/acme/sign-in").sent_by_our_page().form(&[("username", "ann"), ("password", password)]).send().await;
    answer.status == 303
}

async fn a_link_in_a_mail_chooses_a_new_password_once(engine: Engine) {
    let world = World::standard(engine).await;
    let before = signed_in(&world, "ann").await;
    let token = make_token(&before, "script", &["read"]).await;
    let refresh = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    let browser = Browser::new(&world);
    let sent = ask(&browser, "ANN@example.com ").await;
    assert_eq!(sent.status, 200);
    let path = link(&world).await;
    assert_eq!(world.mail().await[0].to, "ann@example.com");
    let done = choose(&browser, &path, NEW).await;
    assert!(done.text().contains("role=\"status\"") && done.text().contains("name=\"username\""), "{}", done.text());
    assert!(!done.repeats(NEW));
    assert!(signs_in(&world, NEW).await && !signs_in(&world, PASSWORD).await);
    assert!(before.get("/acme/account").await.page().text().contains("current-password"), "other sessions end");
    world.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).send().await.refused(400, "invalid_grant");
    assert!(world.is_active(&token).await, "personal access tokens stay");
    assert_eq!(browser.get(&path).await.page().status, 404, "a link is good once");
}

async fn another_link_is_asked_for_where_the_page_says_that_one_was_sent(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let sent = ask(&browser, "ann@example.com").await;
    let first = link(&world).await;
    world.advance(1);
    let again = browser.submit(&form_to(&sent, "/forgot-password"), &[]).await.page();
    assert!(again.status == 200 && again.text().contains("Another letter is on its way."), "{}", again.text());
    let second = link(&world).await;
    assert_eq!(browser.get(&first).await.page().status, 404, "a newer link ends an older one");
    assert_eq!(browser.get(&second).await.page().status, 200);
}

async fn nobody_learns_who_has_an_account(engine: Engine) {
    let world = World::standard(engine).await;
    let mut pages = Vec::new();
    for typed in ["ann@example.com", "nobody@example.com"] {
        let browser = Browser::new(&world);
        let sent = ask(&browser, typed).await;
        let headers: Vec<_> = sent.headers.keys().map(|name| name.as_str().to_owned()).collect();
        pages.push((sent.status, headers, sent.page_text().replace(typed, "X")));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(world.mail().await.len(), 1, "and the one who has an account is mailed");
    // Equal work: as many rows are written, and nothing is hashed.
    let due = |world: &World| {
        let store = world.app.store.clone();
        let now = world.app.now();
        async move { store.due_mails(now, 100).await.unwrap().len() }
    };
    for typed in ["ann@example.com", "nobody@example.com"] {
        let before = due(&world).await;
        ask(&Browser::new(&world), typed).await;
        assert_eq!(due(&world).await, before + 1, "{typed}");
    }
}

async fn opening_a_link_changes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    ask(&Browser::new(&world), "ann").await;
    let path = link(&world).await;
    for _ in 0..3 {
        let browser = Browser::new(&world);
        assert_eq!(browser.get(&path).await.page().status, 200);
        assert_eq!(browser.one(Method::HEAD, &path, None).await.status, 200);
    }
    assert!(signs_in(&world, PASSWORD).await);
    choose(&Browser::new(&world), &path, NEW).await;
    assert!(signs_in(&world, NEW).await);
}

async fn a_newer_link_ends_an_older_one(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    ask(&browser, "ann").await;
    let first = link(&world).await;
    // The page of the first is open when the second is asked for.
    let page = browser.get(&first).await.page();
    world.advance(1);
    ask(&browser, "ann@example.com").await;
    let second = link(&world).await;
    assert_ne!(first, second);
    assert_eq!(browser.get(&first).await.page().status, 404);
    let refused = browser.submit(&form_to(&page, "/reset-password"), &[("password", NEW)]).await.page();
    assert!(refused.status == 404 && signs_in(&world, PASSWORD).await);
    choose(&browser, &second, NEW).await;
    assert!(signs_in(&world, NEW).await);
}

async fn a_link_ends_with_its_half_hour_its_password_and_its_address(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    ask(&browser, "ann").await;
    let path = link(&world).await;
    world.advance(30 * 60 - 1);
    assert_eq!(browser.get(&path).await.page().status, 200);
    world.advance(1);
    assert_eq!(browser.get(&path).await.page().status, 404);

    ask(&browser, "ann").await;
    let path = link(&world).await;
    let account = signed_in(&world, "ann").await;
    let page = account.get("/acme/account/security").await.page();
    let fields = [("current", PASSWORD), ("password", "chosen on the page"), ("everywhere", "on")];
    account.submit(&form_to(&page, "/security/password"), &fields).await.page();
    assert_eq!(browser.get(&path).await.page().status, 404, "a password was set");

    world.advance(1);
    ask(&browser, "ann").await;
    let path = link(&world).await;
    let page = browser.get(&path).await.page();
    let realm = world.realm("acme").await;
    let name = jeton_oauth::login_name::LoginName::fold("ann").unwrap();
    let mut user = world.app.store.in_realm(realm.id()).user_by_login(&name).await.unwrap().unwrap();
    user.email = Some(Email { address: "new@example.com".into(), verified: true });
    world.commit(Change::User(UserChange::Update(user.clone()))).await;
    assert_eq!(browser.get(&path).await.page().status, 404, "the address is another");
    // And not even when it comes back.
    user.version += 1;
    user.email = Some(Email { address: "ann@example.com".into(), verified: true });
    world.commit(Change::User(UserChange::Update(user))).await;
    assert_eq!(browser.submit(&form_to(&page, "/reset-password"), &[("password", NEW)]).await.page().status, 404);
}

async fn only_an_active_person_with_a_proven_address_is_mailed(engine: Engine) {
    let setup = Setup::new("acme", "standard")
        .ann(|ann| ann.email = Some(Email { address: "ann@example.com".into(), verified: false }))
        .person("off", |user| user.account.status = jeton_oauth::model::Status::Disabled)
        .person("bot", |user| user.account.kind = jeton_oauth::model::AccountKind::ApiUser)
        .person("mute", |user| user.email = None);
    let world = World::start(engine, vec![setup]).await;
    for typed in ["ann", "ann@example.com", "off", "bot", "mute", "nobody"] {
        assert_eq!(ask(&Browser::new(&world), typed).await.status, 200, "{typed}");
    }
    assert_eq!(world.mail().await, []);
}

async fn a_link_of_one_realm_opens_nothing_in_another(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    ask(&Browser::new(&world), "ann").await;
    let path = link(&world).await;
    let other = path.replacen("/acme/", "/other/", 1);
    assert_eq!(Browser::new(&world).get(&other).await.page().status, 404);
    let token = path.split("token=").nth(1).unwrap();
    let verify = format!("/acme/verify-email?token={token}");
    assert!(Browser::new(&world).get(&verify).await.page().status.is_client_error(), "nor is it good for another purpose");
    assert_eq!(Browser::new(&world).get(&path).await.page().status, 200);
}

async fn what_is_no_password_is_said_beside_the_field(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    ask(&browser, "ann").await;
    let path = link(&world).await;
    for bad in ["", "nine char", "Password123", "tab\there and on", &"x".repeat(1025)] {
        let refused = choose(&browser, &path, bad).await;
        assert_eq!(refused.status, 422, "{bad:?}");
        assert!(refused.text().contains("aria-invalid=\"true\"") && refused.text().contains("id=\"password-fault\""));
    }
    choose(&browser, &path, NEW).await;
    assert!(signs_in(&world, NEW).await, "the link is still good after refusals");
}

async fn hostile_input_is_refused_or_inert(engine: Engine) {
    let world = World::standard(engine).await;
    for typed in ["<script>alert(1)</script>", "{{ 7777 * 7777 }}", "\u{202e}nna", "🔋@example.com", "a\r\nBcc: eve@example.com"] {
        let page = ask(&Browser::new(&world), typed).await;
        assert!(page.status == 200 || page.status == 422, "{typed:?}: {}", page.status);
        assert!(!page.text().contains("<script>alert") && !page.text().contains("60481729"), "{typed:?}");
    }
    for typed in ["", "   ", &"x".repeat(300)] {
        let page = ask(&Browser::new(&world), typed).await;
        assert!(page.status == 422 && page.text().contains("aria-invalid=\"true\""), "{typed:?}: {}", page.status);
    }
    let nul = world.post("/acme/forgot-password").sent_by_our_page().body("application/x-www-form-urlencoded", b"email=a%00b").send().await;
    assert!(nul.status.is_client_error());
    let twice =
        world.post("/acme/forgot-password").sent_by_our_page().body("application/x-www-form-urlencoded", b"email=a&email=b").send().await;
    assert!(twice.status.is_client_error());
    let elsewhere = world.post("/acme/forgot-password").header("sec-fetch-site", "cross-site").form(&[("email", "ann")]).send().await;
    assert_eq!(elsewhere.status, 403);
    for token in ["", "x", "jtn_ln_x", "%00", "%3Cscript%3E"] {
        let page = world.get(&format!("/acme/reset-password?token={token}")).header("accept", "text/html").send().await;
        assert!(page.status.is_client_error() && !page.text().contains("<script>alert"), "{token}: {}", page.status);
    }
    assert_eq!(world.mail().await, []);
}

async fn letters_carry_the_issuer_and_no_header_of_anybodys(engine: Engine) {
    let mut setup = Setup::new("acme", "standard").ann(|ann| ann.profile.name = Some("Ann\r\nBcc: eve@example.com <b>".into()));
    setup.config.title = Some("Acme\r\nBcc: eve@example.com".into());
    setup.config.settings = SettingsPatch { brand: Some(Brand::default()), ..SettingsPatch::default() };
    let world = World::start(engine, vec![setup]).await;
    let sent = world
        .post("/acme/forgot-password")
        .header("x-forwarded-host", "evil.example")
        .sent_by_our_page()
        .form(&[("email", "ann")])
        .send()
        .await;
    assert_eq!(sent.status, 200);
    let letter = world.mail().await.remove(0);
    assert!(
        letter.text.contains("http://127.0.0.1:8080/acme/reset-password?token=jtn_ln_") && !letter.text.contains("evil"),
        "{}",
        letter.text
    );
    let folder = world.home.folder.path().join("mail");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read_to_string(file).unwrap();
    let head = whole.split("\n\n").next().unwrap();
    assert!(head.lines().all(|line| !line.starts_with("Bcc")) && whole.contains("&lt;b&gt;"), "{whole}");
}

async fn nobodys_mailbox_is_filled(engine: Engine) {
    let world = World::standard(engine).await;
    let mut waits = 0;
    for _ in 0..40 {
        let page = world.post("/acme/forgot-password").peer("198.51.100.7").sent_by_our_page().form(&[("email", "ann")]).send().await;
        waits += usize::from(page.status == 429);
        assert_eq!(page.status == 429, page.header("retry-after").is_some());
    }
    assert_eq!(waits, 10);
    let other = world.post("/acme/forgot-password").peer("203.0.113.9").sent_by_our_page().form(&[("email", "eve")]).send().await;
    assert_eq!(other.status, 200, "who asks for others is not locked out");
}

async fn one_address_is_sent_thirty_letters_an_hour_by_whatever_name_and_from_wherever(engine: Engine) {
    let settings = SettingsPatch { sign_up: Some(SignUp::Open), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let ask = async |number: usize| {
        let page = ["/acme/forgot-password", "/acme/sign-up"][usize::from(number % 3 == 2)];
        let email = ["ann", "Ann@example.com", "ann@example.com"][number % 3];
        let fields = [("email", email), ("name", "Eve"), ("password", NEW)];
        let call = world.post(page).sent_by_our_page().form(&fields);
        // From a network of its own each, and from those that are not known.
        let call = if number.is_multiple_of(2) { call.peer(&format!("203.0.113.{number}")) } else { call };
        call.send().await.status.as_u16()
    };
    for number in 0..30 {
        assert_eq!(ask(number).await, 200, "{number}");
    }
    // The pages go on: they count what was typed, and say nothing of whose it is.
    for number in 30..45 {
        assert_eq!(ask(number).await, 200, "{number}");
    }
    for number in [46, 47, 49, 50] {
        assert_eq!(ask(number).await, 429, "{number}");
    }
    let letters = world.mail().await;
    assert_eq!((letters.len(), letters.iter().all(|letter| letter.to.eq_ignore_ascii_case("ann@example.com"))), (30, true));
    world.advance(3599);
    assert_eq!(ask(46).await, 429);
    assert_eq!(ask(45).await, 200);
    assert_eq!(world.mail().await.len(), 30);
    world.advance(1);
    assert_eq!(ask(46).await, 200);
    assert_eq!(world.mail().await.len(), 31);
}

async fn the_limit_of_mail_tells_nobody_whose_address_it_is(engine: Engine) {
    let world = World::standard(engine).await;
    let ask = async |email: &str| {
        let fields = [("email", email)];
        world.post("/acme/forgot-password").sent_by_our_page().form(&fields).send().await.status.as_u16()
    };
    for _ in 0..30 {
        assert_eq!(ask("ann@example.com").await, 200);
        // So that the last letter is the last.
        world.mail().await;
        world.advance(1);
    }
    assert_eq!(ask("ann@example.com").await, 429);
    assert_eq!((ask("ann").await, ask("nobody").await), (200, 200), "the account's other name is like nobody's");
    let letters = world.mail().await;
    assert_eq!(letters.len(), 30);
    // Nor does a letter that is not sent end the link of the last one that was.
    let path = link(&world).await;
    assert_eq!(Browser::new(&world).get(&path).await.page().status, 200);
}

async fn who_asks_for_too_much_mail_is_nobodys_lock(engine: Engine) {
    let world = World::standard(engine).await;
    let realm = world.realm("acme").await;
    let ask = async || {
        world.post("/acme/forgot-password").peer("198.51.100.7").sent_by_our_page().form(&[("email", "ann")]).send().await.status.as_u16()
    };
    for _ in 0..30 {
        assert_eq!(ask().await, 200);
    }
    assert_eq!(ask().await, 429);
    let (store, ann) = (world.app.store.in_realm(realm.id()), crate::setup::person(realm.id(), "ann").id());
    assert_eq!(store.locks_of_realm(world.app.now(), 100).await.unwrap(), []);
    assert_eq!(store.locks(ann, world.app.now()).await.unwrap(), []);
    for opened in [
        AttemptChange::Open { realm: realm.id(), network: None, client: None },
        AttemptChange::OpenNetworksOf { realm: realm.id(), user: ann },
        AttemptChange::Forget { user: ann },
    ] {
        world.commit(Change::Attempt(opened)).await;
    }
    assert_eq!(ask().await, 429, "nor does an operator who lets people guess again fill a mailbox");
}

async fn a_letter_that_cannot_leave_is_tried_again_and_given_up_in_sight(engine: Engine) {
    let world = World::standard(engine).await;
    // The folder cannot be made: a file has its name.
    let folder = world.home.folder.path().join("mail");
    std::fs::write(&folder, "").unwrap();
    ask(&Browser::new(&world), "ann").await;
    world.mail().await;
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(world.mail().await, [], "not at once");
    world.advance(61);
    assert_eq!(world.mail().await.len(), 1);

    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "").unwrap();
    ask(&Browser::new(&world), "ann").await;
    for _ in 0..10 {
        world.mail().await;
        world.advance(13 * 3600);
    }
    assert_eq!(world.app.store.mails_given_up().await.unwrap(), 1);
    assert!(world.app.store.last_mail_fault().await.unwrap().unwrap().contains("cannot be written"));
    let metrics = world.internal("/metrics").send().await.text();
    assert!(
        metrics.contains("jeton_mails_total{outcome=\"given_up\"} 1") && metrics.contains("jeton_mails_total{outcome=\"sent\"} 1"),
        "{metrics}"
    );
}
