//! Pages that are larger than what the sockets hold, and clients that do not take them.

use std::sync::OnceLock;
use std::thread;

use engram_metrics_core::{
    Collect, Descriptor, DynamicFamily, Histogram, Kind, Labels, Value, Visit,
};

use super::*;

/// So many series of about 75 bytes of text.
struct Large(Descriptor, usize);

/// 4 MB of text.
pub(super) fn large() -> &'static dyn Collect {
    static LARGE: OnceLock<Large> = OnceLock::new();
    LARGE.get_or_init(|| Large(Descriptor::fixed("large", "", Unit::Ratio, Kind::Gauge), 50_000))
}

/// 30 MB of text: more than the buffers of two sockets hold.
fn huge() -> &'static dyn Collect {
    static HUGE: OnceLock<Large> = OnceLock::new();
    HUGE.get_or_init(|| Large(Descriptor::fixed("huge", "", Unit::Ratio, Kind::Gauge), 400_000))
}

impl Collect for Large {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        for series in 0..self.1 {
            let name = format!("a label of some length that is number {series}");
            visit.series(Labels::new(&[("series", &name)]), Value::Float(0.5));
        }
    }
}

fn endpoint_with(
    source: &'static dyn Collect,
    change: impl FnOnce(Builder) -> Builder,
) -> Endpoint {
    let (registry, _) = registry();
    registry.register(source).expect("registers");
    change(Endpoint::builder(registry).listen(any_port())).start().expect("starts")
}

#[test]
fn a_client_that_does_not_read_is_let_go_and_others_are_answered() {
    let _turn = turn();
    let endpoint = endpoint_with(huge(), |it| {
        it.max_scrapes(1).answer_timeout(Duration::from_millis(500))
    });
    let mut slow = connect(&endpoint);
    slow.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").expect("asks");
    slow.read_exact(&mut [0; 1]).expect("the answer begins");
    assert_eq!(status(&endpoint, "/livez", &[]), 200);
    // As soon as the slow one is let go there is room again.
    while status(&endpoint, "/metrics?name[]=example_things", &[]) == 503 {
        thread::yield_now();
    }
    let mut rest = Vec::new();
    let ended = slow.read_to_end(&mut rest);
    assert!(ended.is_err() || !rest.ends_with(b"0\r\n\r\n"), "a part is not the whole");
}

#[test]
fn a_scrape_that_prometheus_gave_up_on_ends_when_it_said_so() {
    let _turn = turn();
    // The endpoint itself has more patience than any test.
    let endpoint = endpoint_with(huge(), |it| {
        it.max_scrapes(1).answer_timeout(Duration::from_secs(3600))
    });
    let mut slow = connect(&endpoint);
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nx-prometheus-scrape-timeout-seconds: 0.2\r\n\r\n";
    slow.write_all(request).expect("asks");
    slow.read_exact(&mut [0; 1]).expect("the answer begins");
    while status(&endpoint, "/metrics?name[]=example_things", &[]) == 503 {
        thread::yield_now();
    }
}

metric_set! {
    struct Wide {
        /// Things, by a label of which there are many.
        things: DynamicFamily<2, Counter> = "wide.things", Unit::Count("{thing}"),
            DynamicFamily::<2, Counter>::new(["series", "text"]).with_limit(200_000);
        /// How large they are.
        sizes: Histogram = "wide.sizes", Unit::Bytes;
    }
}

/// The page stands still in the middle of a family, for as long as the client likes. Recording into that family, new
/// series included, and reading it must not need anything that the page holds.
#[test]
fn nobody_who_records_waits_for_a_client_that_does_not_read() {
    let _turn = turn();
    const SERIES: u64 = 100_000;
    let wide: &'static Wide = Box::leak(Box::default());
    let registry: &'static Registry = Box::leak(Box::default());
    registry.register(wide).expect("registers");
    let text = "t".repeat(100);
    (0..SERIES).for_each(|series| wide.things.at([&series.to_string(), &text]).increment());
    let endpoint = Endpoint::builder(registry).listen(any_port()).max_scrapes(1);
    let endpoint = endpoint.answer_timeout(Duration::from_secs(3600)).start().expect("starts");
    let mut slow = connect(&endpoint);
    slow.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").expect("asks");
    slow.read_exact(&mut [0; 1]).expect("the answer begins");
    let record = || {
        for series in SERIES / 2..SERIES + 50_000 {
            wide.things.at([&series.to_string(), &text]).increment();
            wide.sizes.record(series);
        }
    };
    thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(record))));
    assert_eq!(wide.sizes.snapshot().count(), 2 * SERIES);
    assert_eq!(wide.things.at(["99999", &text]).value(), 3);
    assert_eq!(wide.things.at([&(SERIES + 49_999).to_string(), &text]).value(), 2);
    registry.register(super::registry().1).expect("registers");
    let busy = get(&endpoint, "/metrics", &[]);
    assert_eq!(busy.status(), 503, "the page still stands there");
    assert_eq!(header(&busy, "retry-after"), "1");
    assert_eq!(status(&endpoint, "/livez", &[]), 200);
}

#[test]
fn a_storm_of_scrapes_is_answered_or_told_to_come_back_in_bounded_memory() {
    let _turn = turn();
    let endpoint = endpoint_with(large(), |it| it.max_scrapes(4));
    get(&endpoint, "/metrics", &[]);
    let before = resident_bytes();
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let address = endpoint.address();
            thread::spawn(move || {
                let mut stream = TcpStream::connect(address).expect("connects");
                let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
                stream.write_all(request).expect("asks");
                let (mut chunk, mut start, mut bytes) = (vec![0; 16 * 1024], [0; 12], 0);
                stream.read_exact(&mut start).expect("a status");
                while let Ok(read @ 1..) = stream.read(&mut chunk) {
                    bytes += read;
                }
                (start[9..].to_vec(), bytes)
            })
        })
        .collect();
    let mut most = 0;
    while clients.iter().any(|client| !client.is_finished()) {
        most = most.max(resident_bytes());
        thread::yield_now();
    }
    let answers: Vec<_> =
        clients.into_iter().map(|client| client.join().expect("no panic")).collect();
    for (status, bytes) in &answers {
        match status.as_slice() {
            b"200" => assert!(*bytes > 2_000_000, "{bytes}"),
            status => assert_eq!(status, b"503"),
        }
    }
    assert!(answers.iter().any(|(status, _)| status == b"200"));
    // 64 pages of 4 MB would be 256 MB.
    let grown = most.saturating_sub(before);
    assert!(grown < 32 * 1024 * 1024, "{grown} bytes more");
    assert_eq!(status(&endpoint, "/metrics", &[]), 200);
}
