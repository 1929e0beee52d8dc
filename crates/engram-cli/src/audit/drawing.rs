//! The order of locks as a picture: classes as boxes, and on the way from one to the next how often and where.

use std::collections::HashMap;
use std::fmt;

use engram_concurrency_audit::LockOrder;
use layout::adt::dag::NodeHandle;
use layout::backends::svg::SVGWriter;
use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::geometry::Point;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;
use serde_json::Value;

/// Edges of a picture; beyond that nobody finds anything in it.
const MOST: usize = 200;

/// A picture to be.
#[derive(Debug)]
pub(super) struct Drawing {
    nodes: Vec<(u64, String)>,
    /// Those of cycles first.
    edges: Vec<Edge>,
    left_out: usize,
}

#[derive(Debug)]
struct Edge {
    from: u64,
    to: u64,
    label: String,
    is_on_cycle: bool,
}

impl Drawing {
    /// Of an order of locks, or of as much of it as a picture takes.
    pub(super) fn of(order: &LockOrder) -> Self {
        let order = order.to_json();
        let list = |name: &str| order[name].as_array().cloned().unwrap_or_default();
        let sites: Vec<String> = list("edges")
            .iter()
            .flat_map(|it| [text(it, "held_at"), text(it, "taken_at")])
            .collect();
        let above = common_directory(&sites);
        let mut edges: Vec<Edge> = list("edges").iter().map(|it| Edge::of(it, above)).collect();
        edges.sort_by_key(|edge| !edge.is_on_cycle);
        let left_out = edges.len().saturating_sub(MOST);
        edges.truncate(MOST);
        let node = |node: &Value| (number(node, "id"), text(node, "name"));
        let is_shown = |(id, _): &(u64, String)| {
            left_out == 0 || edges.iter().any(|edge| edge.from == *id || edge.to == *id)
        };
        let nodes = list("nodes").iter().map(node).filter(is_shown).collect();
        Self { nodes, edges, left_out }
    }

    /// The picture.
    pub(super) fn to_svg(&self) -> String {
        if self.nodes.is_empty() {
            return EMPTY.to_owned();
        }
        let mut graph = VisualGraph::new(Orientation::TopToBottom);
        let mut handles: HashMap<u64, NodeHandle> = HashMap::new();
        for (id, name) in &self.nodes {
            let is_on_cycle =
                |edge: &Edge| edge.is_on_cycle && (edge.from == *id || edge.to == *id);
            let color = if self.edges.iter().any(is_on_cycle) { RED } else { INK };
            let look = StyleAttr::new(Color::new(color), 2, Some(Color::new(PAPER)), 6, 16);
            handles.insert(*id, graph.add_node(text_box(name, look)));
        }
        for edge in &self.edges {
            let (Some(from), Some(to)) = (handles.get(&edge.from), handles.get(&edge.to)) else {
                continue;
            };
            let color = if edge.is_on_cycle { RED } else { GREY };
            let plain = StyleAttr::new(Color::new(WHITE), 0, Some(Color::new(WHITE)), 0, 12);
            let label = graph.add_node(text_box(&edge.label, plain));
            graph.add_edge(line(color, LineEndKind::None), *from, label);
            graph.add_edge(line(color, LineEndKind::Arrow), label, *to);
        }
        let mut svg = SVGWriter::new();
        graph.do_it(false, false, false, &mut svg);
        sized(&svg.finalize(), extent(&graph))
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cycles = self.edges.iter().filter(|edge| edge.is_on_cycle).count();
        write!(
            out,
            "{} classes, {} orders, {cycles} on a cycle",
            self.nodes.len(),
            self.edges.len()
        )?;
        match self.left_out {
            0 => Ok(()),
            left_out => write!(out, "; {left_out} orders more are left out"),
        }
    }
}

impl Edge {
    /// `above` is what the paths of all sites begin with: as many letters of each are left out.
    fn of(edge: &Value, above: usize) -> Self {
        let site = |key| text(edge, key).split_off(above);
        let (count, held, taken) = (number(edge, "count"), site("held_at"), site("taken_at"));
        Self {
            from: number(edge, "from"),
            to: number(edge, "to"),
            label: format!("{count}×\nheld {held}\ntaken {taken}"),
            is_on_cycle: edge["on_cycle"] == true,
        }
    }
}

/// The length of the directories that all sites are in.
fn common_directory(sites: &[String]) -> usize {
    let Some(first) = sites.first() else { return 0 };
    let directories = first.match_indices('/').map(|(at, _)| at + 1);
    let is_common = |end: &usize| sites.iter().all(|site| site.starts_with(&first[..*end]));
    directories.take_while(is_common).last().unwrap_or_default()
}

/// A box that its text fits in, at the width of the letters of most fonts.
fn text_box(text: &str, look: StyleAttr) -> Element {
    let size = look.font_size as f64;
    let letters = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let width = size * 0.55 * letters as f64 + 20.0;
    let height = size * 1.2 * text.lines().count() as f64 + 16.0;
    let shape = ShapeKind::new_box(text);
    Element::create(shape, look, Orientation::TopToBottom, Point::new(width, height))
}

fn line(color: u32, end: LineEndKind) -> Arrow {
    let look = StyleAttr::new(Color::new(color), 2, None, 0, 12);
    Arrow::new(LineEndKind::None, end, LineStyleKind::Normal, "", &look, &None, &None)
}

/// How far the picture goes to the right and down.
fn extent(graph: &VisualGraph) -> (f64, f64) {
    let corners = graph.iter_nodes().map(|node| graph.pos(node).bbox(true).1);
    corners.fold((0.0, 0.0), |(x, y): (f64, f64), corner| (x.max(corner.x), y.max(corner.y)))
}

/// With the size that the picture has; the one of the library leaves room for each text twice. With a ground, so
/// that it can be seen where the page is dark.
fn sized(svg: &str, (width, height): (f64, f64)) -> String {
    let Some((before, rest)) = svg.split_once("<svg ") else { return svg.to_owned() };
    let Some((_, inside)) = rest.split_once('>') else { return svg.to_owned() };
    let inside = inside.replace("font-family: Times, serif", "font-family: sans-serif");
    format!(
        "{before}<svg width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>{inside}"
    )
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// Of colours as the library takes them: red, green, blue, and how much of it.
const RED: u32 = 0xc6_28_28_ff;
const INK: u32 = 0x26_32_38_ff;
const GREY: u32 = 0x78_90_9c_ff;
const PAPER: u32 = 0xf5_f7_f8_ff;
const WHITE: u32 = 0xff_ff_ff_ff;

/// The picture of no order.
const EMPTY: &str = "<svg width=\"320\" height=\"40\" xmlns=\"http://www.w3.org/2000/svg\">\
    <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\
    <text x=\"10\" y=\"25\" font-family=\"sans-serif\">no lock was taken inside another one</text></svg>\n";
