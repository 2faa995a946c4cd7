//! Links that were mailed, and the outbox that they leave by.

use jeton_oauth::{
    Change, MailId, OneTimeLinkId, Seconds,
    change::{LinkChange, MailChange, UserChange},
    model::{LinkPurpose, Mail, OneTimeLink, PasswordHash, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, id, verifier},
};

cases![
    link_is_used_once,
    ended_link_is_not_used,
    newer_link_ends_those_of_its_purpose,
    new_password_ends_the_links_to_choose_one,
    letter_is_taken_by_one_server_at_a_time,
    letter_waits_for_its_turn_and_is_given_up_in_sight,
];

fn link(user: &User, purpose: LinkPurpose) -> OneTimeLink {
    OneTimeLink {
        id: OneTimeLinkId(id()),
        realm: user.realm,
        purpose,
        user: user.id(),
        verifier: verifier(),
        address: "ann@example.com".into(),
        created_at: NOW,
        expires_at: NOW + Seconds(60),
    }
}

fn letter(world: &World) -> Mail {
    Mail {
        id: MailId(id()),
        realm: world.realm,
        sealed: vec![7; 100],
        created_at: NOW,
        attempts: 0,
        next_at: NOW,
        given_up_at: None,
        fault: None,
    }
}

async fn made(world: &World, user: &User, purpose: LinkPurpose) -> OneTimeLink {
    let link = link(user, purpose);
    world.commit(Change::Link(LinkChange::Create(link.clone()))).await.unwrap();
    link
}

async fn there(world: &World, link: &OneTimeLink) -> bool {
    world.rows().one_time_link(link.id).await.unwrap().is_some_and(|facts| facts.link == *link)
}

fn used(link: &OneTimeLink, at: jeton_oauth::Timestamp) -> Change {
    Change::Link(LinkChange::Use { realm: link.realm, id: link.id, at })
}

async fn link_is_used_once(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let link = made(&world, &ann, LinkPurpose::VerifyEmail).await;
    let facts = world.rows().one_time_link(link.id).await.unwrap().unwrap();
    assert_eq!((facts.link, facts.user.id()), (link.clone(), ann.id()));
    world.commit(used(&link, NOW)).await.unwrap();
    assert_eq!(world.commit(used(&link, NOW)).await, Err(CommitError::Conflict));
    assert!(!there(&world, &link).await);
}

async fn ended_link_is_not_used(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let link = made(&world, &ann, LinkPurpose::VerifyEmail).await;
    assert_eq!(world.commit(used(&link, link.expires_at)).await, Err(CommitError::Conflict));
}

async fn newer_link_ends_those_of_its_purpose(engine: Engine) {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let reset = made(&world, &ann, LinkPurpose::ResetPassword).await;
    let verify = made(&world, &ann, LinkPurpose::VerifyEmail).await;
    let of_bob = made(&world, &bob, LinkPurpose::ResetPassword).await;
    world
        .commit(Change::Link(LinkChange::EndOfUser { realm: world.realm, user: ann.id(), purpose: LinkPurpose::ResetPassword }))
        .await
        .unwrap();
    assert!(!there(&world, &reset).await && there(&world, &verify).await && there(&world, &of_bob).await);
}

async fn new_password_ends_the_links_to_choose_one(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let reset = made(&world, &ann, LinkPurpose::ResetPassword).await;
    let verify = made(&world, &ann, LinkPurpose::VerifyEmail).await;
    world
        .commit(Change::User(UserChange::SetPassword { realm: world.realm, user: ann.id(), to: PasswordHash("new".into()), at: NOW }))
        .await
        .unwrap();
    assert!(!there(&world, &reset).await && there(&world, &verify).await);
}

async fn letter_is_taken_by_one_server_at_a_time(engine: Engine) {
    let world = World::new(engine).await;
    let letter = letter(&world);
    world.commit(Change::Mail(MailChange::Post(letter.clone()))).await.unwrap();
    let take = MailChange::Take { realm: letter.realm, id: letter.id, attempts: 0, until: NOW + Seconds(60) };
    world.commit(Change::Mail(take.clone())).await.unwrap();
    assert_eq!(world.commit(Change::Mail(take)).await, Err(CommitError::Conflict));
    assert!(world.store.due_mails(NOW, 9).await.unwrap().is_empty());
    let later = world.store.due_mails(NOW + Seconds(60), 9).await.unwrap();
    assert_eq!(later, [Mail { attempts: 1, next_at: NOW + Seconds(60), ..letter.clone() }], "who took it may have died");
    world.commit(Change::Mail(MailChange::Sent { realm: letter.realm, id: letter.id })).await.unwrap();
    assert!(world.store.due_mails(NOW + Seconds(60), 9).await.unwrap().is_empty());
}

async fn letter_waits_for_its_turn_and_is_given_up_in_sight(engine: Engine) {
    let world = World::new(engine).await;
    let letter = letter(&world);
    world.commit(Change::Mail(MailChange::Post(letter.clone()))).await.unwrap();
    let failed = |given_up_at| {
        let (fault, next_at) = ("refused by mail.example.com".to_owned(), NOW + Seconds(30));
        Change::Mail(MailChange::Failed { realm: letter.realm, id: letter.id, fault, next_at, given_up_at })
    };
    world.commit(failed(None)).await.unwrap();
    assert!(world.store.due_mails(NOW, 9).await.unwrap().is_empty());
    assert_eq!(world.store.due_mails(NOW + Seconds(30), 9).await.unwrap().len(), 1);
    world.commit(failed(Some(NOW))).await.unwrap();
    assert!(world.store.due_mails(NOW + Seconds(90), 9).await.unwrap().is_empty());
    assert_eq!(world.store.mails_given_up().await.unwrap(), 1);
}
