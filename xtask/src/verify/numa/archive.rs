//! The files of a machine: folders, a console, and one program. The form that kernels unpack, `cpio newc`.

/// What the program is called there: kernels start it first.
const PROGRAM: &str = "init";

/// Kinds of files, and who may do what with them.
const FOLDER: u32 = 0o40_755;
const EXECUTABLE: u32 = 0o100_755;
const DEVICE: u32 = 0o20_600;

/// A file: its kind, and the two numbers of a device.
struct Kind(u32, [u32; 2]);

/// An archive with the program and what it needs to start.
pub(super) fn with_program(program: &[u8]) -> Vec<u8> {
    let mut archive = Vec::with_capacity(program.len() + 4_096);
    for folder in ["dev", "proc", "sys", "tmp"] {
        add(&mut archive, folder, &Kind(FOLDER, [0, 0]), &[]);
    }
    add(&mut archive, "dev/console", &Kind(DEVICE, [5, 1]), &[]);
    add(&mut archive, PROGRAM, &Kind(EXECUTABLE, [0, 0]), program);
    add(&mut archive, "TRAILER!!!", &Kind(0, [0, 0]), &[]);
    archive
}

/// A header of numbers in hexadecimal, the name, the content; both end at a multiple of four.
fn add(archive: &mut Vec<u8>, name: &str, kind: &Kind, content: &[u8]) {
    let [major, minor] = kind.1;
    let length = u32::try_from(content.len()).expect("programs are below 4 GiB");
    let name_length = name.len() as u32 + 1;
    let number = archive.len() as u32 + 1;
    let fields = [number, kind.0, 0, 0, 1, 0, length, 0, 0, major, minor, name_length, 0];
    archive.extend(b"070701");
    fields.iter().for_each(|field| archive.extend(format!("{field:08X}").bytes()));
    archive.extend(name.bytes().chain([0]));
    pad(archive);
    archive.extend(content);
    pad(archive);
}

fn pad(archive: &mut Vec<u8>) {
    archive.resize(archive.len().next_multiple_of(4), 0);
}

#[cfg(test)]
mod tests {
    use super::with_program;

    #[test]
    fn each_file_starts_at_a_multiple_of_four() {
        let archive = with_program(b"program");
        assert_eq!(archive.len() % 4, 0);
        let starts = archive.windows(6).enumerate().filter(|(_, window)| window == b"070701");
        let starts: Vec<usize> = starts.map(|(at, _)| at).collect();
        assert_eq!(starts.len(), 7);
        assert!(starts.iter().all(|at| at % 4 == 0));
        assert!(archive.windows(8).any(|window| window == b"program\0"));
    }
}
