use std::net::IpAddr;

use jeton_oauth::{
    ClientKey, ClientSecretId, RealmId, Timestamp,
    activity::{About, Call, Reason},
};
use uuid::Uuid;

use super::{Activity, Asking, Refused, TOLD_OF_SHARD};

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
        tried: Vec::new(),
    }
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
        failures += shard.clients.values().map(|entry| entry.failures.len()).sum::<usize>();
        uses += shard.clients.values().map(|entry| entry.uses.len()).sum::<usize>();
        counted += shard.clients.values().flat_map(|entry| &entry.now.refused).map(|(_, _, times)| times).sum::<u32>();
    }
    assert!(failures <= TOLD_OF_SHARD && failures > 0, "{failures}");
    assert_eq!(uses, 16);
    assert_eq!(counted, 10_000, "numbers tell of all");
}

#[test]
fn the_same_refusal_again_is_a_number() {
    let activity = Activity::default();
    for _ in 0..3 {
        activity.refused(REALM, refused(1, "a"), NOW);
    }
    let shard = activity.shards.iter().map(|shard| shard.0.lock().unwrap()).find(|shard| !shard.clients.is_empty()).unwrap();
    let entry = shard.clients.values().next().unwrap();
    assert_eq!(entry.failures.iter().map(|failure| failure.times).collect::<Vec<_>>(), [3]);
}
