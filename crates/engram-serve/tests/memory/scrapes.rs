//! Scrapes, with the bytes counted that are allocated meanwhile.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::Duration;

use engram_metrics_core::{Collect, Descriptor, Kind, Labels, Registry, Unit, Value, Visit};
use engram_serve::Endpoint;

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

#[test]
fn a_page_of_four_megabytes_takes_less_than_128_kib_besides() {
    let registry: &'static Registry = Box::leak(Box::default());
    let large = Descriptor::fixed("large", "", Unit::Ratio, Kind::Gauge);
    registry.register(Box::leak(Box::new(Large(large)))).expect("registers");
    let endpoint = Endpoint::builder(registry).listen(([127, 0, 0, 1], 0).into()).start();
    let endpoint = endpoint.expect("starts");
    // The first page makes the encoder that all others use.
    let first = scrape(&endpoint);
    assert!(first > 4_000_000, "{first}");
    for _ in 0..5 {
        let before = LIVE.load(Ordering::Relaxed);
        PEAK.store(before, Ordering::Relaxed);
        assert_eq!(scrape(&endpoint), first);
        let besides = PEAK.load(Ordering::Relaxed) - before;
        println!("{besides} bytes for a page of {first}");
        assert!(besides <= 128 * 1024, "{besides} bytes for a page of {first}");
    }
}
