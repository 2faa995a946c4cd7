//! People make an account for themselves, where the realm lets them, with an address that is theirs.

use jeton_oauth::{
    login_name::LoginName,
    model::User,
    settings::{Brand, Developers, SettingsPatch, SignUp},
};

use crate::{
    browser::{Browser, encoded, form},
    call::Answer,
    forms::form_to,
    grants::query,
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    an_account_is_there_once_its_address_is_proven,
    an_unproven_account_signs_nobody_in,
    nobody_learns_who_has_an_account_by_signing_up,
    who_may_is_the_realms_to_say,
    terms_are_accepted_first,
    an_invitation_makes_one_account,
    who_was_invited_is_sent_another_letter,
    faults_stand_beside_their_fields_and_all_at_once,
    a_link_makes_one_account_and_none_after_it_went,
    of_two_who_typed_one_address_its_reader_decides,
    hostile_names_are_inert_in_pages_and_letters,
    a_letter_speaks_the_language_of_the_page,
    nothing_is_hashed_for_who_is_sent_no_more_mail,
    another_letter_is_sent_within_the_limits_and_proves_nothing,
    who_signs_up_for_an_application_goes_on_with_its_request,
];

const CHOSEN: &str = "a fine long one";

fn open() -> SettingsPatch {
    SettingsPatch { sign_up: Some(SignUp::Open), ..SettingsPatch::default() }
}

async fn send(browser: &Browser<'_>, name: &str, email: &str, password: &str, more: &[(&str, &str)]) -> Answer {
    let page = browser.get("/acme/sign-up").await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let mut fields = vec![("name", name), ("email", email), ("password", password)];
    fields.extend(more);
    browser.submit(&form_to(&page, "/sign-up"), &fields).await.page()
}

/// Paths of the links of all letters, the newest first.
async fn links(world: &World) -> Vec<String> {
    let letters = world.mail().await;
    let line =
        |text: &str| text.lines().find(|line| line.contains("/verify-email?token=")).map(|line| line.replace("http://127.0.0.1:8080", ""));
    letters.iter().filter_map(|letter| line(&letter.text)).collect()
}

async fn confirm(browser: &Browser<'_>, link: &str) -> Answer {
    let page = browser.get(link).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    browser.submit(&form_to(&page, "/verify-email"), &[]).await.page()
}

async fn user(world: &World, name: &str) -> Option<User> {
    let realm = world.realm("acme").await;
    world.app.store.in_realm(realm.id()).user_by_login(&LoginName::fold(name).unwrap()).await.unwrap()
}

async fn sign_in(world: &World, username: &str, password: &str) -> u16 {
    world.post("/acme/sign-in").sent_by_our_page().form(&[("username", username), ("password", password)]).send().await.status.as_u16()
}

async fn an_account_is_there_once_its_address_is_proven(engine: Engine) {
    let settings = SettingsPatch { developers: Some(Developers::Everybody), ..open() };
    let world = World::with_settings(engine, settings).await;
    let browser = Browser::new(&world);
    assert!(browser.get("/acme/sign-in").await.page().text().contains("/acme/sign-up\""));
    let sent = send(&browser, " Vera Voice ", "Vera@Example.com", CHOSEN, &[]).await;
    assert!(sent.status == 200 && sent.text().contains("Vera@Example.com") && !sent.repeats(CHOSEN), "{}", sent.text());
    assert!(user(&world, "vera@example.com").await.is_none());
    let link = links(&world).await.remove(0);
    for _ in 0..2 {
        assert_eq!(browser.get(&link).await.page().status, 200);
        assert!(user(&world, "vera@example.com").await.is_none(), "opening a link changes nothing");
    }
    let done = confirm(&browser, &link).await;
    assert!(done.text().contains("role=\"status\"") && done.text().contains("name=\"username\""), "{}", done.text());
    let made = user(&world, "vera@example.com").await.unwrap();
    assert_eq!((made.profile.name.as_deref(), made.email.as_ref().unwrap().verified), (Some("Vera Voice"), true));
    assert!(made.is_developer(&world.realm("acme").await.settings));
    assert_eq!(sign_in(&world, "vera@example.com", CHOSEN).await, 303);
}

async fn another_letter_is_sent_within_the_limits_and_proves_nothing(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let browser = Browser::new(&world);
    let mut page = send(&browser, "Vera", "vera@example.com", CHOSEN, &[]).await;
    let again = form_to(&page, "/sign-up").fields.into_iter().find(|(name, _)| name == "again").unwrap().1;
    assert_eq!(browser.get(&format!("/acme/verify-email?token={again}")).await.page().status, 404, "the page proves no address");
    page = browser.submit(&form_to(&page, "/sign-up"), &[]).await.page();
    assert!(page.status == 200 && page.text().contains("Another letter is on its way."), "{}", page.text());
    let letters = links(&world).await;
    assert_eq!(letters.len(), 2);
    confirm(&browser, &letters[0]).await;
    assert!(user(&world, "vera@example.com").await.is_some());
    assert_eq!(browser.get(&letters[1]).await.page().status, 404, "both make one account");
    let mut statuses = Vec::new();
    for _ in 0..30 {
        statuses.push(browser.submit(&form_to(&page, "/sign-up"), &[]).await.page().status.as_u16());
    }
    assert!(statuses.starts_with(&[200]) && statuses.ends_with(&[429]), "{statuses:?}");
    let forged = world.post("/acme/sign-up").sent_by_our_page().form(&[("again", "x")]).send().await;
    assert!(forged.status.is_client_error(), "{}", forged.status);
    world.advance(86_400);
    let late = browser.submit(&form_to(&page, "/sign-up"), &[]).await.page();
    assert!(late.status.is_client_error(), "{}", late.text());
}

async fn who_signs_up_for_an_application_goes_on_with_its_request(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let browser = Browser::of(&world, "vera@example.com", CHOSEN);
    let asked = browser.get(&format!("/acme/authorize?{}", encoded(&query("read")))).await.page();
    let page = browser.submit(&form_to(&asked, "/sign-up"), &[("start", "yes")]).await.page();
    assert!(page.status == 200 && page.text().contains("name=\"request\""), "{}", page.text());
    let fields = [("name", "Vera"), ("email", "vera@example.com"), ("password", "short")];
    let refused = browser.submit(&form_to(&page, "/sign-up"), &fields).await.page();
    assert_eq!(refused.status, 422, "{}", refused.text());
    let fields = [("name", "Vera"), ("email", "vera@example.com"), ("password", CHOSEN)];
    browser.submit(&form_to(&refused, "/sign-up"), &fields).await.page();
    world.advance(2 * 3600);
    let link = links(&world).await.remove(0);
    // In another browser, such as that of the mail program.
    let other = Browser::of(&world, "vera@example.com", CHOSEN);
    let sign_in = confirm(&other, &link).await;
    assert!(sign_in.text().contains("role=\"status\"") && sign_in.text().contains("vera@example.com"), "{}", sign_in.text());
    let consent = other.submit(&form_to(&sign_in, "/sign-in"), &[("username", "vera@example.com"), ("password", CHOSEN)]).await.page();
    let done = other.submit(&form_to(&consent, "/consent"), &[("decision", "allow")]).await.parameters();
    assert!(done.contains_key("code") && done["state"] == "the state", "{done:?}");
}

async fn an_unproven_account_signs_nobody_in(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    send(&Browser::new(&world), "Vera", "vera@example.com", CHOSEN, &[]).await;
    assert_eq!(sign_in(&world, "vera@example.com", CHOSEN).await, 400);
    let link = links(&world).await.remove(0);
    assert_eq!(sign_in(&world, "vera@example.com", CHOSEN).await, 400);
    world.advance(86_400);
    assert_eq!(Browser::new(&world).get(&link).await.page().status, 404, "a link is good for a day");
}

async fn nobody_learns_who_has_an_account_by_signing_up(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let mut pages = Vec::new();
    for email in ["ann@example.com", "new@example.com"] {
        let before = world.app.passwords.work().hashes;
        let sent = send(&Browser::new(&world), "Somebody", email, CHOSEN, &[]).await;
        let hashes = world.app.passwords.work().hashes - before;
        let due = world.app.store.due_mails(world.app.now(), 100).await.unwrap().len();
        world.mail().await;
        let headers: Vec<_> = sent.headers.keys().map(|name| name.as_str().to_owned()).collect();
        pages.push((sent.status, headers, sent.page_text().replace(email, "X"), hashes, due));
    }
    assert_eq!(pages[0], pages[1]);
    let letters = world.mail().await;
    let to_ann = letters.iter().find(|letter| letter.to == "ann@example.com").unwrap();
    assert!(to_ann.text.contains("There is one already") && !to_ann.text.contains("verify-email"), "{}", to_ann.text);
    assert_eq!(sign_in(&world, "ann", PASSWORD).await, 303, "and hers is untouched");
}

async fn who_may_is_the_realms_to_say(engine: Engine) {
    let world = World::standard(engine).await;
    assert_eq!(Browser::new(&world).get("/acme/sign-up").await.page().status, 404);
    assert!(!Browser::new(&world).get("/acme/sign-in").await.page().text().contains("/sign-up"));
    assert_eq!(world.post("/acme/sign-up").sent_by_our_page().form(&[("email", "a@example.com")]).send().await.status, 404);

    let invited = SettingsPatch { sign_up: Some(SignUp::Invited), ..SettingsPatch::default() };
    let world = World::with_settings(engine, invited).await;
    let page = Browser::new(&world).get("/acme/sign-up").await.page();
    assert!(page.status == 403 && form(&page).is_none_or(|form| !form.action.ends_with("/sign-up")), "{}", page.text());

    let domains = SettingsPatch { sign_up_domains: Some(vec!["acme.example".into()]), ..open() };
    let world = World::with_settings(engine, domains).await;
    for email in ["eve@example.com", "eve@evil-acme.example", "eve@sub.acme.example", "eve@acme.example.evil.example"] {
        let refused = send(&Browser::new(&world), "Eve", email, CHOSEN, &[]).await;
        assert!(refused.status == 422 && refused.text().contains("acme.example"), "{email}");
    }
    assert_eq!(send(&Browser::new(&world), "Ann", "ann@ACME.example", CHOSEN, &[]).await.status, 200);
    assert_eq!(links(&world).await.len(), 1);
}

async fn terms_are_accepted_first(engine: Engine) {
    let brand = Brand { terms: Some("https://acme.example/terms".into()), ..Brand::default() };
    let world = World::with_settings(engine, SettingsPatch { brand: Some(brand), ..open() }).await;
    let browser = Browser::new(&world);
    let refused = send(&browser, "Vera", "vera@example.com", CHOSEN, &[]).await;
    assert!(
        refused.status == 422 && refused.text().contains("id=\"terms-fault\"") && refused.text().contains("https://acme.example/terms")
    );
    assert!(refused.text().contains("value=\"vera@example.com\""), "what was typed is kept");
    assert_eq!(send(&browser, "Vera", "vera@example.com", CHOSEN, &[("terms", "on")]).await.status, 200);
}

async fn faults_stand_beside_their_fields_and_all_at_once(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let long = "x".repeat(201);
    for (name, email, password, faults) in [
        ("", "", "", 3),
        (long.as_str(), "vera@example.com", CHOSEN, 1),
        ("Vera", "vera@voipex", "Password123", 2),
        ("Vera", "vera", CHOSEN, 1),
        ("Vera", "a@b@example.com", CHOSEN, 1),
        ("Vera", "vera@example.com,eve@example.com", CHOSEN, 1),
        ("Vera", "Vera <vera@example.com>", CHOSEN, 1),
        ("Vera", "vera@exa mple.com", "nine char", 2),
        ("Ve\tra", "vera@example.com", CHOSEN, 1),
    ] {
        let refused = send(&Browser::new(&world), name, email, password, &[]).await;
        assert_eq!(refused.status, 422, "{name:?} {email:?}");
        assert_eq!(refused.text().matches("aria-invalid=\"true\"").count(), faults, "{name:?} {email:?}: {}", refused.text());
        assert_eq!(refused.text().matches("class=\"fault\"").count(), faults, "{name:?} {email:?}");
    }
    assert_eq!(world.mail().await, []);
}

async fn a_link_makes_one_account_and_none_after_it_went(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let browser = Browser::new(&world);
    send(&browser, "Vera", "vera@example.com", CHOSEN, &[]).await;
    let link = links(&world).await.remove(0);
    let page = browser.get(&link).await.page();
    confirm(&browser, &link).await;
    assert_eq!(browser.get(&link).await.page().status, 404);
    assert!(browser.submit(&form_to(&page, "/verify-email"), &[]).await.page().status.is_client_error(), "a double submit");
    let made = user(&world, "vera@example.com").await.unwrap();
    let gone = jeton_oauth::change::UserChange::Delete { realm: made.realm, user: made.id() };
    world.commit(jeton_oauth::Change::User(gone)).await;
    assert!(browser.submit(&form_to(&page, "/verify-email"), &[]).await.page().status.is_client_error());
    assert!(user(&world, "vera@example.com").await.is_none());
}

async fn of_two_who_typed_one_address_its_reader_decides(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    send(&Browser::new(&world), "Eve", "vera@example.com", "the password of eve", &[]).await;
    world.mail().await;
    world.advance(1);
    send(&Browser::new(&world), "Vera", "vera@example.com", CHOSEN, &[]).await;
    let links = links(&world).await;
    assert_eq!(links.len(), 2);
    confirm(&Browser::new(&world), &links[0]).await;
    assert_eq!(
        (sign_in(&world, "vera@example.com", CHOSEN).await, sign_in(&world, "vera@example.com", "the password of eve").await),
        (303, 400)
    );
    assert_eq!(Browser::new(&world).get(&links[1]).await.page().status, 404, "the other is of no use any more");
}

async fn hostile_names_are_inert_in_pages_and_letters(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    for (n, name) in ["<script>alert(1)</script>", "{{ 7777 * 7777 }}", "\u{202e}arev", "🔋🔋", "O'Hara \"x\""].into_iter().enumerate()
    {
        let email = format!("v{n}@example.com");
        let sent = send(&Browser::new(&world), name, &email, CHOSEN, &[]).await;
        assert_eq!(sent.status, 200, "{name}");
        let link = links(&world).await.into_iter().next().unwrap();
        let letter = world.mail().await.remove(0);
        assert!(letter.to == email && !letter.subject.contains(name) && !letter.text.contains(name), "{letter:?}");
        confirm(&Browser::new(&world), &link).await;
        let browser = Browser::of(&world, "x", CHOSEN);
        let page = browser.get("/acme/sign-in").await.page();
        let account = browser.submit(&form_to(&page, "/sign-in"), &[("username", &email), ("password", CHOSEN)]).await.page();
        assert!(!account.text().contains("<script>alert") && !account.text().contains("60481729"), "{name}: {}", account.text());
        world.advance(1);
    }
}

async fn a_letter_speaks_the_language_of_the_page(engine: Engine) {
    let mut setup = Setup::new("acme", "standard").settings(open());
    setup.config.title = Some("Acme".into());
    let world = World::start(engine, vec![setup]).await;
    let call = world.post("/acme/sign-up").header("accept-language", "de").sent_by_our_page();
    let sent = call.form(&[("name", "Vera"), ("email", "vera@example.com"), ("password", CHOSEN)]).send().await;
    assert!(sent.text().contains("Sieh in deine E-Mail"), "{}", sent.text());
    let letter = world.mail().await.remove(0);
    assert!(letter.subject == "Bestätige deine E-Mail für Acme" && letter.text.starts_with("Jemand, vermutlich du,"), "{letter:?}");
}

/// The path of an invitation.
async fn invitation(world: &World) -> String {
    let check = world.app.store.installation().await.unwrap().master_key_check;
    let master = jeton_server::keys::MasterKey::open(world.home.folder.path(), check.as_deref()).unwrap();
    let realm = world.realm("acme").await;
    let link = jeton_server::invitation::link(&master, realm.id(), &realm.issuer, world.app.now());
    link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

async fn who_was_invited_is_sent_another_letter(engine: Engine) {
    let invited = SettingsPatch { sign_up: Some(SignUp::Invited), ..SettingsPatch::default() };
    let world = World::with_settings(engine, invited).await;
    let browser = Browser::new(&world);
    let page = browser.get(&invitation(&world).await).await.page();
    let fields = [("name", "Vera"), ("email", "vera@example.com"), ("password", CHOSEN)];
    let sent = browser.submit(&form_to(&page, "/sign-up"), &fields).await.page();
    let again = browser.submit(&form_to(&sent, "/sign-up"), &[]).await.page();
    assert!(again.status == 200 && again.text().contains("Another letter is on its way."), "{}", again.text());
    let letters = links(&world).await;
    assert_eq!(letters.len(), 2);
    confirm(&browser, &letters[0]).await;
    assert!(user(&world, "vera@example.com").await.is_some());
    let forged = world.post("/acme/sign-up").sent_by_our_page().form(&[("again", "x")]).send().await;
    assert!(forged.status.is_client_error() && links(&world).await.len() == 2, "{}", forged.status);
}

async fn an_invitation_makes_one_account(engine: Engine) {
    let invited = SettingsPatch { sign_up: Some(SignUp::Invited), ..SettingsPatch::default() };
    let world = World::with_settings(engine, invited).await;
    let path = invitation(&world).await;
    let mut sent = Vec::new();
    for email in ["one@example.com", "two@example.com"] {
        let browser = Browser::new(&world);
        let page = browser.get(&path).await.page();
        assert_eq!(page.status, 200, "{}", page.text());
        let fields = [("name", "Somebody"), ("email", email), ("password", CHOSEN)];
        assert_eq!(browser.submit(&form_to(&page, "/sign-up"), &fields).await.page().status, 200);
        sent.extend(links(&world).await.into_iter().next());
        world.advance(1);
    }
    confirm(&Browser::new(&world), &sent[0]).await;
    assert_eq!(sign_in(&world, "one@example.com", CHOSEN).await, 303);
    assert_eq!(Browser::new(&world).get(&sent[1]).await.page().status, 404, "the invitation is used");
    world.advance(7 * 86_400);
    assert_eq!(Browser::new(&world).get(&path).await.page().status, 403, "a week is over");
    assert_eq!(Browser::new(&world).get("/acme/sign-up?invitation=x.y").await.page().status, 403);
}

async fn nothing_is_hashed_for_who_is_sent_no_more_mail(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let form = [("name", "Eve"), ("email", "vera@example.com"), ("password", CHOSEN)];
    let before = world.app.passwords.work().hashes;
    let mut waits = 0;
    for _ in 0..33 {
        let page = world.post("/acme/sign-up").peer("198.51.100.7").sent_by_our_page().form(&form).send().await;
        assert_eq!(page.status == 429, page.header("retry-after").is_some());
        waits += usize::from(page.status == 429);
    }
    assert_eq!((waits, world.app.passwords.work().hashes - before), (3, 30));
}
