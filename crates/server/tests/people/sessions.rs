//! How long a browser stays signed in, and what ends it.

use jeton_oauth::{
    Change, Seconds,
    change::{RealmChange, UserChange},
    model::Status,
    settings::SettingsPatch,
};

use crate::{
    browser::{Browser, encoded, form},
    grants::query,
    setup::{NOW, PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_session_that_is_not_used_ends,
    a_session_ends_however_much_it_is_used,
    what_ends_the_person_ends_the_session,
    a_session_outlives_a_restart,
    of_too_many_sessions_the_one_that_was_used_least_lately_ends,
    of_two_cookies_of_a_name_neither_counts,
];

async fn signed_in(world: &World) -> String {
    let browser = Browser::new(world);
    let page = browser.get("/acme/sign-in").await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    browser.cookies()
}

/// Whether the cookies sign somebody in; being seen counts as use once marks are written.
async fn is_signed_in(world: &World, cookies: &str) -> bool {
    let query = [&query("read")[..], &[("prompt", "none")]].concat();
    let answer = world.get(&format!("/acme/authorize?{}", encoded(&query))).header("cookie", cookies).send().await;
    let marks = world.app.marks.take();
    world.app.store.commit(marks).await.unwrap();
    !answer.location().contains("error=login_required")
}

fn settings(lifetime: u32, idle: u32) -> SettingsPatch {
    SettingsPatch { session_lifetime: Some(Seconds(lifetime)), session_idle_lifetime: Some(Seconds(idle)), ..SettingsPatch::default() }
}

async fn a_session_that_is_not_used_ends(engine: Engine) {
    let world = World::with_settings(engine, settings(1000, 100)).await;
    let cookies = signed_in(&world).await;
    for _ in 0..3 {
        world.advance(99);
        assert!(is_signed_in(&world, &cookies).await, "use keeps it");
    }
    world.advance(100);
    assert!(!is_signed_in(&world, &cookies).await);
}

async fn a_session_ends_however_much_it_is_used(engine: Engine) {
    let world = World::with_settings(engine, settings(250, 100)).await;
    let cookies = signed_in(&world).await;
    for _ in 0..2 {
        world.advance(90);
        assert!(is_signed_in(&world, &cookies).await);
    }
    world.advance(69);
    assert!(is_signed_in(&world, &cookies).await);
    world.advance(1);
    assert!(!is_signed_in(&world, &cookies).await);
}

async fn what_ends_the_person_ends_the_session(engine: Engine) {
    let mut ann = Setup::new("acme", "standard").users.remove(0);
    let (realm, user, to) = (ann.realm, ann.id(), NOW + Seconds(1));
    ann.account.status = Status::Disabled;
    for change in [
        Change::User(UserChange::Update(ann)),
        Change::User(UserChange::RaiseNotBefore { realm, user, to }),
        Change::Realm(RealmChange::RaiseNotBefore { realm, to }),
        Change::User(UserChange::Delete { realm, user }),
    ] {
        let world = World::standard(engine).await;
        let cookies = signed_in(&world).await;
        assert!(is_signed_in(&world, &cookies).await);
        world.commit(change.clone()).await;
        assert!(!is_signed_in(&world, &cookies).await, "{change:?}");
        assert_eq!(world.get("/acme/account/tokens").header("cookie", &cookies).send().await.status, 401, "{change:?}");
    }
}

async fn a_session_outlives_a_restart(engine: Engine) {
    let world = World::standard(engine).await;
    let cookies = signed_in(&world).await;
    let world = world.restart().await;
    assert!(is_signed_in(&world, &cookies).await);
}

async fn of_two_cookies_of_a_name_neither_counts(engine: Engine) {
    let world = World::standard(engine).await;
    let (one, other) = (signed_in(&world).await, signed_in(&world).await);
    assert!(!is_signed_in(&world, &format!("{one}; {other}")).await, "one of them may be planted");
    assert!(is_signed_in(&world, &one).await && is_signed_in(&world, &other).await);
}

async fn of_too_many_sessions_the_one_that_was_used_least_lately_ends(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { sessions_per_account: Some(2), ..SettingsPatch::default() }).await;
    let first = signed_in(&world).await;
    world.advance(70);
    let second = signed_in(&world).await;
    world.advance(70);
    assert!(is_signed_in(&world, &first).await, "used");
    world.advance(70);
    let third = signed_in(&world).await;
    let mut lives = Vec::new();
    for cookies in [&first, &second, &third] {
        lives.push(is_signed_in(&world, cookies).await);
    }
    assert_eq!(lives, [true, false, true]);
}
