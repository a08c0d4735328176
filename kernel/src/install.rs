//! `taipan kernel install`: writes the kernelspec by which frontends find the kernel.
//!
//! Counterparts: `jupyter kernelspec install`, `ipykernel install`; "Making kernels for Jupyter".
//! Tests: below.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;

/// Where the kernelspec goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The user's own Jupyter folder.
    User,
    /// `share/jupyter` below this folder.
    Prefix(PathBuf),
    /// `share/jupyter` below the active virtual or conda environment.
    SysPrefix,
}

/// What is installed, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Where.
    pub place: Place,
    /// The kernelspec's name: the folder's.
    pub name: String,
    /// What menus show.
    pub display_name: String,
}

/// Why a kernelspec cannot be installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// An argument that is not understood.
    #[error("unrecognized argument: {0}")]
    Unknown(String),
    /// An option without its value.
    #[error("argument {0}: expected one argument")]
    MissingValue(&'static str),
    /// More than one place is named.
    #[error("--user, --prefix and --sys-prefix exclude each other")]
    TwoPlaces,
    /// The name cannot be a kernelspec's.
    #[error("invalid kernel name {0:?}: only ASCII letters, digits and . _ - are allowed")]
    Name(String),
    /// No environment is active.
    #[error("--sys-prefix: neither VIRTUAL_ENV nor CONDA_PREFIX is set")]
    NoEnvironment,
    /// There is no home folder.
    #[error("--user: no home folder is known")]
    NoHome,
    /// The path of this program is no text, so that JSON cannot hold it.
    #[error("the program's path {0:?} is not valid Unicode")]
    Program(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Default for Install {
    fn default() -> Self {
        Install {
            place: Place::User,
            name: "taipan".to_owned(),
            display_name: "Python 3.14 (Taipan)".to_owned(),
        }
    }
}

impl Install {
    /// Reads the arguments after `taipan kernel install`.
    ///
    /// # Errors
    /// [`InstallError`] says which argument is wrong.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, InstallError> {
        let mut install = Install::default();
        let mut place = None;
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let (option, attached) = match argument.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (argument.clone(), None),
            };
            let mut value = |option| {
                attached
                    .clone()
                    .or_else(|| arguments.next())
                    .ok_or(InstallError::MissingValue(option))
            };
            let chosen = match option.as_str() {
                "--user" if attached.is_none() => Place::User,
                "--sys-prefix" if attached.is_none() => Place::SysPrefix,
                "--prefix" => Place::Prefix(value("--prefix")?.into()),
                "--name" => {
                    install.name = value("--name")?;
                    continue;
                }
                "--display-name" => {
                    install.display_name = value("--display-name")?;
                    continue;
                }
                _ => return Err(InstallError::Unknown(argument)),
            };
            if place.replace(chosen).is_some() {
                return Err(InstallError::TwoPlaces);
            }
        }
        install.place = place.unwrap_or(Place::User);
        check_name(&install.name)?;
        Ok(install)
    }

    /// Writes the kernelspec of `program` and returns its folder.
    ///
    /// # Errors
    /// [`InstallError`] says why it cannot be written.
    pub fn run(&self, program: &Path) -> Result<PathBuf, InstallError> {
        check_name(&self.name)?;
        let folder = self
            .jupyter_folder()?
            .join("kernels")
            .join(self.name.to_ascii_lowercase());
        let text = self.kernel_json(program)?;
        let path = folder.join("kernel.json");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| InstallError::Write { path, error })?;
        Ok(folder)
    }

    fn kernel_json(&self, program: &Path) -> Result<String, InstallError> {
        let exe = program
            .to_str()
            .ok_or_else(|| InstallError::Program(program.to_owned()))?;
        let spec = json!({
            "argv": [exe, "kernel", "-f", "{connection_file}"],
            "display_name": self.display_name,
            "language": "python",
            "interrupt_mode": "message",
            "metadata": {"debugger": false},
        });
        Ok(format!("{spec:#}\n"))
    }

    fn jupyter_folder(&self) -> Result<PathBuf, InstallError> {
        match &self.place {
            Place::Prefix(prefix) => Ok(prefix.join("share").join("jupyter")),
            Place::SysPrefix => folder_in("VIRTUAL_ENV")
                .or_else(|| folder_in("CONDA_PREFIX"))
                .map(|prefix| prefix.join("share").join("jupyter"))
                .ok_or(InstallError::NoEnvironment),
            Place::User => user_folder().ok_or(InstallError::NoHome),
        }
    }
}

/// The user's Jupyter folder, by `jupyter_core.paths.jupyter_data_dir`.
fn user_folder() -> Option<PathBuf> {
    if let Some(folder) = folder_in("JUPYTER_DATA_DIR") {
        return Some(folder);
    }
    if cfg!(target_os = "macos") {
        return Some(folder_in("HOME")?.join("Library").join("Jupyter"));
    }
    if cfg!(windows) {
        return Some(folder_in("APPDATA")?.join("jupyter"));
    }
    match folder_in("XDG_DATA_HOME") {
        Some(data) => Some(data.join("jupyter")),
        None => Some(
            folder_in("HOME")?
                .join(".local")
                .join("share")
                .join("jupyter"),
        ),
    }
}

fn folder_in(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn check_name(name: &str) -> Result<(), InstallError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // "." and ".." would be folders of their own.
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
        return Err(InstallError::Name(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Install, InstallError> {
        Install::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_choose_place_and_names() {
        let install = parse("--prefix=/opt/x --name t2 --display-name T").expect("valid");
        assert_eq!(install.place, Place::Prefix("/opt/x".into()));
        assert_eq!(
            (install.name.as_str(), install.display_name.as_str()),
            ("t2", "T")
        );
        assert_eq!(parse("").expect("valid"), Install::default());
        assert_eq!(
            parse("--sys-prefix").expect("valid").place,
            Place::SysPrefix
        );
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (line, message) in [
            ("--usr", "unrecognized argument: --usr"),
            ("--user=1", "unrecognized argument: --user=1"),
            ("--name", "argument --name: expected one argument"),
            (
                "--user --sys-prefix",
                "--user, --prefix and --sys-prefix exclude each other",
            ),
            (
                "--name ../x",
                "invalid kernel name \"../x\": only ASCII letters, digits and . _ - are allowed",
            ),
        ] {
            assert_eq!(parse(line).expect_err("wrong").to_string(), message);
        }
    }

    #[test]
    fn the_kernelspec_starts_this_program() {
        let text = Install::default()
            .kernel_json(Path::new("/opt/bin/taipan"))
            .expect("valid");
        let spec: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(
            spec,
            json!({
                "argv": ["/opt/bin/taipan", "kernel", "-f", "{connection_file}"],
                "display_name": "Python 3.14 (Taipan)",
                "language": "python",
                "interrupt_mode": "message",
                "metadata": {"debugger": false},
            })
        );
    }

    #[test]
    fn run_writes_below_the_prefix() {
        let prefix = env::temp_dir().join(format!("taipan-install-{}", uuid::Uuid::new_v4()));
        let install = Install {
            place: Place::Prefix(prefix.clone()),
            ..Install::default()
        };
        let folder = install.run(Path::new("/opt/bin/taipan")).expect("written");
        assert_eq!(folder, prefix.join("share/jupyter/kernels/taipan"));
        assert!(folder.join("kernel.json").is_file());
        fs::remove_dir_all(prefix).expect("removed");
    }
}
