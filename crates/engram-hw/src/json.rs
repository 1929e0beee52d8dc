//! Writing JSON: an encoder for a dozen fields would be the largest dependency of this crate.

use std::fmt::{Display, Write as _};

/// One value under construction.
#[derive(Debug, Default)]
pub(crate) struct Json(String);

impl Json {
    /// `{...}`; `fields` writes into it.
    pub(crate) fn object(&mut self, fields: impl FnOnce(&mut Fields<'_>)) {
        self.0.push('{');
        fields(&mut Fields { out: self, is_first: true });
        self.0.push('}');
    }

    /// `[...]`, an element for each item.
    pub(crate) fn array<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.0.push('[');
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
    }

    /// A number, or `null` where there is none.
    pub(crate) fn number(&mut self, number: Option<impl Display>) {
        match number {
            Some(number) => drop(write!(self.0, "{number}")),
            None => self.0.push_str("null"),
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                letter if letter < ' ' => drop(write!(self.0, "\\u{:04x}", u32::from(letter))),
                letter => self.0.push(letter),
            }
        }
        self.0.push('"');
    }

    /// What was written.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// The inside of an object.
pub(crate) struct Fields<'a> {
    out: &'a mut Json,
    is_first: bool,
}

impl Fields<'_> {
    /// `"name":` and what `write` makes of it.
    pub(crate) fn field(&mut self, name: &str, write: impl FnOnce(&mut Json)) {
        if !self.is_first {
            self.out.0.push(',');
        }
        self.is_first = false;
        self.out.text(name);
        self.out.0.push(':');
        write(self.out);
    }

    /// A number, or `null`.
    pub(crate) fn number(&mut self, name: &str, number: Option<impl Display>) {
        self.field(name, |out| out.number(number));
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &str, text: impl Display) {
        self.field(name, |out| out.text(&text.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_would_end_a_text_is_escaped() {
        let mut json = Json::default();
        json.object(|out| {
            out.text("a\"b", "c\\d\n");
            out.number("n", None::<u8>);
            out.field("list", |out| out.array([1, 2], |out, it| out.number(Some(it))));
        });
        assert_eq!(json.finish(), r#"{"a\"b":"c\\d\u000a","n":null,"list":[1,2]}"#);
    }
}
