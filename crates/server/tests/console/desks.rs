//! Administrators at their browsers.

use aws_lc_rs::hmac;
use jeton_oauth::{
    Effect,
    manage::{
        Actor, AdministratorRole, Desk, Reach,
        administrator::{self},
    },
};
use jeton_server::{administrators, randomness::SystemRng};

use crate::{
    browser::{Browser, form},
    call::Answer,
    forms::{form_to, text_of},
    world::World,
};

pub const PASSWORD: &str = "three words of mine";

/// The link for the first owner.
pub async fn first_link(world: &World) -> String {
    let link = administrators::first_link(&world.app.store, "http://127.0.0.1:8080", world.clock.now()).await.unwrap().unwrap();
    link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

/// Somebody who opened a link, and is an administrator with a password alone.
pub async fn newcomer<'w>(world: &'w World, link: &str, name: &str) -> (Browser<'w>, Answer) {
    let browser = Browser::new(world);
    let page = browser.get(link).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let sent = [("name", name), ("password", PASSWORD), ("repeated", PASSWORD)];
    let landed = browser.submit(&form(&page).unwrap(), &sent).await.page();
    (browser, landed)
}

/// Sets up an authenticator app; answers its key.
pub async fn with_an_app(world: &World, browser: &Browser<'_>) -> String {
    let page = browser.get("/admin/account/security/totp").await.page();
    let key = text_of(&page, "totp-key");
    let done = browser.submit(&form_to(&page, "/security/totp"), &[("code", &shown(world, &key))]).await.page();
    assert_eq!(done.status, 200, "{}", done.text());
    world.advance(30);
    key
}

/// An owner of everything, signed in with two factors.
pub async fn owner(world: &World) -> Browser<'_> {
    administrator(world, "odile@example.com", AdministratorRole::Owner, &[]).await
}

/// An administrator of all realms, or of those that are named, signed in with two factors.
pub async fn administrator<'w>(world: &'w World, email: &str, role: AdministratorRole, realms: &[&str]) -> Browser<'w> {
    let mut reached = Vec::new();
    for name in realms {
        reached.push(world.realm(name).await.id());
    }
    let reach = if realms.is_empty() { Reach::All } else { Reach::Named(reached.into()) };
    let realm = world.realm(administrator::REALM).await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
    let Effect { answer, changes } = administrator::invite(email, role, reach, &mut desk).unwrap();
    world.app.store.commit(changes).await.unwrap();
    let link = administrators::link("", answer.text.expose());
    let (browser, _) = newcomer(world, &link, email).await;
    with_an_app(world, &browser).await;
    browser
}

/// Signs in anew, with both factors.
pub async fn sign_in(world: &World, browser: &Browser<'_>, page: &Answer, name: &str, key: &str) -> Answer {
    let half = browser.submit(&form_to(page, "/sign-in"), &[("username", name), ("password", PASSWORD)]).await.page();
    browser.submit(&form_to(&half, "/second-factor"), &[("code", &shown(world, key))]).await.page()
}

/// What the app shows for a key, as the server's clock stands.
pub fn shown(world: &World, base32: &str) -> String {
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

/// Links of the page's `nav` of places: address below `/admin`, and name.
pub fn places(page: &Answer) -> Vec<(String, String)> {
    let html = page.text();
    let nav = html.split("<nav id=\"side\"").nth(1).unwrap().split("</nav>").next().unwrap();
    nav.split("<a href=\"")
        .skip(1)
        .map(|link| {
            let (address, rest) = link.split_once('"').unwrap();
            let name = rest.split("</a>").next().unwrap().rsplit('>').next().unwrap();
            let name = if name.is_empty() { rest.split("</bdi>").next().unwrap().rsplit('>').next().unwrap() } else { name };
            (address.trim_start_matches("http://127.0.0.1:8080/admin").to_owned(), name.to_owned())
        })
        .collect()
}
