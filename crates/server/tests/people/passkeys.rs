//! Passkeys: added, signed in with, asked for after a password, counted, and removed.

use jeton_oauth::{
    Change,
    change::UserChange,
    model::Status,
    settings::{SecondFactor, SettingsPatch},
};
use serde_json::{Value, json};

use crate::{
    authenticator::{Authenticator, Fields, options},
    browser::{Browser, Form, encoded},
    call::Answer,
    forms::{form_to, forms, signed_in},
    grants::{query, redemption},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_passkey_signs_in_without_a_name_or_a_password,
    a_passkey_is_the_second_step_after_a_password,
    what_a_passkey_proved_stands_in_the_id_token,
    nothing_but_a_true_answer_signs_in,
    nothing_but_a_true_answer_adds_a_passkey,
    an_answer_counts_once_and_in_one_browser,
    a_counter_that_goes_back_signs_nobody_in,
    a_passkey_that_checks_nobody_is_a_second_step_alone,
    ten_wrong_answers_of_a_passkey_rest,
    a_removed_passkey_signs_nobody_in,
    the_last_second_factor_stays_where_two_steps_are_asked_for,
    a_password_alone_changes_no_passkey,
    a_passkey_has_a_name_that_its_person_gives_it,
    a_disabled_account_has_no_use_for_a_passkey,
    a_passkey_belongs_to_one_account,
    of_two_who_add_one_passkey_at_once_one_has_it,
    of_two_second_factors_that_are_removed_at_once_one_stays,
    twenty_passkeys_are_as_many_as_there_may_be,
    the_first_passkey_shows_recovery_codes_once,
    whoever_reads_mail_is_told_of_every_second_factor,
    a_new_password_tells_of_the_passkeys_that_stay,
    the_page_leads_back_to_where_one_was_asked,
];

/// The form of the page, as its script fills it in.
fn filled(page: &Answer, end: &str, fields: &Fields) -> Form {
    let mut form = form_to(page, end);
    form.fields.retain(|(name, _)| !fields.iter().any(|(own, _)| own == name));
    form.fields.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    form
}

/// Where a link of the page ends so.
fn linked(page: &Answer, end: &str) -> String {
    let html = page.text();
    let found = html.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.ends_with(end));
    found.unwrap_or_else(|| panic!("no {end} in {html}")).strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

async fn add(browser: &Browser<'_>, key: &mut Authenticator, name: &str) -> Answer {
    let page = browser.get("/acme/account/security/passkeys/new").await.page();
    let mut fields = key.make(&page);
    fields.push(("name", name.to_owned()));
    browser.submit(&filled(&page, "/passkeys/new", &fields), &[]).await.page()
}

async fn with_bob(engine: Engine) -> World {
    World::start(engine, vec![Setup::new("acme", "standard").person("bob", |_| {})]).await
}

/// ann has a passkey and is signed in with this browser.
async fn with_passkey(world: &World) -> (Browser<'_>, Authenticator) {
    let browser = signed_in(world, "ann").await;
    let mut key = Authenticator::new(b"first of ann");
    let page = add(&browser, &mut key, "Work laptop").await;
    assert!(page.status == 200 && page.text().contains("Your passkey was added."), "{}", page.text());
    (browser, key)
}

/// The page that a browser without anybody asks a passkey on.
async fn asking(browser: &Browser<'_>) -> Answer {
    let sign_in = browser.get("/acme/sign-in").await.page();
    browser.submit(&form_to(&sign_in, "/sign-in/passkey"), &[]).await.page()
}

async fn answer(browser: &Browser<'_>, page: &Answer, fields: &Fields) -> Answer {
    browser.submit(&filled(page, "/sign-in/passkey", fields), &[]).await.page()
}

/// After the right password.
async fn half(browser: &Browser<'_>) -> Answer {
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form_to(&page, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page()
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    !browser.get("/acme/account").await.page().text().contains("current-password")
}

async fn a_passkey_signs_in_without_a_name_or_a_password(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, mut key) = with_passkey(&world).await;
    let security = owner.get("/acme/account/security").await.page();
    assert!(security.text().contains("Work laptop") && security.text().contains("10 of 10 unused"), "{}", security.text());
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    let asked = options(&page);
    assert_eq!(asked["rpId"], "127.0.0.1");
    assert_eq!(asked["userVerification"], "required");
    assert_eq!(asked["allowCredentials"], json!([]), "nobody is named");
    assert!(page.text().contains("<noscript>"), "{}", page.text());
    let landed = answer(&browser, &page, &key.sign(&page)).await;
    assert!(landed.status == 200 && is_signed_in(&browser).await, "{}", landed.text());
    let security = browser.get("/acme/account/security").await.page();
    assert!(security.text().contains("Last used"), "{}", security.text());
    assert!(browser.get("/acme/account/security/totp").await.page().text().contains("totp-key"), "it was two steps");
    let data: Value = serde_json::from_str(&browser.get("/acme/account/data").await.page().text()).unwrap();
    assert_eq!(data["second_factors"][0]["name"], "Work laptop");
}

async fn a_passkey_is_the_second_step_after_a_password(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    assert!(!is_signed_in(&browser).await, "the password alone signs nobody in");
    let asked = options(&page);
    assert_eq!(asked["allowCredentials"].as_array().unwrap().len(), 1);
    let fields = key.sign(&page);
    let landed = browser.submit(&filled(&page, "/second-factor", &fields), &[]).await.page();
    assert!(landed.status == 200 && is_signed_in(&browser).await, "{}", landed.text());
    // The same answer again, in another half of a sign-in.
    let other = Browser::new(&world);
    let page = half(&other).await;
    let refused = other.submit(&filled(&page, "/second-factor", &fields), &[]).await.page();
    assert!(refused.status == 422 && !is_signed_in(&other).await, "{}", refused.text());
}

async fn what_a_passkey_proved_stands_in_the_id_token(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    let claims = async |browser: &Browser<'_>, page: Answer, end: &str, fields: Fields| {
        let parameters = browser.submit(&filled(&page, end, &fields), &[]).await.parameters();
        let answer = world.token(&redemption(&parameters["code"])).send().await;
        let token = answer.member("id_token");
        let middle = token.split('.').nth(1).unwrap().to_owned();
        let claims: Value = serde_json::from_slice(&jeton_jose::base64url::decode(middle).unwrap()).unwrap();
        (claims["acr"].clone(), claims["amr"].clone(), claims["auth_time"].clone())
    };
    let browser = Browser::new(&world);
    let sign_in = browser.get(&format!("/acme/authorize?{}", encoded(&query("openid")))).await.page();
    let page = browser.submit(&form_to(&sign_in, "/sign-in/passkey"), &[]).await.page();
    let fields = key.sign(&page);
    let consent = browser.submit(&filled(&page, "/sign-in/passkey", &fields), &[]).await.page();
    let (acr, amr, at) = claims(&browser, consent, "/consent", vec![("decision", "allow".to_owned())]).await;
    assert_eq!((acr, amr), (json!("2"), json!(["hwk", "user", "mfa"])));
    assert_eq!(at.as_i64(), Some(world.app.now().as_seconds()));

    let other = Browser::new(&world);
    let sign_in = other.get(&format!("/acme/authorize?{}", encoded(&query("openid")))).await.page();
    let page = other.submit(&form_to(&sign_in, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    let fields = key.sign(&page);
    let (acr, amr, _) = claims(&other, page, "/second-factor", fields).await;
    assert_eq!((acr, amr), (json!("2"), json!(["pwd", "hwk", "user", "mfa"])));
}

/// What may be wrong with an answer, and how it is made so.
type Wrongs = [(&'static str, fn(&mut Authenticator)); 7];

const WRONGS: Wrongs = [
    ("nobody was there", |key| key.flags = 4),
    ("another origin", |key| key.origin = "https://127.0.0.1:8080".to_owned()),
    ("another site", |key| key.origin = "http://evil.example".to_owned()),
    ("for another server", |key| key.host = "evil.example".to_owned()),
    ("it left and may not", |key| key.flags = 1 | 4 | 16),
    ("an extension that is not there", |key| key.flags = 1 | 4 | 128),
    ("a passkey that is not there", |key| key.flags = 1 | 4 | 64),
];

async fn nothing_but_a_true_answer_signs_in(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    let browser = Browser::new(&world);
    for (what, wrong) in WRONGS {
        let page = asking(&browser).await;
        let (flags, origin, host) = (key.flags, key.origin.clone(), key.host.clone());
        wrong(&mut key);
        let fields = key.sign(&page);
        (key.flags, key.origin, key.host) = (flags, origin, host);
        let refused = answer(&browser, &page, &fields).await;
        assert!(refused.status == 422 && !is_signed_in(&browser).await, "{what}: {}", refused.text());
        // A right one in between, so that nothing rests.
        let other = Browser::new(&world);
        let page = asking(&other).await;
        answer(&other, &page, &key.sign(&page)).await;
        assert!(is_signed_in(&other).await, "after {what}");
    }
    // Another key, another person, another challenge, a member that is missing or is nothing.
    let page = asking(&browser).await;
    let mut stranger = Authenticator::new(b"first of ann");
    stranger.user = key.user.clone();
    stranger.count = 1000;
    let older = key.sign(&asking(&browser).await);
    let mut others = vec![stranger.sign(&page), older];
    for (name, value) in
        [("user", "AAAA"), ("user", ""), ("signature", ""), ("signature", "%%"), ("client_data", "e30"), ("authenticator_data", "AA")]
    {
        let mut fields = key.sign(&page);
        fields.iter_mut().filter(|(own, _)| *own == name).for_each(|(_, own)| *own = value.to_owned());
        others.push(fields);
    }
    for fields in others {
        let page = answer(&browser, &page, &fields).await;
        assert!(matches!(page.status.as_u16(), 422 | 429) && !is_signed_in(&browser).await, "{fields:?}: {}", page.text());
    }
}

async fn nothing_but_a_true_answer_adds_a_passkey(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    for (what, wrong) in WRONGS {
        let mut key = Authenticator::new(what.as_bytes());
        // What is made has a passkey always.
        if what == "a passkey that is not there" {
            continue;
        }
        wrong(&mut key);
        let page = add(&browser, &mut key, "Key").await;
        assert!(page.status == 422 && page.text().contains("role=\"alert\""), "{what}: {}", page.text());
    }
    for name in ["", "   ", "a\u{7}b", &"x".repeat(61)] {
        let page = add(&browser, &mut Authenticator::new(b"named"), name).await;
        assert!(page.status == 422 && page.text().contains("aria-invalid=\"true\""), "{name:?}: {}", page.text());
    }
    for (name, value) in [("attestation", "oA"), ("attestation", "%%"), ("client_data", "e30")] {
        let page = browser.get("/acme/account/security/passkeys/new").await.page();
        let mut fields = Authenticator::new(b"odd").make(&page);
        fields.push(("name", "Key".to_owned()));
        fields.iter_mut().filter(|(own, _)| *own == name).for_each(|(_, own)| *own = value.to_owned());
        let refused = browser.submit(&filled(&page, "/passkeys/new", &fields), &[]).await.page();
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
    }
    assert!(!half(&Browser::new(&world)).await.text().contains("/second-factor"), "none was added");
}

async fn an_answer_counts_once_and_in_one_browser(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    // Counts nothing, as most passkeys do: only the challenge tells a second time.
    key.count = 0;
    let (owner, mut other) = (signed_in_by(&world, &mut key).await, Authenticator::new(b"counts nothing"));
    other.count = 0;
    add(&owner, &mut other, "Phone").await;
    let (mine, thief) = (Browser::new(&world), Browser::new(&world));
    let page = asking(&mine).await;
    asking(&thief).await;
    let fields = other.sign(&page);
    let stolen = answer(&thief, &page, &fields).await;
    assert!(stolen.status.is_client_error() && !is_signed_in(&thief).await, "{}", stolen.text());
    answer(&mine, &page, &fields).await;
    assert!(is_signed_in(&mine).await);
    let again = Browser::new(&world);
    asking(&again).await;
    let replayed = answer(&again, &page, &fields).await;
    assert!(replayed.status.is_client_error() && !is_signed_in(&again).await);
    // Nor twice at once.
    let racer = Browser::new(&world);
    let page = asking(&racer).await;
    let form = filled(&page, "/sign-in/passkey", &other.sign(&page));
    let cookies = racer.cookies();
    let one = || world.post("/acme/sign-in/passkey").header("cookie", &cookies).sent_by_our_page();
    let sent: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (first, second) = tokio::join!(one().form(&sent).send(), one().form(&sent).send());
    let entered = [first, second].iter().filter(|answer| answer.status == 303).count();
    assert_eq!(entered, 1);
    // Too late.
    let late = Browser::new(&world);
    let page = asking(&late).await;
    world.advance(300);
    let answered = answer(&late, &page, &other.sign(&page)).await;
    assert!(answered.status == 422 && !is_signed_in(&late).await, "{}", answered.text());
}

/// With a key whose count went back there is the password and nothing else, so this one starts over.
async fn signed_in_by<'w>(world: &'w World, key: &mut Authenticator) -> Browser<'w> {
    key.count = 1;
    let browser = Browser::new(world);
    let page = asking(&browser).await;
    answer(&browser, &page, &key.sign(&page)).await;
    assert!(is_signed_in(&browser).await);
    browser
}

async fn a_counter_that_goes_back_signs_nobody_in(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    key.count = 7;
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    answer(&browser, &page, &key.sign(&page)).await;
    assert!(is_signed_in(&browser).await);
    // A copy of before.
    for count in [6, 7, 0] {
        key.count = count;
        let copy = Browser::new(&world);
        let page = asking(&copy).await;
        let fields = key.sign(&page);
        let refused = answer(&copy, &page, &fields).await;
        assert!(refused.status == 422 && !is_signed_in(&copy).await, "{count}: {}", refused.text());
    }
}

async fn a_passkey_that_checks_nobody_is_a_second_step_alone(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    key.flags = 1;
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    let refused = answer(&browser, &page, &key.sign(&page)).await;
    assert!(refused.status == 422 && !is_signed_in(&browser).await, "{}", refused.text());
    let page = half(&browser).await;
    let fields = key.sign(&page);
    browser.submit(&filled(&page, "/second-factor", &fields), &[]).await.page();
    assert!(is_signed_in(&browser).await);
}

async fn ten_wrong_answers_of_a_passkey_rest(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let mut statuses = Vec::new();
    for _ in 0..11 {
        let page = asking(&browser).await;
        let mut key = Authenticator::new(b"nobody's");
        key.user = Some("AAAAAAAAAAAAAAAAAAAAAA".to_owned());
        let refused = answer(&browser, &page, &key.sign(&page)).await;
        statuses.push(refused.status.as_u16());
    }
    assert_eq!((&statuses[..10], statuses[10]), (&[422; 10][..], 429));
}

async fn a_removed_passkey_signs_nobody_in(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, mut key) = with_passkey(&world).await;
    let security = owner.get("/acme/account/security").await.page();
    let path = linked(&security, "/remove");
    let path = path.as_str();
    let ask = owner.get(path).await.page();
    assert!(ask.text().contains("Work laptop"), "{}", ask.text());
    let done = owner.submit(&form_to(&ask, "/remove"), &[]).await.page();
    assert!(done.text().contains("Your passkey was removed.") && !done.text().contains("Work laptop"), "{}", done.text());
    assert_eq!(owner.submit(&form_to(&ask, "/remove"), &[]).await.page().status, 200, "sent twice");
    assert_eq!(owner.get(path).await.page().status, 404);
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    answer(&browser, &page, &key.sign(&page)).await;
    assert!(!is_signed_in(&browser).await);
    half(&browser).await;
    assert!(is_signed_in(&browser).await, "the password is enough again");
}

async fn the_last_second_factor_stays_where_two_steps_are_asked_for(engine: Engine) {
    let settings = SettingsPatch { second_factor: Some(SecondFactor::Required), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let browser = signed_in(&world, "ann").await;
    let asked = browser.authorize(&query("read")).await.page();
    assert!(asked.text().contains("/acme/account/security/passkeys/new\""), "{}", asked.text());
    add(&browser, &mut Authenticator::new(b"one"), "One").await;
    assert!(browser.authorize(&query("read")).await.parameters().contains_key("code"));
    let security = browser.get("/acme/account/security").await.page();
    let path = linked(&security, "/remove");
    let path = path.as_str();
    let ask = browser.get(path).await.page();
    assert!(ask.text().contains("Two steps are needed here."), "{}", ask.text());
    let forced = world.post(path).header("cookie", &browser.cookies()).sent_by_our_page().form(&[]).send().await;
    assert_eq!(forced.status, 422);
    add(&browser, &mut Authenticator::new(b"two"), "Two").await;
    let ask = browser.get(path).await.page();
    let done = browser.submit(&form_to(&ask, "/remove"), &[]).await.page();
    assert!(done.text().contains("Two") && done.text().contains("Your passkey was removed."), "{}", done.text());
}

async fn a_password_alone_changes_no_passkey(engine: Engine) {
    let world = with_bob(engine).await;
    // Signed in by a password, before there was a second step.
    let thief = signed_in(&world, "ann").await;
    let (_, _) = with_passkey(&world).await;
    for path in ["passkeys/new", "totp", "recovery-codes"] {
        let page = thief.get(&format!("/acme/account/security/{path}")).await.page();
        assert!(page.text().contains("current-password"), "{path}: {}", page.text());
    }
    // Nor somebody whose sign-in is not recent.
    let bob = signed_in(&world, "bob").await;
    world.advance(15 * 60);
    let page = bob.get("/acme/account/security/passkeys/new").await.page();
    assert!(page.text().contains("current-password"), "{}", page.text());
}

async fn a_passkey_has_a_name_that_its_person_gives_it(engine: Engine) {
    let world = with_bob(engine).await;
    let (owner, _) = with_passkey(&world).await;
    let security = owner.get("/acme/account/security").await.page();
    let path = linked(&security, "/rename");
    let path = path.as_str();
    let page = owner.get(path).await.page();
    let done = owner.submit(&form_to(&page, "/rename"), &[("name", "<script>alert(1)</script>{{ 7*7 }}")]).await.page();
    assert!(
        done.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}") && !done.text().contains("<script>alert"),
        "{}",
        done.text()
    );
    for odd in ["", "x\u{7}", "\u{202e}nna", "a\u{200b}b", "\u{2066}x", &"x".repeat(61)] {
        let refused = owner.submit(&form_to(&page, "/rename"), &[("name", odd)]).await.page();
        assert_eq!(refused.status, 422, "{odd:?}");
    }
    // Another person's is nothing that there is.
    let bob = signed_in(&world, "bob").await;
    for path in [path.to_owned(), path.replace("/rename", "/remove")] {
        assert_eq!(bob.get(&path).await.page().status, 404, "{path}");
        let forced = world.post(&path).header("cookie", &bob.cookies()).sent_by_our_page().form(&[("name", "mine")]).send().await;
        assert!(matches!(forced.status.as_u16(), 303 | 404), "{}", forced.status);
    }
    assert!(!owner.get("/acme/account/security").await.page().text().contains("mine"));
    // Nor is it done by whoever finds the browser later.
    world.advance(16 * 60);
    let late = owner.get(path).await.page();
    assert!(late.text().contains("current-password"), "{}", late.text());
    owner.submit(&form_to(&page, "/rename"), &[("name", "too late")]).await.page();
    assert!(!owner.get("/acme/account/security").await.page().text().contains("too late"));
}

async fn a_disabled_account_has_no_use_for_a_passkey(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    let mut ann = Setup::new("acme", "standard").users.remove(0);
    ann.account.status = Status::Disabled;
    world.commit(Change::User(UserChange::Update(ann))).await;
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    let refused = answer(&browser, &page, &key.sign(&page)).await;
    assert!(refused.status == 422 && !is_signed_in(&browser).await, "{}", refused.text());
}

async fn a_passkey_belongs_to_one_account(engine: Engine) {
    let world = with_bob(engine).await;
    let (_, mut key) = with_passkey(&world).await;
    let bob = signed_in(&world, "bob").await;
    let page = add(&bob, &mut Authenticator::new(b"first of ann"), "Stolen").await;
    assert!(page.status == 422 && page.text().contains("passkey for your account already"), "{}", page.text());
    let browser = Browser::new(&world);
    let page = asking(&browser).await;
    answer(&browser, &page, &key.sign(&page)).await;
    assert!(browser.get("/acme/account").await.page().text().contains("ANN"));
}

async fn of_two_who_add_one_passkey_at_once_one_has_it(engine: Engine) {
    let world = with_bob(engine).await;
    let (ann, bob) = (signed_in(&world, "ann").await, signed_in(&world, "bob").await);
    let (mut first, mut second) = (Authenticator::new(b"the same"), Authenticator::new(b"the same"));
    let (one, two) = tokio::join!(add(&ann, &mut first, "Mine"), add(&bob, &mut second, "Mine"));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{}{}", one.text(), two.text());
}

async fn of_two_second_factors_that_are_removed_at_once_one_stays(engine: Engine) {
    let settings = SettingsPatch { second_factor: Some(SecondFactor::Required), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let browser = signed_in(&world, "ann").await;
    add(&browser, &mut Authenticator::new(b"one"), "One").await;
    add(&browser, &mut Authenticator::new(b"two"), "Two").await;
    let security = browser.get("/acme/account/security").await.page();
    let html = security.text();
    let paths: Vec<_> = html.split("href=\"").filter_map(|rest| rest.split('"').next()).filter(|href| href.ends_with("/remove")).collect();
    let [one, two] = paths.as_slice() else { panic!("two passkeys in {html}") };
    let cookies = browser.cookies();
    let remove = |path: &str| {
        let path = path.strip_prefix("http://127.0.0.1:8080").unwrap();
        world.post(path).header("cookie", &cookies).sent_by_our_page().form(&[])
    };
    let (one, two) = tokio::join!(remove(one).send(), remove(two).send());
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{}{}", one.text(), two.text());
    assert!(browser.get("/acme/account/security").await.page().text().contains("/remove\""));
}

async fn twenty_passkeys_are_as_many_as_there_may_be(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let early = browser.get("/acme/account/security/passkeys/new").await.page();
    for number in 0..20 {
        let page = add(&browser, &mut Authenticator::new(format!("number {number}").as_bytes()), "One of many").await;
        assert_eq!(page.status, 200, "{number}: {}", page.text());
    }
    let full = browser.get("/acme/account/security/passkeys/new").await.page();
    assert!(full.text().contains("as many passkeys as it may") && !full.text().contains("data-passkey"), "{}", full.text());
    let mut fields = Authenticator::new(b"one more").make(&early);
    fields.push(("name", "One more".to_owned()));
    let refused = browser.submit(&filled(&early, "/passkeys/new", &fields), &[]).await.page();
    assert!(refused.status == 422 && !refused.text().contains("data-passkey"), "{}", refused.text());
    assert!(!browser.get("/acme/account/security").await.page().text().contains("One more"));
}

async fn the_first_passkey_shows_recovery_codes_once(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let first = add(&browser, &mut Authenticator::new(b"one"), "One").await;
    let html = first.text();
    let codes: Vec<_> = html.split("id=\"codes\">").nth(1).unwrap().split("</ol>").next().unwrap().split("<li>").skip(1).collect();
    assert_eq!(codes.len(), 10, "{html}");
    let code = codes[0].split('<').next().unwrap().to_owned();
    let second = add(&browser, &mut Authenticator::new(b"two"), "Two").await;
    assert!(!second.text().contains("id=\"codes\""), "{}", second.text());
    assert!(browser.get("/acme/account/security").await.page().text().contains("10 of 10 unused"));
    // It stands in for the passkey.
    let other = Browser::new(&world);
    let page = half(&other).await;
    let others = forms(&page).into_iter().find(|form| form.fields.iter().any(|(name, _)| name == "switch")).unwrap();
    let asked = other.submit(&others, &[("way", "recovery")]).await.page();
    other.submit(&form_to(&asked, "/second-factor"), &[("code", &code)]).await.page();
    assert!(is_signed_in(&other).await);
}

async fn whoever_reads_mail_is_told_of_every_second_factor(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, _) = with_passkey(&world).await;
    let told = async |words: &str| {
        let letters = world.mail().await;
        let letter = letters.iter().find(|letter| letter.text.contains(words)).unwrap_or_else(|| panic!("no {words} in {letters:?}"));
        assert!(letter.to == "ann@example.com" && letter.text.contains("/acme/account/security") && letter.text.contains("Not you?"));
        assert!(!letter.text.contains("Work laptop"), "no word of whoever did it");
    };
    told("a passkey was added").await;
    let security = browser.get("/acme/account/security").await.page();
    let ask = browser.get(&linked(&security, "/remove")).await.page();
    browser.submit(&form_to(&ask, "/remove"), &[]).await.page();
    told("a passkey was removed").await;
}

async fn a_new_password_tells_of_the_passkeys_that_stay(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, _) = with_passkey(&world).await;
    let security = browser.get("/acme/account/security").await.page();
    let fields = [("current", PASSWORD), ("password", "chosen on the page")];
    let changed = browser.submit(&form_to(&security, "/security/password"), &fields).await.page();
    assert!(changed.text().contains("Your passkeys still sign in") && changed.text().contains("Work laptop"), "{}", changed.text());
    let other = Browser::new(&world);
    let page = other.get("/acme/forgot-password").await.page();
    world.advance(1);
    other.submit(&form_to(&page, "/forgot-password"), &[("email", "ann")]).await.page();
    let letters = world.mail().await;
    let link = letters.iter().flat_map(|letter| letter.text.lines()).find(|line| line.contains("/reset-password?token=")).unwrap();
    let page = other.get(link.strip_prefix("http://127.0.0.1:8080").unwrap()).await.page();
    let done = other.submit(&form_to(&page, "/reset-password"), &[("password", "chosen by mail")]).await.page();
    assert!(done.text().contains("Your passkeys still work"), "{}", done.text());
}

async fn the_page_leads_back_to_where_one_was_asked(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let sign_in = browser.get("/acme/sign-in?return=%2Faccount%2Fa%252Fb").await.page();
    let page = browser.submit(&form_to(&sign_in, "/sign-in/passkey"), &[]).await.page();
    assert!(page.text().contains("?return=/account/a%252Fb\""), "{}", page.text());
}
