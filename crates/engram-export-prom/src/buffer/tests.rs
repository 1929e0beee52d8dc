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
fn blocks_and_buffers_leave_nothing_behind_them() {
    for len in 0..=BLOCK {
        let mut inner = Buffer::new(0);
        inner.append(len, |line| line.put(&text(len)));
        let block = Block::of(&inner);
        inner.clear();
        inner.append(2 * BLOCK + 1, |line| {
            line.put_all(&Buffer::new(7));
            line.put_block(&block);
            line.put_fixed(b"-");
            line.put_block(&block);
        });
        let mut outer = Buffer::new(0);
        outer.append(inner.len() + 3, |line| {
            line.put_all(&inner);
            line.put_fixed(b"end");
        });
        let expected = [&text(len)[..], b"-", &text(len), b"end"].concat();
        assert_eq!(outer.as_slice(), expected);
    }
}

#[test]
#[should_panic(expected = "range end index 33")]
fn a_text_that_is_too_long_for_a_block_is_no_block() {
    let mut buffer = Buffer::new(0);
    buffer.append(BLOCK + 1, |line| line.put(&text(BLOCK + 1)));
    let _ = Block::of(&buffer);
}

#[test]
#[should_panic(expected = "range end index")]
fn a_line_that_is_longer_than_announced_does_not_pass() {
    Buffer::new(0).append(10, |line| line.put(&text(11 + BLOCK)));
}
