use super::*;

const BLOCK: Block<'_> = Block { file: "page.md", name: "sum", command: "add" };

#[test]
fn only_the_block_is_replaced() {
    let page = "a\n<!-- sum: written by `add` -->\n1\n<!-- end -->\nb\n";
    let renewed = renewed(page, &BLOCK, "2\n").expect("the page has the block");
    assert_eq!(renewed, "a\n<!-- sum: written by `add` -->\n2\n<!-- end -->\nb\n");
}

#[test]
fn a_page_without_the_block_or_its_end_is_found() {
    assert_eq!(renewed("a\n", &BLOCK, "2\n"), None);
    assert_eq!(renewed("<!-- sum: written by `add` -->\n1\n", &BLOCK, "2\n"), None);
}
