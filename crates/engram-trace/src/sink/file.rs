//! Lines of JSON in files that are rotated.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Batch, Sink, SinkError, json_line};
use crate::event::Event;
use crate::item::Item;

/// Writes each item as a line into a file; when that is full, the next one is begun.
///
/// ```text
///   events.jsonl      what is written to
///   events.jsonl.1    what was full last
///   events.jsonl.2    …
/// ```
/// A batch is one write, so that the rings are not held up by many. When the disk is full, the part of a line
/// that was written is taken back: the file ends with a whole line, and the error says how many events are in it.
/// With the feature `zstd` and its `compressed` each batch is a frame of its own, of a tenth of the
/// size or less; `zstd -dc FILE | engram tail -` reads such files.
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    rotation: Rotation,
    /// The file, and its length up to the last whole batch or line.
    file: Option<(File, u64)>,
    text: String,
    pack: Pack,
}

/// When a file is full, and how many stay: together they bound what the files take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Bytes of a file; a batch is not divided, so it may be exceeded by one.
    pub bytes: u64,
    /// Full files that are kept beside the present one.
    pub files: u32,
}

impl Rotation {
    /// 64 MiB and four more of them: at 150 bytes a line some two million events.
    pub const DEFAULT: Self = Self { bytes: 64 << 20, files: 4 };
}

impl Default for Rotation {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What is done to the text of a batch.
type Pack = fn(&str) -> io::Result<Packed<'_>>;

/// The bytes that go into the file.
enum Packed<'a> {
    Plain(&'a str),
    #[cfg(feature = "zstd")]
    Frame(Vec<u8>),
}

impl JsonLines {
    /// Appends to the file at `path`, or makes it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: impl Into<PathBuf>, rotation: Rotation) -> io::Result<Self> {
        let plain: Pack = |text| Ok(Packed::Plain(text));
        let mut lines =
            Self { path: path.into(), rotation, file: None, text: String::new(), pack: plain };
        lines.file()?;
        Ok(lines)
    }

    /// The same, compressed: RFC 8878, a frame for each batch. Give the path an ending such as `.zst`.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[cfg(feature = "zstd")]
    pub fn compressed(path: impl Into<PathBuf>, rotation: Rotation) -> io::Result<Self> {
        /// Where more takes longer and hardly makes it smaller.
        const LEVEL: i32 = 3;
        let frame: Pack =
            |text| zstd::stream::encode_all(text.as_bytes(), LEVEL).map(Packed::Frame);
        Ok(Self { pack: frame, ..Self::open(path, rotation)? })
    }

    fn file(&mut self) -> io::Result<&mut (File, u64)> {
        if self.file.is_none() {
            let file = File::options().create(true).append(true).open(&self.path)?;
            let len = file.metadata()?.len();
            self.file = Some((file, len));
        }
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Begins another file if the present one is full.
    fn rotate(&mut self) -> io::Result<()> {
        let Rotation { bytes, files } = self.rotation;
        if self.file()?.1 < bytes {
            return Ok(());
        }
        self.file = None;
        for number in (1..files).rev() {
            rename_if_there(&numbered(&self.path, number), &numbered(&self.path, number + 1))?;
        }
        if files > 0 {
            rename_if_there(&self.path, &numbered(&self.path, 1))?;
        } else {
            fs::remove_file(&self.path)?;
        }
        self.file().map(|_| ())
    }

    /// Writes the text; when that fails, how many bytes of it are in the file.
    fn write(&mut self) -> Result<(), (usize, io::Error)> {
        let text = std::mem::take(&mut self.text);
        let result = self.write_packed(&text);
        self.text = text;
        result
    }

    fn write_packed(&mut self, text: &str) -> Result<(), (usize, io::Error)> {
        let nothing = |error| (0, error);
        let packed = (self.pack)(text).map_err(nothing)?;
        self.rotate().map_err(nothing)?;
        let (file, len) = self.file().map_err(nothing)?;
        let (bytes, keeps_lines) = match &packed {
            Packed::Plain(text) => (text.as_bytes(), true),
            #[cfg(feature = "zstd")]
            Packed::Frame(frame) => (frame.as_slice(), false),
        };
        let Err((written, error)) = write_all(file, bytes) else {
            *len += bytes.len() as u64;
            return Ok(());
        };
        let whole = bytes[..written].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let kept = if keeps_lines { whole } else { 0 };
        *len += kept as u64;
        // If not even that is possible, the next line begins behind a part of another one.
        let _ = file.set_len(*len);
        Err((kept, error))
    }
}

/// Writes all, or says how much was written before something was wrong.
fn write_all(file: &mut File, bytes: &[u8]) -> Result<(), (usize, io::Error)> {
    let mut written = 0;
    while written < bytes.len() {
        match file.write(&bytes[written..]) {
            Ok(0) => return Err((written, io::ErrorKind::WriteZero.into())),
            Ok(count) => written += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((written, error)),
        }
    }
    Ok(())
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

impl<E: Event> Sink<E> for JsonLines {
    fn deliver(&mut self, batch: &Batch<'_, E>) -> Result<(), SinkError> {
        self.text.clear();
        let mut ends = Vec::with_capacity(batch.items().len());
        for item in batch.items() {
            json_line(batch, item, &mut self.text);
            self.text.push('\n');
            ends.push((self.text.len(), matches!(item, Item::Event(_))));
        }
        self.write().map_err(|(kept, error)| {
            let taken = ends.iter().filter(|(end, is_event)| *end <= kept && *is_event).count();
            SinkError::after(taken as u64, format_args!("{}: {error}", self.path.display()))
        })
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        let synced = self.file().and_then(|(file, _)| file.sync_data());
        // A device has nothing to be synchronised.
        match synced {
            Err(error) if error.kind() != io::ErrorKind::InvalidInput => {
                Err(SinkError::after(0, error))
            }
            _ => Ok(()),
        }
    }
}
