//! Reads a page of one metric with one series, by the text format's own rules and none of our code.

/// What a page says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) labels: Vec<(String, String)>,
    /// Its bits: two numbers may be equal and not the same.
    pub(crate) value: u64,
}

/// `None` where the page is anything else.
pub(crate) fn parse(text: &str) -> Option<Page> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (name, help) = lines.next()?.strip_prefix("# HELP ")?.split_once(' ')?;
    let kind = lines.next()?.strip_prefix("# TYPE ")?;
    let series = lines.next()?.strip_prefix(name)?.strip_prefix('{')?;
    if kind != format!("{name} gauge") || lines.next().is_some() {
        return None;
    }
    let (labels, value) = labels(series)?;
    let value = match value.strip_prefix(' ')? {
        "NaN" => f64::NAN,
        "+Inf" => f64::INFINITY,
        "-Inf" => f64::NEG_INFINITY,
        number => number.parse().ok()?,
    };
    let help = unescape(help, "\\n")?;
    Some(Page { name: name.to_owned(), help, labels, value: value.to_bits() })
}

/// The labels up to the brace, and what is behind it.
fn labels(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        let (name, behind) = rest.split_once("=\"")?;
        let end = closing_quote(behind)?;
        labels.push((name.to_owned(), unescape(&behind[..end], "\\n\"")?));
        rest = &behind[end + 1..];
        if let Some(behind) = rest.strip_prefix('}') {
            return Some((labels, behind));
        }
        rest = rest.strip_prefix(',')?;
    }
}

/// Where a text ends: at a quotation mark without a backslash of its own.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })
}

/// `None` where a backslash stands before something that needs none.
fn unescape(text: &str, escapable: &str) -> Option<String> {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        let escaped = letters.next().filter(|it| escapable.contains(*it))?;
        plain.push(if escaped == 'n' { '\n' } else { escaped });
    }
    Some(plain)
}
