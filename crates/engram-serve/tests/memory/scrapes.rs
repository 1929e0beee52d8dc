//! Scrapes, with the bytes counted that are allocated meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use engram_metrics_core::{Collect, Descriptor, Kind, Labels, Registry, Unit, Value, Visit};
use engram_serve::{Builder, Endpoint};

/// Counts the bytes that are allocated and not given back, and the most that there were.
struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

fn change(bytes: isize) {
    // Relaxed, here and below: numbers that stand for themselves; what is asked about has been read to its end.
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        change(layout.size() as isize);
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        change(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// 60,000 series, 4 MB of text, made without an allocation.
struct Large(Descriptor);

impl Collect for Large {
    fn descriptor(&self, index: usize) -> Option<&Descriptor> {
        (index == 0).then_some(&self.0)
    }

    fn collect(&self, _: usize, visit: &mut dyn Visit) {
        for series in 0..60_000_u32 {
            let digits = series.to_be_bytes().map(|byte| b'a' + byte % 16);
            let name = std::str::from_utf8(&digits).expect("letters");
            let labels = [("series", name), ("text", "a label of some length, as some are")];
            visit.series(Labels::new(&labels), Value::Float(0.5));
        }
    }
}

/// Bytes of one answer, read to its end into no more memory than there is.
fn scrape(endpoint: &Endpoint) -> usize {
    let mut stream = TcpStream::connect(endpoint.address()).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    let request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request).expect("asks");
    let (mut chunk, mut bytes) = ([0; 16 * 1024], 0);
    while let read @ 1.. = stream.read(&mut chunk).expect("the answer ends") {
        bytes += read;
    }
    bytes
}

/// One test at a time: they count the bytes of the whole process.
static TURN: Mutex<()> = Mutex::new(());

/// The most bytes that there were while `act` ran, beyond those before.
fn besides(act: impl FnOnce()) -> isize {
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    act();
    PEAK.load(Ordering::Relaxed) - before
}

/// An endpoint with that page, of which the first was taken: it makes the encoder that all others use.
fn endpoint(change: impl FnOnce(Builder) -> Builder) -> (Endpoint, usize) {
    let registry: &'static Registry = Box::leak(Box::default());
    let large = Descriptor::fixed("large", "", Unit::Ratio, Kind::Gauge);
    registry.register(Box::leak(Box::new(Large(large)))).expect("registers");
    let builder = Endpoint::builder(registry).listen(([127, 0, 0, 1], 0).into());
    let endpoint = change(builder).start().expect("starts");
    let first = scrape(&endpoint);
    assert!(first > 4_000_000, "{first}");
    (endpoint, first)
}

#[test]
fn a_page_of_four_megabytes_takes_less_than_128_kib_besides() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (endpoint, first) = endpoint(|it| it);
    for _ in 0..5 {
        let bytes = besides(|| assert_eq!(scrape(&endpoint), first));
        assert!(bytes <= 128 * 1024, "{bytes} bytes for a page of {first}");
    }
}

#[test]
fn sixty_four_scrapes_at_once_take_no_more_than_the_four_that_are_let_in() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (endpoint, first) = endpoint(|it| it.max_scrapes(4));
    let bytes = besides(|| {
        thread::scope(|scope| {
            let scrapes: Vec<_> = (0..64).map(|_| scope.spawn(|| scrape(&endpoint))).collect();
            let answers = scrapes.into_iter().map(|it| it.join().expect("no panic"));
            assert!(answers.filter(|bytes| *bytes == first).count() > 0, "some are answered");
        });
    });
    // Four pages with their encoders are one MiB, and sixty-four connections and threads of ours less than two.
    assert!(bytes < 4 << 20, "{bytes} bytes for 64 scrapes");
}

#[test]
fn a_head_of_ten_megabytes_takes_no_more_than_it_may() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (endpoint, _) = endpoint(|it| it);
    let mut request = b"GET /metrics HTTP/1.1\r\nhost: x\r\nx: ".to_vec();
    request.resize(10 << 20, b'a');
    let bytes = besides(|| {
        let mut stream = TcpStream::connect(endpoint.address()).expect("connects");
        // The endpoint hangs up before it has read everything, and may do so before its answer is read.
        let _ = stream.write_all(&request);
        while matches!(stream.read(&mut [0; 1024]), Ok(1..)) {}
    });
    assert!(bytes < 128 * 1024, "{bytes} bytes");
}
