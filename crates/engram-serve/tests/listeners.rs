//! A hundred who listen, of whom one is stuck: alone in a process, whose processor time is taken.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use engram_metrics_core::Registry;
use engram_serve::{Endpoint, Findings};

const LISTENERS: usize = 100;

/// What each of them is sent while the processor time is taken: a second's message each.
const MESSAGES: u32 = 50;

/// As long as a message with some sixty events.
const BYTES: usize = 12_000;

/// More than the sockets between the endpoint and one listener hold, in messages as long as there may be.
const FLOOD: u32 = 600;
const FLOOD_BYTES: usize = 48_000;

/// Lines of a stream of events, once it was asked for.
type Lines = std::io::Lines<BufReader<TcpStream>>;

fn subscribe(endpoint: &Endpoint) -> Lines {
    let mut stream = TcpStream::connect(endpoint.address()).expect("connects");
    // Gives up after a while rather than hang.
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    stream.write_all(b"GET /events HTTP/1.1\r\nhost: x\r\n\r\n").expect("asks");
    BufReader::new(stream).lines()
}

/// The data of the next event, and its name.
fn next(lines: &mut Lines) -> (String, String) {
    let mut line = || lines.next().expect("it goes on").expect("in time");
    loop {
        if let Some(name) = line().strip_prefix("event: ") {
            let data = line();
            return (name.to_owned(), data.strip_prefix("data: ").expect("data").to_owned());
        }
    }
}

/// Pushes a message so often, and each time waits until all of these have read it: none of them misses any.
fn tell(findings: &Findings, (times, bytes): (u32, usize), listeners: &mut [Lines]) {
    for number in 0..times {
        let body = format!("\"{number}{}\"", "x".repeat(bytes));
        findings.push("trace", &body).expect("it is short enough");
        for lines in &mut *listeners {
            assert_eq!(next(lines), ("trace".to_owned(), body.clone()));
        }
    }
}

/// What all threads of this process have used of the processors.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("there on Linux");
    let (_, behind) = stat.rsplit_once(')').expect("a name in parentheses");
    let fields = behind.split_whitespace().skip(11).take(2);
    // A hundred a second, on every Linux.
    fields.map(|it| Duration::from_millis(10) * it.parse::<u32>().expect("a number")).sum()
}

#[test]
fn a_hundred_listeners_take_less_than_a_hundredth_of_a_core_and_one_that_is_stuck_slows_nobody() {
    let (registry, findings): (&'static Registry, _) = (Box::leak(Box::default()), Findings::new());
    let endpoint = Endpoint::builder(registry)
        .listen(([127, 0, 0, 1], 0).into())
        // Nothing else is told for an hour.
        .event_interval(Duration::from_secs(3600))
        .max_listeners(LISTENERS)
        .findings(&findings)
        .start()
        .expect("starts");
    let mut listeners: Vec<Lines> = (0..LISTENERS).map(|_| subscribe(&endpoint)).collect();
    for lines in &mut listeners {
        assert_eq!(next(lines).0, "all");
    }
    // It does not read again before the end.
    let mut stuck = listeners.pop().expect("there are some");
    let before = processor_time();
    tell(&findings, (MESSAGES, BYTES), &mut listeners);
    // With all that the listeners themselves do to read it.
    let each = (processor_time() - before) / MESSAGES;
    eprintln!("{each:?} of each second");
    assert!(each < Duration::from_millis(10), "{each:?} of each second");

    listeners.truncate(3);
    tell(&findings, (FLOOD, FLOOD_BYTES), &mut listeners);
    findings.push("last", "0").expect("it is short enough");
    let (mut told, mut missed) = (0, 0);
    loop {
        match next(&mut stuck) {
            (name, _) if name == "trace" => told += 1,
            (name, data) if name == "lagged" => {
                let count = data.trim_start_matches("{\"findings\":").trim_end_matches('}');
                missed += count.parse::<u32>().expect("a number");
            }
            (name, _) => break assert_eq!(name, "last"),
        }
    }
    assert_eq!(told + missed, MESSAGES + FLOOD, "{told} told and {missed} missed");
    assert!(missed > 0, "the sockets held everything");
}
