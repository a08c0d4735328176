//! What the sandbox's files do: copy on write, whiteouts, merged listings, rights, limits.

use taipan_host::clock::Timespec;
use taipan_host::files::{Identity, Remove, TimeChange};
use taipan_host::{AT_CWD, OpenFlags, SandboxConfig, Symlinks, memory, sandbox};

use crate::scratch::{Scratch, errno, exists, names, read, write};

#[test]
fn a_file_is_copied_when_it_is_written() {
    let scratch = Scratch::new();
    scratch.write("a", "0123456789");
    let host = scratch.sandbox("");
    let name = scratch.name("a");
    let reader = host.open(AT_CWD, &name, OpenFlags::READ, 0).unwrap();
    let writer = host.open(AT_CWD, &name, OpenFlags::READ_WRITE, 0).unwrap();
    host.lseek(writer, 3, libc::SEEK_SET).unwrap();
    host.write(writer, b"abc").unwrap();
    let mut buffer = [0; 20];
    assert_eq!(host.read(reader, &mut buffer).unwrap(), 10);
    assert_eq!(&buffer[..10], b"012abc6789");
    assert_eq!(host.fstat(writer).unwrap().size, 10);
    assert_eq!(
        host.stat(AT_CWD, &name, Symlinks::Follow).unwrap().ino,
        host.fstat(reader).unwrap().ino
    );
    assert_eq!(scratch.read("a"), "0123456789");
}

#[test]
fn appending_goes_to_the_end_and_gaps_are_zeros() {
    let (host, _) = memory().unwrap();
    write(&*host, b"/tmp/f", "ab").unwrap();
    let fd = host
        .open(AT_CWD, b"/tmp/f", OpenFlags::WRITE | OpenFlags::APPEND, 0)
        .unwrap();
    host.write(fd, b"c").unwrap();
    host.ftruncate(fd, 5).unwrap();
    host.write(fd, b"d").unwrap();
    assert_eq!(read(&*host, b"/tmp/f").unwrap(), "abc\0\0d");
    host.truncate(b"/tmp/f", 1).unwrap();
    assert_eq!(
        read(&*host, b"f").unwrap(),
        "a",
        "the current directory is /tmp"
    );
}

#[test]
fn listings_merge_disk_and_memory() {
    let scratch = Scratch::new();
    for name in ["a", "b", "dir/c"] {
        scratch.write(name, "");
    }
    let host = scratch.sandbox("");
    host.unlink(AT_CWD, &scratch.name("a"), Remove::File)
        .unwrap();
    write(&*host, &scratch.name("new"), "").unwrap();
    assert_eq!(
        names(&*host, &scratch.name("")).unwrap(),
        ["b", "dir", "new"]
    );
    // What appears on disk later is seen, what goes is gone, what was removed stays removed.
    scratch.write("later", "");
    scratch.write("a", "again");
    std::fs::remove_file(scratch.path().join("b")).unwrap();
    assert_eq!(
        names(&*host, &scratch.name("")).unwrap(),
        ["dir", "later", "new"]
    );
    assert!(!exists(&*host, &scratch.name("a")));
    write(&*host, &scratch.name("a"), "mine").unwrap();
    assert_eq!(read(&*host, &scratch.name("a")).unwrap(), "mine");
}

#[test]
fn a_removed_directory_does_not_shine_through_its_successor() {
    let scratch = Scratch::new();
    scratch.write("dir/c", "");
    let host = scratch.sandbox("");
    let directory = scratch.name("dir");
    assert_eq!(
        errno(host.unlink(AT_CWD, &directory, Remove::Directory)),
        libc::ENOTEMPTY
    );
    assert_eq!(
        errno(host.unlink(AT_CWD, &directory, Remove::File)),
        libc::EISDIR
    );
    host.unlink(AT_CWD, &scratch.name("dir/c"), Remove::File)
        .unwrap();
    host.unlink(AT_CWD, &directory, Remove::Directory).unwrap();
    assert!(!exists(&*host, &directory));
    host.mkdir(AT_CWD, &directory, 0o777).unwrap();
    assert!(names(&*host, &directory).unwrap().is_empty());
    assert_eq!(
        host.stat(AT_CWD, &directory, Symlinks::Follow)
            .unwrap()
            .mode
            & 0o777,
        0o755
    );
}

#[test]
fn a_directory_moves_with_what_is_below() {
    let scratch = Scratch::new();
    scratch.write("dir/sub/c", "text");
    let host = scratch.sandbox("");
    let (old, new) = (scratch.name("dir"), scratch.name("moved"));
    assert_eq!(
        errno(host.rename(AT_CWD, &old, AT_CWD, &scratch.name("dir/sub/x"))),
        libc::EINVAL
    );
    host.rename(AT_CWD, &old, AT_CWD, &new).unwrap();
    assert!(!exists(&*host, &old));
    assert_eq!(read(&*host, &scratch.name("moved/sub/c")).unwrap(), "text");
    host.chdir(&scratch.name("moved/sub")).unwrap();
    assert_eq!(host.getcwd().unwrap(), scratch.name("moved/sub"));
    assert_eq!(read(&*host, b"../sub/c").unwrap(), "text");
}

#[test]
fn renaming_replaces() {
    let (host, _) = memory().unwrap();
    write(&*host, b"a", "a").unwrap();
    write(&*host, b"b", "b").unwrap();
    host.mkdir(AT_CWD, b"d", 0o777).unwrap();
    assert_eq!(errno(host.rename(AT_CWD, b"a", AT_CWD, b"d")), libc::EISDIR);
    assert_eq!(
        errno(host.rename(AT_CWD, b"d", AT_CWD, b"a")),
        libc::ENOTDIR
    );
    host.rename(AT_CWD, b"a", AT_CWD, b"b").unwrap();
    assert_eq!(read(&*host, b"b").unwrap(), "a");
    assert_eq!(names(&*host, b".").unwrap(), ["b", "d"]);
}

#[test]
fn hard_links_share_and_an_open_file_outlives_its_name() {
    let (host, _) = memory().unwrap();
    write(&*host, b"a", "text").unwrap();
    host.link(AT_CWD, b"a", AT_CWD, b"b", Symlinks::Follow)
        .unwrap();
    assert_eq!(host.stat(AT_CWD, b"b", Symlinks::Follow).unwrap().nlink, 2);
    write(&*host, b"b", "changed").unwrap();
    assert_eq!(read(&*host, b"a").unwrap(), "changed");
    let fd = host.open(AT_CWD, b"a", OpenFlags::READ, 0).unwrap();
    host.unlink(AT_CWD, b"a", Remove::File).unwrap();
    host.unlink(AT_CWD, b"b", Remove::File).unwrap();
    let mut buffer = [0; 10];
    assert_eq!(host.read(fd, &mut buffer).unwrap(), 7);
    assert_eq!(host.fstat(fd).unwrap().nlink, 0);
}

#[test]
fn modes_and_times_are_kept_in_memory() {
    let scratch = Scratch::new();
    scratch.write("a", "text");
    let host = scratch.sandbox("");
    let name = scratch.name("a");
    let time = TimeChange::At(Timespec { secs: 5, nanos: 7 });
    host.utime(AT_CWD, &name, time, TimeChange::Keep, Symlinks::Follow)
        .unwrap();
    let stat = host.stat(AT_CWD, &name, Symlinks::Follow).unwrap();
    assert_eq!((stat.atime.secs, stat.atime.nanos), (5, 7));
    assert!(stat.mtime.secs > 5);
    host.chmod(AT_CWD, &name, 0, Symlinks::Follow).unwrap();
    assert_eq!(errno(read(&*host, &name)), libc::EACCES);
    assert_eq!(
        errno(host.access(AT_CWD, &name, libc::R_OK, Identity::Real, Symlinks::Follow)),
        libc::EACCES
    );
    host.chmod(AT_CWD, &name, 0o400, Symlinks::Follow).unwrap();
    assert_eq!(read(&*host, &name).unwrap(), "text");
    assert_eq!(errno(write(&*host, &name, "x")), libc::EACCES);
}

#[test]
fn open_obeys_its_flags() {
    let (host, _) = memory().unwrap();
    write(&*host, b"a", "x").unwrap();
    let create = OpenFlags::WRITE | OpenFlags::CREATE;
    assert_eq!(
        errno(host.open(AT_CWD, b"a", create | OpenFlags::EXCLUSIVE, 0o600)),
        libc::EEXIST
    );
    assert_eq!(
        errno(host.open(AT_CWD, b"a", OpenFlags::DIRECTORY, 0)),
        libc::ENOTDIR
    );
    assert_eq!(
        errno(host.open(AT_CWD, b".", OpenFlags::WRITE, 0)),
        libc::EISDIR
    );
    assert_eq!(
        errno(host.open(AT_CWD, b"a/", OpenFlags::READ, 0)),
        libc::ENOTDIR
    );
    assert_eq!(
        errno(host.open(AT_CWD, b"", OpenFlags::READ, 0)),
        libc::ENOENT
    );
    assert_eq!(
        errno(host.open(AT_CWD, &[b'n'; 256], create, 0o600)),
        libc::ENAMETOOLONG
    );
    host.symlink(b"a", AT_CWD, b"l").unwrap();
    assert_eq!(
        errno(host.open(AT_CWD, b"l", OpenFlags::READ | OpenFlags::NO_FOLLOW, 0)),
        libc::ELOOP
    );
    let fd = host
        .open(AT_CWD, b".", OpenFlags::READ | OpenFlags::DIRECTORY, 0)
        .unwrap();
    let inner = host.open(fd, b"a", OpenFlags::READ, 0).unwrap();
    assert_eq!(errno(host.write(inner, b"x")), libc::EBADF);
}

#[test]
fn memory_for_files_is_bounded_and_given_back() {
    let host = sandbox(SandboxConfig {
        memory_limit: 10_000,
        ..SandboxConfig::default()
    })
    .unwrap();
    for round in 0..5 {
        write(&*host, b"a", &"x".repeat(6000)).unwrap();
        assert_eq!(
            errno(write(&*host, b"b", &"x".repeat(6000))),
            libc::ENOSPC,
            "round {round}"
        );
        host.unlink(AT_CWD, b"b", Remove::File).unwrap();
        let fd = host.open(AT_CWD, b"a", OpenFlags::WRITE, 0).unwrap();
        assert_eq!(errno(host.ftruncate(fd, 1 << 50)), libc::ENOSPC);
        host.close(fd).unwrap();
        host.unlink(AT_CWD, b"a", Remove::File).unwrap();
    }
}
