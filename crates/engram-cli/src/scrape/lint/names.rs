//! What a metric may be called.

use super::{Finding, finding};
use crate::page::exposition::Family;

pub(super) fn check(family: &Family) -> Vec<Finding> {
    let Family { name, unit, .. } = family;
    let mut findings = Vec::new();
    if !is_name(name) && !family.is_quoted {
        let message = format!("{name}: the name is not [a-zA-Z_:][a-zA-Z0-9_:]*");
        findings.push(finding(family.line, message));
    }
    let unit = unit.as_deref().filter(|unit| !unit.is_empty());
    if let Some(unit) = unit.filter(|unit| !name.ends_with(&format!("_{unit}"))) {
        findings.push(finding(family.line, format!("{name}: the name has no unit {unit}")));
    }
    findings
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    name.bytes().all(is_part) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
