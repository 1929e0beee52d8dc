//! What cannot be is an error at the start, not at the first export.

use std::time::Duration;

use engram_export_otlp::{Config, Exporter, Protocol};

use super::sockets::counted;

fn error(change: impl FnOnce(&mut Config)) -> String {
    let mut config = Config::new("http://127.0.0.1:1/v1/metrics").expect("a URL");
    config.logs = Some(config.target.clone());
    change(&mut config);
    Exporter::start(&config, counted().0).expect_err("it cannot start").to_string()
}

#[test]
fn a_setting_that_cannot_be_is_an_error_at_the_start() {
    assert_eq!(error(|it| it.interval = Duration::ZERO), "interval: \"0\" is no time at all");
    assert!(error(|it| it.export_timeout = Duration::ZERO).starts_with("export timeout"));
    assert!(error(|it| it.record_interval = Duration::ZERO).starts_with("record interval"));
    assert!(error(|it| it.target.timeout = Duration::ZERO).starts_with("timeout"));
    let of_logs = |it: &mut Config| it.logs.as_mut().expect("some").timeout = Duration::ZERO;
    assert!(error(of_logs).starts_with("timeout"));
    for (protocol, feature) in [
        (Protocol::HttpJson, (!cfg!(feature = "json")).then_some("`json`")),
        (Protocol::Grpc, (!cfg!(feature = "grpc")).then_some("`grpc`")),
    ] {
        if let Some(feature) = feature {
            assert!(error(|it| it.target.protocol = protocol).contains(feature));
        }
    }
}

#[test]
fn an_address_or_a_header_that_cannot_be_is_an_error_before_anything_starts() {
    for url in ["127.0.0.1:4318", "ftp://a", "http://", "http://a b", ""] {
        let error = Config::new(url).expect_err(url).to_string();
        assert!(error.starts_with("endpoint: "), "{error}");
    }
    let target = Config::new("http://a").expect("a URL").target;
    for (name, value) in [("x-key", "secret\nx: y"), ("x-key", "secret\r\n"), ("a b", "secret")] {
        let error = target.clone().with_header(name, value).expect_err(name).to_string();
        assert!(error.contains(name) && !error.contains("secret"), "{error}");
    }
}

#[cfg(feature = "tls")]
#[test]
fn a_certificate_that_is_not_there_is_an_error_at_the_start() {
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        if protocol == Protocol::Grpc && !cfg!(feature = "grpc") {
            continue;
        }
        let error = error(|it| {
            it.target = Config::new("https://localhost:1").expect("a URL").target;
            it.target.protocol = protocol;
            it.target.certificate = Some("/nowhere/ca.pem".into());
        });
        assert!(error.contains("/nowhere/ca.pem") && error.contains("cannot be read"), "{error}");
    }
}
