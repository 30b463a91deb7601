//! Decides what the wrapper does with one rustc call of cargo's, and prepares the call that replaces it.

use crate::base::invocation::Invocation;
use crate::base::record::HotDir;
use crate::base::rustc::Rustc;
use crate::shadow::{Shadow, Text};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// The crates that patching itself is made of; they are never rewritten or patched.
const OUR_OWN: &[&str] = &["hot-macros", "hot-runtime", "cargo-hot"];

/// A crate of the workspace that can be patched later.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) rustc: Rustc,
    /// As cargo called.
    pub(crate) invocation: Invocation,
    pub(crate) kind: Kind,
    pub(crate) package: String,
    pub(crate) package_root: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) out_dir: PathBuf,
    /// Name of the outputs: `life-0123456789abcdef`.
    pub(crate) stem: String,
    pub(crate) hot_dir: HotDir,
    /// Whether the session holds calls that panic.
    pub(crate) holds_panics: bool,
}

/// What the crate is for cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Library,
    Binary,
}

impl Unit {
    /// `None` for a call to be passed on as it is: a question, a build script, a proc macro, a test, one of our own.
    pub(crate) fn of(rustc: &Rustc, invocation: Invocation, holds_panics: bool) -> Result<Option<Self>> {
        let Some(kind) = patchable(&invocation) else { return Ok(None) };
        let (Ok(package), Some(root)) = (env::var("CARGO_PKG_NAME"), env::var_os("CARGO_MANIFEST_DIR")) else {
            return Ok(None);
        };
        let (Some(out_dir), Some(stem)) = (invocation.out_dir(), invocation.file_stem()) else { return Ok(None) };
        if OUR_OWN.contains(&package.as_str()) {
            return Ok(None);
        }
        let directory = env::current_dir().context("failed to ask for the working directory")?;
        let out_dir = directory.join(out_dir);
        let environment =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Some(Self {
            rustc: rustc.clone(),
            kind,
            package,
            package_root: PathBuf::from(root),
            environment: environment.collect(),
            hot_dir: HotDir::of_out_dir(&out_dir),
            directory,
            out_dir,
            stem,
            invocation,
            holds_panics,
        }))
    }

    pub(crate) fn shadow(&self, text: Text) -> Shadow {
        let program = (self.kind == Kind::Binary).then(|| self.original_input());
        Shadow::new(self.hot_dir.shadow_root(&self.stem), text, program)
    }

    /// The root source file as the user knows it.
    fn original_input(&self) -> PathBuf {
        self.directory.join(self.invocation.input.as_deref().unwrap_or_default())
    }

    /// The call that compiles the crate, whatever it is, as a library from its shadow.
    pub(crate) fn library_invocation(&self) -> Invocation {
        let shadow = self.shadow(Text::Public);
        let mut library = self.invocation.clone();
        library.input = Some(shadow.copy_of(&self.original_input()).to_string_lossy().into_owned());
        if self.kind == Kind::Binary {
            library.set("--crate-type", "lib").set("--emit", "dep-info,link");
            for key in ["link-arg", "link-args", "linker", "strip", "lto"] {
                library.remove_codegen(key);
            }
        }
        // A patch is loaded where there is room, whatever place the program is linked for.
        library.remove_codegen("relocation-model");
        // rustc takes the last prefix that fits: below the working directory paths are relative, as cargo has them.
        let outside = format!("{}=/", shadow.root.display());
        let inside = format!("{}=", shadow.copy_of(&self.directory).display());
        library.push("--remap-path-prefix", outside).push("--remap-path-prefix", inside);
        library.push("--cap-lints", "warn");
        // Optimized or not: layouts are compared, and lines told, by debug information, which is read from the objects.
        library.set_codegen("debuginfo", "2").set_codegen("split-debuginfo", "off");
        with_our_flags(&mut library);
        library
    }

    /// The call that checks the crate as the user wrote it, for what rustc says of it.
    pub(crate) fn check_invocation(&self) -> Invocation {
        let mut check = self.invocation.clone();
        check.set("--emit", "metadata").remove_codegen("incremental");
        check.set("--out-dir", self.hot_dir.check_dir().to_string_lossy());
        check.push("--cap-lints", "warn");
        check
    }

    /// The call that links the generated `main` and the library to the executable cargo asked for.
    pub(crate) fn entry_invocation(&self, entry: &Path, library: &Path, runtime: Option<&Path>) -> Invocation {
        let mut linked = self.invocation.clone();
        linked.input = Some(entry.to_string_lossy().into_owned());
        for option in
            ["--extern", "--cfg", "--check-cfg", "-l", "--emit", "--out-dir", "--edition", "-W", "-D", "-F", "-A"]
        {
            linked.remove(option);
        }
        for key in ["incremental", "extra-filename", "strip", "split-debuginfo"] {
            linked.remove_codegen(key);
        }
        // What is loaded is found by its symbols.
        for key in ["link-arg", "link-args"] {
            linked.edit_codegen(key, without_stripping);
        }
        let identity = format!("{}-entry", linked.codegen("metadata").unwrap_or_default());
        linked.set_codegen("metadata", &identity);
        linked.push("--edition", "2024").push("--emit", "link");
        linked.push("-o", self.executable().to_string_lossy());
        linked.push("--extern", format!("program={}", library.display()));
        if let Some(runtime) = runtime {
            linked.push("--extern", format!("hot_runtime={}", runtime.display()));
        }
        with_our_flags(&mut linked);
        linked
    }

    /// The library that [`Self::library_invocation`] makes.
    pub(crate) fn library(&self) -> PathBuf {
        self.out_dir.join(format!("lib{}.rlib", self.stem))
    }

    pub(crate) fn executable(&self) -> PathBuf {
        self.out_dir.join(&self.stem)
    }

    pub(crate) fn dep_info(&self) -> PathBuf {
        self.out_dir.join(format!("{}.d", self.stem))
    }
}

/// A linker's words, short of those that leave symbols out.
fn without_stripping(words: &str) -> Option<String> {
    const STRIPPING: &[&str] = &["-s", "-S", "-Wl,-s", "-Wl,-S", "-Wl,--strip-all", "-Wl,--strip-debug"];
    let kept: Vec<&str> = words.split(' ').filter(|word| !STRIPPING.contains(word)).collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// Statics must be reached by name through the GOT, and names must say which instance of a generic they are.
fn with_our_flags(invocation: &mut Invocation) {
    invocation.add_target_feature("+tagged-globals").set_codegen("symbol-mangling-version", "v0");
}

fn patchable(invocation: &Invocation) -> Option<Kind> {
    let asks = invocation.has("--print") || invocation.has("--test") || invocation.input.as_deref()? == "-";
    let name = invocation.crate_name()?;
    if asks || name.starts_with("build_script_") {
        return None;
    }
    let kinds: Vec<_> = invocation.values("--crate-type").flat_map(|kinds| kinds.split(',')).collect();
    match kinds[..] {
        ["bin"] | [] => Some(Kind::Binary),
        ["lib" | "rlib"] => Some(Kind::Library),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(line: &str) -> Option<Kind> {
        patchable(&Invocation::parse(line.split_whitespace().map(str::to_owned)))
    }

    #[test]
    fn no_word_of_the_linkers_leaves_symbols_out() {
        let words = "--crate-name a -Clink-arg=-s -Clink-arg=-fuse-ld=lld -C link-args=-Wl,--strip-all -C debuginfo=2";
        let mut invocation = Invocation::parse(words.split(' ').map(str::to_owned));
        for key in ["link-arg", "link-args"] {
            invocation.edit_codegen(key, without_stripping);
        }
        let wanted = ["--crate-name", "a", "-C", "link-arg=-fuse-ld=lld", "-C", "debuginfo=2"];
        assert_eq!(invocation.arguments(), wanted);
        assert_eq!(without_stripping("-lz -s -lm").as_deref(), Some("-lz -lm"));
    }

    #[test]
    fn only_crates_that_end_up_in_the_program_are_patchable() {
        assert_eq!(kind("--crate-name a src/main.rs --crate-type bin"), Some(Kind::Binary));
        assert_eq!(kind("--crate-name a src/lib.rs --crate-type lib"), Some(Kind::Library));
        assert_eq!(kind("--crate-name a src/lib.rs --crate-type proc-macro"), None);
        assert_eq!(kind("--crate-name a src/lib.rs --crate-type cdylib --crate-type rlib"), None);
        assert_eq!(kind("--crate-name build_script_build build.rs --crate-type bin"), None);
        assert_eq!(kind("--crate-name a src/lib.rs --test"), None);
        assert_eq!(kind("- --crate-name ___ --print=file-names --crate-type bin"), None);
        assert_eq!(kind("-vV"), None);
    }
}
