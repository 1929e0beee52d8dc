//! A picture of a machine: a card for each node, and a map of how far they are apart.
//!
//! ```text
//!   title
//!   ┌ node 0 · 16 GiB ─┐ ┌ node 1 ──┐      cards in rows, as wide as the widest
//!   │ package 0        │ │          │
//!   │ [0 1] [2 3]      │ │          │      a box for each core, a square for each CPU
//!   │ L3 16 MiB ...    │ │          │
//!   └──────────────────┘ └──────────┘
//!   distances                             a square for each pair, darker for farther
//! ```

mod card;
mod map;

use std::fmt::Write as _;

use super::Topology;
use super::text::count;
use crate::amount::bytes;
use card::Card;

/// Space around everything, and between cards.
const MARGIN: u32 = 20;
const GAP: u32 = 14;

/// Where a row of cards ends, if it has one at least.
const WIDEST: u32 = 1_240;

/// Height of the title, and of what follows it.
const TITLE: u32 = 56;

pub(super) fn svg(machine: &Topology) -> String {
    let cards: Vec<Card> = machine.nodes.iter().map(|node| Card::new(machine, node)).collect();
    let widest = cards.iter().map(|card| card.width).max().unwrap_or(0);
    let (mut x, mut y, mut row, mut right) = (MARGIN, MARGIN + TITLE, 0, 560);
    let mut body = String::new();
    for card in &cards {
        if x > MARGIN && x + widest > WIDEST {
            (x, y, row) = (MARGIN, y + row + GAP, 0);
        }
        card.draw((x, y), widest, &mut body);
        row = row.max(card.height);
        x += widest + GAP;
        right = right.max(x - GAP);
    }
    let map = map::draw(machine, MARGIN, y + row + 2 * GAP, &mut body);
    let (width, height) = ((right).max(map.0) + MARGIN, map.1 + MARGIN);
    let mut out = start(width, height);
    title(machine, &mut out);
    out + &body + "</svg>\n"
}

fn start(width: u32, height: u32) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"ui-sans-serif, system-ui, sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#f6f7f9\"/>\n"
    )
}

fn title(machine: &Topology, out: &mut String) {
    let heading = format!("{} CPUs, {}", machine.online.len(), bytes(machine.memory_bytes()));
    label(
        out,
        (MARGIN, MARGIN + 20),
        "font-size=\"20\" font-weight=\"600\" fill=\"#1c2430\"",
        &heading,
    );
    let mut line = format!(
        "{}, {}, {}",
        count(machine.packages.len(), "package"),
        count(machine.nodes.len(), "NUMA node"),
        count(machine.cores.len(), "core")
    );
    if !machine.offline.is_empty() {
        let _ = write!(line, "; offline: {}", machine.offline);
    }
    if machine.allowed_cpus != machine.online {
        let _ = write!(line, "; allowed: {}", machine.allowed_cpus);
    }
    for quirk in machine.quirks.iter().take(1) {
        let _ = write!(line, "; {quirk}");
    }
    label(out, (MARGIN, MARGIN + 42), "font-size=\"12\" fill=\"#5a6675\"", &line);
}

/// Text whose letters cannot end it.
fn label(out: &mut String, (x, y): (u32, u32), style: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" {style}>{text}</text>");
}
