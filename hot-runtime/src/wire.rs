//! What `cargo hot` and the host say to each other, and how it is spelled in bytes.
//!
//! A frame is a little-endian `u32` length and as many bytes: a tag, then the fields in order (integers little-endian,
//! byte strings with a `u32` length before them). Both sides read with [`read_frame`], which bounds the length, and
//! decode with [`ToHost::decode`] or [`FromHost::decode`], which refuse what is short, long or unknown. This module
//! depends on nothing, so that the two sides share it.

mod bytes;

pub use bytes::Malformed;
pub(crate) use bytes::{Fields, Rest};
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// At this environment variable the host finds the socket of the session that started it.
pub const SOCKET_VARIABLE: &str = "CARGO_HOT_SOCKET";

/// Raised whenever a frame, the manifest or the meaning of either changes.
pub const PROTOCOL: u32 = 8;

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
        /// Where another process left its live values: they are taken over before `main` begins, an [`Outcome`] says whether that
        /// was possible, and `main` waits for [`ToHost::GoOn`].
        restore: Option<Store>,
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
    /// Write all live values, and let nobody use them until [`ToHost::GoOn`]: [`FromHost::Kept`] or an [`Outcome`] follows.
    Keep(Store),
    /// Nobody waits for what was written or read.
    GoOn,
}

/// A file with live values, and how their types are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Absolute, in a folder of the user's alone.
    pub path: PathBuf,
    /// Address of the anchor in the executable file, for the executable's load bias.
    pub anchor: u64,
    /// As [`Patch::types`].
    pub types: Vec<(u32, u64)>,
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
    /// Live values are written, as was asked with [`ToHost::Keep`].
    Kept {
        /// How many, without those inside others.
        values: u64,
    },
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
    /// Whether they are of the process before this one, and nobody has asked for them yet.
    pub is_waiting: bool,
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
            Self::Welcome { holds_panics, restore } => {
                fields.tag(1).flag(*holds_panics);
                match restore {
                    Some(store) => fields.tag(1).store(store),
                    None => fields.tag(0),
                }
            }
            Self::Keep(store) => fields.tag(6).store(store),
            Self::GoOn => fields.tag(7),
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
                fields.places(types);
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
            1 => Self::Welcome { holds_panics: rest.flag()?, restore: rest.restore()? },
            2 => Self::Patch(Patch {
                generation: rest.u32()?,
                path: rest.path()?,
                digest: rest.u128()?,
                manifest: rest.u64()?,
                anchor: rest.u64()?,
                symbolizer: rest.symbolizer()?,
                types: rest.places()?,
                changed: rest.list(Rest::utf8)?,
            }),
            3 => Self::Publish { generation: rest.u32()? },
            4 => Self::Resume,
            5 => Self::List,
            6 => Self::Keep(rest.store()?),
            7 => Self::GoOn,
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
                fields.list(values, |fields, Values { name, file, line, is_waiting, size, generation, count }| {
                    fields.bytes(name.as_bytes()).bytes(file.as_bytes()).u32(*line).flag(*is_waiting);
                    fields.u64(*size).u32(*generation).u64(*count);
                })
            }
            Self::Ended { number, runs_again } => fields.tag(8).u64(*number).flag(*runs_again),
            Self::Kept { values } => fields.tag(12).u64(*values),
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
            10 => Self::Outcome(Outcome::NotMigrated { message: rest.text()? }),
            11 => Self::Values(rest.list(Rest::values)?),
            12 => Self::Kept { values: rest.u64()? },
            tag => return Err(Malformed::Tag(tag)),
        };
        rest.end(message)
    }
}

impl Fields {
    fn places(&mut self, places: &[(u32, u64)]) -> &mut Self {
        self.list(places, |fields, (image, address)| {
            fields.u32(*image).u64(*address);
        })
    }

    fn store(&mut self, Store { path, anchor, types }: &Store) -> &mut Self {
        self.path(path).u64(*anchor).places(types)
    }
}

impl Rest<'_> {
    fn places(&mut self) -> Result<Vec<(u32, u64)>, Malformed> {
        self.list(|rest| Ok((rest.u32()?, rest.u64()?)))
    }

    fn store(&mut self) -> Result<Store, Malformed> {
        Ok(Store { path: self.path()?, anchor: self.u64()?, types: self.places()? })
    }

    fn restore(&mut self) -> Result<Option<Store>, Malformed> {
        match self.tag()? {
            0 => Ok(None),
            1 => self.store().map(Some),
            tag => Err(Malformed::Tag(tag)),
        }
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
        let (name, file, line, is_waiting) = (self.text()?, self.text()?, self.u32()?, self.flag()?);
        let (size, generation, count) = (self.u64()?, self.u32()?, self.u64()?);
        Ok(Values { name, file, line, is_waiting, size, generation, count })
    }

    fn lent(&mut self) -> Result<Option<Box<Lent>>, Malformed> {
        match self.tag()? {
            0 => Ok(None),
            1 => Ok(Some(Box::new(Lent { name: self.text()?, file: self.text()?, line: self.u32()? }))),
            tag => Err(Malformed::Tag(tag)),
        }
    }

    fn panicked(&mut self) -> Result<Panicked, Malformed> {
        Ok(Panicked { thread: self.text()?, image: self.u32()?, slot: self.u64()? })
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
        let store = Store { path: "/tmp/values".into(), anchor: 0x5_8010, types: vec![(0, 0x60)] };
        vec![
            ToHost::Welcome { holds_panics: true, restore: None },
            ToHost::Welcome { holds_panics: false, restore: Some(store.clone()) },
            ToHost::Keep(store),
            ToHost::GoOn,
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
            FromHost::Kept { values: 2 },
            FromHost::Values(vec![Values {
                name: "game::World".into(),
                file: "src/main.rs".into(),
                line: 7,
                is_waiting: false,
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
