//! Requests as JSON: the protobuf bytes, read field by field along a table of names.
//!
//! There is one encoder for both, so that they cannot say different things. As the specification wants it,
//! names are in `lowerCamelCase`, numbers of 64 bits are texts, ids are hexadecimal, enums are numbers.

mod schema;

use std::fmt;
use std::io::Write as _;

use crate::config::Signal;
use crate::wire::read::{Field, Fields, unzigzag, varint};
use schema::{Kind, Message};

/// Writes a request into `out`, replacing what was there.
pub(crate) fn write(signal: Signal, request: &[u8], out: &mut Vec<u8>) {
    out.clear();
    message(schema::of(signal), request, out);
}

/// Fields of one name stand side by side, which is how they are encoded: an array ends with the last.
fn message(schema: &Message, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'{');
    let mut open: Option<u64> = None;
    let mut is_first = true;
    for (number, field) in Fields(bytes) {
        let Some((_, name, kind)) = schema.0.iter().find(|(it, ..)| *it == number) else {
            continue;
        };
        if open == Some(number) {
            out.push(b',');
        } else {
            if open.take().is_some() {
                out.push(b']');
            }
            if !is_first {
                out.push(b',');
            }
            text(name, out);
            out.push(b':');
        }
        is_first = false;
        if matches!(kind, Kind::Each(_)) {
            if open.is_none() {
                out.push(b'[');
            }
            open = Some(number);
        }
        value(kind, field, out);
    }
    if open.is_some() {
        out.push(b']');
    }
    out.push(b'}');
}

fn value(kind: &Kind, field: Field<'_>, out: &mut Vec<u8>) {
    match (kind, field) {
        (Kind::Message(schema) | Kind::Each(schema), Field::Bytes(bytes)) => {
            message(schema, bytes, out);
        }
        (Kind::Text, Field::Bytes(bytes)) => text(&String::from_utf8_lossy(bytes), out),
        (Kind::Hex, Field::Bytes(bytes)) => hexadecimal(bytes, out),
        (Kind::Bool, Field::Varint(value)) => show(value != 0, out),
        (Kind::Number, Field::Varint(value) | Field::Fixed(value)) => show(value, out),
        (Kind::Zigzag, Field::Varint(value)) => show(unzigzag(value), out),
        (Kind::Long, Field::Varint(value) | Field::Fixed(value)) => quoted(value, out),
        (Kind::Signed, Field::Varint(value) | Field::Fixed(value)) => {
            quoted(value.cast_signed(), out);
        }
        (Kind::Double, Field::Fixed(bits)) => double(f64::from_bits(bits), out),
        (Kind::PackedLong | Kind::PackedFixed | Kind::PackedDouble, Field::Bytes(bytes)) => {
            packed(kind, bytes, out);
        }
        // Not written by this crate; nothing is said about what cannot be read.
        _ => out.extend(b"null"),
    }
}

fn packed(kind: &Kind, mut bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'[');
    let mut is_first = true;
    while !bytes.is_empty() {
        if !is_first {
            out.push(b',');
        }
        is_first = false;
        if matches!(kind, Kind::PackedLong) {
            let Some(value) = varint(&mut bytes) else { break };
            quoted(value, out);
            continue;
        }
        let Some((chunk, rest)) = bytes.split_first_chunk() else { break };
        bytes = rest;
        match kind {
            Kind::PackedDouble => double(f64::from_le_bytes(*chunk), out),
            _ => quoted(u64::from_le_bytes(*chunk), out),
        }
    }
    out.push(b']');
}

fn text(text: &str, out: &mut Vec<u8>) {
    // A vector takes whatever is written, and a text can always be.
    let _ = serde_json::to_writer(out, text);
}

fn show(value: impl fmt::Display, out: &mut Vec<u8>) {
    // As above.
    let _ = write!(out, "{value}");
}

fn quoted(value: impl fmt::Display, out: &mut Vec<u8>) {
    // As above.
    let _ = write!(out, "\"{value}\"");
}

/// JSON has no word for what is no number: protobuf's mapping has texts.
fn double(value: f64, out: &mut Vec<u8>) {
    if value.is_finite() {
        // As above.
        let _ = serde_json::to_writer(out, &value);
    } else {
        quoted(
            if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            },
            out,
        );
    }
}

fn hexadecimal(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    bytes.iter().for_each(|byte| show(format_args!("{byte:02x}"), out));
    out.push(b'"');
}

#[cfg(test)]
mod tests;
