//! Whom to believe: certificates from a file.

use std::path::Path;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::destination::Destination;
use super::error::SetupError;

/// The certificates in a file.
pub(super) fn roots(path: &Path) -> Result<RootCerts, SetupError> {
    let wrong =
        |why: &str| SetupError::new("the certificate", format!("{}: {why}", path.display()));
    let pem = std::fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    let items: Result<Vec<_>, _> = parse_pem(&pem).collect();
    let certificates: Vec<Certificate<'static>> = items
        .map_err(|error| wrong(&error.to_string()))?
        .into_iter()
        .filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(wrong("there is no certificate in it"));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

pub(super) fn config(destination: &Destination) -> TlsConfig {
    let config = TlsConfig::builder();
    match destination.roots() {
        Some(roots) => config.root_certs(roots.clone()).build(),
        None => config.build(),
    }
}
