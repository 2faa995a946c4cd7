//! TLS to PostgreSQL: who is believed under which `sslmode`, and that SCRAM is bound to the channel.

use std::sync::LazyLock;

use jeton_postgres_test::{Cluster, Place, Settings};
use jeton_store::{Location, OpenError, PostgresUrl, Role, Store};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SignatureAlgorithm,
};

use crate::engine::{Engine, cases};

cases![only Postgres:
    named_host_is_believed_and_bound_to_the_channel,
    other_signature_hashes_bind_to_the_channel_too,
    certificate_of_another_authority_is_refused,
    certificate_of_another_host_is_refused_unless_names_do_not_matter,
    encryption_alone_asks_for_no_authority,
    server_that_wants_tls_is_not_reached_without,
    missing_authority_is_named,
];

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A server for everybody with TLS and a password, with a certificate for `localhost`.
struct Encrypted {
    cluster: Cluster,
    authority: Issuer,
}

static LOCALHOST: LazyLock<Encrypted> = LazyLock::new(|| Encrypted::start("localhost", &PKCS_ECDSA_P256_SHA256));

impl Encrypted {
    fn start(name: &str, algorithm: &'static SignatureAlgorithm) -> Self {
        let authority = authority(algorithm);
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let settings = Settings {
            careless: true,
            tls: Some((certificate.pem(), key.serialize_pem())),
            hba: Some("local all jeton trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"),
            ..Settings::default()
        };
        let cluster = Cluster::start(settings);
        cluster.place().execute("CREATE USER ann SUPERUSER PASSWORD 'secret'");
        Self { cluster, authority }
    }

    fn open(&self, parameters: &str) -> Result<Store, OpenError> {
        open(&self.cluster.place(), parameters, &self.authority)
    }
}

fn authority(algorithm: &'static SignatureAlgorithm) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate_for(algorithm).unwrap()).unwrap()
}

fn open(place: &Place, parameters: &str, authority: &Issuer) -> Result<Store, OpenError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority.pem()).unwrap();
    let url = format!("{}&{}", place.url_of("ann", "secret"), parameters.replace("CA", &file.path().display().to_string()));
    Store::open(&Location::Postgres { url: PostgresUrl::parse(&url)? }, Role::Server)
}

async fn named_host_is_believed_and_bound_to_the_channel(_: Engine) {
    let store = LOCALHOST.open("sslmode=verify-full&sslrootcert=CA&channel_binding=require").unwrap();
    store.check().await.unwrap();
    store.close().await;
}

async fn other_signature_hashes_bind_to_the_channel_too(_: Engine) {
    let server = Encrypted::start("localhost", &PKCS_ECDSA_P384_SHA384);
    server.open("sslmode=verify-full&sslrootcert=CA&channel_binding=require").unwrap().close().await;
}

async fn certificate_of_another_authority_is_refused(_: Engine) {
    for mode in ["verify-full", "verify-ca", "require"] {
        let error =
            open(&LOCALHOST.cluster.place(), &format!("sslmode={mode}&sslrootcert=CA"), &authority(&PKCS_ECDSA_P256_SHA256)).unwrap_err();
        assert!(matches!(&error, OpenError::Unreachable { detail, .. } if detail.contains("certificate")), "{error}");
    }
}

async fn certificate_of_another_host_is_refused_unless_names_do_not_matter(_: Engine) {
    let server = Encrypted::start("db.example.com", &PKCS_ECDSA_P256_SHA256);
    let error = server.open("sslmode=verify-full&sslrootcert=CA").unwrap_err();
    assert!(matches!(&error, OpenError::Unreachable { detail, .. } if detail.contains("certificate")), "{error}");
    server.open("sslmode=verify-ca&sslrootcert=CA").unwrap().close().await;
}

async fn encryption_alone_asks_for_no_authority(_: Engine) {
    for mode in ["prefer", "require"] {
        LOCALHOST.open(&format!("sslmode={mode}&channel_binding=require")).unwrap().close().await;
    }
}

async fn server_that_wants_tls_is_not_reached_without(_: Engine) {
    let error = LOCALHOST.open("sslmode=disable").unwrap_err();
    assert!(matches!(error, OpenError::LoginRefused { .. }), "{error}");
}

async fn missing_authority_is_named(_: Engine) {
    let error = LOCALHOST.open("sslmode=verify-full&sslrootcert=/nowhere/ca.pem").unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}
