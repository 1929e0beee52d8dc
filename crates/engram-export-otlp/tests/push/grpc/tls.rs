//! gRPC over TLS, with a certificate that was made for the test.

use std::net::SocketAddr;
use std::path::PathBuf;

use engram_export_otlp::{Config, Delivery, Exporter, Protocol, Target};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tonic::transport::{Identity, Server, ServerTlsConfig};

use super::receiver::Receiver;
use crate::sockets::{PATIENCE, counted, failed};

/// A receiver that speaks TLS alone, and its certificate in a file.
fn receiver(name: &str) -> (Receiver, SocketAddr, PathBuf) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, cert.pem()).expect("a file");
    let identity = Identity::from_pem(cert.pem(), signing_key.serialize_pem());
    let server = Server::builder().tls_config(ServerTlsConfig::new().identity(identity));
    let (receiver, address) = Receiver::start_as(server.expect("a key that fits"));
    (receiver, address, path)
}

fn config(address: SocketAddr) -> Config {
    let mut config = super::config(address);
    config.target = Target::new(&format!("https://localhost:{}", address.port())).expect("a URL");
    config.target.protocol = Protocol::Grpc;
    config
}

#[test]
fn a_receiver_of_grpc_whose_certificate_is_trusted_gets_what_was_recorded() {
    let ((receiver, address, certificate), (registry, counted)) =
        (receiver("grpc-trusted.pem"), counted());
    let mut config = config(address);
    config.target.certificate = Some(certificate);
    let exporter = Exporter::start(&config, registry).expect("starts");
    counted.things.add(7);
    assert_eq!(exporter.shutdown(PATIENCE), Ok(()));
    assert_eq!(receiver.state().received["things"], 7);
}

#[test]
fn a_receiver_of_grpc_whose_certificate_is_not_trusted_gets_nothing() {
    let ((receiver, address, _), (registry, counted)) = (receiver("grpc-unknown.pem"), counted());
    let exporter = Exporter::start(&config(address), registry).expect("starts");
    counted.things.add(7);
    let (delivery, why) = failed(&exporter);
    assert!(why.to_lowercase().contains("certificate"), "{why}");
    assert_eq!((delivery, receiver.state().attempts), (Delivery::Refused, 0), "{why}");
}
