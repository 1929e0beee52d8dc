//! Attributes: pairs of texts, as every OTLP message carries them.

use crate::wire::{Buffer, Tag, VARINT_MOST, field_len};

/// `KeyValue.key`, `KeyValue.value`, `AnyValue.string_value`.
const KEY: Tag = Tag::bytes(1);
const VALUE: Tag = Tag::bytes(2);
const STRING: Tag = Tag::bytes(1);

/// Appends one attribute as the field `tag` of the message around it.
#[inline]
pub(crate) fn put(out: &mut Buffer, tag: Tag, (name, value): (&str, &str)) {
    let any = field_len(value.len());
    let pair = field_len(name.len()) + field_len(any);
    out.reserve(pair + 1 + VARINT_MOST);
    out.header(tag, pair);
    out.bytes(KEY, name.as_bytes());
    out.header(VALUE, any);
    out.bytes(STRING, value.as_bytes());
}
