//! Paths, methods, formats and codings.

use engram_metrics_core::{ENABLED, when_enabled};
use engram_serve::Endpoint;

use super::*;

#[test]
fn a_scrape_shows_what_was_recorded() {
    let (registry, example) = registry();
    let endpoint = Endpoint::start(any_port(), registry).expect("starts");
    example.things.increment();
    let answer = get(&endpoint, "/metrics", &[]);
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let page = text(answer);
    if ENABLED {
        assert!(page.contains("\nexample_things_total 43\n"), "{page}");
    } else {
        assert_eq!(page, "# telemetry is compiled out of this binary\n");
    }
}

#[test]
fn each_path_answers_and_other_paths_and_methods_are_refused() {
    let endpoint = builder().start().expect("starts");
    for path in ["/", "/metrics", "/livez", "/readyz", "/health"] {
        assert_eq!(status(&endpoint, path, &[]), 200, "{path}");
        let url = format!("http://{}{path}", endpoint.address());
        let head = agent().head(&url).call().expect("answers");
        assert_eq!(head.status(), 200, "HEAD {path}");
        let mut post = agent().post(&url).send_empty().expect("answers");
        assert_eq!(post.status(), 405, "POST {path}");
        assert_eq!(post.headers()["allow"], "GET, HEAD");
        assert_eq!(post.body_mut().read_to_string().expect("text"), "GET or HEAD\n");
    }
    assert_eq!(status(&endpoint, "/nothing", &[]), 404);
    assert!(text(get(&endpoint, "/health", &[])).starts_with("{\"status\":\"pass\""));
}

#[test]
fn the_format_is_the_one_that_the_client_wants_most() {
    let endpoint = builder().start().expect("starts");
    for (accept, expected) in [
        ("application/openmetrics-text;version=1.0.0,*/*;q=0.1", "application/openmetrics-text"),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain; version=1.0.0"),
        ("application/vnd.google.protobuf;encoding=delimited", "application/vnd.google.protobuf"),
        ("*/*", "text/plain; version=0.0.4"),
    ] {
        let answer = get(&endpoint, "/metrics", &[("accept", accept)]);
        assert!(header(&answer, "content-type").starts_with(expected), "{answer:?}");
        assert_eq!(header(&answer, "vary"), "Accept, Accept-Encoding");
    }
    let refused = get(&endpoint, "/metrics", &[("accept", "image/png")]);
    assert_eq!(refused.status(), 406);
    assert!(text(refused).contains("openmetrics"));
}

#[cfg(all(feature = "gzip", feature = "zstd"))]
#[test]
fn pages_are_compressed_for_others_but_not_on_this_machine() {
    let plain = builder().start().expect("starts");
    let answer = get(&plain, "/metrics", &[("accept-encoding", "gzip")]);
    assert_eq!(header(&answer, "content-encoding"), "", "loopback");
    let only_gzip = get(&plain, "/metrics", &[("accept-encoding", "gzip, identity;q=0")]);
    assert_eq!(header(&only_gzip, "content-encoding"), "gzip", "nothing else is taken");

    let endpoint = builder().compress(true).start().expect("starts");
    let mut gzip = get(&endpoint, "/metrics", &[("accept-encoding", "gzip")]);
    assert_eq!(header(&gzip, "content-encoding"), "gzip");
    let mut page = String::new();
    let bytes = gzip.body_mut().read_to_vec().expect("bytes");
    let mut decoder = flate2::read::GzDecoder::new(&bytes[..]);
    decoder.read_to_string(&mut page).expect("gzip");
    assert!(page.starts_with('#') && page.ends_with('\n'), "{page}");
    let mut zstd = get(&endpoint, "/metrics", &[("accept-encoding", "gzip, zstd")]);
    assert_eq!(header(&zstd, "content-encoding"), "zstd");
    let bytes = zstd.body_mut().read_to_vec().expect("bytes");
    assert_eq!(zstd::decode_all(&bytes[..]).expect("zstd"), page.as_bytes());
    assert_eq!(status(&endpoint, "/metrics", &[("accept-encoding", "br, *;q=0")]), 406);
}

when_enabled! {
    #[test]
    fn only_the_metrics_that_were_asked_for_are_sent() {
        let endpoint = builder().start().expect("starts");
        let page = |query: &str| text(get(&endpoint, &format!("/metrics?{query}"), &[]));
        assert!(page("name[]=example_things_total").contains("things_total 42"));
        assert!(page("name%5B%5D=other&name%5B%5D=example_things").contains("things_total 42"));
        assert_eq!(page("name[]=other"), "");
    }

    #[test]
    fn a_page_of_many_megabytes_arrives_whole() {
        let (registry, _) = registry();
        registry.register(storms::large()).expect("registers");
        let endpoint = Endpoint::builder(registry).listen(any_port()).start().expect("starts");
        let mut answer = get(&endpoint, "/metrics", &[]);
        let page = answer.body_mut().with_config().limit(1 << 30).read_to_string();
        let page = page.expect("a page");
        assert!(page.len() > 2_000_000, "{}", page.len());
        assert_eq!(page.lines().filter(|line| line.starts_with("large_ratio{")).count(), 50_000);
    }
}

#[test]
fn readiness_is_what_the_application_says() {
    let ready = std::sync::Arc::new(std::sync::Mutex::new(Err("warming up".to_owned())));
    let says = ready.clone();
    let endpoint = builder().ready(move || says.lock().expect("not poisoned").clone());
    let endpoint = endpoint.start().expect("starts");
    let answer = get(&endpoint, "/readyz", &[]);
    assert_eq!((answer.status().as_u16(), text(answer)), (503, "warming up\n".to_owned()));
    let health = text(get(&endpoint, "/health", &[]));
    assert!(health.starts_with("{\"status\":\"fail\",\"output\":\"warming up\""), "{health}");
    assert_eq!(status(&endpoint, "/livez", &[]), 200, "it lives");
    *ready.lock().expect("not poisoned") = Ok(());
    assert_eq!(status(&endpoint, "/readyz", &[]), 200);
}
