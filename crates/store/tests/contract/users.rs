//! People and API users: one namespace of login names, numbers and subs that are given once.

use jeton_oauth::{
    Change, Timestamp,
    change::UserChange,
    model::{Account, AccountKind, Email, PasswordHash, Profile, Status, User},
};
use jeton_store::{CommitError, StoreError};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, fold, redeem, rotate, user},
};

cases![
    user_reads_as_it_was_written,
    bare_user_reads_as_it_was_written,
    people_and_api_users_share_login_names,
    only_a_verified_address_signs_in,
    user_name_may_be_the_address_itself,
    name_that_folds_to_nothing_is_refused,
    numbers_count_up_past_those_given,
    concurrent_users_get_numbers_of_their_own,
    sub_and_number_are_never_given_again,
    refused_user_takes_no_name,
    user_update_moves_login_names,
    user_update_of_another_version_is_a_conflict,
    user_update_leaves_what_is_not_its_own,
    password_is_set_and_upgraded,
    user_not_before_is_never_lowered,
    users_are_paged_and_searched,
    deleted_user_takes_what_is_their_own_along,
];

async fn user_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let written = user(world.realm, "Ann");
    world.commit(Change::User(UserChange::Create(written.clone()))).await.unwrap();
    let expected = User { account: Account { number: 1, ..written.account.clone() }, ..written };
    let rows = world.rows();
    assert_eq!(rows.user(expected.id()).await.unwrap().unwrap(), expected);
    assert_eq!(rows.user_by_login(&fold("ANN")).await.unwrap().unwrap(), expected);
    assert_eq!(rows.user_by_login(&fold("ann@EXAMPLE.com")).await.unwrap().unwrap(), expected);
    assert_eq!(rows.user_by_sub(&expected.account.sub).await.unwrap().unwrap(), expected);
    assert_eq!(rows.user_by_number(1).await.unwrap().unwrap(), expected);
    assert_eq!(rows.counts().await.unwrap().users, 1);
}

async fn bare_user_reads_as_it_was_written(engine: Engine) {
    let world = World::new(engine).await;
    let full = world.user("owner").await;
    let written = User {
        email: None,
        profile: Profile::default(),
        user_type: None,
        roles: Vec::new(),
        attributes: serde_json::Map::new(),
        password: None,
        owner: Some(full.id()),
        account: Account { number: 70, kind: AccountKind::ApiUser, status: Status::Disabled, ..user(world.realm, "x").account },
        ..user(world.realm, "robot")
    };
    world.commit(Change::User(UserChange::Create(written.clone()))).await.unwrap();
    assert_eq!(world.rows().user(written.id()).await.unwrap().unwrap(), written);
}

async fn people_and_api_users_share_login_names(engine: Engine) {
    let world = World::new(engine).await;
    world.user("ann").await;
    let robot = user(world.realm, "ANN");
    let robot = User { account: Account { kind: AccountKind::ApiUser, ..robot.account }, email: None, ..robot };
    assert_eq!(world.commit(Change::User(UserChange::Create(robot))).await, Err(CommitError::Conflict));
    let named_like_an_address = User { email: None, ..user(world.realm, "Ann@example.com") };
    assert_eq!(world.commit(Change::User(UserChange::Create(named_like_an_address))).await, Err(CommitError::Conflict));
}

async fn only_a_verified_address_signs_in(engine: Engine) {
    let world = World::new(engine).await;
    let address = |verified| Some(Email { address: "shared@example.com".to_owned(), verified });
    for name in ["one", "two"] {
        let unverified = User { email: address(false), ..user(world.realm, name) };
        world.commit(Change::User(UserChange::Create(unverified))).await.unwrap();
    }
    assert!(world.rows().user_by_login(&fold("shared@example.com")).await.unwrap().is_none());

    let one = world.rows().user_by_login(&fold("one")).await.unwrap().unwrap();
    world.commit(Change::User(UserChange::Update(User { email: address(true), ..one.clone() }))).await.unwrap();
    assert_eq!(world.rows().user_by_login(&fold("shared@example.com")).await.unwrap().unwrap().id(), one.id());
    let two = world.rows().user_by_login(&fold("two")).await.unwrap().unwrap();
    assert_eq!(world.commit(Change::User(UserChange::Update(User { email: address(true), ..two }))).await, Err(CommitError::Conflict));
}

async fn user_name_may_be_the_address_itself(engine: Engine) {
    let world = World::new(engine).await;
    let ann = User { email: Some(Email { address: "ann@example.com".to_owned(), verified: true }), ..user(world.realm, "Ann@example.com") };
    world.commit(Change::User(UserChange::Create(ann.clone()))).await.unwrap();
    assert_eq!(world.rows().user_by_login(&fold("ann@example.com")).await.unwrap().unwrap().id(), ann.id());
}

async fn name_that_folds_to_nothing_is_refused(engine: Engine) {
    let world = World::new(engine).await;
    let nobody = user(world.realm, " ");
    let result = world.commit(Change::User(UserChange::Create(nobody))).await;
    assert!(matches!(result, Err(CommitError::Failed(StoreError::Unstorable(_)))), "{result:?}");
}

async fn numbers_count_up_past_those_given(engine: Engine) {
    let world = World::new(engine).await;
    let numbered = |name: &str, number| {
        let user = user(world.realm, name);
        Change::User(UserChange::Create(User { account: Account { number, ..user.account.clone() }, ..user }))
    };
    assert_eq!(world.user("first").await.account.number, 1);
    world.commit(numbered("imported", 40)).await.unwrap();
    world.commit(numbered("older", 7)).await.unwrap();
    assert_eq!(world.user("next").await.account.number, 41);
    assert_eq!(world.commit(numbered("taken", 40)).await, Err(CommitError::Conflict));
}

async fn concurrent_users_get_numbers_of_their_own(engine: Engine) {
    let world = World::new(engine).await;
    let tasks: Vec<_> = (0..50)
        .map(|index| {
            let (store, user) = (world.store.clone(), user(world.realm, &format!("user-{index}")));
            tokio::spawn(async move { store.commit(vec![Change::User(UserChange::Create(user))]).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let mut numbers: Vec<_> = world.rows().users(None, 100, None).await.unwrap().iter().map(|user| user.account.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
}

async fn sub_and_number_are_never_given_again(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    world.commit(Change::User(UserChange::Delete { realm: world.realm, user: ann.id() })).await.unwrap();
    assert!(world.rows().user_by_sub(&ann.account.sub).await.unwrap().is_none());
    assert!(world.rows().user_by_number(ann.account.number).await.unwrap().is_none());
    let bob = user(world.realm, "bob");
    let same_sub = User { account: Account { sub: ann.account.sub.clone(), ..bob.account.clone() }, ..bob.clone() };
    let same_number = User { account: Account { number: ann.account.number, ..bob.account.clone() }, ..bob };
    for taken in [same_sub, same_number] {
        assert_eq!(world.commit(Change::User(UserChange::Create(taken))).await, Err(CommitError::Conflict));
    }
    // The login name is free again.
    assert_eq!(world.user("ann").await.account.number, 2);
}

async fn refused_user_takes_no_name(engine: Engine) {
    let world = World::new(engine).await;
    world.user("ann").await;
    let twin = User { email: Some(Email { address: "ann@example.com".to_owned(), verified: true }), ..user(world.realm, "bob") };
    assert_eq!(world.commit(Change::User(UserChange::Create(twin.clone()))).await, Err(CommitError::Conflict));
    let bob = User { email: None, ..twin };
    world.commit(Change::User(UserChange::Create(bob.clone()))).await.unwrap();
    assert_eq!(world.rows().user(bob.id()).await.unwrap().unwrap().account.number, 2);
}

async fn user_update_moves_login_names(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    world.commit(Change::User(UserChange::Update(User { username: "anna".to_owned(), email: None, ..ann.clone() }))).await.unwrap();
    assert_eq!(world.rows().user_by_login(&fold("anna")).await.unwrap().unwrap().id(), ann.id());
    assert!(world.rows().user_by_login(&fold("ann")).await.unwrap().is_none());
    assert!(world.rows().user_by_login(&fold("ann@example.com")).await.unwrap().is_none());
    world.user("ann").await;
}

async fn user_update_of_another_version_is_a_conflict(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let update = Change::User(UserChange::Update(User { user_type: None, ..ann.clone() }));
    world.commit(update.clone()).await.unwrap();
    assert_eq!(world.commit(update).await, Err(CommitError::Conflict));
    assert_eq!(world.rows().user(ann.id()).await.unwrap().unwrap(), User { user_type: None, version: 2, ..ann });
}

async fn user_update_leaves_what_is_not_its_own(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    world.commit(Change::User(UserChange::RaiseNotBefore { realm: world.realm, user: ann.id(), to: NOW })).await.unwrap();
    let account = Account { sub: "other".to_owned(), number: 99, kind: AccountKind::ApiUser, ..ann.account.clone() };
    world.commit(Change::User(UserChange::Update(User { account, password: None, ..ann.clone() }))).await.unwrap();
    let expected = User { account: Account { not_before: NOW, ..ann.account.clone() }, version: 2, ..ann };
    assert_eq!(world.rows().user(expected.id()).await.unwrap().unwrap(), expected);
}

async fn password_is_set_and_upgraded(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    let hash = |text: &str| PasswordHash(text.to_owned());
    let password = || async { world.rows().user(ann.id()).await.unwrap().unwrap().password.unwrap() };
    let upgrade = |from, to| Change::User(UserChange::UpgradePassword { realm: world.realm, user: ann.id(), from, to });
    world.commit(Change::User(UserChange::SetPassword { realm: world.realm, user: ann.id(), to: hash("new"), at: NOW })).await.unwrap();
    assert_eq!(password().await, hash("new"));
    // Changed meanwhile: nothing happens, and that is no conflict.
    world.commit(upgrade(hash("old"), hash("better"))).await.unwrap();
    assert_eq!(password().await, hash("new"));
    world.commit(upgrade(hash("new"), hash("better"))).await.unwrap();
    assert_eq!(password().await, hash("better"));
}

async fn user_not_before_is_never_lowered(engine: Engine) {
    let world = World::new(engine).await;
    let ann = world.user("ann").await;
    for to in [NOW, Timestamp::from_millis(5)] {
        world.commit(Change::User(UserChange::RaiseNotBefore { realm: world.realm, user: ann.id(), to })).await.unwrap();
        assert_eq!(world.rows().user(ann.id()).await.unwrap().unwrap().account.not_before, NOW);
    }
}

async fn users_are_paged_and_searched(engine: Engine) {
    let world = World::new(engine).await;
    let mut ids = Vec::new();
    for name in ["anna", "bert", "Annabel", "100%_"] {
        ids.push(world.user(name).await.id());
    }
    let found =
        async |after, limit, search| world.rows().users(after, limit, search).await.unwrap().iter().map(User::id).collect::<Vec<_>>();
    assert_eq!(found(None, 3, None).await, ids[..3]);
    assert_eq!(found(Some(ids[2]), 3, None).await, ids[3..]);
    assert_eq!(found(None, 9, Some("ANN")).await, [ids[0], ids[2]]);
    assert_eq!(found(Some(ids[0]), 9, Some("ann")).await, [ids[2]]);
    assert_eq!(found(None, 9, Some("bert@example")).await, [ids[1]]);
    assert_eq!(found(None, 9, Some("100%_")).await, [ids[3]]);
    assert!(found(None, 9, Some("%")).await.is_empty());
}

async fn deleted_user_takes_what_is_their_own_along(engine: Engine) {
    let world = World::new(engine).await;
    let (web, ann, bob) = (world.client("web").await, world.user("ann").await, world.user("bob").await);
    let authorization = world.authorization(&web, &ann).await;
    let (code, token) = (world.code(&web, &ann).await, world.access_token(&web, Some(&authorization)).await);
    let (signed_in, pat) = (world.session(&ann).await, world.personal_access_token(&ann).await);
    world.consent(&web, &ann).await;
    let others = world.authorization(&web, &bob).await;

    let delete = Change::User(UserChange::Delete { realm: world.realm, user: ann.id() });
    world.commit(delete.clone()).await.unwrap();
    world.commit(delete).await.unwrap();

    let rows = world.rows();
    assert!(rows.user(ann.id()).await.unwrap().is_none());
    assert!(rows.user_by_login(&fold("ann")).await.unwrap().is_none());
    // Dead at once, while all their rows are there.
    assert!(rows.authorization(authorization.id).await.unwrap().is_none());
    assert!(rows.code(code.id).await.unwrap().is_none());
    assert!(rows.session(signed_in.id).await.unwrap().is_none());
    assert!(rows.personal_access_token(pat.id).await.unwrap().is_none());
    assert_eq!(rows.access_token(token.id).await.unwrap().and_then(|facts| facts.account), None, "it speaks for nobody");
    assert_eq!(world.commit(redeem(&code)).await, Err(CommitError::Conflict));
    assert_eq!(world.commit(rotate(&authorization, 0)).await, Err(CommitError::Conflict));
    while world.store.clear_deleted(100).await.unwrap() {}
    assert!(rows.access_token(token.id).await.unwrap().is_none());
    assert!(rows.consents_of_user(ann.id()).await.unwrap().is_empty());
    assert!(rows.authorization(others.id).await.unwrap().is_some());
}
