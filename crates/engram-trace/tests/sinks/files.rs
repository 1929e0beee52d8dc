//! Files of lines.

use std::fs;
use std::path::Path;

use engram_trace::{JsonLines, Rotation, SCHEMA, Sink};
use serde_json::{Value, json};

use super::*;

fn lines(path: &Path) -> Vec<Value> {
    parse(&fs::read_to_string(path).expect("there is a file"))
}

fn parse(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

const LARGE: Rotation = Rotation { bytes: 1 << 20, files: 2 };

#[test]
fn a_line_says_everything_and_a_gap_how_much_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.jsonl");
    let mut sink = JsonLines::open(&path, LARGE).expect("opens");
    sink.deliver(&batch(&[traced(7), gap(17)])).expect("there is room");
    Sink::<Thing>::flush(&mut sink).expect("it is a file");
    let expected = json!({
        "v": SCHEMA, "time": "2023-11-14T22:13:19.000000000Z", "kind": "recall", "ring": 1, "sequence": 7,
        "weight": 8.0, "strength": 0.5, "trace_id": "0000000000004bf90000000000000007",
        "span_id": "000000000000f067", "fields": { "number": 7, "producer": 3, "strength": 0.5 },
    });
    let gap = json!({
        "v": SCHEMA, "time": "2023-11-14T22:13:19.000000000Z", "gap": 17, "ring": 1, "sequence": 5,
    });
    assert_eq!(lines(&path), [expected, gap]);
    drop(sink);
    let mut again = JsonLines::open(&path, LARGE).expect("opens");
    again.deliver(&batch(&[traced(8)])).expect("there is room");
    assert_eq!(lines(&path).len(), 3, "what was there stays");
}

#[test]
fn files_are_rotated_and_no_more_of_them_stay_than_were_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.jsonl");
    let mut sink = JsonLines::open(&path, Rotation { bytes: 1000, files: 2 }).expect("opens");
    for number in 0..100 {
        sink.deliver(&batch(&[traced(number)])).expect("there is room");
    }
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .map(|it| it.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["events.jsonl", "events.jsonl.1", "events.jsonl.2"]);
    let mut numbers = Vec::new();
    for name in names.iter().rev() {
        let file = folder.path().join(name);
        assert!(fs::metadata(&file).expect("a file").len() < 1300, "a file and a line");
        numbers.extend(lines(&file).iter().map(|it| it["sequence"].as_u64().expect("a number")));
    }
    let first = numbers[0];
    assert_eq!(numbers, (first..100).collect::<Vec<_>>(), "the newest ones, in order");
    let mut alone = JsonLines::open(&path, Rotation { bytes: 1, files: 0 }).expect("opens");
    alone.deliver(&batch(&[traced(100)])).expect("there is room");
    assert_eq!(lines(&path).len(), 1, "without files beside it, it begins anew");
}

#[test]
fn compressed_files_are_read_as_one_and_are_small() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.jsonl.zst");
    let mut sink = JsonLines::compressed(&path, LARGE).expect("opens");
    let items: Vec<_> = (0..512).map(traced).collect();
    (0..4).for_each(|_| sink.deliver(&batch(&items)).expect("there is room"));
    let file = fs::File::open(&path).expect("there is a file");
    let packed = file.metadata().expect("a file").len() as usize;
    let text = zstd::stream::decode_all(file).expect("whole frames");
    let text = String::from_utf8(text).expect("UTF-8");
    assert_eq!(parse(&text).len(), 4 * 512);
    assert!(packed * 10 < text.len(), "{packed} of {}", text.len());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_says_how_many_events_are_in_the_file() {
    let mut sink = JsonLines::open("/dev/full", LARGE).expect("opens");
    let error = sink.deliver(&batch(&[traced(0), traced(1)])).expect_err("it is full");
    assert_eq!(error.taken, 0);
    assert!(error.why.contains("/dev/full"), "{error}");
    let folder = tempfile::tempdir().expect("a folder");
    let error = JsonLines::open(folder.path().join("none/events"), LARGE).expect_err("no folder");
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}
