//! The report as a picture: processors and memory over time, what was waited for, what stands out.
//!
//! ```text
//!   title
//!   ┌ processors busy ───────┐ ┌ memory ────────────────┐
//!   │ area over time         │ │ area over time         │
//!   └────────────────────────┘ └────────────────────────┘
//!   numbers                     what stands out
//! ```

use std::fmt::Write as _;

use super::finding::findings;
use super::report::Report;
use super::table::rows;
use super::watch::Look;

/// Width and height of a chart, and the space around.
const CHART: (f64, f64) = (420.0, 120.0);
const MARGIN: f64 = 24.0;

/// Height of a line of text.
const LINE: f64 = 19.0;

/// Letters in a line of the right column.
const LETTERS: usize = 68;

pub(super) fn picture(report: &Report) -> String {
    let mut body = String::new();
    let right = MARGIN * 2.0 + CHART.0;
    let heading = shortened(&report.title, 76);
    text(
        &mut body,
        (MARGIN, 40.0),
        "font-size=\"19\" font-weight=\"600\" fill=\"#1c2430\"",
        &heading,
    );
    let looks = &report.watched.looks;
    chart(&mut body, (MARGIN, 66.0), ("processors busy", "#3d6db5"), &busy(looks));
    let memory: Vec<_> = looks
        .iter()
        .map(|it| (it.at.as_secs_f64(), it.resident_bytes as f64 / f64::from(1 << 20)))
        .collect();
    chart(&mut body, (right, 66.0), ("memory, MiB", "#3f8f6b"), &memory);
    let top = 66.0 + CHART.1 + 58.0;
    let numbers = rows(report);
    for ((name, value), at) in numbers.iter().zip(0_u16..) {
        let y = top + f64::from(at) * LINE;
        text(&mut body, (MARGIN, y), "font-size=\"12\" fill=\"#5a6675\"", name);
        let style = "font-size=\"12\" text-anchor=\"end\" fill=\"#1c2430\"";
        text(&mut body, (MARGIN + CHART.0, y), style, value);
    }
    let lines = lines(report);
    for ((line, is_title), at) in lines.iter().zip(0_u16..) {
        let style =
            if *is_title { "font-weight=\"600\" fill=\"#1c2430\"" } else { "fill=\"#5a6675\"" };
        text(
            &mut body,
            (right, top + f64::from(at) * LINE),
            &format!("font-size=\"12\" {style}"),
            line,
        );
    }
    let height = top + numbers.len().max(lines.len()) as f64 * LINE + MARGIN;
    let width = right + CHART.0 + MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-sans-serif, system-ui, sans-serif\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#f6f7f9\"/>\n{body}</svg>\n"
    )
}

/// Processors busy between each look and the next.
fn busy(looks: &[Look]) -> Vec<(f64, f64)> {
    // The kernel counts in hundredths of a second: shorter spans would be steps.
    let span = looks.len().div_ceil(100).max(4);
    let rate = |pair: &[Look]| {
        let [first, .., last] = pair else { return None };
        let time = last.at.saturating_sub(first.at).as_secs_f64();
        let used = last.cpu_time.saturating_sub(first.cpu_time).as_secs_f64();
        (time > 0.0).then(|| (last.at.as_secs_f64(), used / time))
    };
    looks.windows(span.min(looks.len()).max(2)).filter_map(rate).collect()
}

/// A card with an area of points over time.
fn chart(
    out: &mut String,
    (x, y): (f64, f64),
    (title, color): (&str, &str),
    points: &[(f64, f64)],
) {
    let (width, height) = CHART;
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"8\" fill=\"#ffffff\" stroke=\"#cfd6df\"/>",
        height + 34.0
    );
    let most = points.iter().map(|it| it.1).fold(0.0, f64::max);
    let heading = if points.len() < 2 {
        format!("{title}: too short to see")
    } else {
        format!("{title}, at most {most:.1}")
    };
    text(
        out,
        (x + 12.0, y + 20.0),
        "font-size=\"12\" font-weight=\"600\" fill=\"#1c2430\"",
        &heading,
    );
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    if points.len() < 2 {
        return;
    }
    let (inner, low) = (width - 24.0, y + height + 14.0);
    let place = |(at, value): &(f64, f64)| {
        let right = (at - first.0) / (last.0 - first.0).max(1e-9) * inner;
        let up = value / most.max(1e-9) * (height - 24.0);
        format!("{:.1},{:.1}", x + 12.0 + right, low - up)
    };
    let line: Vec<_> = points.iter().map(place).collect();
    let line = line.join(" ");
    let (left, right) = (x + 12.0, x + 12.0 + inner);
    let _ = writeln!(
        out,
        "<polygon points=\"{left:.1},{low:.1} {line} {right:.1},{low:.1}\" fill=\"{color}\" fill-opacity=\"0.18\"/>"
    );
    let _ = writeln!(
        out,
        "<polyline points=\"{line}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.6\"/>"
    );
    let style = "font-size=\"10\" text-anchor=\"end\" fill=\"#5a6675\"";
    text(out, (right, low + 13.0), style, &format!("{:.1} s", last.0));
}

/// The right column: what stands out, and what could not be counted; with whether a line is a title.
fn lines(report: &Report) -> Vec<(String, bool)> {
    let mut lines = Vec::new();
    let mut say = |title: &str, texts: &[&str]| {
        lines.push((title.to_owned(), true));
        lines.extend(texts.iter().flat_map(|text| wrapped(text)).map(|line| (line, false)));
    };
    let found = findings(report);
    if found.is_empty() {
        say("nothing stands out", &[]);
    }
    for it in &found {
        say(it.title, &[&it.evidence, it.advice]);
    }
    for (reason, (events, advice)) in &report.counted.unavailable {
        say(&format!("not counted: {reason}"), &[&events.join(", "), advice]);
    }
    lines
}

/// Lines of whole words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is one line from the start");
        if !line.is_empty() && line.len() + word.len() >= LETTERS {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most).chain(['…']).collect()
    }
}

/// Text whose letters cannot end it.
fn text(out: &mut String, (x, y): (f64, f64), style: &str, text: &str) {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(out, "<text x=\"{x:.0}\" y=\"{y:.0}\" {style}>{text}</text>");
}
