//! Attempts to read or change what is outside of the readable folder.

use std::os::unix::fs::symlink;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use taipan_host::files::Remove;
use taipan_host::processes::{ForkExec, Spawn};
use taipan_host::{AT_CWD, OpenFlags, SandboxConfig, Symlinks, sandbox};

use crate::scratch::{Scratch, errno, exists, names, read, write};

#[test]
fn outside_does_not_exist() {
    let scratch = Scratch::new();
    scratch.write("in/a", "inside");
    scratch.write("secret", "outside");
    let host = scratch.sandbox("in");
    assert_eq!(read(&*host, &scratch.name("in/a")).unwrap(), "inside");
    assert_eq!(errno(read(&*host, &scratch.name("secret"))), libc::ENOENT);
    assert_eq!(
        errno(read(&*host, &scratch.name("in/../secret"))),
        libc::ENOENT
    );
    assert_eq!(names(&*host, &scratch.name("")).unwrap(), ["in"]);
    assert!(!exists(&*host, b"/etc/passwd"));
    assert!(!exists(&*host, b"/proc/self"));
}

#[test]
fn links_lead_inside_only() {
    let scratch = Scratch::new();
    scratch.write("in/a", "inside");
    scratch.write("secret", "outside");
    symlink(
        scratch.path().join("secret"),
        scratch.path().join("in/absolute"),
    )
    .unwrap();
    symlink("../secret", scratch.path().join("in/relative")).unwrap();
    symlink("..", scratch.path().join("in/up")).unwrap();
    symlink("/", scratch.path().join("in/root")).unwrap();
    symlink("a", scratch.path().join("in/good")).unwrap();
    symlink("loop", scratch.path().join("in/loop")).unwrap();
    let host = scratch.sandbox("in");
    for name in [
        "in/absolute",
        "in/relative",
        "in/up/secret",
        "in/root/etc/passwd",
    ] {
        assert_eq!(
            errno(read(&*host, &scratch.name(name))),
            libc::ENOENT,
            "{name}"
        );
    }
    assert_eq!(read(&*host, &scratch.name("in/good")).unwrap(), "inside");
    assert_eq!(read(&*host, &scratch.name("in/up/in/a")).unwrap(), "inside");
    assert_eq!(errno(read(&*host, &scratch.name("in/loop"))), libc::ELOOP);
    assert_eq!(
        host.read_link(AT_CWD, &scratch.name("in/relative"))
            .unwrap(),
        b"../secret"
    );
}

#[test]
fn links_made_inside_lead_nowhere() {
    let scratch = Scratch::new();
    scratch.write("in/a", "inside");
    scratch.write("secret", "outside");
    let host = scratch.sandbox("in");
    host.symlink(&scratch.name("secret"), AT_CWD, &scratch.name("in/link"))
        .unwrap();
    assert_eq!(errno(read(&*host, &scratch.name("in/link"))), libc::ENOENT);
    // Writing through it makes a file of the sandbox.
    write(&*host, &scratch.name("in/link"), "mine").unwrap();
    assert_eq!(read(&*host, &scratch.name("secret")).unwrap(), "mine");
    assert_eq!(scratch.read("secret"), "outside");
}

#[test]
fn proc_is_hidden_even_if_readable() {
    let host = sandbox(SandboxConfig {
        readable: vec!["/".into()],
        ..SandboxConfig::default()
    })
    .unwrap();
    assert!(exists(&*host, b"/etc"));
    for name in [
        &b"/proc/self/environ"[..],
        b"/proc/self/mem",
        b"/proc/self/root/etc",
        b"/proc/1/status",
    ] {
        assert!(!exists(&*host, name), "{}", String::from_utf8_lossy(name));
    }
    // A device of the sandbox's own, or none.
    assert!(!exists(&*host, b"/dev/mem"));
}

#[test]
fn special_files_are_hidden() {
    let scratch = Scratch::new();
    scratch.write("in/a", "");
    let native = taipan_host::native();
    native
        .mkfifo(AT_CWD, &scratch.name("in/fifo"), 0o600)
        .unwrap();
    let host = scratch.sandbox("in");
    assert_eq!(names(&*host, &scratch.name("in")).unwrap(), ["a"]);
    assert_eq!(errno(read(&*host, &scratch.name("in/fifo"))), libc::ENOENT);
}

#[test]
fn nothing_is_changed_outside() {
    let scratch = Scratch::new();
    scratch.write("in/a", "old");
    scratch.write("in/dir/b", "old");
    let host = scratch.sandbox("in");
    write(&*host, &scratch.name("in/a"), "new").unwrap();
    write(&*host, &scratch.name("in/made"), "new").unwrap();
    host.rename(
        AT_CWD,
        &scratch.name("in/dir"),
        AT_CWD,
        &scratch.name("in/moved"),
    )
    .unwrap();
    host.chmod(AT_CWD, &scratch.name("in/a"), 0o600, Symlinks::Follow)
        .unwrap();
    host.unlink(AT_CWD, &scratch.name("in/a"), Remove::File)
        .unwrap();
    write(&*host, b"/written-to-the-root", "new").unwrap();
    assert_eq!(scratch.read("in/a"), "old");
    assert_eq!(scratch.read("in/dir/b"), "old");
    assert!(!scratch.path().join("in/made").exists());
    assert!(!scratch.path().join("in/moved").exists());
    assert!(!std::path::Path::new("/written-to-the-root").exists());
}

/// A directory is swapped with a link to the outside, again and again, while the sandbox reads through its name.
#[test]
fn a_race_cannot_lead_out() {
    let scratch = Scratch::new();
    scratch.write("in/dir/file", "inside");
    scratch.write("out/file", "outside");
    symlink(scratch.path().join("out"), scratch.path().join("in/link")).unwrap();
    let host = scratch.sandbox("in");
    let stop = Arc::new(AtomicBool::new(false));
    let (folder, stopped) = (scratch.path().join("in"), Arc::clone(&stop));
    let swapper = std::thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            std::fs::rename(folder.join("dir"), folder.join("kept")).unwrap();
            std::fs::rename(folder.join("link"), folder.join("dir")).unwrap();
            std::fs::rename(folder.join("dir"), folder.join("link")).unwrap();
            std::fs::rename(folder.join("kept"), folder.join("dir")).unwrap();
        }
    });
    let mut inside = 0;
    for _ in 0..3000 {
        match read(&*host, &scratch.name("in/dir/file")) {
            Ok(text) => {
                assert_eq!(text, "inside");
                inside += 1;
            }
            Err(error) => assert!(
                matches!(error.errno, libc::ENOENT | libc::ENOTDIR | libc::ELOOP),
                "{error}"
            ),
        }
    }
    stop.store(true, Ordering::Relaxed);
    swapper.join().unwrap();
    assert!(inside > 0, "the test never read anything");
}

#[test]
fn network_and_processes_are_refused_with_a_reason() {
    let (host, _) = taipan_host::memory().unwrap();
    let error = host
        .socket(libc::AF_INET, libc::SOCK_STREAM, 0)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "[Errno 1] Operation not permitted (the sandbox has no network)"
    );
    assert!(
        host.getaddrinfo(Some(b"localhost"), None, Default::default())
            .is_err()
    );
    assert_eq!(errno(host.fork()), libc::EPERM);
    assert_eq!(errno(host.system(b"true")), libc::EPERM);
    assert_eq!(errno(host.spawn(&Spawn::default())), libc::EPERM);
    let request = ForkExec {
        argv: vec![b"true".to_vec()],
        executables: vec![b"/bin/true".to_vec()],
        close_fds: true,
        keep: Vec::new(),
        directory: None,
        environment: None,
        stdin: (-1, -1),
        stdout: (-1, -1),
        stderr: (-1, -1),
        error_pipe: (-1, -1),
        restore_signals: false,
        new_session: false,
        process_group: -1,
        gid: None,
        groups: None,
        uid: None,
        umask: -1,
    };
    assert_eq!(errno(host.fork_exec(&request, None)), libc::EPERM);
    assert_eq!(errno(host.exec(b"/bin/true", &[], None)), libc::EPERM);
    assert_eq!(errno(host.kill(1, libc::SIGKILL)), libc::EPERM);
    assert_eq!(errno(host.exit_now(0)), libc::EPERM);
    assert_eq!(errno(host.abort()), libc::EPERM);
}

#[test]
fn real_descriptors_are_out_of_reach() {
    let (host, _) = taipan_host::memory().unwrap();
    for fd in 3..64 {
        assert_eq!(errno(host.read(fd, &mut [0; 8])), libc::EBADF);
        assert_eq!(errno(host.close(fd)), libc::EBADF);
    }
    let flags = OpenFlags::READ;
    assert_eq!(errno(host.open(7, b"x", flags, 0)), libc::EBADF);
}
