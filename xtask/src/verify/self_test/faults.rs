//! The table: a fault, and who catches it.

use super::{Fault, Gate};
use crate::verify::{
    asan, asm, cost, coverage, deny, features, loom, orderings, package, paired, public_api,
    shuttle, tidy, tsan,
};

const ALLOCATIONS: Gate =
    Gate::Test("allocation", &["--package", "engram-metrics-core", "--test", "allocation"]);
const SIZES: Gate = Gate::Test("sizes", &["--package", "engram-metrics-core", "--test", "sizes"]);

const CORPUS: Gate = Gate::Test("corpus", &["--package", "engram-fuzz", "--test", "corpus"]);

/// Cheap gates first.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "a forbidden import",
        file: "crates/engram-export-prom/Cargo.toml",
        edit: ("[dependencies]\n", "[dependencies]\nengram-serve = { workspace = true }\n"),
        gate: Gate::Step(&tidy::STEP),
        says: "engram-export-prom may not import engram-serve",
    },
    Fault {
        name: "an unargued ordering",
        file: "crates/engram-metrics-core/src/gauge.rs",
        edit: (
            "        // Relaxed: a statistic; nothing else is read on the strength of this value.\n",
            "",
        ),
        gate: Gate::Step(&tidy::STEP),
        says: "Ordering::Relaxed is not argued for",
    },
    Fault {
        name: "a bad licence",
        file: "Cargo.toml",
        edit: ("license = \"MIT OR Apache-2.0\"", "license = \"GPL-3.0-only\""),
        gate: Gate::Step(&deny::STEP),
        says: "rejected: license is not explicitly allowed",
    },
    Fault {
        name: "a crate that cannot be published",
        file: "Cargo.toml",
        edit: (
            "path = \"crates/engram-metrics-core\", version = \"0.1.0\"",
            "path = \"crates/engram-metrics-core\"",
        ),
        gate: Gate::Step(&package::STEP),
        says: "dependency `engram-metrics-core` does not specify a version",
    },
    Fault {
        name: "a feature that does not build alone",
        file: "benches/asm/app/Cargo.toml",
        edit: (
            "    \"engram-asm-engine/instrumented\",\n    \"dep:engram-concurrency-audit\",",
            "    \"dep:engram-concurrency-audit\",",
        ),
        gate: Gate::Step(&features::STEP),
        says: "--package engram-asm-app --no-default-features --features instrumented",
    },
    Fault {
        name: "a relaxed publication",
        file: "crates/engram-metrics-core/src/storage/segment.rs",
        edit: ("order!(Release, \"segment.publish\")", "crate::sync::Ordering::Relaxed"),
        gate: Gate::Step(&loom::STEP),
        says: "a_reader_sees_a_new_segment_with_its_zeroes ... FAILED",
    },
    Fault {
        name: "an ordering that no model needs",
        file: "crates/engram-metrics-core/src/storage.rs",
        edit: (
            "self.shards[index as usize].load(Ordering::Relaxed)",
            "self.shards[index as usize].load(order!(Acquire, \"shard.find\"))",
        ),
        gate: Gate::Step(&orderings::STEP),
        says: "no model fails when shard.find is Relaxed",
    },
    Fault {
        name: "a lost update",
        file: "crates/engram-metrics-core/src/storage/block.rs",
        edit: (
            "self.cell(at).fetch_add(value, Ordering::Relaxed);",
            "let cell = self.cell(at);\n        cell.store(cell.load(Ordering::Relaxed) + value, Ordering::Relaxed);",
        ),
        gate: Gate::Step(&shuttle::STEP),
        says: "nothing_is_lost_while_threads_come_and_go_and_scrapes_never_go_back ... FAILED",
    },
    Fault {
        name: "a deadlock",
        file: "crates/engram-metrics-core/src/storage/recycled.rs",
        edit: (
            "            runs.push((len, slot));",
            "            let _again = self.0.lock();\n            runs.push((len, slot));",
        ),
        gate: Gate::Step(&shuttle::STEP),
        says: "deadlock!",
    },
    Fault {
        name: "a stale listing",
        file: "docs/zero-cost.md",
        edit: (".1:\n", ".1:\n    nop\n"),
        gate: Gate::Step(&asm::STEP),
        says: "docs/zero-cost.md shows another counter_increment",
    },
    Fault {
        name: "a call left in when disabled",
        file: "crates/engram-metrics-core/src/gate.rs",
        edit: (
            "let _ = act;\n                R::default()",
            "let _ = act;\n                ::std::thread::yield_now();\n                R::default()",
        ),
        gate: Gate::Step(&asm::STEP),
        says: "functions differ from the bare twin",
    },
    Fault {
        name: "a lock prefix on the counter path",
        file: "crates/engram-metrics-core/src/storage/block.rs",
        edit: (
            "cell.store(cell.load_own().wrapping_add(value), Ordering::Relaxed);",
            "cell.fetch_add(value, Ordering::Relaxed);",
        ),
        gate: Gate::Step(&asm::STEP),
        says: "counter_increment: a locked instruction on the hot path",
    },
    Fault {
        name: "a record that costs a tenth more",
        file: "crates/engram-metrics-core/src/histogram/cells.rs",
        edit: (
            "        cells.raise(MAX, self.ticks);\n",
            "        [0, 1].map(|more| cells.raise(MAX, self.ticks | more));\n",
        ),
        gate: Gate::Step(&cost::STEP),
        says: "histogram_record costs",
    },
    Fault {
        name: "a budget that is too high",
        file: "benches/budget.toml",
        edit: ("gauge_set = ", "gauge_set = 9"),
        gate: Gate::Step(&cost::STEP),
        says: "lower its budget of 9",
    },
    Fault {
        name: "a record that takes a tenth longer",
        file: "crates/engram-metrics-core/src/histogram/target.rs",
        edit: (
            "            let bucket = self.indexer.bucket(ticks);",
            "            let ticks = std::hint::black_box(std::hint::black_box(ticks));\n            \
             let bucket = self.indexer.bucket(ticks);",
        ),
        gate: Gate::Step(&paired::STEP),
        says: "histogram_record takes",
    },
    Fault {
        name: "a public function that is gone",
        file: "crates/engram-metrics-core/src/counter.rs",
        edit: (
            "    pub fn add_from_interrupt(&self, n: u64) {\n        self.0.with(|run|",
            "    pub(crate) fn add_from_interrupt(&self, n: u64) {\n        self.0.with(|run|",
        ),
        gate: Gate::Full(&public_api::STEP),
        says: "- pub fn engram_metrics_core::Counter::add_from_interrupt",
    },
    Fault {
        name: "an encoder that leaves line feeds as they are",
        file: "crates/engram-export-prom/src/escape.rs",
        edit: ("matches!(byte, b'\\\\' | b'\\n' | b'\"')", "matches!(byte, b'\\\\' | b'\"')"),
        gate: CORPUS,
        says: "what_is_written_on_a_page_is_read_from_it ... FAILED",
    },
    Fault {
        name: "an allocation on the record path",
        file: "crates/engram-metrics-core/src/counter.rs",
        edit: (
            "|run| run.write(0, Add(n))",
            "|run| run.write(0, Add(*std::hint::black_box(Box::new(n))))",
        ),
        gate: ALLOCATIONS,
        says: "recording_allocates_nothing_after_the_first_record_of_a_thread ... FAILED",
    },
    Fault {
        name: "a grown struct",
        file: "crates/engram-metrics-core/src/counter.rs",
        edit: (
            "pub struct Counter(Live<Run>);",
            "#[repr(align(32))]\npub struct Counter(Live<Run>);",
        ),
        gate: SIZES,
        says: "an_instrument_is_as_large_as_it_was ... FAILED",
    },
    Fault {
        name: "a leak",
        file: "crates/engram-metrics-core/src/storage.rs",
        edit: ("unsafe { Shard::unmake(shard) };", "_ = shard;"),
        gate: Gate::Step(&asan::STEP),
        says: "leaked in",
    },
    Fault {
        name: "a use after free",
        file: "crates/engram-metrics-core/src/storage.rs",
        edit: (
            "unsafe { System.dealloc(shard.cast(), Layout::new::<Self>()) };",
            "unsafe { System.dealloc(shard.cast(), Layout::new::<Self>()) };\n        \
             std::hint::black_box(unsafe { (*shard).node });",
        ),
        gate: Gate::Step(&asan::STEP),
        says: "AddressSanitizer: heap-use-after-free",
    },
    Fault {
        name: "a race",
        file: "crates/engram-metrics-core/src/sync.rs",
        edit: (
            "        self.0.store(value, order);\n",
            "        let _ = order;\n        unsafe { self.0.as_ptr().write(value) };\n",
        ),
        gate: Gate::Step(&tsan::STEP),
        says: "ThreadSanitizer: data race",
    },
    Fault {
        name: "a publication without an order",
        file: "crates/engram-metrics-core/src/storage.rs",
        edit: (
            "entry.store(shard, order!(Release, \"shard.publish\"))",
            "entry.store(shard, Ordering::Relaxed)",
        ),
        gate: Gate::Step(&tsan::STEP),
        says: "ThreadSanitizer: data race",
    },
    Fault {
        name: "tests that are left out",
        file: "crates/engram-cognitive/src/estimate.rs",
        // What is replaced still stands there, for a test of this table that runs in the copy.
        edit: ("#[cfg(test)]\nmod tests;\n", "#[cfg(any())]\n#[cfg(test)]\nmod tests;\n"),
        gate: Gate::Step(&coverage::STEP),
        says: "% of its lines, not",
    },
];
