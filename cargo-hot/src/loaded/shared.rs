//! The shared libraries that a patch may refer to.

use procfs::process::{MMapPath, Process};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where distributions keep the C library.
const FOLDERS: &[&str] =
    &["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/// Every program may call these, though the linker left them out where none of its code did.
const OF_EVERY_PROGRAM: [&str; 1] = ["libm.so.6"];

/// Those the process has mapped, and those it could have had: its linker, called with the words `linked`, leaves out what
/// nothing refers to.
pub(crate) fn shared_libraries(process: u32, linked: &[String]) -> Vec<PathBuf> {
    let maps = i32::try_from(process).ok().and_then(|process| Process::new(process).ok()?.maps().ok());
    let path = |path| if let MMapPath::Path(path) = path { Some(path) } else { None };
    let mut libraries: Vec<PathBuf> =
        maps.into_iter().flat_map(|maps| maps.0).filter_map(|map| path(map.pathname)).collect();
    libraries.retain(|library| is_library(library));
    let mut named: Vec<String> = OF_EVERY_PROGRAM.map(str::to_owned).into();
    named.extend(options(linked, "-l").map(|name| format!("lib{name}.so")));
    let folders: Vec<&str> = options(linked, "-L").chain(FOLDERS.iter().copied()).collect();
    for name in named {
        let mut places = folders.iter().map(|folder| Path::new(folder).join(&name));
        libraries.extend(places.find(|place| is_elf(place)));
    }
    libraries.sort();
    libraries.dedup();
    libraries
}

/// The values of an option that may stand by itself or before its value.
fn options<'words>(words: &'words [String], name: &'static str) -> impl Iterator<Item = &'words str> {
    let attached = words.iter().filter_map(move |word| word.strip_prefix(name)).filter(|value| !value.is_empty());
    let apart = words.windows(2).filter(move |pair| pair[0] == name).map(|pair| pair[1].as_str());
    attached.chain(apart)
}

/// Not so the scripts that stand in places of some libraries, for linkers alone.
fn is_elf(path: &Path) -> bool {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == *b"\x7fELF"
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.contains(".so") && path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_found_where_the_linker_found_them() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("libhere.so"), b"\x7fELF and more").unwrap();
        std::fs::write(folder.path().join("libscript.so"), "GROUP ( libhere.so )").unwrap();
        let place = folder.path().to_str().unwrap();
        for words in [["-L", place, "-lhere", "-lscript", "-lnowhere"], ["cc", "-lnowhere", "-L/", place, "-lhere"]] {
            let found = shared_libraries(std::process::id(), &words.map(str::to_owned));
            assert_eq!(found.contains(&folder.path().join("libhere.so")), words[0] == "-L");
            assert!(!found.contains(&folder.path().join("libscript.so")));
        }
    }
}
