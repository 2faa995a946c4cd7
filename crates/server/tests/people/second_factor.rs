//! A second factor: set up, asked for, taken once, stood in for by recovery codes, and removed.

use aws_lc_rs::hmac;
use jeton_oauth::{
    model::AccountKind,
    settings::{SecondFactor, SettingsPatch},
};
use serde_json::Value;

use crate::{
    browser::{Browser, Form, Landed, encoded},
    call::Answer,
    forms::{form_to, signed_in, text_of},
    grants::{query, redemption, refresh},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    an_app_is_set_up_and_asked_for,
    a_code_is_taken_once_whoever_races,
    five_wrong_codes_end_the_sign_in,
    ten_wrong_codes_an_hour_lock,
    a_recovery_code_stands_in_once,
    new_recovery_codes_end_the_earlier_ones,
    a_removed_app_is_not_asked_for,
    an_id_token_says_what_the_sign_in_was_made_with,
    an_id_token_says_so_after_a_refresh_too,
    the_password_grant_is_refused_where_two_steps_are_needed,
    a_right_password_is_no_wrong_guess_where_two_steps_are_needed,
    an_api_user_needs_no_second_step,
    an_application_asks_for_more,
    who_must_have_two_steps_sets_them_up_first,
    half_a_sign_in_is_nobodys_session,
    a_changed_password_ends_half_a_sign_in,
    a_page_that_is_shown_again_lives_no_longer,
    a_password_alone_changes_no_second_step,
    changing_factors_asks_for_a_recent_sign_in,
    the_page_of_one_person_sets_up_nothing_for_another,
];

/// What the app shows for a key, as the server's clock stands.
fn shown(world: &World, base32: &str) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut key) = (0_u32, 0, Vec::new());
    for letter in base32.bytes().filter(|byte| *byte != b' ') {
        bits = bits << 5 | u32::try_from(letters.iter().position(|one| *one == letter).unwrap()).unwrap();
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    let step = u64::try_from(world.app.now().as_seconds()).unwrap() / 30;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn codes(page: &Answer) -> Vec<String> {
    let html = page.text();
    let list = html.split("id=\"codes\">").nth(1).unwrap_or_else(|| panic!("no codes in {html}")).split("</ol>").next().unwrap();
    list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

/// The key of ann's app, and her recovery codes.
async fn set_up(world: &World, browser: &Browser<'_>) -> (String, Vec<String>) {
    let page = browser.get("/acme/account/security/totp").await.page();
    let key = text_of(&page, "totp-key");
    let done = browser.submit(&form_to(&page, "/security/totp"), &[("code", &shown(world, &key))]).await.page();
    assert_eq!(done.status, 200, "{}", done.text());
    let codes = codes(&done);
    world.advance(30);
    (key, codes)
}

/// After the right password: the page that asks for a code.
async fn half(browser: &Browser<'_>) -> Answer {
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form_to(&page, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page()
}

fn asks(page: &Answer) -> bool {
    page.text().contains("autocomplete=\"one-time-code\"") && page.text().contains("name=\"half\"")
}

fn code_form(page: &Answer) -> Form {
    form_to(page, "/second-factor")
}

/// Guesses refused for having been too many, as operators see them.
async fn refusals(world: &World) -> u32 {
    let metrics = world.internal("/metrics").send().await.text();
    let line = metrics.lines().find(|line| line.starts_with("jeton_refusals_total{") && line.contains("temporarily_unavailable"));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}

async fn is_signed_in(browser: &Browser<'_>) -> bool {
    !browser.get("/acme/account").await.page().text().contains("current-password")
}

async fn an_app_is_set_up_and_asked_for(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let page = browser.get("/acme/account/security/totp").await.page();
    let key = text_of(&page, "totp-key");
    assert!(page.text().contains("class=\"qr\"") && page.text().contains("<path d=\"M"), "{}", page.text());
    for wrong in ["", "000000", "abc", "12345", "<script>"] {
        let refused = browser.submit(&form_to(&page, "/security/totp"), &[("code", wrong)]).await.page();
        assert!(
            refused.status == 422 && refused.text().contains("aria-invalid=\"true\"") && text_of(&refused, "totp-key") == key,
            "{wrong}"
        );
    }
    assert!(!asks(&half(&Browser::new(&world)).await), "it is not on yet");
    let done = browser.submit(&form_to(&page, "/security/totp"), &[("code", &shown(&world, &key))]).await.page();
    assert_eq!(codes(&done).len(), 10);
    assert!(browser.get("/acme/account/security").await.page().text().contains("10 of 10 unused"));

    world.advance(30);
    let other = Browser::new(&world);
    let page = half(&other).await;
    assert!(asks(&page) && !is_signed_in(&other).await, "{}", page.text());
    let landed = other.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(landed.status == 200 && is_signed_in(&other).await, "{}", landed.text());
}

async fn a_code_is_taken_once_whoever_races(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    let (one, two) = (Browser::new(&world), Browser::new(&world));
    let pages = (half(&one).await, half(&two).await);
    let code = shown(&world, &key);
    let fields = [("code", code.as_str())];
    let (form_one, form_two) = (code_form(&pages.0), code_form(&pages.1));
    let _ = tokio::join!(one.submit(&form_one, &fields), two.submit(&form_two, &fields));
    assert!(is_signed_in(&one).await != is_signed_in(&two).await, "one of them");
    // Nor for setting an app up again with the page of before.
    world.advance(30);
    let again = Browser::new(&world);
    let page = half(&again).await;
    again.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(is_signed_in(&again).await);
}

async fn five_wrong_codes_end_the_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    let browser = Browser::new(&world);
    let first = half(&browser).await;
    let mut page = browser.submit(&code_form(&first), &[("code", "000000")]).await.page();
    for _ in 0..3 {
        assert!(page.status == 422 && page.text().contains("aria-invalid=\"true\""), "{}", page.text());
        page = browser.submit(&code_form(&page), &[("code", "000000")]).await.page();
    }
    assert!(asks(&page), "four are not five");
    let ended = browser.submit(&code_form(&page), &[("code", "000000")]).await.page();
    let refused = refusals(&world).await;
    assert!(ended.status == 400 && !asks(&ended) && ended.text().contains("current-password"), "{}", ended.text());
    let late = browser.submit(&code_form(&first), &[("code", &shown(&world, &key))]).await.page();
    assert!(late.status == 400 && !is_signed_in(&browser).await, "the right one comes too late");
    assert_eq!(refusals(&world).await, refused + 1, "which operators see");
    let page = half(&browser).await;
    browser.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(is_signed_in(&browser).await, "from the start it goes on");
}

async fn ten_wrong_codes_an_hour_lock(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    for _ in 0..2 {
        let browser = Browser::new(&world);
        let page = half(&browser).await;
        for _ in 0..5 {
            browser.submit(&code_form(&page), &[("code", "000000")]).await.page();
        }
    }
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    let locked = browser.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(locked.status == 429 && locked.header("retry-after").is_some() && !is_signed_in(&browser).await, "{}", locked.text());
}

async fn a_recovery_code_stands_in_once(engine: Engine) {
    let world = World::standard(engine).await;
    let (_, codes) = set_up(&world, &signed_in(&world, "ann").await).await;
    for (expected, typed) in [(true, codes[0].to_uppercase().replace('-', " ")), (false, codes[0].clone()), (true, codes[1].clone())] {
        let browser = Browser::new(&world);
        let page = half(&browser).await;
        let other = browser.submit(&code_form(&page), &[("switch", "yes"), ("way", "recovery")]).await.page();
        assert!(other.text().contains("placeholder=\"xxxx-xxxx\""), "{}", other.text());
        browser.submit(&code_form(&other), &[("code", &typed)]).await.page();
        assert_eq!(is_signed_in(&browser).await, expected, "{typed}");
    }
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    browser.submit(&code_form(&page), &[("code", &codes[2])]).await.page();
    assert!(browser.get("/acme/account/security").await.page().text().contains("7 of 10 unused"));
}

async fn new_recovery_codes_end_the_earlier_ones(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let (_, old) = set_up(&world, &browser).await;
    let page = browser.get("/acme/account/security/recovery-codes").await.page();
    let new = codes(&browser.submit(&form_to(&page, "/recovery-codes"), &[]).await.page());
    assert!(world.mail().await.iter().any(|letter| letter.text.contains("new recovery codes were made")));
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    for (expected, code) in [(false, &old[3]), (true, &new[3])] {
        let other = Browser::new(&world);
        let page = half(&other).await;
        other.submit(&code_form(&page), &[("way", "recovery"), ("code", code)]).await.page();
        assert_eq!(is_signed_in(&other).await, expected);
    }
}

async fn a_removed_app_is_not_asked_for(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    set_up(&world, &browser).await;
    let page = browser.get("/acme/account/security/totp/remove").await.page();
    assert!(asks(&half(&Browser::new(&world)).await), "asking changes nothing");
    browser.submit(&form_to(&page, "/totp/remove"), &[]).await.page();
    let other = Browser::new(&world);
    half(&other).await;
    assert!(is_signed_in(&other).await);
    assert!(!browser.get("/acme/account/security").await.page().text().contains("of 10 unused"));
    let letters = world.mail().await;
    for told in ["an authenticator app was set up", "the authenticator app was removed"] {
        assert!(letters.iter().any(|letter| letter.to == "ann@example.com" && letter.text.contains(told)), "{told}: {letters:?}");
    }
}

/// The claims of an ID token, whose signature others check.
fn claims(token: &str) -> Value {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

async fn id_token(world: &World, landed: Landed) -> Value {
    let answer = world.token(&redemption(&landed.parameters()["code"])).send().await;
    claims(&answer.member("id_token"))
}

async fn an_id_token_says_what_the_sign_in_was_made_with(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let by_password = id_token(&world, browser.authorize(&query("openid")).await).await;
    assert_eq!((&by_password["acr"], &by_password["amr"]), (&"1".into(), &serde_json::json!(["pwd"])));
    let (key, _) = set_up(&world, &browser).await;
    let other = Browser::new(&world);
    let sign_in = other.get(&format!("/acme/authorize?{}", encoded(&query("openid")))).await.page();
    let page = other.submit(&form_to(&sign_in, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert!(asks(&page), "{}", page.text());
    let landed = other.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await;
    let by_two = id_token(&world, landed).await;
    assert_eq!((&by_two["acr"], &by_two["amr"]), (&"2".into(), &serde_json::json!(["pwd", "otp", "mfa"])));
    assert_eq!(by_two["auth_time"].as_i64(), Some(world.app.now().as_seconds()));
}

async fn an_id_token_says_so_after_a_refresh_too(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    let browser = Browser::new(&world);
    let scope = "openid";
    let sign_in = browser.get(&format!("/acme/authorize?{}", encoded(&query(scope)))).await.page();
    let page = browser.submit(&form_to(&sign_in, "/sign-in"), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    let consent = browser.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    let landed = browser.submit(&form_to(&consent, "/consent"), &[("decision", "allow")]).await;
    let mut answer = world.token(&redemption(&landed.parameters()["code"])).send().await;
    let first = claims(&answer.member("id_token"));
    for _ in 0..2 {
        world.advance(60);
        answer = world.token(&refresh(&answer.member("refresh_token"))).send().await;
        let again = claims(&answer.member("id_token"));
        for name in ["acr", "amr", "auth_time", "sub", "sid"] {
            assert_eq!(again[name], first[name], "{name}: {again}");
        }
        assert!(again["acr"] == "2" && again.get("nonce").is_none(), "{again}");
    }
}

async fn the_password_grant_is_refused_where_two_steps_are_needed(engine: Engine) {
    let ask = |password: &'static str| [("grant_type", "password"), ("username", "ann"), ("password", password), ("scope", "read")];
    let world = World::standard(engine).await;
    assert_eq!(world.token(&ask(PASSWORD)).send().await.status, 200);
    set_up(&world, &signed_in(&world, "ann").await).await;
    let refused = world.token(&ask(PASSWORD)).send().await;
    refused.refused(400, "invalid_grant");
    assert!(refused.member("error_description").contains("two steps"), "{}", refused.text());
    let wrong = world.token(&ask("not it")).send().await;
    assert!(!wrong.member("error_description").contains("two steps"), "only whoever knows the password is told");

    let required = SettingsPatch { second_factor: Some(SecondFactor::Required), ..SettingsPatch::default() };
    for world in [
        World::with_settings(engine, required).await,
        World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.require_second_factor = Some(true))]).await,
    ] {
        let refused = world.token(&ask(PASSWORD)).send().await;
        refused.refused(400, "invalid_grant");
        assert!(refused.member("error_description").contains("needs two steps"), "{}", refused.text());
    }
}

async fn a_right_password_is_no_wrong_guess_where_two_steps_are_needed(engine: Engine) {
    let ask = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "read")];
    let world = World::standard(engine).await;
    let owner = signed_in(&world, "ann").await;
    let (key, _) = set_up(&world, &owner).await;
    for number in 0..30 {
        let refused = world.token(&ask).send().await;
        assert_eq!(refused.status, 400, "{number}: {}", refused.text());
    }
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    browser.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(is_signed_in(&browser).await, "nobody is locked out");
}

async fn an_api_user_needs_no_second_step(engine: Engine) {
    let bot = |setup: Setup| setup.person("bot", |user| user.account.kind = AccountKind::ApiUser);
    let mut of_realm = Setup::new("acme", "standard");
    of_realm.config.settings.second_factor = Some(SecondFactor::Required);
    let of_client = Setup::new("acme", "standard").web(|web| web.require_second_factor = Some(true));
    for setup in [of_realm, of_client] {
        let world = World::start(engine, vec![bot(setup)]).await;
        let ask = |name: &'static str| [("grant_type", "password"), ("username", name), ("password", PASSWORD), ("scope", "read")];
        let answer = world.token(&ask("bot")).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        world.token(&ask("ann")).send().await.refused(400, "invalid_grant");
    }
}

async fn an_application_asks_for_more(engine: Engine) {
    let world = World::standard(engine).await;
    let (old, silent) = (signed_in(&world, "ann").await, signed_in(&world, "ann").await);
    let mut more = query("openid").to_vec();
    more.push(("acr_values", "2"));
    // Who has no second factor is let in by one: the application sees it.
    let by_one = id_token(&world, old.authorize(&more).await).await;
    assert_eq!(by_one["acr"], "1");
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    let page = old.get(&format!("/acme/authorize?{}", encoded(&more))).await.page();
    assert!(asks(&page), "{}", page.text());
    let cookies = old.cookies();
    let landed = old.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await;
    assert_eq!(id_token(&world, landed).await["acr"], "2");
    assert_ne!(old.cookies(), cookies, "the session has a new id");
    // Without a page it is refused.
    let mut none = more.clone();
    none.push(("prompt", "none"));
    let refused = silent.get(&format!("/acme/authorize?{}", encoded(&none))).await.parameters();
    assert_eq!(refused["error"], "login_required");
}

async fn who_must_have_two_steps_sets_them_up_first(engine: Engine) {
    let settings = SettingsPatch { second_factor: Some(SecondFactor::Required), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let browser = Browser::new(&world);
    let page = browser.authorize(&query("read")).await.page();
    assert!(page.status == 200 && page.text().contains("/acme/account/security/totp\""), "{}", page.text());
    set_up(&world, &browser).await;
    assert!(browser.authorize(&query("read")).await.parameters().contains_key("code"));
    let remove = browser.get("/acme/account/security/totp/remove").await.page();
    assert!(!remove.text().contains("acme/account/security/totp/remove\""), "{}", remove.text());

    let world = World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.require_second_factor = Some(true))]).await;
    let page = Browser::new(&world).authorize(&query("read")).await.page();
    assert!(page.text().contains("/acme/account/security/totp\""), "{}", page.text());
}

async fn half_a_sign_in_is_nobodys_session(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, _) = set_up(&world, &signed_in(&world, "ann").await).await;
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    assert!(!is_signed_in(&browser).await);
    for (name, value) in [("half", ""), ("half", "x.y")] {
        let answer = world.post("/acme/second-factor").sent_by_our_page().form(&[(name, value), ("code", "000000")]).send().await;
        assert!(answer.status.is_client_error(), "{value}");
    }
    assert_eq!(browser.get("/acme/second-factor").await.page().status, 200, "GET leads to the page to sign in on");
    world.advance(600);
    let late = browser.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    assert!(late.status.is_client_error() && !is_signed_in(&browser).await, "too late");
}

async fn a_changed_password_ends_half_a_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = signed_in(&world, "ann").await;
    let (key, _) = set_up(&world, &owner).await;
    let thief = Browser::new(&world);
    let page = half(&thief).await;
    let security = owner.get("/acme/account/security").await.page();
    let fields = [("current", PASSWORD), ("password", "chosen on the page"), ("everywhere", "on")];
    owner.submit(&form_to(&security, "/security/password"), &fields).await.page();
    for fields in [[("code", shown(&world, &key).as_str())], [("switch", "yes")], [("code", "")]] {
        let answer = thief.submit(&code_form(&page), &fields).await.page();
        assert!(answer.status.is_client_error() && !asks(&answer), "{fields:?}: {}", answer.text());
    }
    assert!(!is_signed_in(&thief).await);
}

async fn a_page_that_is_shown_again_lives_no_longer(engine: Engine) {
    let world = World::standard(engine).await;
    let (key, codes) = set_up(&world, &signed_in(&world, "ann").await).await;
    let browser = Browser::new(&world);
    let page = half(&browser).await;
    world.advance(599);
    let other = browser.submit(&code_form(&page), &[("switch", "yes"), ("way", "recovery")]).await.page();
    let wrong = browser.submit(&code_form(&page), &[("code", "000000")]).await.page();
    assert!(asks(&wrong) && other.status == 200);
    world.advance(1);
    for (page, code) in [(&other, &codes[0]), (&wrong, &shown(&world, &key))] {
        let late = browser.submit(&code_form(page), &[("code", code)]).await.page();
        assert!(late.status.is_client_error() && !is_signed_in(&browser).await, "{}", late.text());
    }
}

async fn a_password_alone_changes_no_second_step(engine: Engine) {
    let world = World::standard(engine).await;
    let (thief, owner) = (signed_in(&world, "ann").await, signed_in(&world, "ann").await);
    // Fetched while there was no second step.
    let early = thief.get("/acme/account/security/totp").await.page();
    let (key, _) = set_up(&world, &owner).await;
    for path in ["totp", "totp/remove", "recovery-codes"] {
        let page = thief.get(&format!("/acme/account/security/{path}")).await.page();
        assert!(page.text().contains("current-password") && page.text().contains(&format!("value=\"/account/security/{path}\"")), "{path}");
    }
    let own = form_to(&early, "/security/totp");
    for path in ["totp", "totp/remove", "recovery-codes"] {
        let action = own.action.replace("/security/totp", &format!("/security/{path}"));
        let form = Form { action, ..form_to(&early, "/security/totp") };
        thief.submit(&form, &[("code", &shown(&world, &text_of(&early, "totp-key")))]).await.page();
    }
    assert!(owner.get("/acme/account/security").await.page().text().contains("10 of 10 unused"));
    let page = half(&thief).await;
    thief.submit(&code_form(&page), &[("code", &shown(&world, &key))]).await.page();
    let remove = thief.get("/acme/account/security/totp/remove").await.page();
    assert!(remove.text().contains("/security/totp/remove\""), "with both steps it goes on: {}", remove.text());
}

async fn changing_factors_asks_for_a_recent_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    world.advance(16 * 60);
    for path in ["totp", "totp/remove", "recovery-codes"] {
        let page = browser.get(&format!("/acme/account/security/{path}")).await.page();
        assert!(page.text().contains("current-password") && page.text().contains(&format!("value=\"/account/security/{path}\"")), "{path}");
    }
    assert!(is_signed_in(&browser).await, "the rest of the account is there");
}

async fn the_page_of_one_person_sets_up_nothing_for_another(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("eve", |_| {})]).await;
    let (ann, eve) = (signed_in(&world, "ann").await, signed_in(&world, "eve").await);
    let page = eve.get("/acme/account/security/totp").await.page();
    let mut form = form_to(&page, "/security/totp");
    let code = shown(&world, &text_of(&page, "totp-key"));
    // Eve's key in ann's form, with the token of ann's own page.
    let own = form_to(&ann.get("/acme/account/security/totp").await.page(), "/security/totp");
    form.fields.retain(|(name, _)| name == "key");
    form.fields.extend(own.fields.into_iter().filter(|(name, _)| name == "csrf"));
    assert!(ann.submit(&form, &[("code", &code)]).await.page().status.is_client_error());
    assert!(!asks(&half(&Browser::new(&world)).await));
}
