use super::*;

/// A text of that length.
fn text(len: usize) -> Vec<u8> {
    (0..len).map(|at| b'a' + (at % 26) as u8).collect()
}

#[test]
fn texts_of_all_lengths_follow_each_other() {
    let (mut buffer, mut expected) = (Buffer::new(0), Vec::new());
    for len in (0..200).chain((0..200).rev()) {
        buffer.put(&text(len));
        expected.extend(text(len));
        assert_eq!(buffer.as_slice(), expected);
    }
    buffer.clear();
    assert_eq!(buffer.as_slice(), b"");
}

#[test]
fn blocks_and_buffers_leave_nothing_behind_them() {
    for len in 0..=BLOCK {
        let mut block = Block::default();
        block.put(&text(len));
        let mut inner = Buffer::new(0);
        inner.put_all(&Buffer::new(7));
        inner.put_block(&block);
        inner.put_fixed(b"-");
        inner.put_block(&block);
        let mut outer = Buffer::new(0);
        outer.put_all(&inner);
        outer.put_fixed(b"end");
        let expected = [&text(len)[..], b"-", &text(len), b"end"].concat();
        assert_eq!(outer.as_slice(), expected);
    }
}

#[test]
#[should_panic(expected = "range end index 33")]
fn a_text_that_is_too_long_for_a_block_is_no_block() {
    Block::default().put(&text(BLOCK + 1));
}
