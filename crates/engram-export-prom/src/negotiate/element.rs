//! A header that is a list of elements, each with parameters and a weight.

/// One element of a list: a value, its parameters, and how much it is wanted.
#[derive(Clone, Debug)]
pub(super) struct Element<'a> {
    pub(super) value: &'a str,
    pub(super) parameters: Vec<(&'a str, &'a str)>,
    /// In thousandths.
    pub(super) weight: u16,
}

/// The elements of a header. Those that are not of the grammar are left out.
pub(super) fn elements(header: &str) -> impl Iterator<Item = Element<'_>> {
    split(header, b',').filter(|element| !element.is_empty()).filter_map(element)
}

fn element(text: &str) -> Option<Element<'_>> {
    let mut parts = split(text, b';');
    let value = parts.next().filter(|value| !value.is_empty())?;
    let mut element = Element { value, parameters: Vec::new(), weight: 1000 };
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let value = value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value);
        if name.eq_ignore_ascii_case("q") {
            element.weight = weight(value)?;
        } else {
            element.parameters.push((name, value));
        }
    }
    Some(element)
}

/// A number from 0 to 1 with at most three digits behind the point, in thousandths.
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = || format!("{fraction:0<3}").parse::<u16>().ok();
    match whole {
        "0" if is_number => thousandths(),
        "1" if is_number && thousandths() == Some(0) => Some(1000),
        _ => None,
    }
}

/// Splits where the separator stands outside of quotation marks; without the space around the parts.
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut is_quoted = false;
        let end = text.bytes().position(|byte| {
            is_quoted ^= byte == b'"';
            byte == separator && !is_quoted
        });
        let (part, behind) = end.map_or((text, None), |end| (&text[..end], Some(&text[end + 1..])));
        rest = behind;
        Some(part.trim_matches([' ', '\t']))
    })
}
