use super::*;

fn function(code: &[u8]) -> Function {
    Function { name: "it".to_owned(), address: 0x1000, code: code.to_vec() }
}

/// What is wrong with a function.
fn complaint(code: &[u8]) -> String {
    walk(&function(code)).map_or_else(|error| error.to_string(), |path| format!("{path:?}"))
}

#[test]
fn a_call_behind_a_branch_is_off_the_hot_path() {
    // test rdi, rdi; je 1; inc [rdi]; ret; 1: call somewhere; ret
    let code = [0x48, 0x85, 0xff, 0x74, 0x04, 0x48, 0xff, 0x07, 0xc3, 0xe8, 0, 0, 0, 0, 0xc3];
    assert_eq!(walk(&function(&code)).expect("a path"), Path { instructions: 4, bytes: 9 });
}

#[test]
fn a_call_on_the_line_is_found() {
    assert_eq!(complaint(&[0xe8, 0, 0, 0, 0, 0xc3]), "a call on the hot path");
    // jmp [rip]: a tail call through a table.
    assert_eq!(complaint(&[0xff, 0x25, 0, 0, 0, 0]), "a call on the hot path");
    // jmp far ahead: a tail call.
    assert_eq!(complaint(&[0xe9, 0, 1, 0, 0]), "a call on the hot path");
}

#[test]
fn a_lock_on_the_line_is_found() {
    // lock inc [rdi]; ret
    assert_eq!(complaint(&[0xf0, 0x48, 0xff, 0x07, 0xc3]), "a locked instruction on the hot path");
    // xchg [rdi], rax; ret
    assert_eq!(complaint(&[0x48, 0x87, 0x07, 0xc3]), "a locked instruction on the hot path");
}

#[test]
fn a_loop_is_found() {
    // 1: jmp 1
    assert_eq!(complaint(&[0xeb, 0xfe]), "the hot path does not end");
}
