use super::*;

/// A text of that length.
fn text(len: usize) -> Vec<u8> {
    (0..len).map(|at| b'a' + (at % 26) as u8).collect()
}

#[test]
fn texts_of_all_lengths_follow_each_other() {
    let (mut buffer, mut expected) = (Buffer::new(0), Vec::new());
    for len in (0..200).chain((0..200).rev()) {
        buffer.append(len, |line| line.put(&text(len)));
        expected.extend(text(len));
        assert_eq!(buffer.as_slice(), expected);
    }
    buffer.clear();
    assert_eq!(buffer.as_slice(), b"");
}

#[test]
fn blocks_leave_nothing_behind_them() {
    for len in 0..=BLOCK {
        let mut inner = Buffer::new(0);
        inner.append(len, |line| line.put(&text(len)));
        let block = Block::<BLOCK>::of(&inner);
        let mut outer = Buffer::new(0);
        outer.append(2 * len + 4, |line| {
            line.put_block(&block);
            line.put_fixed(b"-");
            line.put_block(&block);
            line.put_fixed(b"end");
        });
        let expected = [&text(len)[..], b"-", &text(len), b"end"].concat();
        assert_eq!(outer.as_slice(), expected);
    }
}

#[test]
fn a_text_stands_in_front_of_each_rest_however_long_it_is() {
    for len in 0..200 {
        let mut inner = Buffer::new(0);
        inner.append(len, |line| line.put(&text(len)));
        let mut outer = Buffer::new(0);
        outer.append(3 * len + 3, |lines| {
            inner.each_behind(lines, [b"1", b"2", b"3"].iter(), |lines, rest| {
                lines.put_fixed(rest);
            });
        });
        let text = text(len);
        let expected = [&text[..], b"1", &text, b"2", &text, b"3"].concat();
        assert_eq!(outer.as_slice(), expected);
        assert_eq!(inner.as_slice(), text);
    }
}

#[test]
#[should_panic(expected = "range end index 33")]
fn a_text_that_is_too_long_for_a_block_is_no_block() {
    let mut buffer = Buffer::new(0);
    buffer.append(BLOCK + 1, |line| line.put(&text(BLOCK + 1)));
    let _ = Block::<BLOCK>::of(&buffer);
}

#[test]
#[should_panic(expected = "range end index")]
fn a_line_that_is_longer_than_announced_does_not_pass() {
    Buffer::new(0).append(10, |line| line.put(&text(11 + BLOCK)));
}
