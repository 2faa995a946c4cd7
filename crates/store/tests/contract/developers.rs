//! Who owns a client together is settled in the statements that write it.

use jeton_oauth::{
    Change, Seconds, UserId,
    change::{ClientChange, DeveloperChange, RegistrationChange, UserChange},
    model::{Client, ClientInvitation, ClientRegistration, RegisteredBy, Status, User},
};
use jeton_store::CommitError;

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, client, verifier},
};

cases![
    only_whom_the_row_names_invites_and_no_more_than_that,
    an_invitation_by_who_owns_it_no_more_lets_nobody_in,
    an_heir_owns_it_beside_still_and_has_room,
    who_leaves_takes_invitations_and_the_registration_along,
    whom_those_who_run_the_realm_name_owns_it_alone_by_name,
    the_last_one_stays,
    with_an_account_go_its_invitations_and_what_it_knew,
];

const CONFLICT: Result<(), CommitError> = Err(CommitError::Conflict);

struct Shop {
    world: World,
    ann: User,
    bob: User,
    client: Client,
}

/// `ann` is named, `bob` owns it beside.
async fn shop(engine: Engine) -> Shop {
    let world = World::new(engine).await;
    let (ann, bob) = (world.user("ann").await, world.user("bob").await);
    let client = Client { owner: Some(ann.id()), ..client(world.realm, "shop") };
    world.commit(Change::Client(ClientChange::Create(client.clone()))).await.unwrap();
    let registration =
        ClientRegistration { client: client.key, realm: world.realm, verifier: verifier(), by: RegisteredBy::Developer, seen_at: NOW };
    world.commit(Change::Registration(RegistrationChange::Create(registration))).await.unwrap();
    let shop = Shop { world, ann, bob, client };
    shop.invite("bob@example.com", shop.ann.id(), 9).await.unwrap();
    shop.join("bob@example.com", shop.bob.id()).await.unwrap();
    shop
}

impl Shop {
    async fn commit(&self, change: DeveloperChange) -> Result<(), CommitError> {
        self.world.commit(Change::Developer(change)).await
    }

    async fn invite(&self, email: &str, invited_by: UserId, most: u32) -> Result<(), CommitError> {
        let invitation = ClientInvitation {
            client: self.client.key,
            realm: self.world.realm,
            email: email.to_owned(),
            invited_by,
            created_at: NOW,
            expires_at: NOW + Seconds(60),
        };
        self.commit(DeveloperChange::Invite { invitation, most }).await
    }

    async fn join(&self, email: &str, user: UserId) -> Result<(), CommitError> {
        let (realm, client) = (self.world.realm, self.client.key);
        self.commit(DeveloperChange::Join { realm, client, user, email: email.to_owned(), at: NOW }).await
    }

    fn leave(&self, user: UserId, heir: Option<UserId>) -> DeveloperChange {
        DeveloperChange::Leave { realm: self.world.realm, client: self.client.key, user, heir }
    }

    /// As a developer hands it over.
    async fn hand_over(&self, from: UserId, to: UserId, limit: u32) -> Result<(), CommitError> {
        let (realm, client) = (self.world.realm, self.client.key);
        let now = self.world.rows().client_afresh(client).await.unwrap().unwrap();
        let changes = vec![
            Change::Developer(DeveloperChange::RequireRoomForClient { realm, user: to, limit }),
            Change::Developer(DeveloperChange::Promote { realm, client, user: to }),
            Change::Client(ClientChange::Update(Client { owner: Some(to), ..now })),
            Change::Developer(self.leave(from, Some(to))),
        ];
        self.world.store.commit(changes).await
    }

    async fn invited(&self) -> Vec<String> {
        let invited = self.world.rows().client_invitations(self.client.key, NOW).await.unwrap();
        invited.into_iter().map(|invitation| invitation.email).collect()
    }

    async fn others(&self) -> Vec<UserId> {
        self.world.rows().co_developers(self.client.key).await.unwrap().into_iter().map(|other| other.user.id()).collect()
    }

    async fn is_registered(&self) -> bool {
        self.world.rows().registration(self.client.key).await.unwrap().is_some()
    }
}

async fn only_whom_the_row_names_invites_and_no_more_than_that(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob) = (shop.ann.id(), shop.bob.id());
    assert_eq!(shop.invite("carl@example.com", bob, 9).await, CONFLICT);
    assert_eq!(shop.invite("carl@example.com", ann, 1).await, CONFLICT, "bob is one");
    shop.invite("carl@example.com", ann, 2).await.unwrap();
    shop.invite("carl@example.com", ann, 2).await.unwrap();
    assert_eq!(shop.invite("dora@example.com", ann, 2).await, CONFLICT);
    assert_eq!(shop.invited().await, ["carl@example.com"]);
    let waiting = shop.world.rows().client_invitations_to_show("carl@example.com", NOW).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].client_id.as_str(), waiting[0].by.id(), waiting[0].expires_at), ("shop", ann, NOW + Seconds(60)));
    assert_eq!(waiting[0].client_name.as_deref(), Some("The Application"));
}

async fn an_invitation_by_who_owns_it_no_more_lets_nobody_in(engine: Engine) {
    let shop = shop(engine).await;
    let (carl, dora) = (shop.world.user("carl").await, shop.world.user("dora").await);
    shop.invite("carl@example.com", shop.ann.id(), 9).await.unwrap();
    // Another is named, by those who run the realm.
    let now = shop.world.rows().client_afresh(shop.client.key).await.unwrap().unwrap();
    let named = Client { owner: Some(dora.id()), ..now };
    shop.world.commit(Change::Client(ClientChange::Update(named))).await.unwrap();
    assert_eq!(shop.join("carl@example.com", carl.id()).await, CONFLICT);
    assert!(shop.world.rows().client_invitations_to_show("carl@example.com", NOW).await.unwrap().is_empty());
    assert_eq!(shop.others().await, [shop.bob.id()]);
}

async fn an_heir_owns_it_beside_still_and_has_room(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob, carl) = (shop.ann.id(), shop.bob.id(), shop.world.user("carl").await.id());
    assert_eq!(shop.hand_over(ann, carl, 9).await, CONFLICT, "carl does not own it");
    assert_eq!(shop.hand_over(ann, bob, 0).await, CONFLICT, "there is no room");
    let off = User { account: jeton_oauth::model::Account { status: Status::Disabled, ..shop.bob.account.clone() }, ..shop.bob.clone() };
    shop.world.commit(Change::User(UserChange::Update(off))).await.unwrap();
    assert_eq!(shop.hand_over(ann, bob, 9).await, CONFLICT, "bob is disabled");
    let off = shop.world.rows().user(bob).await.unwrap().unwrap();
    let on = User { account: jeton_oauth::model::Account { status: Status::Active, ..off.account.clone() }, ..off };
    shop.world.commit(Change::User(UserChange::Update(on))).await.unwrap();
    let before = shop.world.rows().client_afresh(shop.client.key).await.unwrap().unwrap();
    assert_eq!((before.owner, shop.others().await, shop.is_registered().await), (Some(ann), vec![bob], true), "nothing happened");
    shop.hand_over(ann, bob, 1).await.unwrap();
    let after = shop.world.rows().client_afresh(shop.client.key).await.unwrap().unwrap();
    assert_eq!((after.owner, after.version), (Some(bob), before.version + 1));
    assert!(shop.others().await.is_empty() && !shop.is_registered().await);
}

async fn who_leaves_takes_invitations_and_the_registration_along(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob) = (shop.ann.id(), shop.bob.id());
    for email in ["bob@example.com", "carl@example.com"] {
        shop.invite(email, ann, 9).await.unwrap();
    }
    shop.commit(shop.leave(bob, Some(ann))).await.unwrap();
    // An address of bob's would let them in again.
    assert_eq!(shop.invited().await, ["carl@example.com"]);
    assert!(shop.others().await.is_empty() && !shop.is_registered().await);
    shop.commit(shop.leave(bob, Some(ann))).await.unwrap();
}

async fn whom_those_who_run_the_realm_name_owns_it_alone_by_name(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob) = (shop.ann.id(), shop.bob.id());
    for email in ["ann@example.com", "carl@example.com"] {
        shop.invite(email, ann, 9).await.unwrap();
    }
    let (realm, client) = (shop.world.realm, shop.client.key);
    let now = shop.world.rows().client_afresh(client).await.unwrap().unwrap();
    shop.world.commit(Change::Client(ClientChange::Update(Client { owner: Some(bob), ..now }))).await.unwrap();
    shop.commit(DeveloperChange::Given { realm, client, from: Some(ann), to: Some(bob) }).await.unwrap();
    assert!(shop.others().await.is_empty() && shop.invited().await.is_empty() && !shop.is_registered().await);
    shop.commit(DeveloperChange::Given { realm, client, from: Some(bob), to: None }).await.unwrap();
}

async fn the_last_one_stays(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob) = (shop.ann.id(), shop.bob.id());
    shop.world.commit(Change::User(UserChange::Delete { realm: shop.world.realm, user: ann })).await.unwrap();
    assert_eq!(shop.commit(shop.leave(bob, None)).await, CONFLICT);
    assert_eq!(shop.others().await, [bob]);
}

async fn with_an_account_go_its_invitations_and_what_it_knew(engine: Engine) {
    let shop = shop(engine).await;
    let (ann, bob) = (shop.ann.id(), shop.bob.id());
    shop.invite("carl@example.com", ann, 9).await.unwrap();
    shop.world.commit(Change::User(UserChange::Delete { realm: shop.world.realm, user: ann })).await.unwrap();
    assert!(shop.invited().await.is_empty() && !shop.is_registered().await);
    assert_eq!(shop.others().await, [bob]);
    assert_eq!(shop.world.rows().client_afresh(shop.client.key).await.unwrap().unwrap().owner, Some(ann), "nobody is in their place");
}
