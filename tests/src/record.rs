//! What a running command has shown so far: lines, events, its end.
//!
//! One thread reads each source and appends to the record; a step waits on the record until it shows what it wants or
//! until no more can come.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::case::Stream;

/// How often the events file is looked at; a file has no end that one could wait for.
const GLANCE: Duration = Duration::from_millis(10);

/// Everything seen so far.
#[derive(Debug, Default)]
pub struct Seen {
    /// Lines of standard output.
    pub stdout: Lines,
    /// Lines of standard error.
    pub stderr: Lines,
    /// The events.
    pub events: Vec<Value>,
    /// The events file was read after the command's end.
    pub events_closed: bool,
    /// How the command ended.
    pub ended: Option<ExitStatus>,
}

/// The lines of a stream.
#[derive(Debug, Default)]
pub struct Lines {
    /// In order, without line ends.
    pub lines: Vec<String>,
    /// No more can come.
    pub closed: bool,
}

impl Seen {
    /// The lines of this stream.
    pub fn lines(&self, stream: Stream) -> &Lines {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }

    fn lines_mut(&mut self, stream: Stream) -> &mut Lines {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }
}

/// The record of one command, shared with its readers.
#[derive(Debug, Default, Clone)]
pub struct Record(Arc<(Mutex<Seen>, Condvar)>);

impl Record {
    /// Follows a command whose output is piped, and the events file if there is one.
    pub fn follow(mut child: Child, events: Option<PathBuf>) -> Self {
        let record = Self::default();
        if let Some(stdout) = child.stdout.take() {
            record.in_thread(|record| record.read_lines(Stream::Stdout, stdout));
        }
        if let Some(stderr) = child.stderr.take() {
            record.in_thread(|record| record.read_lines(Stream::Stderr, stderr));
        }
        if let Some(events) = events {
            record.in_thread(|record| record.read_events(events));
        }
        record.in_thread(move |record| {
            let status = child.wait().expect("a child can be waited for once");
            record.change(|seen| seen.ended = Some(status));
        });
        record
    }

    /// The present state.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    /// Waits until `find` gives something, at most `limit`.
    pub fn wait<T>(&self, limit: Duration, mut find: impl FnMut(&Seen) -> Option<T>) -> Option<T> {
        let end = Instant::now() + limit;
        let mut seen = self.seen();
        loop {
            if let Some(found) = find(&seen) {
                return Some(found);
            }
            let left = end.checked_duration_since(Instant::now())?;
            seen = self.0.1.wait_timeout(seen, left).unwrap_or_else(|poison| poison.into_inner()).0;
        }
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen());
        self.0.1.notify_all();
    }

    fn in_thread(&self, read: impl FnOnce(Self) + Send + 'static) {
        let record = self.clone();
        thread::spawn(move || read(record));
    }

    fn read_lines(&self, stream: Stream, source: impl Read) {
        let mut source = BufReader::new(source);
        let mut line = Vec::new();
        while matches!(source.read_until(b'\n', &mut line), Ok(length) if length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            line.clear();
            self.change(|seen| seen.lines_mut(stream).lines.push(text));
        }
        self.change(|seen| seen.lines_mut(stream).closed = true);
    }

    fn read_events(&self, path: PathBuf) {
        let mut text = Vec::new();
        let mut file = None;
        loop {
            let last = self.seen().ended.is_some();
            if file.is_none() {
                file = File::open(&path).ok();
            }
            if let Some(file) = &mut file {
                // A failed read is an event that is missed, which the step that waits for it reports.
                let _ = file.read_to_end(&mut text);
            }
            while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = text.drain(..=end).collect();
                let event = serde_json::from_slice(&line);
                let event = event.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&line).into_owned()));
                self.change(|seen| seen.events.push(event));
            }
            if last {
                break self.change(|seen| seen.events_closed = true);
            }
            thread::sleep(GLANCE);
        }
    }
}
