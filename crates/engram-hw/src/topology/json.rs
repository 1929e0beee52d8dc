//! Everything for programs. Sets are written as the kernel does: `0-3,8`.

use super::{Cache, Core, Node, Package, Topology};
use crate::json::Json;

pub(super) fn json(machine: &Topology) -> String {
    let mut json = Json::default();
    json.object(|out| {
        out.text("online_cpus", &machine.online);
        out.text("offline_cpus", &machine.offline);
        out.text("allowed_cpus", &machine.allowed_cpus);
        out.text("allowed_nodes", &machine.allowed_nodes);
        out.number("memory_bytes", Some(machine.memory_bytes()));
        out.field("packages", |out| out.array(&machine.packages, package));
        out.field("cores", |out| out.array(&machine.cores, core));
        out.field("nodes", |out| out.array(&machine.nodes, node));
        out.field("caches", |out| out.array(&machine.caches, cache));
        let quirks = machine.quirks.iter().map(ToString::to_string);
        out.field("quirks", |out| out.array(quirks, |out, quirk| out.text(&quirk)));
    });
    json.finish() + "\n"
}

fn package(out: &mut Json, package: &Package) {
    out.object(|out| {
        out.number("id", package.id);
        out.text("cpus", &package.cpus);
    });
}

fn core(out: &mut Json, core: &Core) {
    out.object(|out| {
        out.number("id", core.id);
        out.text("cpus", &core.cpus);
    });
}

fn node(out: &mut Json, node: &Node) {
    out.object(|out| {
        out.number("id", Some(node.id));
        out.text("cpus", &node.cpus);
        out.number("memory_bytes", node.memory_bytes);
        out.text("nearest", &node.nearest);
        out.field("distances", |out| {
            out.array(&node.distances, |out, (to, distance)| {
                out.object(|out| {
                    out.number("to", Some(to));
                    out.number("distance", Some(distance));
                });
            });
        });
    });
}

fn cache(out: &mut Json, cache: &Cache) {
    out.object(|out| {
        out.text("name", cache.name());
        out.number("size_bytes", cache.size_bytes);
        out.number("line_bytes", cache.line_bytes);
        out.number("ways", cache.ways);
        out.text("cpus", &cache.cpus);
    });
}
