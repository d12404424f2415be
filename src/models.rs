//! Finds and reads the models' files.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, FileProblem},
    schema::declared::SourceFile,
};

/// Where models are looked for, in the project and in each member of its workspace.
pub(crate) const DEFAULT_GLOB: &str = "src/**/*.rs";

/// What a file says that declares something. Most files do not, and need not be parsed.
const SIGNS: &[&str] = &["table!", "joinable!", "view!", "SqlType"];

/// The files that declare something, sorted by their paths: those that the globs match under the
/// project's root. The default glob is good for the members of the root's workspace, too.
///
/// Build folders are passed over.
///
/// # Errors
///
/// A glob that is wrong, a folder or file that cannot be read, a file with models that is not UTF-8,
/// a `Cargo.toml` that is not TOML.
pub(crate) fn files(root: &Path, globs: &[String]) -> Result<Vec<SourceFile>, Error> {
    let mut paths = BTreeSet::new();
    for pattern in globs {
        collect(root, pattern, &mut paths)?;
        if pattern == DEFAULT_GLOB {
            for member in members(root)? {
                collect(&member, pattern, &mut paths)?;
            }
        }
    }
    let files = paths.into_iter().map(read);
    files.filter_map(Result::transpose).collect()
}

fn collect(root: &Path, pattern: &str, paths: &mut BTreeSet<PathBuf>) -> Result<(), Error> {
    for path in matching(root, pattern)? {
        let inside = path.strip_prefix(root).unwrap_or(&path);
        if !is_built(root, inside) && path.is_file() {
            paths.insert(path);
        }
    }
    Ok(())
}

/// What a glob matches under a folder, sorted.
fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let whole = if Path::new(pattern).is_absolute() {
        pattern.to_owned()
    } else {
        let root = glob::Pattern::escape(&root.to_string_lossy());
        format!("{root}/{}", pattern.trim_start_matches("./"))
    };
    let wrong = |error: &glob::PatternError| {
        Error::Usage(format!(
            "the models' glob `{pattern}` makes no sense: {}",
            error.msg.to_lowercase()
        ))
    };
    let found = glob::glob(&whole).map_err(|error| wrong(&error))?;
    found
        .map(|path| {
            path.map_err(|error| Error::Io {
                doing: "read",
                path: error.path().to_owned(),
                message: error.error().to_string(),
            })
        })
        .collect()
}

/// Whether a file stands in Cargo's folder for what it builds, which is no module called `target`.
fn is_built(root: &Path, inside: &Path) -> bool {
    let mut folder = root.to_owned();
    inside.components().any(|component| {
        let is_target = component.as_os_str() == "target"
            && (folder.join("Cargo.toml").is_file()
                || folder.join("target/CACHEDIR.TAG").is_file());
        folder.push(component);
        is_target
    })
}

/// The file, if it declares something.
fn read(path: PathBuf) -> Result<Option<SourceFile>, Error> {
    let bytes = fs::read(&path).map_err(|error| Error::Io {
        doing: "read",
        path: path.clone(),
        message: error.to_string(),
    })?;
    let declares = |text: &str| SIGNS.iter().any(|sign| text.contains(sign));
    match String::from_utf8(bytes) {
        Ok(text) => Ok(declares(&text).then_some(SourceFile { path, text })),
        Err(error) if declares(&String::from_utf8_lossy(error.as_bytes())) => {
            let valid = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..valid).unwrap_or_default();
            let line = 1 + String::from_utf8_lossy(before).matches('\n').count();
            Err(Error::File {
                path,
                problem: FileProblem::NotUtf8 { line },
            })
        }
        Err(_) => Ok(None),
    }
}

#[derive(serde::Deserialize)]
struct Manifest {
    workspace: Option<Workspace>,
}

#[derive(serde::Deserialize)]
struct Workspace {
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
}

/// The folders of the workspace's members.
/// <https://doc.rust-lang.org/cargo/reference/workspaces.html#the-members-and-exclude-fields>
fn members(root: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let path = root.join("Cargo.toml");
    let failed = |message: String| Error::Io {
        doing: "read",
        path: path.clone(),
        message,
    };
    if !path.is_file() {
        return Ok(BTreeSet::new());
    }
    let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    let manifest: Manifest =
        toml::from_str(&text).map_err(|error| failed(error.message().to_owned()))?;
    let mut members = BTreeSet::new();
    let Some(workspace) = manifest.workspace else {
        return Ok(members);
    };
    for pattern in &workspace.members {
        let excluded = |path: &Path| {
            let mut excluded = workspace.exclude.iter();
            excluded.any(|excluded| path.starts_with(root.join(excluded)))
        };
        let found = matching(root, pattern)?.into_iter();
        members.extend(found.filter(|path| path.join("Cargo.toml").is_file() && !excluded(path)));
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn found(folder: &tempfile::TempDir, globs: &[&str]) -> Result<Vec<String>, String> {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let root = folder.path();
        match files(root, &globs) {
            Ok(files) => Ok(files
                .iter()
                .map(|file| file.path.strip_prefix(root).unwrap().display().to_string())
                .collect()),
            Err(error) => Err(error
                .to_string()
                .replace(&root.display().to_string(), "ROOT")),
        }
    }

    const TABLE: &[u8] = b"diesel::table! { a (id) { id -> Integer, } }";

    #[test]
    fn files_with_models_are_found_in_the_project_and_its_members() {
        let folder = project(&[
            (
                "Cargo.toml",
                b"[workspace]\nmembers = ['crates/*', '.']\nexclude = ['crates/old']",
            ),
            ("src/schema.rs", TABLE),
            ("src/main.rs", b"fn main() {}"),
            ("src/binary.rs", b"\xff"),
            ("src/target/schema.rs", TABLE),
            ("target/src/schema.rs", TABLE),
            ("crates/a/Cargo.toml", b""),
            ("crates/a/src/deep/schema.rs", TABLE),
            ("crates/old/Cargo.toml", b""),
            ("crates/old/src/schema.rs", TABLE),
            ("crates/none/src/schema.rs", TABLE),
        ]);
        assert_eq!(
            found(&folder, &[DEFAULT_GLOB]).unwrap(),
            [
                "crates/a/src/deep/schema.rs",
                "src/schema.rs",
                "src/target/schema.rs"
            ]
        );
        assert_eq!(
            found(&folder, &["crates/**/*.rs", "./crates/a/**/*.rs"]).unwrap(),
            [
                "crates/a/src/deep/schema.rs",
                "crates/none/src/schema.rs",
                "crates/old/src/schema.rs"
            ]
        );
        assert_eq!(
            found(&folder, &["**/*.rs"]).unwrap().len(),
            5,
            "what is built is passed over"
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let folder = project(&[
            ("Cargo.toml", b"[workspace\n"),
            ("src/schema.rs", b"table!\n\xff"),
        ]);
        for (globs, expected) in [
            (
                "src/***/x",
                "the models' glob `src/***/x` makes no sense: wildcards are either regular `*` or recursive `**`",
            ),
            (
                "src/*.rs",
                "`ROOT/src/schema.rs` is not UTF-8: wrong byte in line 2",
            ),
        ] {
            assert_eq!(found(&folder, &[globs]).unwrap_err(), expected);
        }
        let broken = found(&folder, &[DEFAULT_GLOB]).unwrap_err();
        assert!(
            broken.starts_with("cannot read `ROOT/Cargo.toml`: "),
            "{broken}"
        );
    }
}
