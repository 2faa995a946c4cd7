use std::net::IpAddr;

use jeton_oauth::{
    Change, ClientKey, ClientSecretId, RealmId, Timestamp,
    activity::{About, Call, Reason},
    change::{ActivityChange, ClientChange},
    secret::Verifier,
};
use uuid::Uuid;

use super::{
    Activity, Asking, Refused, TOLD_OF_SHARD,
    entry::{Entry, Use},
    ring::Ring,
    uses::Uses,
};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const REALM: RealmId = RealmId(Uuid::nil());

fn asking(client: u128) -> Asking {
    Asking { realm: REALM, client: ClientKey(Uuid::from_u128(client)), secret: Some(ClientSecretId(Uuid::from_u128(7))) }
}

fn refused(client: u128, scope: &str) -> Refused {
    Refused {
        client: Some(ClientKey(Uuid::from_u128(client))),
        call: Call::ClientCredentials,
        reason: Reason::UnknownScope,
        error: "invalid_scope".into(),
        about: About::what(scope),
        from: None,
        proved: false,
        tried: Vec::new(),
    }
}

/// The entries of the one thread that counts here.
fn with_entry<T>(activity: &Activity, client: u128, look: impl Fn(&Entry) -> T) -> T {
    let shards = activity.shards.iter().map(|shard| shard.0.lock().unwrap());
    let shard = shards.into_iter().find(|shard| !shard.clients.is_empty()).unwrap();
    look(&shard.clients[&ClientKey(Uuid::from_u128(client))])
}

#[test]
fn strangers_drive_out_nothing_that_the_client_itself_brought_about() {
    let activity = Activity::default();
    for number in 0..1000_u32 {
        activity.refused(REALM, Refused { from: Some(IpAddr::from(number.to_be_bytes())), ..refused(1, "a guess") }, NOW);
    }
    activity.refused(REALM, Refused { proved: true, ..refused(1, "its own") }, NOW);
    for number in 0..1000_u32 {
        activity.refused(REALM, Refused { from: Some(IpAddr::from(number.to_be_bytes())), ..refused(1, "a guess") }, NOW);
        activity.refused(REALM, refused(u128::from(number) + 2, "another's"), NOW);
    }
    with_entry(&activity, 1, |entry| {
        assert_eq!(entry.own.all().iter().map(|failure| failure.refused.about.what.clone().unwrap()).collect::<Vec<_>>(), ["its own"]);
        assert_eq!(entry.of_strangers.all().len(), Ring::SIZE);
    });
    with_entry(&activity, 1001, |entry| assert_eq!(entry.of_strangers.all().len(), 1, "the first of a client has room"));
}

#[test]
fn guesses_from_one_address_are_one_refusal_and_a_removed_secret_among_them_is_found() {
    let activity = Activity::default();
    for guess in 0..100_u8 {
        activity.refused(REALM, Refused { tried: vec![Verifier([guess.min(2); 32])], ..refused(1, "secret") }, NOW);
    }
    with_entry(&activity, 1, |entry| {
        let [failure] = entry.of_strangers.all() else { panic!("they are told apart") };
        assert_eq!((failure.times, failure.tries.iter().map(|(_, times)| *times).collect::<Vec<_>>()), (100, vec![1, 1, 98]));
    });
}

#[test]
fn what_strangers_send_in_a_clients_name_takes_bounded_room() {
    let activity = Activity::default();
    for number in 0..10_000_u32 {
        activity.refused(REALM, refused(u128::from(number % 1000), &number.to_string()), NOW);
        activity.answered(asking(1), Call::RefreshToken, Some(IpAddr::from(number.to_be_bytes())), NOW);
    }
    let entries = activity.shards.iter().map(|shard| shard.0.lock().unwrap());
    let (mut failures, mut uses, mut counted) = (0, 0, 0);
    for shard in entries {
        failures += shard.clients.values().map(|entry| entry.of_strangers.all().len()).sum::<usize>();
        uses += shard.clients.values().map(|entry| entry.uses.len()).sum::<usize>();
        counted += shard.clients.values().flat_map(|entry| &entry.now.refused).map(|(_, _, times)| times).sum::<u32>();
    }
    assert!((1000..1000 + TOLD_OF_SHARD).contains(&failures), "the first of each client has room: {failures}");
    assert_eq!(uses, 16);
    assert_eq!(counted, 10_000, "numbers tell of all");
}

#[test]
fn the_same_refusal_again_is_a_number() {
    let activity = Activity::default();
    for _ in 0..3 {
        activity.refused(REALM, refused(1, "a"), NOW);
    }
    let times = |entry: &Entry| entry.of_strangers.all().iter().map(|failure| failure.times).collect::<Vec<_>>();
    assert_eq!(with_entry(&activity, 1, times), [3]);
}

#[test]
fn uses_of_a_secret_are_two_writes_a_minute_however_many_there_are() {
    let mut uses = Uses::default();
    let used = |uses: &mut Uses, last: u8, at: i64| {
        let used = Use { secret: ClientSecretId(Uuid::nil()), from: Some([192, 0, 2, last].into()), at: Timestamp::from_millis(at) };
        uses.add(REALM, ClientKey(Uuid::nil()), used);
    };
    for last in 0..200 {
        used(&mut uses, last, i64::from(last));
    }
    used(&mut uses, 0, 3);
    assert!(uses.are_due(NOW), "the first are written at once");
    let written = uses.take(NOW);
    let addresses = |changes: &[Change]| -> Vec<u8> {
        let [Change::Client(ClientChange::SecretUsed { .. }), Change::Activity(ActivityChange::SecretUsedFrom { addresses, .. })] = changes
        else {
            panic!("{changes:?}")
        };
        addresses.iter().map(|(address, _)| address.to_string().rsplit('.').next().unwrap().parse().unwrap()).collect()
    };
    assert_eq!(addresses(&written), (192..200).collect::<Vec<_>>());
    used(&mut uses, 7, 1000);
    assert!(
        !uses.are_due(Timestamp::from_millis(NOW.as_millis() + 59_999)) && uses.are_due(Timestamp::from_millis(NOW.as_millis() + 60_000))
    );
    uses.put_back(&written);
    assert!(uses.are_due(NOW), "what could not be written is due again");
    assert_eq!(addresses(&uses.take(NOW)), [&[7], &(193..200).collect::<Vec<_>>()[..]].concat());
    assert_eq!(uses.take(NOW), []);
}
