use super::{Coding, coding, format};
use crate::Format;

const PROTOBUF: &str =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

#[test]
fn each_prometheus_gets_the_format_that_it_wants_most() {
    let plain = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;\
                 version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let native = format!("{PROTOBUF},{}", plain.replacen("1.0.0", "1.0.0;q=0.8", 1));
    let newer = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                 application/openmetrics-text;version=0.0.1;q=0.4,\
                 text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
                 text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
    for (accept, expected) in [
        (plain, Format::OpenMetrics),
        (&native, Format::Protobuf),
        (newer, Format::OpenMetrics),
        (&format!("{PROTOBUF};q=0.6,{newer}"), Format::Protobuf),
        (&newer[newer.find("text/").expect("is there")..], Format::TextUtf8),
        (&newer[newer.find("text/plain;version=0").expect("is there")..], Format::Text),
    ] {
        assert_eq!(format(Some(accept)), Some(expected), "{accept}");
    }
}

#[test]
fn a_client_that_does_not_care_gets_text() {
    for accept in ["*/*", "text/*", "text/plain", "text/html,*/*;q=0.8", "", " , ", "nonsense"] {
        assert_eq!(format(Some(accept)), Some(Format::Text), "{accept}");
    }
    assert_eq!(format(None), Some(Format::Text));
}

#[test]
fn a_client_that_takes_nothing_of_ours_gets_nothing() {
    for accept in [
        "image/png",
        "*/*;q=0",
        "text/plain;version=9",
        "application/json",
        "text/plain;charset=latin-1",
        "application/vnd.google.protobuf;encoding=text",
    ] {
        assert_eq!(format(Some(accept)), None, "{accept}");
    }
}

#[test]
fn the_most_exact_range_decides_and_a_weight_of_0_refuses() {
    for (accept, expected) in [
        ("*/*, text/plain;q=0", Some(Format::OpenMetrics)),
        ("text/plain;version=0.0.4;q=0, text/plain", Some(Format::TextUtf8)),
        ("text/*;q=0.5, application/openmetrics-text;q=0.4", Some(Format::Text)),
        ("*/*, application/openmetrics-text", Some(Format::OpenMetrics)),
        ("application/openmetrics-text, text/plain", Some(Format::OpenMetrics)),
        ("text/plain, application/openmetrics-text", Some(Format::Text)),
        ("text/plain;version=\"0.0.4\", image/png", Some(Format::Text)),
        ("TEXT/Plain;Version=0.0.4;Q=0.1", Some(Format::Text)),
        ("application/openmetrics-text;q=0.001, text/plain;q=0.002", Some(Format::Text)),
        ("application/openmetrics-text;q=2, text/plain;q=0.1", Some(Format::Text)),
        ("application/openmetrics-text;x=\"a,b;q=0\", text/plain;q=0.1", Some(Format::Text)),
        ("text/plain;q=0.0000, application/openmetrics-text;q=1.001", Some(Format::Text)),
    ] {
        assert_eq!(format(Some(accept)), expected, "{accept}");
    }
}

#[test]
fn a_coding_is_what_the_client_weighs_highest_of_what_is_offered() {
    use Coding::{Gzip, Identity, Zstd};
    let all = [Zstd, Gzip, Identity];
    for (accept, offered, expected) in [
        (None, &all[..], Some(Identity)),
        (Some(""), &all, Some(Identity)),
        (Some("gzip"), &all, Some(Gzip)),
        (Some("gzip, zstd"), &all, Some(Zstd)),
        (Some("gzip;q=0.9, zstd;q=0.8"), &all, Some(Gzip)),
        (Some("X-GZip"), &all, Some(Gzip)),
        (Some("gzip"), &[Identity], Some(Identity)),
        (Some("gzip, identity;q=0.5"), &[Identity, Gzip], Some(Gzip)),
        (Some("*"), &all, Some(Zstd)),
        (Some("br"), &all, Some(Identity)),
        (Some("br, identity;q=0"), &all, None),
        (Some("br, *;q=0"), &all, None),
        (Some("identity;q=0, gzip"), &[Identity, Gzip], Some(Gzip)),
        (Some("*;q=0, identity;q=0.1"), &all, Some(Identity)),
        (Some("gzip;q=0"), &[Gzip], Some(Identity)),
    ] {
        assert_eq!(coding(accept, offered), expected, "{accept:?} {offered:?}");
    }
}
