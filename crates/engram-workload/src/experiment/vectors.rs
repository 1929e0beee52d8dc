//! Word vectors: is the missing word near the mean of its list, and what does it cost to find out?

use engram_cognitive::estimate::Line;
use engram_cognitive::metrics::{CanaryResult, Layer, SEARCH};

use super::{Curve, Frame, Ledger, Report, Row, SEED};
use crate::data::{self, DataError};
use crate::drm::DrmList;
use crate::exact;
use crate::hnsw::Hnsw;
use crate::neighbour::Neighbour;
use crate::query::held_out_query;
use crate::vector::{self, Vector, mean_direction};
use crate::vocabulary::Vocabulary;

/// Sizes of the indexes, as powers of two.
const SIZES: std::ops::RangeInclusive<u32> = 8..=12;
const QUERIES: u64 = 200;
const NEIGHBOURS: usize = 10;
const WIDTH: usize = 40;

/// What is no line.
const FLAT: Line = Line { slope: 0.0, intercept: 0.0, correlation: 0.0, residual: 0.0 };

/// Means over the queries of one index.
struct Found {
    hops: f64,
    evaluations: f64,
    recall: f64,
}

/// The axes of its drawing.
const FRAME: Frame = Frame {
    names: ["vectors", "distances that a search computes"],
    is_logarithmic: true,
    marks: &[(256.0, "256"), (512.0, "512"), (1024.0, "1024"), (2048.0, "2048"), (4096.0, "4096")],
    up: [0.0, 600.0],
};

/// Runs the experiment.
///
/// # Errors
/// [`DataError`] if the carried data is damaged.
pub fn run(ledger: &mut Ledger) -> Result<Report, DataError> {
    let vocabulary = Vocabulary::parse(data::WORDS)?;
    let vectors = vector::parse(data::VECTORS, vocabulary.len())?;
    let lists = DrmList::parse_all(data::DRM_LISTS, &vocabulary)?;
    let lures = lists.iter().filter(|list| is_near(list, &vectors)).count();
    let found: Vec<(f64, Found)> =
        SIZES.map(|power| (f64::from(power), search(&vectors[..1 << power], ledger))).collect();
    let over_size = |of: fn(&Found) -> f64| {
        let points: Vec<_> = found.iter().map(|(power, found)| (*power, of(found))).collect();
        // Five sizes always have a line; without one nothing would be correlated.
        Line::fit(&points).unwrap_or(FLAT)
    };
    let (hops, evaluations) = (over_size(|it| it.hops), over_size(|it| it.evaluations));
    let recall = found.iter().map(|(_, it)| it.recall).fold(1.0, f64::min);
    let rows = vec![
        Row::gate(
            "lists whose lure is among the ten words nearest to their mean",
            lures as f64,
            ("at least 22 of 24", lures >= 22),
            "lures suggest themselves, Roediger and McDermott 1995",
        ),
        Row::gate(
            "correlation of hops with the logarithm of the size",
            hops.correlation,
            ("at least .90", hops.correlation >= 0.90),
            "logarithmic, Malkov and Yashunin 2018",
        ),
        Row::shown(
            "correlation of distance evaluations with the same",
            evaluations.correlation,
            "logarithmic, Malkov and Yashunin 2018",
        ),
        Row::gate(
            "least share of true neighbours found, five sizes",
            recall,
            ("at least .95", recall >= 0.95),
            "-",
        ),
    ];
    let curve = |name: &str, are_dots, points| Curve { name: name.to_owned(), are_dots, points };
    let measured = found.iter().map(|(power, found)| (power.exp2(), found.evaluations)).collect();
    let line = [*SIZES.start(), *SIZES.end()].map(f64::from);
    let logarithmic = line.map(|power| (power.exp2(), evaluations.at(power))).to_vec();
    Ok(Report {
        name: "vectors",
        rows,
        frame: FRAME,
        curves: vec![
            curve("mean of 200 searches", true, measured),
            curve("a logarithm of the size", false, logarithmic),
        ],
    })
}

/// Whether the lure is among the nearest, the studied words left out.
fn is_near(list: &DrmList, vectors: &[Vector]) -> bool {
    let studied: Vec<u32> = list.studied.iter().map(|it| it.word).collect();
    let gist = mean_direction(studied.iter().map(|word| &vectors[*word as usize]));
    let mut near = Vec::new();
    exact::nearest(vectors, &gist, NEIGHBOURS + studied.len(), &mut near);
    let mut unstudied = near.iter().filter(|it| !studied.contains(&it.id)).take(NEIGHBOURS);
    unstudied.any(|it| it.id == list.lure)
}

/// Searches an index, and looks at every vector to know what it should have found.
fn search(vectors: &[Vector], ledger: &mut Ledger) -> Found {
    let index = Hnsw::build(vectors.to_vec(), SEED, &mut |_| {});
    let (mut scratch, mut truth) = (index.scratch(), Vec::new());
    let (mut hops, mut evaluations, mut hits) = (0, 0, 0);
    for query in 0..QUERIES {
        let query = held_out_query(vectors, query);
        exact::nearest(vectors, &query, NEIGHBOURS, &mut truth);
        let found = index.search(&query, WIDTH, &mut scratch);
        let near = &found.neighbours[..NEIGHBOURS.min(found.neighbours.len())];
        let hit = truth.iter().filter(|it| is_in(near, it)).count() as u64;
        let stats = found.stats;
        let layers =
            [(Layer::Upper, "upper", stats.hops_upper), (Layer::Base, "base", stats.hops_base)];
        for (layer, name, count) in layers {
            SEARCH.hops.at(layer).record(u64::from(count));
            ledger.observe(("engram_hnsw_hops", 0), &[("layer", name)], f64::from(count));
        }
        record(stats.evaluations, hit, ledger);
        hops += stats.hops_upper + stats.hops_base;
        evaluations += stats.evaluations;
        hits += hit;
    }
    let mean = |sum: u32| f64::from(sum) / QUERIES as f64;
    let recall = hits as f64 / (QUERIES * NEIGHBOURS as u64) as f64;
    Found { hops: mean(hops), evaluations: mean(evaluations), recall }
}

fn is_in(near: &[Neighbour], wanted: &Neighbour) -> bool {
    near.iter().any(|it| it.id == wanted.id)
}

fn record(evaluations: u32, hits: u64, ledger: &mut Ledger) {
    SEARCH.evaluations.add(u64::from(evaluations));
    ledger.count("engram_hnsw_distance_evaluations_total", &[], f64::from(evaluations));
    let results = [
        (CanaryResult::Found, "found", hits),
        (CanaryResult::Missed, "missed", NEIGHBOURS as u64 - hits),
    ];
    for (result, name, neighbours) in results {
        SEARCH.canary.at(result).add(neighbours);
        ledger.count("engram_hnsw_canary_neighbours_total", &[("result", name)], neighbours as f64);
    }
}
