//! Which certificate is shown, and when a new one takes its place.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::Phase;

/// TLS 1.2 and 1.3 with a certificate from files. A clone shares it.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    files: Arc<Files>,
}

/// Why the files are no use. No message holds what is in the key file.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("cannot read the TLS {what} {}: {source}; check the path and the file's permissions", .path.display())]
    Read { what: &'static str, path: PathBuf, source: io::Error },
    #[error("{} holds no certificate; it must hold the server's certificate and then its intermediates, in PEM (-----BEGIN CERTIFICATE-----)", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no private key that can be used; it must hold one, unencrypted, in PEM (-----BEGIN PRIVATE KEY-----)", .0.display())]
    NoKey(PathBuf),
    #[error("the private key {} does not belong to the certificate {}; write the two that were made together", .key.display(), .certificate.display())]
    Mismatch { certificate: PathBuf, key: PathBuf },
    #[error("the certificate {} cannot be used: {source}", .certificate.display())]
    Unusable { certificate: PathBuf, source: rustls::Error },
}

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

impl Tls {
    /// Reads the certificate chain and its key, both in PEM.
    pub fn load(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Result<Self, TlsError> {
        let (certificate, key) = (certificate.into(), key.into());
        let files = Arc::new(Files { current: Mutex::new(read(&certificate, &key)?), certificate, key });
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|source| TlsError::Unusable { certificate: files.certificate.clone(), source })?
            .with_no_client_auth()
            .with_cert_resolver(files.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), files })
    }

    /// Reads the files again if they changed; an unusable pair leaves the old one in place.
    /// Says whether a new one took over.
    pub fn reload_if_changed(&self) -> Result<bool, TlsError> {
        let next = read(&self.files.certificate, &self.files.key)?;
        let mut current = self.files.lock();
        let changed = next.digest != current.digest;
        *current = next;
        Ok(changed)
    }

    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Until the server ends.
    pub(super) async fn follow_files(self, mut phase: watch::Receiver<Phase>) {
        let mut complaint = None;
        loop {
            tokio::select! {
                _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let tls = self.clone();
            // A fault of ours is logged already; the next look may go better.
            let Ok(result) = tokio::task::spawn_blocking(move || tls.reload_if_changed()).await else { continue };
            match result {
                Ok(changed) => {
                    if changed {
                        tracing::info!(certificate = %self.files.certificate.display(), "a new TLS certificate took over");
                    }
                    complaint = None;
                }
                // Once per kind of trouble: the two files are seldom replaced in one moment.
                Err(error) => {
                    let words = error.to_string();
                    if complaint.as_ref() != Some(&words) {
                        tracing::warn!(%error, "the old TLS certificate stays");
                        complaint = Some(words);
                    }
                }
            }
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.files.certificate).finish_non_exhaustive()
    }
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Loaded>,
}

struct Loaded {
    certified: Arc<CertifiedKey>,
    /// Of both files.
    digest: [u8; 32],
}

impl Files {
    fn lock(&self) -> std::sync::MutexGuard<'_, Loaded> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.lock().certified.clone())
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Loaded, TlsError> {
    let chain_pem = read_file("certificate", certificate)?;
    let key_pem = read_file("private key", key)?;
    let no_certificate = |_: pem::Error| TlsError::NoCertificate(certificate.into());
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain_pem).collect::<Result<_, _>>().map_err(no_certificate)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(certificate.into()));
    }
    let private = PrivateKeyDer::from_pem_slice(&key_pem).map_err(|_| TlsError::NoKey(key.into()))?;
    let private = default_provider().key_provider.load_private_key(private).map_err(|_| TlsError::NoKey(key.into()))?;
    let certified = CertifiedKey::new(chain, private);
    match certified.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {}
        Err(rustls::Error::InconsistentKeys(_)) => return Err(TlsError::Mismatch { certificate: certificate.into(), key: key.into() }),
        Err(source) => return Err(TlsError::Unusable { certificate: certificate.into(), source }),
    }
    let mut sum = [0; 32];
    sum.copy_from_slice(digest(&SHA256, &Zeroizing::new([chain_pem.as_slice(), &key_pem].concat())).as_ref());
    Ok(Loaded { certified: Arc::new(certified), digest: sum })
}

fn read_file(what: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    fs::read(path).map(Zeroizing::new).map_err(|source| TlsError::Read { what, path: path.into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&certificate, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        (certificate, key)
    }

    #[test]
    fn each_wrong_file_has_its_own_words() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "localhost");
        assert!(matches!(Tls::load(folder.path().join("absent"), &key), Err(TlsError::Read { what: "certificate", .. })));
        assert!(matches!(Tls::load(&key, &key), Err(TlsError::NoCertificate(_))));
        assert!(matches!(Tls::load(&certificate, &certificate), Err(TlsError::NoKey(_))));
        let old = fs::read(&key).unwrap();
        write(folder.path(), "localhost");
        fs::write(&key, old).unwrap();
        let error = Tls::load(&certificate, &key).unwrap_err();
        assert!(error.to_string().contains("does not belong to the certificate"), "{error}");
    }

    #[test]
    fn a_new_pair_takes_over_and_an_unusable_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = write(folder.path(), "localhost");
        let tls = Tls::load(&certificate, &key).unwrap();
        let shown = || tls.files.lock().certified.cert[0].to_vec();
        let first = shown();
        assert!(!tls.reload_if_changed().unwrap());
        write(folder.path(), "localhost");
        assert!(tls.reload_if_changed().unwrap());
        let second = shown();
        assert_ne!(first, second);
        fs::write(&key, "half a fi").unwrap();
        assert!(tls.reload_if_changed().is_err());
        assert_eq!(shown(), second);
    }
}
