//! Descriptors of the sandbox that are no files: pipes, pairs, counters, and waiting for them.

use taipan_host::clock::Timespec;
use taipan_host::descriptors::{Blocking, EpollEvent, Inherit, PollFd};
use taipan_host::memory;

use crate::scratch::errno;

#[test]
fn a_pipe_carries_bytes_and_ends() {
    let (host, _) = memory().unwrap();
    let (reader, writer) = host.pipe(libc::O_CLOEXEC).unwrap();
    host.write(writer, b"hello").unwrap();
    let mut buffer = [0; 3];
    assert_eq!(host.read(reader, &mut buffer).unwrap(), 3);
    assert_eq!(&buffer, b"hel");
    let copy = host.dup(writer).unwrap();
    host.close(writer).unwrap();
    host.set_blocking(reader, Blocking::No).unwrap();
    assert_eq!(host.read(reader, &mut buffer).unwrap(), 2);
    assert_eq!(errno(host.read(reader, &mut buffer)), libc::EAGAIN);
    host.close(copy).unwrap();
    assert_eq!(host.read(reader, &mut buffer).unwrap(), 0);
}

#[test]
fn a_reader_waits_for_another_thread() {
    let (host, _) = memory().unwrap();
    let (reader, writer) = host.pipe(0).unwrap();
    let other = host.clone();
    let sender = std::thread::spawn(move || {
        let large = vec![7; 200_000];
        assert_eq!(other.write(writer, &large).unwrap(), large.len());
        other.close(writer).unwrap();
    });
    let mut total = 0;
    let mut buffer = [0; 10_000];
    loop {
        match host.read(reader, &mut buffer).unwrap() {
            0 => break,
            length => total += length,
        }
    }
    sender.join().unwrap();
    assert_eq!(total, 200_000);
}

#[test]
fn writing_without_a_reader_is_a_broken_pipe() {
    let (host, _) = memory().unwrap();
    let (reader, writer) = host.pipe(0).unwrap();
    host.close(reader).unwrap();
    assert_eq!(errno(host.write(writer, b"x")), libc::EPIPE);
}

#[test]
fn a_pair_of_sockets_wakes_up_an_event_loop() {
    let (host, _) = memory().unwrap();
    let (left, right) = host
        .socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0)
        .unwrap();
    let epoll = host.epoll_create(0).unwrap();
    let wanted = EpollEvent {
        fd: right,
        events: libc::EPOLLIN as u32,
    };
    host.epoll_ctl(epoll, libc::EPOLL_CTL_ADD, wanted).unwrap();
    assert_eq!(
        errno(host.epoll_ctl(epoll, libc::EPOLL_CTL_ADD, wanted)),
        libc::EEXIST
    );
    assert!(
        host.epoll_wait(epoll, 8, Some(Timespec::ZERO))
            .unwrap()
            .is_empty()
    );
    host.send(left, b"\0", 0).unwrap();
    assert_eq!(host.epoll_wait(epoll, 8, None).unwrap(), [wanted]);
    assert_eq!(host.recv(right, &mut [0; 4096], 0).unwrap(), 1);
    host.shutdown(left, libc::SHUT_WR).unwrap();
    assert_eq!(host.recv(right, &mut [0; 10], 0).unwrap(), 0);
}

#[test]
fn poll_and_select_tell_what_is_ready() {
    let (host, _) = memory().unwrap();
    let (reader, writer) = host.pipe(0).unwrap();
    let mut fds = [
        PollFd {
            fd: reader,
            events: libc::POLLIN,
            revents: 0,
        },
        PollFd {
            fd: writer,
            events: libc::POLLOUT,
            revents: 0,
        },
        PollFd {
            fd: 99,
            events: libc::POLLIN,
            revents: 0,
        },
    ];
    assert_eq!(host.poll(&mut fds, Some(Timespec::ZERO)).unwrap(), 2);
    assert_eq!(fds.map(|fd| fd.revents), [0, libc::POLLOUT, libc::POLLNVAL]);
    host.write(writer, b"x").unwrap();
    let ready = host.select(&[reader], &[writer], &[], None).unwrap();
    assert_eq!((ready.read, ready.write), (vec![reader], vec![writer]));
}

#[test]
fn numbers_are_the_lowest_free_ones() {
    let (host, _) = memory().unwrap();
    let (a, b) = host.pipe(0).unwrap();
    assert_eq!((a, b), (3, 4));
    host.close(a).unwrap();
    assert_eq!(host.dup(b).unwrap(), 3);
    assert_eq!(host.dup2(b, 10, Inherit::Yes).unwrap(), 10);
    assert_eq!(host.inherited(10).unwrap(), Inherit::Yes);
    assert_eq!(host.inherited(3).unwrap(), Inherit::No);
}
