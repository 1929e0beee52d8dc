use super::*;
use crate::encoding::{Histograms, Temporality};

fn from(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_variables(&|name| {
        let found = variables.iter().find(|(there, _)| *there == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn error(variables: &[(&str, &str)]) -> String {
    from(variables).expect_err("an error").to_string()
}

#[test]
fn without_variables_the_defaults_of_the_specification_hold() {
    let config = from(&[]).unwrap();
    assert_eq!(config.target.url(), "http://localhost:4318/v1/metrics");
    assert_eq!(config.target.timeout, Duration::from_secs(10));
    assert_eq!(
        (config.interval, config.export_timeout),
        (Duration::from_secs(60), Duration::from_secs(30))
    );
}

#[test]
fn the_endpoint_for_all_gets_a_path_and_the_one_of_a_signal_none() {
    let all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:1/base/");
    let own = ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://b:2/x");
    assert_eq!(from(&[all]).unwrap().target.url(), "http://a:1/base/v1/metrics");
    assert_eq!(from(&[all, own]).unwrap().target.url(), "http://b:2/x");
    let lookup = |name: &str| (name == all.0).then(|| all.1.to_owned());
    for (signal, url) in
        [(Signal::Logs, "http://a:1/base/v1/logs"), (Signal::Traces, "http://a:1/base/v1/traces")]
    {
        assert_eq!(Target::from_variables(signal, &lookup).unwrap().url(), url);
    }
}

#[test]
fn the_variable_of_a_signal_wins_over_the_one_for_all() {
    let config = from(&[
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2000"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", " b = 2%20c , d=3"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "4000"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta"),
        ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "explicit_bucket_histogram"),
    ])
    .unwrap();
    assert_eq!(config.target.timeout, Duration::from_secs(2));
    let headers: Vec<_> = config
        .target
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(headers, [("b", "2 c"), ("d", "3")]);
    assert_eq!((config.interval.as_secs(), config.export_timeout.as_secs()), (5, 4));
    assert_eq!(config.encoding.temporality, Temporality::Delta);
    assert_eq!(config.encoding.histograms, Histograms::Explicit);
}

#[test]
fn the_resource_is_that_of_the_variables() {
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=a,host.name=b%2Cc");
    let resource = from(&[attributes]).unwrap().encoding.resource;
    assert_eq!((resource.get("service.name"), resource.get("host.name")), (Some("a"), Some("b,c")));
    let resource = from(&[attributes, ("OTEL_SERVICE_NAME", "d")]).unwrap().encoding.resource;
    assert_eq!(resource.get("service.name"), Some("d"));
}

#[test]
fn what_makes_no_sense_is_named_with_its_variable() {
    for (name, value, why) in [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http://"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://a", "http://"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://a b", "not a URL"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon", "none of http/protobuf"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "lzma", "none of none, gzip, zstd"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "-1", "milliseconds"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0", "milliseconds"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.pem", "cannot be read"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/nowhere/key.pem", "client certificate"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization", "no `=`"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%FF", "UTF-8"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sideways", "none of cumulative"),
    ] {
        let error = error(&[(name, value)]);
        assert!(error.starts_with(name) && error.contains(why), "{name}={value}: {error}");
    }
}

#[test]
fn a_header_with_a_newline_is_an_error_that_does_not_show_its_value() {
    let error = error(&[("OTEL_EXPORTER_OTLP_HEADERS", "authorization=secret%0Ax: y")]);
    assert!(error.contains("authorization") && !error.contains("secret"), "{error}");
}

#[test]
fn what_is_empty_counts_as_not_set() {
    assert!(
        from(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " "), ("OTEL_EXPORTER_OTLP_TIMEOUT", "")]).is_ok()
    );
}

#[cfg(feature = "grpc")]
#[test]
fn grpc_has_a_port_of_its_own_no_paths_and_security_that_is_asked_for_apart() {
    const PROTOCOL: (&str, &str) = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    const INSECURE: (&str, &str) = ("OTEL_EXPORTER_OTLP_INSECURE", "true");
    let url = |variables: &[(&str, &str)]| from(variables).unwrap().target.url();
    assert_eq!(url(&[PROTOCOL]), "http://localhost:4317/");
    let endpoint = |text| ("OTEL_EXPORTER_OTLP_ENDPOINT", text);
    assert_eq!(url(&[PROTOCOL, endpoint("http://a:1")]), "http://a:1/");
    assert_eq!(url(&[PROTOCOL, INSECURE, endpoint("a:1")]), "http://a:1/");
    // A scheme wins over what is asked for apart.
    if cfg!(feature = "tls") {
        assert_eq!(url(&[PROTOCOL, endpoint("a:1")]), "https://a:1/");
        assert_eq!(url(&[PROTOCOL, INSECURE, endpoint("https://a:1")]), "https://a:1/");
    } else {
        assert!(error(&[PROTOCOL, endpoint("a:1")]).contains("`tls`"));
    }
    assert!(error(&[PROTOCOL, ("OTEL_EXPORTER_OTLP_INSECURE", "maybe")]).contains("none of true"));
}

#[test]
fn a_protocol_that_this_build_cannot_do_names_its_feature() {
    for (word, can, feature) in [
        ("http/protobuf", true, ""),
        ("http/json", cfg!(feature = "json"), "`json`"),
        ("grpc", cfg!(feature = "grpc"), "`grpc`"),
    ] {
        match from(&[("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", word)]) {
            Ok(_) => assert!(can, "{word}"),
            Err(error) => assert!(!can && error.to_string().contains(feature), "{error}"),
        }
    }
}
