//! `/events`.

use std::io::{BufRead, BufReader};

use engram_metrics_core::{ENABLED, when_enabled};

use super::*;

/// Lines of a stream of events, once it was asked for.
fn subscribe(endpoint: &Endpoint) -> impl Iterator<Item = String> + use<> {
    let mut stream = connect(endpoint);
    stream.write_all(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").expect("asks");
    BufReader::new(stream).lines().map_while(Result::ok)
}

when_enabled! {
    #[test]
    fn a_client_hears_of_everything_first_and_then_of_what_changed() {
        let (registry, example) = registry();
        let endpoint = Endpoint::builder(registry)
            .listen(any_port())
            .event_interval(Duration::from_millis(100))
            .start()
            .expect("starts");
        let mut lines = subscribe(&endpoint);
        assert_eq!(lines.next().as_deref(), Some("HTTP/1.1 200 OK"));
        assert!(lines.any(|line| line == "content-type: text/event-stream"));
        assert!(lines.any(|line| line == "event: all"));
        assert!(lines.any(|line| line.contains("\"example.things\":42}")));
        example.things.increment();
        assert!(lines.any(|line| line == "event: changed"));
        let data = lines.next().expect("data");
        assert!(data.ends_with("\"series\":{\"example.things\":43}}"), "{data}");
    }
}

#[test]
fn listeners_are_bounded_and_do_not_keep_the_endpoint() {
    let endpoint = builder().start().expect("starts");
    let mut listeners: Vec<_> = (0..16).map(|_| subscribe(&endpoint)).collect();
    for listener in &mut listeners {
        assert_eq!(listener.next().as_deref(), Some("HTTP/1.1 200 OK"));
    }
    assert_eq!(status(&endpoint, "/events", &[]), 503);
    assert_eq!(status(&endpoint, "/metrics", &[]), 200, "others are answered");
    drop(endpoint);
    let _ = ENABLED;
}
