//! Attributes: pairs, as every OTLP message carries them.

use crate::wire::{Buffer, Tag, VARINT_MOST, copy, field_len, varint_len};

/// The value of an attribute of a log record or a span.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue<'a> {
    /// A text.
    Text(&'a str),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
}

/// Name and value of each attribute of a log record or a span.
pub type Attributes<'a> = &'a [(&'a str, AttributeValue<'a>)];

/// `KeyValue.key`, `KeyValue.value`, `AnyValue.string_value`.
const KEY: Tag = Tag::bytes(1);
const VALUE: Tag = Tag::bytes(2);
const STRING: Tag = Tag::bytes(1);

/// Appends one attribute as the field `tag` of the message around it.
#[inline]
pub(crate) fn put(out: &mut Buffer, tag: Tag, (name, value): (&str, &str)) {
    let len = KEYS + name.len() + value.len();
    if len < SHORT {
        out.reserve(len);
        put_short(out.room(len), tag, name.as_bytes(), value.as_bytes());
    } else {
        put_long(out, tag, (name, value));
    }
}

/// All lengths are of one byte, so that every byte has its place before the first is written.
#[inline]
fn put_short(place: &mut [u8], Tag(tag): Tag, name: &[u8], value: &[u8]) {
    let [key, pair, name_key, name_len, rest @ ..] = place else { return };
    (*key, *pair) = (tag, (KEYS - 2 + name.len() + value.len()) as u8);
    (*name_key, *name_len) = (KEY.0, name.len() as u8);
    let Some((name_place, rest)) = rest.split_at_mut_checked(name.len()) else { return };
    copy(name_place, name);
    let [value_key, any, text_key, text_len, rest @ ..] = rest else { return };
    (*value_key, *any) = (VALUE.0, value.len() as u8 + 2);
    (*text_key, *text_len) = (STRING.0, value.len() as u8);
    copy(rest, value);
}

#[cold]
fn put_long(out: &mut Buffer, tag: Tag, (name, value): (&str, &str)) {
    let any = field_len(value.len());
    let pair = field_len(name.len()) + field_len(any);
    out.reserve(pair + 1 + VARINT_MOST);
    out.header(tag, pair);
    out.bytes(KEY, name.as_bytes());
    out.header(VALUE, any);
    out.bytes(STRING, value.as_bytes());
}

/// Appends attributes of any kind.
pub(crate) fn put_all(out: &mut Buffer, tag: Tag, attributes: Attributes<'_>) {
    for (name, value) in attributes {
        out.reserve(VALUE_MOST + name.len() + value.text().len());
        if let AttributeValue::Text(text) = value {
            put(out, tag, (name, text));
            continue;
        }
        let any = value.any_len();
        out.header(tag, field_len(name.len()) + field_len(any));
        out.bytes(KEY, name.as_bytes());
        out.header(VALUE, any);
        value.put(out);
    }
}

/// Bytes that attributes do not exceed.
pub(crate) fn most(attributes: Attributes<'_>) -> usize {
    let most =
        |(name, value): &(&str, AttributeValue<'_>)| VALUE_MOST + name.len() + value.text().len();
    attributes.iter().map(most).sum()
}

impl<'a> AttributeValue<'a> {
    fn text(&self) -> &'a str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// Bytes of the fields of an `AnyValue`.
    pub(crate) fn any_len(&self) -> usize {
        match *self {
            Self::Text(text) => field_len(text.len()),
            Self::Bool(_) => 2,
            Self::Int(value) => 1 + varint_len(value.cast_unsigned()),
            Self::Float(_) => 9,
        }
    }

    /// Writes the fields of an `AnyValue`.
    pub(crate) fn put(&self, out: &mut Buffer) {
        match *self {
            Self::Text(text) => out.bytes(STRING, text.as_bytes()),
            Self::Bool(value) => out.varint(Tag::varint(2), u64::from(value)),
            Self::Int(value) => out.varint(Tag::varint(3), value.cast_unsigned()),
            Self::Float(value) => out.double(Tag::fixed(4), value),
        }
    }
}

/// Bytes of an attribute besides its texts.
const VALUE_MOST: usize = 5 * (1 + VARINT_MOST);

/// Keys and lengths of a short attribute: four of each.
const KEYS: usize = 8;

/// From here on a length takes more than a byte.
const SHORT: usize = 0x80;
