//! What must not stand literally in the text format.

/// Appends the help of a metric: a backslash and a line feed are escaped.
pub(crate) fn help(out: &mut Vec<u8>, help: &str) {
    escaped(out, help, |byte| matches!(byte, b'\\' | b'\n'));
}

/// Appends the value of a label: as help, and the quotation mark as well.
pub(crate) fn label_value(out: &mut Vec<u8>, value: &str) {
    escaped(out, value, |byte| matches!(byte, b'\\' | b'\n' | b'"'));
}

/// Copies runs of ordinary bytes at once; almost every value is one such run.
fn escaped(out: &mut Vec<u8>, text: &str, special: impl Fn(u8) -> bool) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| special(*byte)) {
        out.extend_from_slice(&rest[..at]);
        let letter = if rest[at] == b'\n' { b'n' } else { rest[at] };
        out.extend_from_slice(&[b'\\', letter]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}
