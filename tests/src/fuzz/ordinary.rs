//! Ordinary builds of a program, and what they print.
//!
//! rustc is run directly, against a `hot-runtime` that cargo built once.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::render::Files;
use crate::binary;

/// What ordinary builds of programs share.
#[derive(Debug, Clone)]
pub struct Ordinary {
    /// The options that lead to `hot-runtime`.
    options: Vec<String>,
}

/// An ordinary build on its way.
#[derive(Debug)]
pub struct Building {
    rustc: Child,
    executable: PathBuf,
}

/// An ordinary build.
#[derive(Debug, Clone)]
pub struct Built {
    executable: PathBuf,
}

impl Ordinary {
    /// Builds `hot-runtime` below `target`.
    pub fn set(target: &Path) -> Result<Self> {
        let output = Command::new(binary::cargo())
            .args(["build", "--package", "hot-runtime", "--message-format", "json-render-diagnostics", "--target-dir"])
            .arg(target)
            .current_dir(binary::checkout())
            .stderr(Stdio::inherit())
            .output()
            .context("failed to start cargo for hot-runtime")?;
        ensure!(output.status.success(), "cargo failed to build hot-runtime: {}", output.status);
        let messages = String::from_utf8(output.stdout).context("cargo's messages are not UTF-8")?;
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let of_runtime = |message: &Value| message["target"]["name"] == "hot_runtime";
        let library = messages.filter(of_runtime).find_map(|message| {
            let files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
            files.map(str::to_owned).find(|file| file.ends_with(".rlib"))
        });
        let library = library.context("cargo built no library of hot-runtime")?;
        let dependencies = target.join("debug/deps").display().to_string();
        let options = ["--extern".to_owned(), format!("hot_runtime={library}"), format!("-Ldependency={dependencies}")];
        Ok(Self { options: options.into() })
    }

    /// Starts to build these files in a directory of their own, in place of what is there.
    pub fn start(
        &self,
        name: &str,
        libraries: &[String],
        files: &Files,
        place: &Path,
        optimized: bool,
    ) -> Result<Building> {
        if place.exists() {
            fs::remove_dir_all(place).with_context(|| format!("failed to remove `{}`", place.display()))?;
        }
        for (file, text) in files {
            let path = place.join(file);
            fs::create_dir_all(path.parent().context("a file lies in a folder")?).context("failed to make a folder")?;
            fs::write(&path, text).with_context(|| format!("failed to write `{}`", path.display()))?;
        }
        for library in libraries {
            let root = format!("{library}/src/lib.rs");
            let mut rustc = self.rustc(library, &root, place, optimized);
            rustc.env("CARGO_MANIFEST_DIR", place.join(library));
            let status = rustc.args(["--crate-type", "rlib"]).status().context("failed to start rustc")?;
            ensure!(status.success(), "an ordinary build of `{library}` in `{}` fails", place.display());
        }
        let mut rustc = self.rustc(name, "src/main.rs", place, optimized);
        for library in libraries {
            rustc.arg("--extern").arg(format!("{library}=lib{library}.rlib"));
        }
        let rustc = rustc.stderr(Stdio::piped()).spawn().context("failed to start rustc")?;
        Ok(Building { rustc, executable: place.join(name) })
    }

    fn rustc(&self, name: &str, root: &str, place: &Path, optimized: bool) -> Command {
        let mut rustc = Command::new("rustc");
        rustc.args([
            "--edition",
            "2024",
            "--crate-name",
            name,
            "-Cdebuginfo=0",
            "-Cmetadata=fuzz",
            "-Ccodegen-units=1",
            root,
        ]);
        rustc.args(&self.options).args(optimized.then_some("-O"));
        rustc.current_dir(place).env("CARGO_MANIFEST_DIR", place);
        rustc
    }
}

impl Building {
    /// Waits for its end.
    pub fn finish(self) -> Result<Built> {
        let output = self.rustc.wait_with_output().context("failed to wait for rustc")?;
        if !output.status.success() {
            let place = self.executable.display();
            bail!("an ordinary build of `{place}` fails:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(Built { executable: self.executable })
    }
}

impl Built {
    /// What the program answers to these lines.
    pub fn ask(&self, lines: &[String]) -> Result<Vec<String>> {
        let mut child = Command::new(&self.executable)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("failed to start `{}`", self.executable.display()))?;
        let mut stdin = child.stdin.take().context("standard input is piped")?;
        stdin.write_all((lines.join("\n") + "\n").as_bytes()).context("failed to ask an ordinary build")?;
        drop(stdin);
        let output = child.wait_with_output().context("failed to wait for an ordinary build")?;
        let answers = String::from_utf8(output.stdout).context("an ordinary build's answers are not UTF-8")?;
        let answers: Vec<String> = answers.lines().map(str::to_owned).collect();
        ensure!(answers.len() == lines.len(), "an ordinary build ended with {} after {answers:?}", output.status);
        Ok(answers)
    }
}
