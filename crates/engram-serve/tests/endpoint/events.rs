//! `/events`.

use std::io::{BufRead, BufReader};

use engram_metrics_core::{ENABLED, when_enabled};

use engram_serve::Findings;

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

#[test]
fn a_finding_arrives_without_waiting_for_the_interval() {
    let findings = Findings::new();
    // Nothing else is told for an hour.
    let endpoint = builder().event_interval(Duration::from_secs(3600)).findings(&findings);
    let endpoint = endpoint.start().expect("starts");
    let mut listeners = [subscribe(&endpoint), subscribe(&endpoint)];
    for lines in &mut listeners {
        assert!(lines.any(|line| line == "event: all"));
    }
    // On a machine that has no time for us any one of them may take long, but not all of them.
    let took = |_| {
        let clone = findings.clone();
        let told = std::thread::spawn(move || clone.push("deadlock", "{\n\"threads\": 2}"));
        assert_eq!(told.join().expect("no panic"), Ok(2));
        let pushed = std::time::Instant::now();
        for lines in &mut listeners {
            assert!(lines.any(|line| line == "event: deadlock"));
            assert_eq!(lines.next().as_deref(), Some("data: {\"threads\":2}"));
        }
        pushed.elapsed()
    };
    let soon = (0..100).map(took).find(|took| *took < Duration::from_secs(1));
    assert!(soon.is_some(), "a finding takes longer than a second");
}

#[test]
fn a_listener_that_misses_findings_is_told_how_many_and_costs_a_bounded_amount() {
    let _turn = turn();
    let findings = Findings::new();
    let endpoint = builder().event_interval(Duration::from_secs(3600)).findings(&findings);
    let endpoint = endpoint.start().expect("starts");
    let mut lines = subscribe(&endpoint);
    assert!(lines.any(|line| line == "event: all"));
    let before = resident_bytes();
    // Together 64 MB, which no socket takes while nobody reads.
    let body = format!("\"{}\"", "x".repeat(32_000));
    for _ in 0..2_000 {
        assert_eq!(findings.push("large", &body), Ok(1));
    }
    findings.push("last", "0").expect("an event");
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 16 * 1024 * 1024, "{grown} bytes more");
    let mut told = (0, 0);
    loop {
        match lines.next().expect("it goes on").as_str() {
            "event: large" => told.0 += 1,
            "event: lagged" => {
                let data = lines.next().expect("data");
                let missed = data.trim_start_matches("data: {\"findings\":").trim_end_matches('}');
                told.1 += missed.parse::<u32>().expect("a number");
            }
            "event: last" => break,
            _ => {}
        }
    }
    assert_eq!(told.0 + told.1, 2_000, "{told:?}");
    assert!(told.1 > 0, "{told:?}");
}
