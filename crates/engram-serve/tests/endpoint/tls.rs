//! TLS, with certificates made by the test.

use std::path::PathBuf;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::*;

/// A certificate for the loopback address, and its key, as files that go with it.
struct Files {
    pem: String,
    certificate: PathBuf,
    key: PathBuf,
}

impl Files {
    fn make(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("made");
        let file = |end: &str, text: &str| {
            let path = format!("engram-serve-{name}-{}.{end}", std::process::id());
            let path = std::env::temp_dir().join(path);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let pem = made.cert.pem();
        let key = file("key", &made.signing_key.serialize_pem());
        Self { certificate: file("pem", &pem), key, pem }
    }

    /// A client that trusts this certificate and no other.
    fn agent(&self) -> ureq::Agent {
        let root = Certificate::from_pem(self.pem.as_bytes()).expect("a certificate");
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
        ureq::Agent::config_builder().tls_config(tls).build().into()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for path in [&self.certificate, &self.key] {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn secured(files: &Files) -> Builder {
    builder().tls(&files.certificate, &files.key)
}

#[test]
fn a_page_arrives_over_tls_and_only_over_tls() {
    let files = Files::make("page");
    let endpoint = secured(&files).bearer_token("s3cret").start().expect("starts");
    let url = format!("https://{}/metrics", endpoint.address());
    let request = files.agent().get(&url).header("authorization", "Bearer s3cret");
    let page = request.call().expect("answers").body_mut().read_to_string().expect("text");
    assert!(page.starts_with('#'), "{page}");
    let unknown = Files::make("unknown").agent().get(&url).call();
    assert!(unknown.is_err(), "a certificate that the client does not trust");
    let plain = raw(&endpoint, b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
    let again = files.agent().get(&url).header("authorization", "Bearer s3cret").call();
    assert_eq!(again.expect("still answers").status(), 200);
}

#[test]
fn files_that_are_missing_or_do_not_belong_together_are_an_error_at_start() {
    let (files, other) = (Files::make("files"), Files::make("other"));
    let (certificate, key) = (&files.certificate, &files.key);
    let missing = PathBuf::from("/nowhere/a.pem");
    let empty = std::env::temp_dir().join(format!("engram-serve-empty-{}", std::process::id()));
    std::fs::write(&empty, "nothing").expect("a file");
    for (certificate, key, expected) in [
        (
            &missing,
            key,
            "the certificate cannot be used: /nowhere/a.pem cannot be read: No such file",
        ),
        (
            certificate,
            &missing,
            "the key cannot be used: /nowhere/a.pem cannot be read: No such file",
        ),
        (&empty, key, "holds no certificate in PEM"),
        (key, key, "holds no certificate in PEM"),
        (certificate, &empty, "holds no private key in PEM"),
        (certificate, certificate, "holds no private key in PEM"),
        (certificate, &other.key, "does not belong to the certificate in"),
    ] {
        let error = builder().tls(certificate, key).start().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
    std::fs::write(&empty, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .expect("a file");
    let error = builder().tls(&empty, key).start().expect_err("no certificate").to_string();
    assert!(error.starts_with("the certificate cannot be used: "), "{error}");
    std::fs::remove_file(&empty).expect("removes it");
}

#[test]
fn a_client_that_never_ends_its_handshake_is_let_go() {
    let files = Files::make("slow");
    let endpoint = secured(&files).request_timeout(Duration::from_millis(200));
    let endpoint = endpoint.start().expect("starts");
    let mut slow = connect(&endpoint);
    slow.write_all(&[22, 3, 1]).expect("the beginning of a record");
    let mut rest = Vec::new();
    slow.read_to_end(&mut rest).expect("the endpoint closes the connection");
    let url = format!("https://{}/livez", endpoint.address());
    assert_eq!(files.agent().get(&url).call().expect("answers").status(), 200);
}
