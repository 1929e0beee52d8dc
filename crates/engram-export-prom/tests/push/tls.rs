//! Pushes over TLS, to a server whose certificate was made for the test.

use std::path::Path;

use engram_export_prom::push::RemoteWrite;
use engram_metrics_core::when_enabled;

use super::*;

when_enabled! {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::path::PathBuf;
    use std::sync::{Arc, mpsc};
    use std::thread;

    use engram_export_prom::push::{PushError, Pushgateway};
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::{ServerConfig, ServerConnection, StreamOwned};

    /// A server that says yes to whoever trusts it.
    struct Server {
        url: String,
        certificate: PathBuf,
        /// The first line of each request.
        requests: mpsc::Receiver<String>,
    }

    fn server(name: &str) -> Server {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let certificate = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&certificate, cert.pem()).expect("a file");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a key that fits");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let (sender, requests) = mpsc::channel();
        let config = Arc::new(config);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(config.clone()).expect("a connection");
                let mut stream = StreamOwned::new(connection, stream);
                let mut head = [0; 4096];
                // A client that does not trust us breaks off: that is what is tested.
                let Ok(read @ 1..) = stream.read(&mut head) else { continue };
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                let _ = sender.send(head.lines().next().unwrap_or_default().to_owned());
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        });
        Server { url: format!("https://localhost:{port}"), certificate, requests }
    }

    #[test]
    fn a_server_whose_certificate_is_trusted_is_written_to() {
        let server = server("written.pem");
        let to = |path: &str| {
            patient(&format!("{}{path}", server.url)).certificate(&server.certificate)
        };
        let mut client = RemoteWrite::new(to("/api/v1/write"), "backup", &[]).expect("valid");
        client.write(&registry()).expect("arrives");
        let mut gateway = Pushgateway::new(to(""), "backup", &[]).expect("valid");
        gateway.replace(&registry()).expect("arrives");
        let requests: Vec<_> = server.requests.try_iter().collect();
        assert_eq!(requests, [
            "POST /api/v1/write HTTP/1.1",
            "PUT /metrics/job/backup HTTP/1.1",
        ]);
    }

    #[test]
    fn a_server_whose_certificate_is_not_trusted_is_sent_nothing() {
        let server = server("distrusted.pem");
        let mut client = RemoteWrite::new(impatient(&server.url), "backup", &[]).expect("valid");
        let error = client.write(&registry()).expect_err("not trusted");
        assert!(matches!(error, PushError::GaveUp { attempts: 1, .. }), "{error}");
        assert!(error.to_string().to_lowercase().contains("certificate"), "{error}");
        assert_eq!(server.requests.try_iter().count(), 0);
    }
}

#[test]
fn a_certificate_that_is_none_is_an_error_before_anything_is_sent() {
    for path in [Path::new("no such file"), Path::new("Cargo.toml")] {
        let destination = impatient("https://localhost:1").certificate(path);
        let error = RemoteWrite::new(destination, "backup", &[]).expect_err("no certificate");
        assert!(error.to_string().starts_with("the certificate cannot be used"), "{error}");
    }
}
