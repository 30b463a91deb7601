//! Every link in the project's documents leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use regex::Regex;

use crate::binary;

#[test]
fn links_lead_to_files_that_exist() -> Result<()> {
    let checkout = binary::checkout();
    let mut documents = Vec::new();
    for folder in ["", "docs", "tests", "benches"] {
        documents.extend(markdown(&checkout.join(folder))?);
    }
    let link = Regex::new(r"\]\(([^)#]+)[^)]*\)")?;
    let mut count = 0;
    for document in &documents {
        let text = fs::read_to_string(document).with_context(|| format!("failed to read `{}`", document.display()))?;
        for target in link.captures_iter(&text).filter_map(|found| found.get(1)).map(|found| found.as_str()) {
            let folder = document.parent().unwrap_or(Path::new(""));
            let is_there = target.contains("://") || folder.join(target).exists();
            ensure!(is_there, "`{}` links to `{target}`, which is not there", document.display());
            count += 1;
        }
    }
    ensure!(count > 50, "the documents have but {count} links");
    Ok(())
}

fn markdown(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect())
}
