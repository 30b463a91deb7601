//! Where the user's project stands: its workspace, its packages, its target directory.

use crate::base::Overrides;
use crate::cli::ProjectOptions;
use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;
use std::path::{Path, PathBuf};

/// What cargo says of the project in the working directory.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    /// Where cargo keeps what it only needs itself, if not there.
    pub(crate) build_directory: Option<PathBuf>,
    pub(crate) package_roots: Vec<PathBuf>,
    pub(crate) overrides: Overrides,
}

impl Project {
    /// # Errors
    /// There is no project, or cargo does not understand it: its own words are in the error.
    pub(crate) fn find(options: &ProjectOptions) -> Result<Self> {
        let overrides = Overrides::read(&options.config)?;
        let mut command = MetadataCommand::new();
        command.no_deps().other_options(overrides.words().map(str::to_owned).collect::<Vec<_>>());
        if let Some(manifest) = &options.manifest_path {
            command.manifest_path(manifest);
        }
        let metadata = command.exec().context("failed to find the project")?;
        let roots = metadata.workspace_packages();
        let package_roots =
            roots.iter().filter_map(|package| package.manifest_path.parent().map(|root| root.as_std_path().to_owned()));
        let target_directory = match &options.target_dir {
            Some(folder) => std::path::absolute(folder).context("failed to ask for the working directory")?,
            None => metadata.target_directory.as_std_path().to_owned(),
        };
        Ok(Self {
            workspace_root: metadata.workspace_root.as_std_path().to_owned(),
            target_directory,
            build_directory: metadata.build_directory.as_ref().map(|folder| folder.as_std_path().to_owned()),
            package_roots: package_roots.collect(),
            overrides,
        })
    }

    /// Whether cargo, or what it runs, writes the file.
    pub(crate) fn is_output(&self, file: &Path) -> bool {
        let folders = self.build_directory.iter().chain([&self.target_directory]);
        folders.into_iter().any(|folder| file.starts_with(folder))
    }

    /// Where sessions keep what they compile and link, and where commands find them.
    pub(crate) fn sessions(&self) -> PathBuf {
        self.target_directory.join("hot").join("sessions")
    }
}
