//! Users, disks and folders that let a program do less than it wants.

use std::{
    fs::{self, File, Permissions},
    io::Write as _,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// Whether the tests run as root, for whom permissions are nothing.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The user `nobody`: what an unprivileged program runs as where the tests run as root.
fn nobody() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let line = users
        .lines()
        .find(|line| line.starts_with("nobody:"))
        .expect("there is a user `nobody`");
    let number = |index| line.split(':').nth(index)?.parse().ok();
    (
        number(2).expect("a user id"),
        number(3).expect("a group id"),
    )
}

/// Has a command run as an unprivileged user: `nobody`, or whoever runs the tests if that is not root.
pub fn unprivileged(command: &mut Command) -> &mut Command {
    if is_root() {
        let (user, group) = nobody();
        command.uid(user).gid(group);
    }
    command
}

/// Gives a folder and all that is in it to the user of [`unprivileged`].
pub fn give_to_unprivileged(folder: &Path) {
    if !is_root() {
        return;
    }
    let (user, group) = nobody();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        chown(&path, Some(user), Some(group)).expect("root may give files away");
        if path.is_dir() && !path.is_symlink() {
            folders.extend(
                fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        }
    }
}

/// A program where the user of [`unprivileged`] can run it: where it is, or a copy.
#[derive(Debug)]
pub struct Reachable {
    path: PathBuf,
    _copy: Option<TempDir>,
}

impl Reachable {
    /// Finds out whether a program can be run where it is, and copies it if not.
    pub fn new(program: &Path) -> Self {
        let mut test = Command::new("test");
        test.arg("-x").arg(program).current_dir("/");
        if unprivileged(&mut test)
            .status()
            .expect("test runs")
            .success()
        {
            return Self {
                path: program.to_owned(),
                _copy: None,
            };
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("our folder");
        let path = folder
            .path()
            .join(program.file_name().expect("a program has a name"));
        fs::copy(program, &path).expect("a copy of the program");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("our file");
        Self {
            path,
            _copy: Some(folder),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A disk of its own size, on which files are lost with it.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts a disk that everybody may write to; `None`, which is said, where that is not allowed.
    pub fn new(bytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = format!("size={bytes},mode=0777");
        mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], folder.path())?;
        Some(Self { folder })
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves this many bytes free, rounded up to pages of 4096.
    pub fn fill(&self, leaving: u64) {
        let path = self.path().join("filler");
        let mut filler = File::create(&path).expect("a file on the small disk");
        let page = [0; 4096];
        let mut pages = 0;
        while filler.write_all(&page).is_ok() {
            pages += 1;
        }
        let kept = (pages * 4096_u64).saturating_sub(leaving.div_ceil(4096) * 4096);
        filler.set_len(kept).expect("a file can be cut");
    }

    /// Makes room again.
    pub fn empty(&self) {
        fs::remove_file(self.path().join("filler")).expect("the disk was full");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        unmount(self.path());
    }
}

/// A folder in which nothing can be written, by root neither, while this lives.
#[derive(Debug)]
pub struct ReadOnly {
    folder: PathBuf,
    /// What its permissions were, where they are what forbids it.
    before: Option<Permissions>,
}

impl ReadOnly {
    /// Forbids writing; `None`, which is said, where that is not allowed.
    pub fn new(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().expect("the folder is there");
        if is_root() {
            let source = folder.to_str().expect("a plain name");
            mount(&["--bind", source], &folder)?;
            let bound = Self {
                folder,
                before: None,
            };
            mount(&["-o", "remount,bind,ro"], &bound.folder)?;
            return Some(bound);
        }
        let before = fs::metadata(&folder).expect("the folder").permissions();
        let forbidding = Permissions::from_mode(before.mode() & !0o222);
        fs::set_permissions(&folder, forbidding).expect("our folder");
        Some(Self {
            folder,
            before: Some(before),
        })
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        match &self.before {
            Some(before) => {
                let _ = fs::set_permissions(&self.folder, before.clone());
            }
            None => unmount(&self.folder),
        }
    }
}

fn mount(args: &[&str], folder: &Path) -> Option<()> {
    let output = Command::new("mount").args(args).arg(folder).output();
    let reason = match output {
        Ok(output) if output.status.success() => return Some(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    eprintln!("SKIPPED: nothing can be mounted here: {reason}");
    None
}

/// Also while a program still has files open there.
fn unmount(folder: &Path) {
    let _ = Command::new("umount").arg("--lazy").arg(folder).status();
}
