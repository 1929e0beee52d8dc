//! Certificates and keys as PEM files.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, ServerConfig};

use crate::builder::StartError;

const CERTIFICATE: &str = "the certificate";
const KEY: &str = "the key";

/// A chain of certificates, that of the endpoint first, and the key that belongs to it.
pub(super) fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, StartError> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(CERTIFICATE, certificate, &error, "certificate"))?;
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| wrong(KEY, key, &error, "private key"))?;
    configure(chain, private).map_err(|error| match error {
        Error::InconsistentKeys(_) => {
            let why = format!(
                "{} does not belong to the certificate in {}",
                key.display(),
                certificate.display()
            );
            StartError::Setting { what: KEY, why }
        }
        Error::NoCertificatesPresented => {
            wrong(CERTIFICATE, certificate, &PemError::NoItemsFound, "certificate")
        }
        error => {
            let why = format!("{}: {error}", certificate.display());
            StartError::Setting { what: CERTIFICATE, why }
        }
    })
}

fn configure(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, Error> {
    if chain.is_empty() {
        return Err(Error::NoCertificatesPresented);
    }
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn wrong(what: &'static str, path: &Path, error: &PemError, item: &str) -> StartError {
    let path = path.display();
    let why = match error {
        PemError::Io(error) => format!("{path} cannot be read: {error}"),
        PemError::NoItemsFound => format!("{path} holds no {item} in PEM"),
        error => format!("{path} is not PEM: {error:?}"),
    };
    StartError::Setting { what, why }
}
