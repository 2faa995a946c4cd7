use super::*;

#[test]
fn names_are_what_people_can_read() {
    assert_eq!(name("  Work laptop ").as_deref(), Some("Work laptop"));
    assert!(name(&"é".repeat(NAME_CHARACTERS as usize)).is_some());
    for odd in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(NAME_CHARACTERS as usize + 1)] {
        assert_eq!(name(odd), None, "{odd:?}");
    }
}

/// Flags and count of an assertion, and what stands behind them.
fn data(flags: u8, rest: &[u8]) -> Vec<u8> {
    [[7; 32].as_slice(), &[flags], &5_u32.to_be_bytes(), rest].concat()
}

#[test]
fn authenticator_data_is_read_whole_or_not_at_all() {
    assert_eq!(Data::read(&data(PRESENT, &[])).unwrap().count, 5);
    // An empty map of extensions, and one that is missing.
    assert!(Data::read(&data(HAS_EXTENSIONS, &[0xa0])).is_some());
    for odd in [
        data(PRESENT, &[0]),
        data(HAS_EXTENSIONS, &[]),
        data(HAS_EXTENSIONS, &[0xa0, 0]),
        data(HAS_CREDENTIAL, &[0; 17]),
        data(HAS_CREDENTIAL, &[[0; 16].as_slice(), &[0, 4, 1, 2, 3]].concat()),
        data(HAS_CREDENTIAL, &[[0; 16].as_slice(), &[0, 1, 1]].concat()),
        vec![7; 36],
    ] {
        assert!(Data::read(&odd).is_none(), "{odd:?}");
    }
    let credential = [[0; 16].as_slice(), &[0, 1, 9, 0xa0]].concat();
    assert_eq!(Data::read(&data(HAS_CREDENTIAL, &credential)).unwrap().credential, Some(([9].as_slice(), [0xa0].as_slice())));
}

#[test]
fn an_attestation_is_a_map_with_data_once_and_nothing_behind_it() {
    let once = b"\xa1\x68authData\x41\x01";
    assert_eq!(authenticator_data_in(once), Some([1].as_slice()));
    assert_eq!(authenticator_data_in(b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x41\x01"), Some([1].as_slice()));
    for odd in [
        b"".as_slice(),
        b"\xa0",
        b"\xa1\x68authData\x61\x01",
        b"\xa2\x68authData\x41\x01\x68authData\x41\x01",
        b"\xbf\x68authData\x41\x01\xff",
        b"\xa1\x68authData\x41\x01\x00",
        b"\xa1\x01\x41\x01",
        b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x68authData\x41\x01",
    ] {
        assert_eq!(authenticator_data_in(odd), None, "{odd:?}");
    }
}

#[test]
fn no_other_key_than_was_offered_is_taken() {
    // RFC 8032 §7.1, test 1.
    let x = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let x: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&x[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let key = |alg: u8, curve: u8| [[0xa4, 1, 1, 3, alg, 0x20, curve, 0x21, 0x58, 32].as_slice(), &x].concat();
    assert!(CoseKey::parse(&key(0x27, 6)).is_some());
    for (alg, curve) in [(0x26, 6), (0x27, 1), (0x27, 7), (0x00, 6)] {
        assert!(CoseKey::parse(&key(alg, curve)).is_none(), "{alg} {curve}");
    }
    let twice = [[0xa5, 1, 1, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32].as_slice(), &x].concat();
    let more = [key(0x27, 6).as_slice(), &[0]].concat();
    for odd in [twice.as_slice(), &more, &key(0x27, 6)[..41], &[], &[0xa0], &[0xbf, 0xff], &[0; LONGEST_KEY + 1]] {
        assert!(CoseKey::parse(odd).is_none(), "{odd:?}");
    }
}

const LONGEST_KEY: usize = super::super::cose::LONGEST;
