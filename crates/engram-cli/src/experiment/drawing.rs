//! The plots that people know from the papers.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use engram_workload::experiment::{Curve, Frame, Report};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

const SIZE: (u32, u32) = (720, 480);

/// Colours that also differ for those who see few of them.
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167)];

const FONT: (&str, i32) = ("sans-serif", 15);

/// The caption, and a line of the legend, in pixels.
const CAPTION: i32 = 44;
const LINE: i32 = 22;

type Area<'t> = DrawingArea<SVGBackend<'t>, Shift>;
type Drawn = Result<(), String>;

/// Draws a report into a folder, which is made if it is not there.
pub(crate) fn draw(report: &Report, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(format!("{}.svg", report.name));
    let mut text = String::new();
    picture(report, &mut text).map_err(|error| anyhow!("cannot draw {}: {error}", report.name))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("drawn: {}", path.display());
    Ok(())
}

/// The caption and the legend above the plot, where they cover no curve.
fn picture(report: &Report, text: &mut String) -> Drawn {
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(told)?;
    let caption = Text::new(report.name, (16, 12), ("sans-serif", 22));
    area.draw(&caption).map_err(told)?;
    let lines = report.curves.len().div_ceil(2) as i32;
    let (head, body) = area.split_vertically(CAPTION + lines * LINE);
    legend(&report.curves, &head)?;
    plot(report, &body)?;
    area.present().map_err(told)
}

/// Two names in a line, each with a piece of what it names.
fn legend(curves: &[Curve], area: &Area<'_>) -> Drawn {
    for (place, (curve, colour)) in (0..).zip(curves.iter().zip(colours())) {
        let (x, y) = (24 + place % 2 * SIZE.0 as i32 / 2, CAPTION + place / 2 * LINE + LINE / 2);
        if curve.are_dots {
            area.draw(&Circle::new((x + 10, y), 4, colour.filled())).map_err(told)?;
        } else {
            let line = PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2));
            area.draw(&line).map_err(told)?;
        }
        area.draw(&Text::new(curve.name.as_str(), (x + 30, y - 8), FONT)).map_err(told)?;
    }
    Ok(())
}

fn plot(report: &Report, area: &Area<'_>) -> Drawn {
    let frame = &report.frame;
    let (across, up) = ranges(report);
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d(Across { line: across.into(), frame }, up)
        .map_err(told)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc(frame.names[0])
        .y_desc(frame.names[1])
        .y_labels(6)
        .y_label_formatter(&|value| number(*value))
        .label_style(FONT)
        .draw()
        .map_err(told)?;
    for (curve, colour) in report.curves.iter().zip(colours()) {
        let points = places(curve, frame);
        if curve.are_dots {
            let dots = points.into_iter().map(|point| Circle::new(point, 4, colour.filled()));
            chart.draw_series(dots).map_err(told)?;
        } else {
            chart.draw_series(LineSeries::new(points, colour.stroke_width(2))).map_err(told)?;
        }
    }
    Ok(())
}

/// The axis across, with the marks of its frame.
struct Across<'f> {
    line: RangedCoordf64,
    frame: &'f Frame,
}

impl Ranged for Across<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.line.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.frame.marks.iter().map(|(at, _)| scaled(*at, self.frame)).collect()
    }

    fn range(&self) -> Range<f64> {
        self.line.range()
    }
}

impl ValueFormatter<f64> for Across<'_> {
    fn format_ext(&self, place: &f64) -> String {
        let is_there = |at: f64| (scaled(at, self.frame) - place).abs() < 1e-9;
        let found = self.frame.marks.iter().find(|(at, _)| is_there(*at));
        found.map_or_else(|| number(*place), |(_, text)| (*text).to_owned())
    }
}

fn colours() -> impl Iterator<Item = &'static RGBColor> {
    COLOURS.iter().cycle()
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Where a value lies across.
fn scaled(value: f64, frame: &Frame) -> f64 {
    if frame.is_logarithmic { value.log2() } else { value }
}

fn places(curve: &Curve, frame: &Frame) -> Vec<(f64, f64)> {
    curve.points.iter().map(|(x, y)| (scaled(*x, frame), *y)).collect()
}

/// What the axes reach over: all points and marks, and the part that the frame asks for.
fn ranges(report: &Report) -> (Range<f64>, Range<f64>) {
    let frame = &report.frame;
    let points: Vec<_> = report.curves.iter().flat_map(|curve| places(curve, frame)).collect();
    let marks = frame.marks.iter().map(|(at, _)| scaled(*at, frame));
    let (left, right) = ends(points.iter().map(|it| it.0).chain(marks));
    let (bottom, top) = ends(points.iter().map(|it| it.1).chain(frame.up));
    let room = ((right - left) * 0.03).max(1e-6);
    (left - room..right + room, bottom..top.max(bottom + 1e-6))
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let wider = |(least, most): (f64, f64), value: f64| (least.min(value), most.max(value));
    values.fold((f64::INFINITY, f64::NEG_INFINITY), wider)
}

/// As few digits as tell the marks of an axis apart.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.to_owned()
}
