//! The rules of waiting, without rows.

use super::{Buckets, Guesser, Limits, Rule, Tally, rules};
use crate::{Seconds, Timestamp, settings::Settings};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn buckets(by: Guesser) -> Buckets {
    Buckets { target: [1; 32], by, client: Some([3; 32]), network: Some([4; 32]) }
}

fn counted(by: Guesser, known: bool) -> Vec<u8> {
    let settings = Settings::default();
    rules(&buckets(by), Limits::of_passwords(&settings), known, &settings).iter().map(|(bucket, _)| bucket[0]).collect()
}

#[test]
fn a_device_is_counted_alone_and_a_known_network_apart_from_other_networks() {
    assert_eq!(counted(Guesser::Device([2; 32]), false), [2]);
    assert_eq!(counted(Guesser::Network([2; 32]), false), [2, 1, 3, 4]);
    assert_eq!(counted(Guesser::Network([2; 32]), true), [2, 3, 4]);
    assert_eq!(counted(Guesser::Anybody, false), [1, 3, 4]);
}

#[test]
fn who_asks_for_mail_is_counted_over_all_networks_to_the_same_number() {
    let settings = Settings::default();
    for (network, counted) in [(Some([2; 32]), vec![2, 1, 3, 4]), (None, vec![1, 3, 4])] {
        let rules = rules(&buckets(Guesser::Asks(network)), Limits::of_mail(), false, &settings);
        assert_eq!(rules.iter().map(|(bucket, _)| bucket[0]).collect::<Vec<_>>(), counted);
        let of_mail = rules.iter().filter(|(bucket, _)| bucket[0] < 3);
        assert!(of_mail.into_iter().all(|(_, rule)| matches!(rule, Rule::Window(limits) if *limits == Limits::of_mail())));
    }
}

#[test]
fn ten_wrong_codes_an_hour_close_and_five_end_a_sign_in() {
    let after = |limits: Limits, count| {
        let tally = Tally { count, began_at: NOW, opens_at: None, known_until: None };
        Rule::Window(limits).opens_at(&tally, NOW + Seconds(60))
    };
    assert_eq!((after(Limits::of_factors(), 9), after(Limits::of_factors(), 10)), (None, Some(NOW + Seconds(3600))));
    assert_eq!((after(Limits::of_one_sign_in(), 4), after(Limits::of_one_sign_in(), 5)), (None, Some(NOW + Seconds(3600))));
}

#[test]
fn a_wait_is_no_longer_than_what_is_remembered_and_a_clock_set_back_ends_it() {
    let rule = Rule::Rising { limits: Limits { attempts: 3, window: Seconds(100) }, first: Seconds(10), longest: Seconds(60) };
    let tally = |began_at, opens_at| Tally { count: 9, began_at, opens_at: Some(opens_at), known_until: None };
    assert_eq!(rule.opens_at(&tally(NOW - Seconds(80), NOW + Seconds(50)), NOW), Some(NOW + Seconds(20)));
    assert_eq!(rule.opens_at(&tally(NOW, NOW + Seconds(61)), NOW), None, "counted by a clock that was ahead");
    assert_eq!(rule.opens_at(&tally(NOW + Seconds(101), NOW + Seconds(50)), NOW), None);
    assert_eq!(rule.next(Some(tally(NOW - Seconds(100), NOW)), NOW), (3, NOW + Seconds(10)), "forgotten");
}
