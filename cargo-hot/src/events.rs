//! The session's events, as JSON lines for programs.

use crate::terminal::say;
use anyhow::{Context, Result};
use serde::{Serialize, Serializer};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One line of `--events`.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Event {
    Started {
        pid: u32,
        generation: u32,
        build_ms: f64,
    },
    Patched(Patched),
    /// A save after which the program would be what it is.
    Unchanged,
    RestartNeeded {
        items: Vec<Item>,
    },
    /// What was made before a patch goes on with the code that it was made with.
    OldCode {
        items: Vec<OldItem>,
    },
    Refused {
        reason: Refusal,
        message: String,
        help: String,
        /// All that with the place, as a compiler says it; nothing where there is no place.
        #[serde(serialize_with = "plain", skip_serializing_if = "String::is_empty")]
        rendered: String,
    },
    CompileError {
        /// rustc colours it for terminals; programs get it plain.
        #[serde(serialize_with = "plain")]
        rendered: String,
    },
    /// The whole of what changed compiles, as it is written, to what runs since this generation.
    Confirmed {
        generation: u32,
    },
    /// What was saved, or undone, is ready, and waits for the program.
    Waiting(Waiting),
    /// This generation is published again.
    Undone {
        generation: u32,
    },
    /// This generation is published again, which had been undone.
    Redone {
        generation: u32,
    },
    /// A hot call has panicked, and waits for other code.
    Held(HeldCall),
    /// A hot call has panicked that cannot run again, as arguments were given away to it.
    NotHeld(HeldCall),
    /// What was held runs again.
    RunsAgain(HeldCall),
    /// What was held is let go, and its panic goes on.
    Unwinds(HeldCall),
    Restarted {
        pid: u32,
        /// How many live values it has of the process before.
        #[serde(skip_serializing_if = "Option::is_none")]
        kept: Option<u64>,
    },
    Exited {
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        signal: Option<i32>,
    },
}

/// Why nothing of a save is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A type is laid out otherwise than values that may be alive.
    LayoutChanged,
    /// A trait has other methods than the tables of objects that may be alive.
    TraitChanged,
    /// A static has another type.
    StaticChanged,
    /// A signature means something else.
    SignatureChanged,
    /// A library outside the workspace was built anew.
    DependencyRebuilt,
    /// What patches are made from was removed.
    BuildGone,
    /// What the program is made of cannot be read.
    NotPatchable,
    /// The code refers to the program in a way that a patch cannot.
    NotLinkable,
    /// The program did not take the patch.
    NotLoadable,
    /// A live value cannot become one of the new type.
    NotMigrated,
    /// A hook of the program objects.
    Vetoed,
    /// The program takes no patches, any more or from the start.
    NotConnected,
    /// A file cannot be read or written, a tool not be run.
    Environment,
}

impl Refusal {
    /// As it stands in events, in the terminal and in `docs/refusals.md`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LayoutChanged => "layout-changed",
            Self::TraitChanged => "trait-changed",
            Self::StaticChanged => "static-changed",
            Self::SignatureChanged => "signature-changed",
            Self::DependencyRebuilt => "dependency-rebuilt",
            Self::BuildGone => "build-gone",
            Self::NotPatchable => "not-patchable",
            Self::NotLinkable => "not-linkable",
            Self::NotLoadable => "not-loadable",
            Self::NotMigrated => "not-migrated",
            Self::Vetoed => "vetoed",
            Self::NotConnected => "not-connected",
            Self::Environment => "environment",
        }
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Patched {
    pub(crate) generation: u32,
    pub(crate) route: &'static str,
    /// Why it is not the slice route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    pub(crate) functions: Vec<Function>,
    pub(crate) times_ms: Times,
    pub(crate) loaded_bytes: u64,
}

#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Function {
    pub(crate) path: String,
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
    pub(crate) hot: bool,
}

/// Milliseconds of each step; `total` runs from the save as the watcher saw it to the host's answer.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Times {
    pub(crate) detect: f64,
    pub(crate) compile: f64,
    pub(crate) plan: f64,
    pub(crate) link: f64,
    pub(crate) load: f64,
    pub(crate) total: f64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Item {
    pub(crate) path: String,
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

/// A function whose old code the program still holds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OldItem {
    pub(crate) path: String,
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
    pub(crate) kind: &'static str,
    pub(crate) count: usize,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Waiting {
    /// `None` of a restart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) generation: Option<u32>,
    /// The thread that is waited for, and the hot function that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<Function>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inside_ms: Option<u64>,
    /// A live value that is lent, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lent: Option<Lent>,
    pub(crate) ms: u64,
    pub(crate) message: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Lent {
    #[serde(rename = "type")]
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: u32,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct HeldCall {
    /// The thread's name; empty if it has none.
    pub(crate) thread: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<Function>,
}

fn plain<S: Serializer>(rendered: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&anstream::adapter::strip_str(rendered))
}

/// With a microsecond's precision.
pub(crate) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// The file of `--events`, if it was asked for.
#[derive(Debug)]
pub(crate) struct EventLog {
    file: Option<File>,
    /// What there was no room for, on a full disk say; it goes before the next event.
    unwritten: Vec<u8>,
}

impl EventLog {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
        let open = |path: &Path| {
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .with_context(|| format!("failed to open the event file `{}`", path.display()))
        };
        Ok(Self { file: path.map(open).transpose()?, unwritten: Vec::new() })
    }

    /// Appends one line, whole. Where the file takes none, the program's session goes on, and the line waits for the next.
    pub(crate) fn write(&mut self, event: &Event) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let is_told = !self.unwritten.is_empty();
        self.unwritten.extend(serde_json::to_vec(event).context("failed to write an event as JSON")?);
        self.unwritten.push(b'\n');
        if let Err(error) = append(file, &mut self.unwritten)
            && !is_told
        {
            say(&format!("failed to append to the event file, which will be done with a later event: {error}"));
        }
        Ok(())
    }
}

/// Writes what it can, and takes that away.
fn append(file: &mut impl Write, bytes: &mut Vec<u8>) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => drop(bytes.drain(..count)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Waiting {
    /// `generation 3`
    pub(crate) fn what(&self) -> String {
        self.generation.map_or("the restart".into(), |generation| format!("generation {generation}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, and then none.
    struct Disk {
        room: usize,
        written: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.room);
            if count == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.room -= count;
            self.written.extend(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_full_disk_does_not_take_is_written_when_there_is_room() {
        let (mut disk, mut bytes) = (Disk { room: 4, written: Vec::new() }, b"first\n".to_vec());
        assert_eq!(append(&mut disk, &mut bytes).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(bytes, b"t\n");
        bytes.extend(b"second\n");
        disk.room = 100;
        append(&mut disk, &mut bytes).unwrap();
        assert!(bytes.is_empty());
        assert_eq!(disk.written, b"first\nsecond\n");
    }
}
