//! Findings that somebody looked at and does not want to see again.

use crate::finding::{ErrorCode, Finding};

/// Matches findings of a code, or of all, whose resource or one of whose files contains a text.
///
/// ```
/// use engram_concurrency_audit::{AUDITOR, ErrorCode, Suppression};
///
/// AUDITOR.suppress(
///     Suppression::of(ErrorCode::ClassInversion).about("src/tree.rs").because("children only"),
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    code: Option<ErrorCode>,
    text: Option<String>,
    reason: String,
}

impl Suppression {
    /// All findings of a code.
    #[must_use]
    pub const fn of(code: ErrorCode) -> Self {
        Self { code: Some(code), text: None, reason: String::new() }
    }

    /// Findings of any code.
    #[must_use]
    pub const fn any() -> Self {
        Self { code: None, text: None, reason: String::new() }
    }

    /// Only those whose resource, or the file of one of whose sites, contains this.
    #[must_use]
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Why, for whoever reads the list.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    pub(super) fn matches(&self, finding: &Finding) -> bool {
        let is_code = self.code.is_none_or(|code| code == finding.code);
        is_code && self.text.as_ref().is_none_or(|text| mentions(finding, text))
    }
}

fn mentions(finding: &Finding, text: &str) -> bool {
    let sites = finding.sites.iter().map(|place| place.site);
    let edges = finding.edges.iter().flat_map(|edge| [edge.holds.site, edge.wants.site]);
    finding.resource.contains(text) || sites.chain(edges).any(|site| site.file().contains(text))
}
