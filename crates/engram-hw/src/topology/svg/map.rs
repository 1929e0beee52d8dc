//! How far nodes are apart: a square for each pair, darker for farther.

use std::fmt::Write as _;

use super::label;
use crate::topology::Topology;

/// The side of a square, and the room for numbers beside and above.
const SIDE: u32 = 26;
const EDGE: u32 = 26;

/// Draws the map with its upper left corner there; returns its right and its lower end.
pub(super) fn draw(machine: &Topology, x: u32, y: u32, out: &mut String) -> (u32, u32) {
    let nodes = &machine.nodes;
    if nodes.len() < 2 || nodes.iter().all(|node| node.distances.is_empty()) {
        return (x, y);
    }
    let style = "font-size=\"12\" font-weight=\"600\" fill=\"#1c2430\"";
    label(out, (x, y + 12), style, "Distances: 10 is local, rows reach to columns");
    let (left, top) = (x + EDGE, y + 20 + EDGE);
    let all = nodes.iter().flat_map(|node| node.distances.iter().map(|(_, distance)| *distance));
    let farthest = all.max().unwrap_or(10).max(11);
    let small = "font-size=\"10\" text-anchor=\"middle\"";
    for (from, row) in nodes.iter().zip(0..) {
        let middle = row * SIDE + 17;
        label(
            out,
            (x + 12, top + middle),
            &format!("{small} fill=\"#5a6675\""),
            &from.id.to_string(),
        );
        label(
            out,
            (left + row * SIDE + 13, top - 8),
            &format!("{small} fill=\"#5a6675\""),
            &from.id.to_string(),
        );
        for (to, column) in nodes.iter().zip(0..) {
            let Some(distance) = machine.distance(from.id, to.id) else { continue };
            let shade = f64::from(distance.saturating_sub(10)) / f64::from(farthest - 10);
            let at = (left + column * SIDE, top + row * SIDE);
            square(out, at, shade);
            let ink = if shade > 0.55 { "#ffffff" } else { "#1c2430" };
            label(
                out,
                (at.0 + 13, at.1 + 17),
                &format!("{small} fill=\"{ink}\""),
                &distance.to_string(),
            );
        }
    }
    let side = nodes.len() as u32 * SIDE;
    ((left + side).max(x + 300), top + side)
}

/// From nearly white to the blue of the CPUs.
fn square(out: &mut String, (x, y): (u32, u32), shade: f64) {
    let mix = |near: f64, far: f64| (near + (far - near) * shade.clamp(0.0, 1.0)).round() as u8;
    let (red, green, blue) = (mix(232.0, 30.0), mix(240.0, 70.0), mix(250.0, 135.0));
    let side = SIDE - 2;
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\" rx=\"3\" \
         fill=\"#{red:02x}{green:02x}{blue:02x}\"/>"
    );
}
