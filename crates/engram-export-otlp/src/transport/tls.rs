//! Whom to believe, and who we are: certificates from files.

use std::path::Path;

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
