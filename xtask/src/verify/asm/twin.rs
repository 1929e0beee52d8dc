//! Whether two builds are the same program.
//!
//! Functions are compared by name: instruction by instruction, with what each refers to. All sections of data
//! have to be of the same size, so that there is none either that only one of the two has. Mostly they are
//! byte for byte the same; but the linker takes its inputs in an order that hangs on hashes, so that the
//! same functions may stand at other addresses, with gaps of other sizes between them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::listing::listing;
use super::program::{Program, Section};

/// Sections whose size hangs on the order of functions: they begin at multiples of sixteen. What is in them is
/// compared function by function.
const GAPPED: [&str; 2] = [".relro_padding", ".text"];

/// How a build compares with its twin.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Functions that were looked at.
    pub(super) functions: usize,
    /// Functions that differ, or that only one of the two has.
    pub(super) differing: Vec<String>,
    /// Sections of another size.
    pub(super) sections: Vec<String>,
    /// Whether everything is even at the same address.
    pub(super) is_identical: bool,
}

/// Compares two programs; of the functions, those whose path contains one of `patterns`.
pub(super) fn compare(one: &Rc<Program>, other: &Rc<Program>, patterns: &[String]) -> Comparison {
    let (ours, theirs) = (listings(one, patterns), listings(other, patterns));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let differs = |name: &&&String| ours.get(**name) != theirs.get(**name);
    Comparison {
        functions: names.len(),
        differing: names.iter().filter(differs).map(|name| (**name).clone()).collect(),
        sections: differing(one, other, |it| it.size)
            .into_iter()
            .filter(|name| !GAPPED.contains(&name.as_str()))
            .collect(),
        is_identical: differing(one, other, |it| (it.address, it.size, it.bytes.clone()))
            .is_empty(),
    }
}

/// The sections whose `key` is not the same.
fn differing<K: PartialEq>(one: &Program, other: &Program, key: fn(&Section) -> K) -> Vec<String> {
    let names: BTreeSet<&String> = one.sections.keys().chain(other.sections.keys()).collect();
    let differs =
        |name: &&String| one.sections.get(*name).map(key) != other.sections.get(*name).map(key);
    names.into_iter().filter(differs).cloned().collect()
}

/// The listings of the functions, by name; instances of a generic function side by side.
fn listings(program: &Rc<Program>, patterns: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut listings = BTreeMap::<_, Vec<_>>::new();
    for function in &program.functions {
        if patterns.is_empty() || patterns.iter().any(|it| function.name.contains(it.as_str())) {
            listings.entry(function.name.clone()).or_default().push(listing(program, function));
        }
    }
    listings.values_mut().for_each(|instances| instances.sort());
    listings
}
