//! What `cargo hot` and the host say to each other, and how it is spelled in bytes.
//!
//! A frame is a little-endian `u32` length and as many bytes: a tag, then the fields in order (integers little-endian,
//! byte strings with a `u32` length before them). Both sides read with [`read_frame`], which bounds the length, and
//! decode with [`ToHost::decode`] or [`FromHost::decode`], which refuse what is short, long or unknown. This module
//! depends on nothing, so that the two sides share it.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::{error, fmt};

/// At this environment variable the host finds the socket of the session that started it.
pub const SOCKET_VARIABLE: &str = "CARGO_HOT_SOCKET";

/// Raised whenever a frame, the manifest or the meaning of either changes.
pub const PROTOCOL: u32 = 7;

/// No message comes near this many bytes; a longer frame is not ours.
pub const FRAME_LIMIT: u32 = 1 << 20;

/// Most are shorter, and read at once.
const USUAL_FRAME: u32 = 4096;

/// From `cargo hot` to the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToHost {
    /// The answer to [`FromHost::Hello`]: the session knows this build.
    Welcome {
        /// Whether hot calls that panic are to be held.
        holds_panics: bool,
    },
    /// Load this patch and publish it.
    Patch(Patch),
    /// Publish again what ran in this generation.
    Publish {
        /// One that was committed, or 0 for the program as it was started.
        generation: u32,
    },
    /// Let the panics of held calls go on; there is no answer but [`FromHost::Ended`] of each.
    Resume,
    /// Asks what lives: [`FromHost::Values`] follows.
    List,
}

/// A linked patch, ready to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The generation it makes, one more than the newest.
    pub generation: u32,
    /// Absolute path of the shared library.
    pub path: PathBuf,
    /// XXH3 of the library's bytes.
    pub digest: u128,
    /// Address of the manifest in the library file, for the load bias.
    pub manifest: u64,
    /// Address of the anchor in the executable file, for the executable's load bias.
    pub anchor: u64,
    /// What makes the standard library's backtraces see the patch; `None` where the program has no such code.
    pub symbolizer: Option<Symbolizer>,
    /// Where the roots of live types are, which lead to what tells their shapes: by images and the addresses in their files.
    pub types: Vec<(u32, u64)>,
    /// The types that are laid out otherwise than in what is published, by their paths.
    pub changed: Vec<String>,
}

/// Where the standard library keeps the list of libraries that it names the frames of a backtrace from.
///
/// It makes the list at the first backtrace and never again, so that frames of a later patch would have no names. Put
/// back to its initial bytes, it is made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbolizer {
    /// Address in the executable file of the `Mutex<()>` that is held while the list is used.
    pub lock: u64,
    /// Address in the executable file of the list.
    pub list: u64,
    /// The bytes of the list before it is made.
    pub initial: Vec<u8>,
}

/// From the host to `cargo hot`, and from the process that is about to become the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromHost {
    /// The launcher, in the moment before it becomes the program; it expects no answer.
    Launch {
        /// The executable.
        program: PathBuf,
    },
    /// The host's first words.
    Hello {
        /// [`PROTOCOL`] of the host.
        protocol: u32,
        /// The id that the base build wrote into the executable.
        build_id: u128,
    },
    /// What was asked for last is ready, and waits for a sync point of the program; its outcome follows.
    Waiting(Waiting),
    /// What became of a [`ToHost::Patch`] or a [`ToHost::Publish`].
    Outcome(Outcome),
    /// A hot call has panicked and waits for other code.
    Held {
        /// No other call of the process has it.
        number: u64,
        /// Which it is.
        call: Panicked,
    },
    /// A hot call has panicked that is not held, as its arguments are gone.
    NotHeld(Panicked),
    /// A held call waits no longer.
    Ended {
        /// As in [`FromHost::Held`].
        number: u64,
        /// Whether it runs again, or else its panic goes on.
        runs_again: bool,
    },
    /// What lives, as was asked with [`ToHost::List`].
    Values(Vec<Values>),
}

/// A hot call that has panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// The thread's name; empty if it has none.
    pub thread: String,
    /// The image that holds the slot of the called function.
    pub image: u32,
    /// The slot's address in the image's file; in the executable, from the anchor.
    pub slot: u64,
}

/// A commit that waits, and who holds it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The generation that is to run.
    pub generation: u32,
    /// Since it was ready, in milliseconds.
    pub ms: u64,
    /// The hot call that a thread is in which is waited for; `None` where no such thread is in one.
    pub busy: Option<Busy>,
    /// A live value that is lent.
    pub lent: Option<Box<Lent>>,
}

/// Live values of one type that were made at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Values {
    /// The type's name.
    pub name: String,
    /// Where they were made.
    pub file: String,
    /// Of the file, from 1.
    pub line: u32,
    /// Of one of them, in bytes, without what it points to.
    pub size: u64,
    /// The generation that their type is of.
    pub generation: u32,
    /// How many there are.
    pub count: u64,
}

/// A live value that somebody has a guard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// Its type's name.
    pub name: String,
    /// Where the guard was taken.
    pub file: String,
    /// Of the file, from 1.
    pub line: u32,
}

/// A thread in a hot call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// The thread's name; empty if it has none.
    pub thread: String,
    /// The image that holds the slot of the outermost hot function.
    pub image: u32,
    /// The slot's address in the image's file; in the executable, from the anchor.
    pub slot: u64,
    /// Since it was called, in milliseconds.
    pub ms: u64,
}

/// What became of a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its slots are published: the next call of a hot function runs the new body.
    Committed {
        /// The generation that is published now.
        generation: u32,
        /// From the frame's arrival until the slots could be published, in microseconds.
        load_us: u64,
    },
    /// Nothing was published; the generation before goes on.
    Refused {
        /// The reason, in a sentence.
        message: String,
    },
    /// The same, as a hook of the program objects.
    Vetoed {
        /// What it says.
        message: String,
    },
    /// The same, as a live value cannot be carried over.
    NotMigrated {
        /// Which one, and why.
        message: String,
    },
}

impl ToHost {
    /// The bytes of the frame, without its length.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        match self {
            Self::Welcome { holds_panics } => fields.tag(1).flag(*holds_panics),
            Self::Resume => fields.tag(4),
            Self::List => fields.tag(5),
            Self::Publish { generation } => fields.tag(3).u32(*generation),
            Self::Patch(patch) => {
                let Patch { generation, path, digest, manifest, anchor, symbolizer, types, changed } = patch;
                fields.tag(2).u32(*generation).path(path).u128(*digest).u64(*manifest).u64(*anchor);
                match symbolizer {
                    Some(Symbolizer { lock, list, initial }) => fields.tag(1).u64(*lock).u64(*list).bytes(initial),
                    None => fields.tag(0),
                };
                fields.list(types, |fields, (image, address)| {
                    fields.u32(*image).u64(*address);
                });
                fields.list(changed, |fields, path| {
                    fields.bytes(path.as_bytes());
                })
            }
        };
        fields.0
    }

    /// # Errors
    /// The frame is short, long, or holds an unknown tag.
    pub fn decode(frame: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest(frame);
        let message = match rest.tag()? {
            1 => Self::Welcome { holds_panics: rest.flag()? },
            2 => Self::Patch(Patch {
                generation: rest.u32()?,
                path: rest.path()?,
                digest: rest.u128()?,
                manifest: rest.u64()?,
                anchor: rest.u64()?,
                symbolizer: rest.symbolizer()?,
                types: rest.list(|rest| Ok((rest.u32()?, rest.u64()?)))?,
                changed: rest.list(Rest::utf8)?,
            }),
            3 => Self::Publish { generation: rest.u32()? },
            4 => Self::Resume,
            5 => Self::List,
            tag => return Err(Malformed::Tag(tag)),
        };
        rest.end(message)
    }
}

impl FromHost {
    /// The bytes of the frame, without its length.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        match self {
            Self::Launch { program } => fields.tag(1).path(program),
            Self::Hello { protocol, build_id } => fields.tag(2).u32(*protocol).u128(*build_id),
            Self::Outcome(Outcome::Committed { generation, load_us }) => fields.tag(3).u32(*generation).u64(*load_us),
            Self::Outcome(Outcome::Refused { message }) => fields.tag(4).bytes(message.as_bytes()),
            Self::Outcome(Outcome::Vetoed { message }) => fields.tag(5).bytes(message.as_bytes()),
            Self::Outcome(Outcome::NotMigrated { message }) => fields.tag(10).bytes(message.as_bytes()),
            Self::Waiting(Waiting { generation, ms, busy, lent }) => {
                fields.tag(6).u32(*generation).u64(*ms);
                match busy {
                    Some(Busy { thread, image, slot, ms }) => {
                        fields.tag(1).bytes(thread.as_bytes()).u32(*image).u64(*slot).u64(*ms)
                    }
                    None => fields.tag(0),
                };
                match lent.as_deref() {
                    Some(Lent { name, file, line }) => {
                        fields.tag(1).bytes(name.as_bytes()).bytes(file.as_bytes()).u32(*line)
                    }
                    None => fields.tag(0),
                }
            }
            Self::Held { number, call: Panicked { thread, image, slot } } => {
                fields.tag(7).u64(*number).bytes(thread.as_bytes()).u32(*image).u64(*slot)
            }
            Self::NotHeld(Panicked { thread, image, slot }) => {
                fields.tag(9).bytes(thread.as_bytes()).u32(*image).u64(*slot)
            }
            Self::Values(values) => {
                fields.tag(11);
                fields.list(values, |fields, Values { name, file, line, size, generation, count }| {
                    fields.bytes(name.as_bytes()).bytes(file.as_bytes()).u32(*line);
                    fields.u64(*size).u32(*generation).u64(*count);
                })
            }
            Self::Ended { number, runs_again } => fields.tag(8).u64(*number).flag(*runs_again),
        };
        fields.0
    }

    /// # Errors
    /// The frame is short, long, or holds an unknown tag.
    pub fn decode(frame: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest(frame);
        let message = match rest.tag()? {
            1 => Self::Launch { program: rest.path()? },
            2 => Self::Hello { protocol: rest.u32()?, build_id: rest.u128()? },
            3 => Self::Outcome(Outcome::Committed { generation: rest.u32()?, load_us: rest.u64()? }),
            4 => Self::Outcome(Outcome::Refused { message: rest.text()? }),
            5 => Self::Outcome(Outcome::Vetoed { message: rest.text()? }),
            6 => {
                let (generation, ms) = (rest.u32()?, rest.u64()?);
                Self::Waiting(Waiting { generation, ms, busy: rest.busy()?, lent: rest.lent()? })
            }
            7 => Self::Held { number: rest.u64()?, call: rest.panicked()? },
            8 => Self::Ended { number: rest.u64()?, runs_again: rest.flag()? },
            9 => Self::NotHeld(rest.panicked()?),
            11 => Self::Values(rest.list(Rest::values)?),
            10 => Self::Outcome(Outcome::NotMigrated { message: rest.text()? }),
            tag => return Err(Malformed::Tag(tag)),
        };
        rest.end(message)
    }
}

/// Writes one frame, length first.
///
/// # Errors
/// What the stream answers, or a frame over [`FRAME_LIMIT`].
pub fn write_frame(stream: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).ok().filter(|length| *length <= FRAME_LIMIT);
    let length = length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, Malformed::TooLong))?;
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(frame);
    stream.write_all(&bytes)?;
    stream.flush()
}

/// Reads one frame; `None` when the stream ended between two frames.
///
/// # Errors
/// What the stream answers, an end inside a frame, or a length over [`FRAME_LIMIT`].
pub fn read_frame(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if !fill_or_end(stream, &mut length)? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length);
    if length > FRAME_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, Malformed::TooLong));
    }
    // Room for more is made when it comes: who announces it need not send it.
    let mut frame = Vec::with_capacity(USUAL_FRAME.min(length) as usize);
    stream.take(length.into()).read_to_end(&mut frame)?;
    if frame.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(frame))
}

/// False when the stream ended before the first byte.
fn fill_or_end(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Why a frame could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// It ended inside a field.
    TooShort,
    /// It goes on behind its last field, or is over [`FRAME_LIMIT`].
    TooLong,
    /// It begins with a tag that this version does not know.
    Tag(u8),
    /// A path of the program's code is no UTF-8.
    Utf8,
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => formatter.write_str("the frame ends inside a field"),
            Self::TooLong => formatter.write_str("the frame is longer than its message"),
            Self::Utf8 => formatter.write_str("a path in the frame is no UTF-8"),
            Self::Tag(tag) => write!(formatter, "the frame has the unknown tag {tag}"),
        }
    }
}

impl error::Error for Malformed {}

#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn tag(&mut self, tag: u8) -> &mut Self {
        self.raw(&[tag])
    }

    fn flag(&mut self, flag: bool) -> &mut Self {
        self.tag(u8::from(flag))
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn u128(&mut self, value: u128) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn path(&mut self, path: &std::path::Path) -> &mut Self {
        use std::os::unix::ffi::OsStrExt;
        self.bytes(path.as_os_str().as_bytes())
    }

    /// A list over the frame's limit is cut by [`write_frame`]'s refusal, so the length always fits.
    fn list<T>(&mut self, all: &[T], write: impl Fn(&mut Self, &T)) -> &mut Self {
        self.u32(u32::try_from(all.len()).unwrap_or(u32::MAX));
        all.iter().for_each(|one| write(self, one));
        self
    }

    /// A string over the frame's limit is cut by [`write_frame`]'s refusal, so the length always fits.
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).raw(bytes)
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

struct Rest<'frame>(&'frame [u8]);

impl<'frame> Rest<'frame> {
    fn tag(&mut self) -> Result<u8, Malformed> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn flag(&mut self) -> Result<bool, Malformed> {
        match self.tag()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(Malformed::Tag(tag)),
        }
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn u128(&mut self) -> Result<u128, Malformed> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    fn symbolizer(&mut self) -> Result<Option<Symbolizer>, Malformed> {
        match self.tag()? {
            0 => Ok(None),
            1 => Ok(Some(Symbolizer { lock: self.u64()?, list: self.u64()?, initial: self.bytes()?.to_vec() })),
            tag => Err(Malformed::Tag(tag)),
        }
    }

    fn busy(&mut self) -> Result<Option<Busy>, Malformed> {
        match self.tag()? {
            0 => Ok(None),
            1 => {
                let (thread, image) = (self.text()?, self.u32()?);
                Ok(Some(Busy { thread, image, slot: self.u64()?, ms: self.u64()? }))
            }
            tag => Err(Malformed::Tag(tag)),
        }
    }

    fn values(&mut self) -> Result<Values, Malformed> {
        let (name, file, line) = (self.text()?, self.text()?, self.u32()?);
        Ok(Values { name, file, line, size: self.u64()?, generation: self.u32()?, count: self.u64()? })
    }

    fn lent(&mut self) -> Result<Option<Box<Lent>>, Malformed> {
        match self.tag()? {
            0 => Ok(None),
            1 => Ok(Some(Box::new(Lent { name: self.text()?, file: self.text()?, line: self.u32()? }))),
            tag => Err(Malformed::Tag(tag)),
        }
    }

    /// As many as it says there are, and no more than the frame holds.
    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let length = self.u32()?;
        (0..length).map(|_| read(self)).collect()
    }

    fn panicked(&mut self) -> Result<Panicked, Malformed> {
        Ok(Panicked { thread: self.text()?, image: self.u32()?, slot: self.u64()? })
    }

    fn path(&mut self) -> Result<PathBuf, Malformed> {
        use std::os::unix::ffi::OsStrExt;
        Ok(PathBuf::from(std::ffi::OsStr::from_bytes(self.bytes()?)))
    }

    fn utf8(&mut self) -> Result<String, Malformed> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| Malformed::Utf8)
    }

    /// As much of it as is text.
    fn text(&mut self) -> Result<String, Malformed> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }

    fn bytes(&mut self) -> Result<&'frame [u8], Malformed> {
        let length = self.u32()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed::TooShort)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed::TooShort)?;
        self.0 = rest;
        Ok(*bytes)
    }

    fn end<T>(self, message: T) -> Result<T, Malformed> {
        if self.0.is_empty() { Ok(message) } else { Err(Malformed::TooLong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_host() -> Vec<ToHost> {
        let patch = Patch {
            generation: 7,
            path: "/tmp/patch-7.so".into(),
            digest: u128::MAX - 3,
            manifest: 0x4020,
            anchor: 0x5_8010,
            symbolizer: Some(Symbolizer { lock: 1, list: 2, initial: vec![3, 4] }),
            types: vec![(0, 0x60), (3, 0x70)],
            changed: vec!["game::Enemy".into()],
        };
        vec![
            ToHost::Welcome { holds_panics: true },
            ToHost::Patch(patch),
            ToHost::Publish { generation: 3 },
            ToHost::Resume,
            ToHost::List,
        ]
    }

    fn from_host() -> Vec<FromHost> {
        vec![
            FromHost::Launch { program: "/a b/ü".into() },
            FromHost::Hello { protocol: PROTOCOL, build_id: 42 },
            FromHost::Outcome(Outcome::Committed { generation: 7, load_us: 350 }),
            FromHost::Outcome(Outcome::Refused { message: "no such symbol".into() }),
            FromHost::Outcome(Outcome::Vetoed { message: "a save is being written".into() }),
            FromHost::Outcome(Outcome::NotMigrated { message: "`World.hp`: 300 has no place in a `u8`".into() }),
            FromHost::Waiting(Waiting { generation: 3, ms: 1200, busy: None, lent: None }),
            FromHost::Waiting(Waiting {
                generation: 3,
                ms: 5000,
                busy: Some(Busy { thread: "main".into(), image: 2, slot: 0x4060, ms: 7000 }),
                lent: Some(Box::new(Lent { name: "game::World".into(), file: "src/main.rs".into(), line: 7 })),
            }),
            FromHost::Held { number: 4, call: Panicked { thread: "main".into(), image: 0, slot: 0x60 } },
            FromHost::NotHeld(Panicked { thread: String::new(), image: 2, slot: 0x60 }),
            FromHost::Ended { number: 4, runs_again: true },
            FromHost::Values(vec![Values {
                name: "game::World".into(),
                file: "src/main.rs".into(),
                line: 7,
                size: 48,
                generation: 2,
                count: 3,
            }]),
        ]
    }

    #[test]
    fn every_message_comes_back_as_it_went() {
        for message in to_host() {
            assert_eq!(ToHost::decode(&message.encode()), Ok(message));
        }
        for message in from_host() {
            assert_eq!(FromHost::decode(&message.encode()), Ok(message));
        }
    }

    #[test]
    fn a_cut_or_lengthened_frame_is_refused() {
        for frame in to_host().iter().map(ToHost::encode) {
            for length in 0..frame.len() {
                assert_eq!(ToHost::decode(&frame[..length]), Err(Malformed::TooShort));
            }
            assert_eq!(ToHost::decode(&[&frame[..], &[0]].concat()), Err(Malformed::TooLong));
        }
        for frame in from_host().iter().map(FromHost::encode) {
            for length in 0..frame.len() {
                assert_eq!(FromHost::decode(&frame[..length]), Err(Malformed::TooShort));
            }
            assert_eq!(FromHost::decode(&[&frame[..], &[0]].concat()), Err(Malformed::TooLong));
        }
        assert_eq!(FromHost::decode(&[99]), Err(Malformed::Tag(99)));
    }

    #[test]
    fn frames_follow_each_other_on_a_stream() {
        let mut stream = Vec::new();
        write_frame(&mut stream, b"one").unwrap();
        write_frame(&mut stream, b"").unwrap();
        let mut stream = &stream[..];
        assert_eq!(read_frame(&mut stream).unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(read_frame(&mut stream).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(read_frame(&mut stream).unwrap(), None);
    }

    #[test]
    fn a_length_over_the_limit_is_refused_before_it_is_allocated() {
        let error = read_frame(&mut &u32::MAX.to_le_bytes()[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
