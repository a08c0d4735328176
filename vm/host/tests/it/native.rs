//! Round trips through the real machine, in a folder of their own.

use std::net::Ipv4Addr;

use taipan_host::clock::Timespec;
use taipan_host::descriptors::PollFd;
use taipan_host::files::{Remove, TimeChange};
use taipan_host::network::{AddressHints, ControlMessage, SocketAddress};
use taipan_host::processes::{ForkExec, Spawn};
use taipan_host::{AT_CWD, Fd, Host, OpenFlags, Symlinks, native};

use crate::scratch::{Scratch, errno, names, read, write};

#[test]
fn files() {
    let (host, scratch) = (native(), Scratch::new());
    let (a, b) = (scratch.name("a"), scratch.name("b"));
    write(&*host, &a, "text").unwrap();
    assert_eq!(read(&*host, &a).unwrap(), "text");
    host.link(AT_CWD, &a, AT_CWD, &b, Symlinks::Follow).unwrap();
    host.symlink(b"a", AT_CWD, &scratch.name("l")).unwrap();
    assert_eq!(host.read_link(AT_CWD, &scratch.name("l")).unwrap(), b"a");
    assert_eq!(names(&*host, &scratch.name("")).unwrap(), ["a", "b", "l"]);
    let time = Timespec {
        secs: -5,
        nanos: 25,
    };
    host.utime(
        AT_CWD,
        &a,
        TimeChange::At(time),
        TimeChange::At(time),
        Symlinks::Follow,
    )
    .unwrap();
    let stat = host.stat(AT_CWD, &a, Symlinks::Follow).unwrap();
    assert_eq!((stat.size, stat.nlink, stat.mtime), (4, 2, time));
    let fd = host
        .open(
            AT_CWD,
            &scratch.name(""),
            OpenFlags::READ | OpenFlags::DIRECTORY,
            0,
        )
        .unwrap();
    host.unlink(fd, b"b", Remove::File).unwrap();
    for _ in 0..2 {
        let mut stream = host.read_dir_fd(fd).unwrap();
        let mut count = 0;
        while stream.next_entry().unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, 2);
    }
    host.close(fd).unwrap();
    assert_eq!(
        errno(host.stat(AT_CWD, b"a\0b", Symlinks::Follow)),
        libc::EINVAL
    );
}

#[test]
fn vectors_and_offsets() {
    let (host, scratch) = (native(), Scratch::new());
    let flags = OpenFlags::READ_WRITE | OpenFlags::CREATE;
    let fd = host.open(AT_CWD, &scratch.name("v"), flags, 0o600).unwrap();
    assert_eq!(host.writev(fd, &[b"ab", b"", b"cde"]).unwrap(), 5);
    assert_eq!(host.pwrite(fd, b"X", 1).unwrap(), 1);
    let (mut left, mut right) = ([0; 2], [0; 9]);
    assert_eq!(
        host.preadv(fd, &mut [&mut left, &mut right], 0, 0).unwrap(),
        5
    );
    assert_eq!((&left, &right[..3]), (b"aX", &b"cde"[..]));
    let map = host
        .mmap(fd, 5, libc::PROT_READ, libc::MAP_SHARED, 0)
        .unwrap();
    assert_eq!(map.length(), 5);
    host.close(fd).unwrap();
    map.flush(0, 5, libc::MS_SYNC).unwrap();
}

#[test]
fn sockets() {
    let host = native();
    let server = host.socket(libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
    host.bind(
        server,
        &SocketAddress::Inet {
            address: Ipv4Addr::LOCALHOST,
            port: 0,
        },
    )
    .unwrap();
    host.listen(server, 1).unwrap();
    let address = host.getsockname(server).unwrap();
    let client = host.socket(libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
    host.connect(client, &address).unwrap();
    let (peer, from) = host.accept(server).unwrap();
    assert_eq!(host.getsockname(client).unwrap(), from);
    host.send(client, b"ping", 0).unwrap();
    let mut buffer = [0; 10];
    assert_eq!(host.recv(peer, &mut buffer, 0).unwrap(), 4);
    let mut option = [0; 4];
    assert_eq!(
        host.getsockopt(client, libc::SOL_SOCKET, libc::SO_TYPE, &mut option)
            .unwrap(),
        4
    );
    assert_eq!(i32::from_ne_bytes(option), libc::SOCK_STREAM);
    for fd in [server, client, peer] {
        host.close(fd).unwrap();
    }
    let hints = AddressHints {
        family: libc::AF_INET,
        flags: libc::AI_NUMERICHOST,
        ..AddressHints::default()
    };
    let found = host
        .getaddrinfo(Some(b"127.0.0.1"), Some(b"80"), hints)
        .unwrap();
    assert_eq!(
        found[0].address,
        SocketAddress::Inet {
            address: Ipv4Addr::LOCALHOST,
            port: 80
        }
    );
}

#[test]
fn descriptors_travel_in_messages() {
    let host = native();
    let (left, right) = host
        .socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0)
        .unwrap();
    let (reader, writer) = host.pipe(libc::O_CLOEXEC).unwrap();
    let control = ControlMessage {
        level: libc::SOL_SOCKET,
        kind: libc::SCM_RIGHTS,
        data: writer.to_ne_bytes().to_vec(),
    };
    assert_eq!(
        host.sendmsg(left, &[b"a", b"b"], &[control], 0, None)
            .unwrap(),
        2
    );
    let mut buffer = [0; 8];
    let message = host.recvmsg(right, &mut [&mut buffer], 64, 0).unwrap();
    assert_eq!((message.length, message.control.len()), (2, 1));
    let sent = Fd::from_ne_bytes(message.control[0].data.as_slice().try_into().unwrap());
    host.write(sent, b"through").unwrap();
    assert_eq!(host.read(reader, &mut buffer).unwrap(), 7);
    for fd in [left, right, reader, writer, sent] {
        host.close(fd).unwrap();
    }
}

fn output_of(host: &dyn Host, program: &str, arguments: &[&str]) -> (String, i32, String) {
    let (out, child_out) = host.pipe(libc::O_CLOEXEC).unwrap();
    let (report, child_report) = host.pipe(libc::O_CLOEXEC).unwrap();
    let argv = [program]
        .iter()
        .chain(arguments)
        .map(|text| text.as_bytes().to_vec())
        .collect();
    let request = ForkExec {
        argv,
        executables: vec![program.as_bytes().to_vec()],
        close_fds: true,
        keep: vec![child_report],
        directory: Some(b"/".to_vec()),
        environment: Some(vec![b"NAME=value".to_vec()]),
        stdin: (-1, -1),
        stdout: (out, child_out),
        stderr: (-1, -1),
        error_pipe: (report, child_report),
        restore_signals: true,
        new_session: false,
        process_group: -1,
        gid: None,
        groups: None,
        uid: None,
        umask: -1,
    };
    let pid = host.fork_exec(&request, None).unwrap();
    host.close(child_out).unwrap();
    host.close(child_report).unwrap();
    let all = |fd| {
        let mut text = Vec::new();
        let mut buffer = [0; 256];
        while let length @ 1.. = host.read(fd, &mut buffer).unwrap() {
            text.extend_from_slice(&buffer[..length]);
        }
        host.close(fd).unwrap();
        String::from_utf8(text).unwrap()
    };
    let (text, failure) = (all(out), all(report));
    let waited = host.wait4(pid, 0).unwrap();
    assert_eq!(waited.pid, pid);
    (text, waited.status, failure)
}

#[test]
fn children() {
    let host = native();
    let shell = output_of(&*host, "/bin/sh", &["-c", "echo $NAME; pwd; exit 3"]);
    assert_eq!(shell, ("value\n/\n".to_owned(), 3 << 8, String::new()));
    let (_, status, failure) = output_of(&*host, "/does/not/exist", &[]);
    assert_eq!((status, failure.as_str()), (255 << 8, "OSError:2:"));
    let argv = vec![b"true".to_vec()];
    let pid = host
        .spawn(&Spawn {
            path: b"true".to_vec(),
            search: true,
            argv,
            ..Spawn::default()
        })
        .unwrap();
    assert_eq!(host.wait4(pid, 0).unwrap().status, 0);
    assert_eq!(host.system(b"exit 4").unwrap(), 4 << 8);
}

#[test]
fn terminals() {
    let host = native();
    let (master, slave) = host.openpty().unwrap();
    assert!(host.isatty(slave).unwrap());
    assert!(host.ttyname(slave).unwrap().starts_with(b"/dev/"));
    let mut settings = host.tcgetattr(slave).unwrap();
    settings.lflag &= !u64::from(libc::ECHO);
    host.tcsetattr(slave, libc::TCSANOW, &settings).unwrap();
    assert_eq!(host.tcgetattr(slave).unwrap(), settings);
    let mut size = [0; 8];
    size[0] = 24;
    size[2] = 80;
    host.ioctl_buffer(slave, libc::TIOCSWINSZ, &mut size)
        .unwrap();
    assert_eq!(host.terminal_size(slave).unwrap(), (80, 24));
    host.close(master).unwrap();
    host.close(slave).unwrap();
}

#[test]
fn clocks_and_facts() {
    let host = native();
    let start = host.clock_gettime(libc::CLOCK_MONOTONIC).unwrap();
    let deadline = Timespec::from_nanos(start.as_nanos() + 2_000_000);
    host.sleep_until(deadline).unwrap();
    assert!(host.clock_gettime(libc::CLOCK_MONOTONIC).unwrap() >= deadline);
    let mut fields = host.localtime(1_700_000_000).unwrap();
    assert_eq!(host.mktime(&mut fields).unwrap(), 1_700_000_000);
    let utc = host.gmtime(0).unwrap();
    assert_eq!(
        host.strftime(b"%Y-%m-%d %j", &utc).unwrap(),
        b"1970-01-01 001"
    );
    assert_eq!(host.strftime(b"", &utc).unwrap(), b"");
    assert_eq!(host.user_by_id(0).unwrap().unwrap().name, b"root");
    assert_eq!(host.user_by_name(b"no such user").unwrap(), None);
    assert!(host.page_size().unwrap() >= 4096);
    assert!(!host.sched_getaffinity(0).unwrap().is_empty());
    assert_eq!(errno(host.sysconf(-5)), libc::EINVAL);
    let (reader, writer) = host.pipe(libc::O_CLOEXEC).unwrap();
    let mut fds = [PollFd {
        fd: reader,
        events: libc::POLLIN,
        revents: 0,
    }];
    assert_eq!(host.poll(&mut fds, Some(Timespec::ZERO)).unwrap(), 0);
    host.write(writer, b"x").unwrap();
    assert_eq!(host.poll(&mut fds, None).unwrap(), 1);
    assert_eq!(
        host.select(&[reader], &[], &[], None).unwrap().read,
        [reader]
    );
    host.close(reader).unwrap();
    host.close(writer).unwrap();
}
