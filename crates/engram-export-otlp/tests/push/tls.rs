//! TLS with a certificate that was made for the test.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use engram_export_otlp::{Config, Delivery, Exporter};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::sockets::{PATIENCE, counted, failed};

/// Takes one request over TLS and says yes; gives its port, and the certificate in a file.
fn receiver(name: &str) -> (u16, PathBuf) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, cert.pem()).expect("a file");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a key that fits");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(config.clone()).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream);
            let mut head = [0; 4096];
            // A client that does not trust us breaks off: that is what is tested.
            if stream.read(&mut head).is_ok_and(|read| read > 0) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        }
    });
    (port, path)
}

fn config(port: u16) -> Config {
    let mut config = Config::new(&format!("https://localhost:{port}/v1/metrics")).expect("a URL");
    config.interval = Duration::from_secs(3600);
    config
}

#[test]
fn a_receiver_whose_certificate_is_trusted_gets_what_was_recorded() {
    let ((port, certificate), (registry, counted)) = (receiver("trusted.pem"), counted());
    let mut config = config(port);
    config.target.certificate = Some(certificate);
    let exporter = Exporter::start(&config, registry).expect("starts");
    counted.things.add(1);
    assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
}

#[test]
fn a_receiver_whose_certificate_is_not_trusted_gets_nothing() {
    let ((port, _), (registry, counted)) = (receiver("unknown.pem"), counted());
    let exporter = Exporter::start(&config(port), registry).expect("starts");
    counted.things.add(1);
    let (delivery, why) = failed(&exporter);
    assert!(why.to_lowercase().contains("certificate"), "{why}");
    assert_eq!(delivery, Delivery::Refused, "{why}");
}
