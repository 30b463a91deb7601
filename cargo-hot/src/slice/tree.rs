//! Which file is which module: follows `mod name;` from the root file, as rustc does.

use crate::slice::index::{FileModule, Index};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where a file's module is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// The declaring file, and the number of the declaration in it; `None` for the root.
    pub(crate) above: Option<(PathBuf, usize)>,
    /// The module's path in its crate.
    pub(crate) module: Vec<String>,
}

/// The location of every file that a declaration in a known file leads to; `index` knows files by their path.
pub(crate) fn locate<'a>(root: &Path, index: &impl Fn(&Path) -> Option<&'a Index>) -> BTreeMap<PathBuf, Location> {
    let mut found = BTreeMap::from([(root.to_owned(), Location { above: None, module: Vec::new() })]);
    // A file with the folder that its own modules stand in.
    let mut open = vec![(root.to_owned(), folder_of(root))];
    while let Some((file, folder)) = open.pop() {
        let Some(content) = index(&file) else { continue };
        for (number, declared) in content.files.iter().enumerate() {
            let Some((path, below)) = resolve(&file, &folder, content, declared, index) else { continue };
            let mut module = found[&file].module.clone();
            module.extend(content.module_path(declared.module).into_iter().map(str::to_owned));
            module.push(declared.name.clone());
            let location = Location { above: Some((file.clone(), number)), module };
            if found.insert(path.clone(), location).is_none() {
                open.push((path, below));
            }
        }
    }
    found
}

/// The file that a declaration means, and the folder of that file's own modules.
fn resolve<'a>(
    file: &Path,
    folder: &Path,
    content: &Index,
    declared: &FileModule,
    index: &impl Fn(&Path) -> Option<&'a Index>,
) -> Option<(PathBuf, PathBuf)> {
    // Where it stands may depend on a condition.
    if declared.attributes.contains("path") {
        return None;
    }
    let inline = content.module_path(declared.module).into_iter().collect::<PathBuf>();
    if let Some(path) = &declared.path {
        let base = if inline.as_os_str().is_empty() { folder_of(file) } else { folder.join(inline) };
        let path = normal(&base.join(path));
        index(&path)?;
        return Some((path.clone(), folder_of(&path)));
    }
    let name = declared.name.trim_start_matches("r#");
    let folder = folder.join(inline);
    let below = folder.join(name);
    let candidates = [folder.join(format!("{name}.rs")), below.join("mod.rs")];
    let path = candidates.into_iter().find(|path| index(path).is_some())?;
    Some((path, below))
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().unwrap_or(file).to_owned()
}

/// Without `.` and `..`, which rustc leaves in and cargo's list of files has not.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(normal.pop()),
            std::path::Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[(&str, &str)]) {
        let known: BTreeMap<PathBuf, Index> =
            files.iter().map(|(path, text)| (PathBuf::from(path), Index::of(text).unwrap())).collect();
        let found = locate(Path::new(files[0].0), &|path: &Path| known.get(path));
        let listed: Vec<_> =
            found.iter().map(|(path, location)| (path.to_str().unwrap(), location.module.join("::"))).collect();
        let expected: Vec<_> = expected.iter().map(|(path, module)| (*path, (*module).to_owned())).collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn modules_are_found_where_rustc_finds_them() {
        check(
            &[
                ("/p/main.rs", "mod a; mod b { mod c; } #[path = \"x/y.rs\"] mod d; mod e;"),
                ("/p/a.rs", "mod f;"),
                ("/p/a/f.rs", ""),
                ("/p/b/c.rs", ""),
                ("/p/x/y.rs", "mod g;"),
                ("/p/x/g.rs", ""),
                ("/p/e/mod.rs", "mod h;"),
                ("/p/e/h.rs", ""),
                ("/p/lost.rs", ""),
            ],
            &[
                ("/p/a/f.rs", "a::f"),
                ("/p/a.rs", "a"),
                ("/p/b/c.rs", "b::c"),
                ("/p/e/h.rs", "e::h"),
                ("/p/e/mod.rs", "e"),
                ("/p/main.rs", ""),
                ("/p/x/g.rs", "d::g"),
                ("/p/x/y.rs", "d"),
            ],
        );
    }
}
