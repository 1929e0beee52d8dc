//! Whom to believe, and who we are: certificates from files.

use std::io;
use std::path::Path;

#[cfg(feature = "grpc")]
use tonic::transport::{self, ClientTlsConfig, Endpoint, Identity};
use ureq::Error;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::config::{ConfigError, Target};

pub(super) fn config(target: &Target) -> Result<TlsConfig, ConfigError> {
    let mut config = TlsConfig::builder();
    if let Some(path) = &target.certificate {
        config = config.root_certs(RootCerts::new_with_certs(&certificates(path)?));
    }
    if let Some((key, certificate)) = &target.client {
        let wrong = |error: Error| ConfigError::new("client key", &shown(key), error.to_string());
        let key = PrivateKey::from_pem(&read(key)?).map_err(wrong)?;
        let client = ClientCert::new_with_certs(&certificates(certificate)?, key);
        config = config.client_cert(Some(client));
    }
    Ok(config.build())
}

/// The same for gRPC.
#[cfg(feature = "grpc")]
pub(super) fn endpoint(endpoint: Endpoint, target: &Target) -> Result<Endpoint, ConfigError> {
    if target.url.scheme_str() != Some("https") {
        return Ok(endpoint);
    }
    let mut config = ClientTlsConfig::new();
    config = match &target.certificate {
        Some(path) => {
            certificates(path)?;
            config.ca_certificate(transport::Certificate::from_pem(read(path)?))
        }
        None => config.with_webpki_roots(),
    };
    if let Some((key, certificate)) = &target.client {
        config = config.identity(Identity::from_pem(read(certificate)?, read(key)?));
    }
    let wrong = |error: transport::Error| ConfigError::new("TLS", &target.url(), error.to_string());
    endpoint.tls_config(config).map_err(wrong)
}

/// Whether we did not trust the receiver, which ends the handshake on our side.
pub(super) fn is_distrust(error: &io::Error) -> bool {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
    matches!(
        cause,
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, ConfigError> {
    let wrong = |why: String| ConfigError::new("certificate", &shown(path), why);
    let pem = read(path)?;
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(error) => Some(Err(wrong(error.to_string()))),
    });
    let items: Vec<_> = items.collect::<Result<_, _>>()?;
    if items.is_empty() { Err(wrong("holds no certificate".to_owned())) } else { Ok(items) }
}

fn read(path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path)
        .map_err(|error| ConfigError::new("file", &shown(path), format!("cannot be read: {error}")))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
