//! The plots that people know from the papers.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use engram_workload::experiment::{Curve, Report};
use plotters::prelude::*;

const SIZE: (u32, u32) = (720, 480);

/// Colours that also differ for those who see few of them.
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167)];

/// Draws a report into a folder, which is made if it is not there.
pub(crate) fn draw(report: &Report, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(format!("{}.svg", report.name));
    let mut text = String::new();
    plot(report, &mut text).map_err(|error| anyhow!("cannot draw {}: {error}", report.name))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("drawn: {}", path.display());
    Ok(())
}

fn plot(report: &Report, text: &mut String) -> Result<(), String> {
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|error| error.to_string())?;
    let (across, up) = ranges(report);
    let mut chart = ChartBuilder::on(&area)
        .caption(report.name, ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(across, up)
        .map_err(|error| error.to_string())?;
    let is_logarithmic = report.is_logarithmic;
    let label = move |place: &f64| number(if is_logarithmic { place.exp2() } else { *place });
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc(report.axes[0])
        .y_desc(report.axes[1])
        .x_label_formatter(&label)
        .y_label_formatter(&|place| format!("{place:.2}"))
        .label_style(("sans-serif", 15))
        .draw()
        .map_err(|error| error.to_string())?;
    for (curve, colour) in report.curves.iter().zip(COLOURS.iter().cycle()) {
        let points = places(curve, report.is_logarithmic);
        let dots = points.iter().map(|point| Circle::new(*point, 4, colour.filled()));
        if curve.is_published {
            chart.draw_series(dots).map_err(|error| error.to_string())?
        } else {
            let line = LineSeries::new(points.iter().copied(), colour.stroke_width(2));
            chart.draw_series(line).map_err(|error| error.to_string())?
        }
        .label(&curve.name)
        .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 14, y + 4)], colour.filled()));
    }
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .label_font(("sans-serif", 15))
        .position(SeriesLabelPosition::UpperRight)
        .draw()
        .map_err(|error| error.to_string())?;
    area.present().map_err(|error| error.to_string())
}

/// The points as they are placed: the logarithm to base 2 where the axis is one.
fn places(curve: &Curve, is_logarithmic: bool) -> Vec<(f64, f64)> {
    let place = |x: f64| if is_logarithmic { x.log2() } else { x };
    curve.points.iter().map(|(x, y)| (place(*x), *y)).collect()
}

/// What the axes reach over, with some room at the top for the legend.
fn ranges(report: &Report) -> (Range<f64>, Range<f64>) {
    let points: Vec<_> =
        report.curves.iter().flat_map(|curve| places(curve, report.is_logarithmic)).collect();
    let range = |of: fn(&(f64, f64)) -> f64| {
        let values = points.iter().map(of);
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(f64::NEG_INFINITY, f64::max);
        let room = ((most - least) * 0.05).max(1e-6);
        (least - room, most + room)
    };
    let ((left, right), (bottom, top)) = (range(|it| it.0), range(|it| it.1));
    (left..right, bottom..top + (top - bottom) * 0.25)
}

/// Few digits, and thousands as such.
fn number(value: f64) -> String {
    match value {
        value if value >= 10_000.0 => format!("{:.0}k", value / 1_000.0),
        value if value >= 10.0 || value.fract() == 0.0 => format!("{value:.0}"),
        value => format!("{value:.2}"),
    }
}
