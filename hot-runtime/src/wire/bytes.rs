//! Fields of messages as bytes, one after the other.

use std::path::PathBuf;
use std::{error, fmt};

/// Why a frame could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// It ended inside a field.
    TooShort,
    /// It goes on behind its last field, or is over [`FRAME_LIMIT`](super::FRAME_LIMIT).
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
pub(crate) struct Fields(pub(super) Vec<u8>);

impl Fields {
    #[cfg(feature = "serde")]
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn tag(&mut self, tag: u8) -> &mut Self {
        self.raw(&[tag])
    }

    pub(crate) fn flag(&mut self, flag: bool) -> &mut Self {
        self.tag(u8::from(flag))
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    pub(crate) fn u128(&mut self, value: u128) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    pub(crate) fn path(&mut self, path: &std::path::Path) -> &mut Self {
        use std::os::unix::ffi::OsStrExt;
        self.bytes(path.as_os_str().as_bytes())
    }

    /// A list over the frame's limit is cut by [`write_frame`](super::write_frame)'s refusal, so the length always fits.
    pub(crate) fn list<T>(&mut self, all: &[T], write: impl Fn(&mut Self, &T)) -> &mut Self {
        self.u32(u32::try_from(all.len()).unwrap_or(u32::MAX));
        all.iter().for_each(|one| write(self, one));
        self
    }

    /// A string over the frame's limit is cut by [`write_frame`](super::write_frame)'s refusal, so the length always fits.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).raw(bytes)
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

pub(crate) struct Rest<'frame>(pub(super) &'frame [u8]);

impl<'frame> Rest<'frame> {
    #[cfg(feature = "serde")]
    pub(crate) fn of(bytes: &'frame [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn tag(&mut self) -> Result<u8, Malformed> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Malformed> {
        match self.tag()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(Malformed::Tag(tag)),
        }
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn u128(&mut self) -> Result<u128, Malformed> {
        Ok(u128::from_le_bytes(self.array()?))
    }

    /// As many as it says there are, and no more than the frame holds.
    pub(crate) fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let length = self.u32()?;
        (0..length).map(|_| read(self)).collect()
    }

    pub(crate) fn path(&mut self) -> Result<PathBuf, Malformed> {
        use std::os::unix::ffi::OsStrExt;
        Ok(PathBuf::from(std::ffi::OsStr::from_bytes(self.bytes()?)))
    }

    pub(crate) fn utf8(&mut self) -> Result<String, Malformed> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| Malformed::Utf8)
    }

    /// As much of it as is text.
    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }

    pub(crate) fn bytes(&mut self) -> Result<&'frame [u8], Malformed> {
        let length = self.u32()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed::TooShort)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed::TooShort)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(crate) fn end<T>(self, message: T) -> Result<T, Malformed> {
        if self.0.is_empty() { Ok(message) } else { Err(Malformed::TooLong) }
    }
}
