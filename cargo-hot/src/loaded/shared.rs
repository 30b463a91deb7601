//! The shared libraries that a patch may refer to.

use std::fs;
use std::path::{Path, PathBuf};

/// Where distributions keep the C library.
const FOLDERS: &[&str] =
    &["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/// Every program may call these, though the linker left them out where none of its code did.
const OF_EVERY_PROGRAM: &[&str] = &["libm.so.6"];

/// Those the process has mapped, and those it could have had.
pub(crate) fn shared_libraries(process: u32) -> Vec<PathBuf> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
    let mut libraries: Vec<PathBuf> =
        maps.lines().filter_map(|line| line.find('/').map(|at| PathBuf::from(&line[at..]))).collect();
    libraries.retain(|library| is_library(library));
    for name in OF_EVERY_PROGRAM {
        let places = FOLDERS.iter().map(|folder| Path::new(folder).join(name));
        libraries.extend(places.into_iter().find(|place| place.is_file()));
    }
    libraries.sort();
    libraries.dedup();
    libraries
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.contains(".so") && path.is_file()
}
