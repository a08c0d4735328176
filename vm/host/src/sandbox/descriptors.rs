//! Reading, writing and the rest of what descriptors do in the sandbox.

use std::io::{Read, Write};
use std::sync::{Arc, PoisonError};

use super::config::{Input, Output};
use super::disk::Handle;
use super::table::{ChannelId, Object, PIPE_CAPACITY, Stream};
use super::tree::{Body, Device, Kind, NodeId};
use super::{Sandbox, State};
use crate::clock::Randomness;
use crate::descriptors::{Blocking, Descriptors, Inherit, RangeLock};
use crate::error::{OsError, OsResult};
use crate::files::{Fd, OpenFlags, Stat};
use crate::system::HostLimit;

fn fails<T>(errno: i32) -> OsResult<T> {
    Err(OsError::new(errno))
}

/// What a call has to do once the lock is free, or that it is done.
enum Next {
    Done(usize),
    /// Nothing is there yet.
    Wait,
    /// A standard stream.
    Stream(Stream),
}

fn position(offset: i64) -> OsResult<u64> {
    u64::try_from(offset).map_err(|_| OsError::new(libc::EINVAL))
}

impl State {
    /// Reads a node's bytes at an offset.
    pub(super) fn read_node(
        &mut self,
        node: NodeId,
        handle: Option<&Arc<Handle>>,
        buffer: &mut [u8],
        offset: u64,
    ) -> OsResult<usize> {
        match &self.tree.node(node)?.kind {
            Kind::File(Body::Memory(data)) => {
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(data.len());
                let length = buffer.len().min(data.len() - start);
                buffer[..length].copy_from_slice(&data[start..start + length]);
                Ok(length)
            }
            Kind::File(Body::Disk) => {
                let offset = i64::try_from(offset).map_err(|_| OsError::new(libc::EINVAL))?;
                match handle {
                    Some(handle) => handle.read_at(buffer, offset),
                    None => fails(libc::EBADF),
                }
            }
            Kind::Directory { .. } => fails(libc::EISDIR),
            Kind::Symlink(_) => fails(libc::EINVAL),
            Kind::Device(Device::Null) => Ok(0),
            Kind::Device(Device::Zero) => {
                buffer.fill(0);
                Ok(buffer.len())
            }
            Kind::Device(Device::Random) => {
                self.outside.fill_random(buffer)?;
                Ok(buffer.len())
            }
        }
    }

    /// Writes a node's bytes at an offset (`None`: at the end); returns the offset behind them.
    fn write_node(
        &mut self,
        node: NodeId,
        handle: Option<&Arc<Handle>>,
        data: &[u8],
        offset: Option<u64>,
    ) -> OsResult<u64> {
        match &self.tree.node(node)?.kind {
            Kind::Device(_) => return Ok(offset.unwrap_or(0)),
            Kind::File(_) => {}
            _ => return fails(libc::EINVAL),
        }
        let handle = handle.map(Arc::as_ref);
        let length = self.tree.contents_mut(node, handle)?.len() as u64;
        let start = offset.unwrap_or(length);
        let end = start
            .checked_add(data.len() as u64)
            .ok_or(OsError::new(libc::EFBIG))?;
        if data.is_empty() {
            return Ok(start);
        }
        if end > length {
            self.tree.set_length(node, end, handle)?;
        }
        let (Ok(from), Ok(to)) = (usize::try_from(start), usize::try_from(end)) else {
            return fails(libc::EFBIG);
        };
        self.tree.contents_mut(node, handle)?[from..to].copy_from_slice(data);
        let now = self.outside.now()?;
        self.tree.touch(node, now)?;
        Ok(end)
    }

    pub(super) fn read_channel(
        &mut self,
        id: ChannelId,
        buffer: &mut [u8],
        peek: bool,
    ) -> OsResult<Option<usize>> {
        let channel = self.table.channel_mut(id)?;
        if channel.data.is_empty() {
            // The end, once no writer is left.
            return Ok((channel.writers == 0 || buffer.is_empty()).then_some(0));
        }
        let length = buffer.len().min(channel.data.len());
        for (place, byte) in buffer.iter_mut().zip(channel.data.iter()) {
            *place = *byte;
        }
        if !peek {
            channel.data.drain(..length);
        }
        Ok(Some(length))
    }

    pub(super) fn write_channel(&mut self, id: ChannelId, data: &[u8]) -> OsResult<Option<usize>> {
        let channel = self.table.channel_mut(id)?;
        if channel.readers == 0 {
            return fails(libc::EPIPE);
        }
        let room = PIPE_CAPACITY - channel.data.len().min(PIPE_CAPACITY);
        // Short writes to a pipe are not torn (PIPE_BUF).
        if room == 0 && !data.is_empty() || data.len() <= 4096 && data.len() > room {
            return Ok(None);
        }
        let length = data.len().min(room);
        channel.data.extend(&data[..length]);
        Ok(Some(length))
    }

    fn read_step(&mut self, fd: Fd, buffer: &mut [u8]) -> OsResult<Next> {
        let file = self.table.get_mut(fd)?;
        if !file.flags.is_readable() {
            return fails(libc::EBADF);
        }
        let offset = file.offset;
        let waits = |result: Option<usize>| result.map_or(Next::Wait, Next::Done);
        match &mut file.object {
            Object::Node { node, handle } => {
                let (node, handle) = (*node, handle.clone());
                let length = self.read_node(node, handle.as_ref(), buffer, offset)?;
                self.table.get_mut(fd)?.offset += length as u64;
                Ok(Next::Done(length))
            }
            Object::Reader(channel)
            | Object::Socket {
                incoming: Some(channel),
                ..
            } => {
                let channel = *channel;
                Ok(waits(self.read_channel(channel, buffer, false)?))
            }
            Object::Socket { incoming: None, .. } => Ok(Next::Done(0)),
            Object::Stream(stream) => Ok(Next::Stream(*stream)),
            Object::Counter {
                value,
                is_semaphore,
            } => {
                let Some(place) = buffer.get_mut(..8) else {
                    return fails(libc::EINVAL);
                };
                if *value == 0 {
                    return Ok(Next::Wait);
                }
                let taken = if *is_semaphore { 1 } else { *value };
                *value -= taken;
                place.copy_from_slice(&taken.to_ne_bytes());
                Ok(Next::Done(8))
            }
            Object::Writer(_) => fails(libc::EBADF),
            Object::Epoll(_) => fails(libc::EINVAL),
        }
    }

    fn write_step(&mut self, fd: Fd, data: &[u8]) -> OsResult<Next> {
        let file = self.table.get_mut(fd)?;
        if !file.flags.is_writable() {
            return fails(libc::EBADF);
        }
        let (offset, appends) = (file.offset, file.flags.contains(OpenFlags::APPEND));
        match &mut file.object {
            Object::Node { node, handle } => {
                let (node, handle) = (*node, handle.clone());
                let end =
                    self.write_node(node, handle.as_ref(), data, (!appends).then_some(offset))?;
                self.table.get_mut(fd)?.offset = end;
                Ok(Next::Done(data.len()))
            }
            Object::Writer(channel)
            | Object::Socket {
                outgoing: Some(channel),
                ..
            } => {
                let channel = *channel;
                Ok(self
                    .write_channel(channel, data)?
                    .map_or(Next::Wait, Next::Done))
            }
            Object::Socket { outgoing: None, .. } => fails(libc::EPIPE),
            Object::Stream(stream) => Ok(Next::Stream(*stream)),
            Object::Counter { value, .. } => {
                let Some(Ok(bytes)) = data.get(..8).map(<[u8; 8]>::try_from) else {
                    return fails(libc::EINVAL);
                };
                let added = u64::from_ne_bytes(bytes);
                if added == u64::MAX {
                    return fails(libc::EINVAL);
                }
                match value.checked_add(added) {
                    Some(sum) if sum < u64::MAX => {
                        *value = sum;
                        Ok(Next::Done(8))
                    }
                    _ => Ok(Next::Wait),
                }
            }
            Object::Reader(_) => fails(libc::EBADF),
            Object::Epoll(_) => fails(libc::EINVAL),
        }
    }

    fn close(&mut self, fd: Fd) -> OsResult<()> {
        if let Some(Object::Node { node, .. }) = self.table.close(fd)? {
            self.tree.unhold(node);
        }
        Ok(())
    }

    pub(super) fn fstat(&self, fd: Fd) -> OsResult<Stat> {
        let mode = match &self.table.get(fd)?.object {
            Object::Node { node, .. } => return self.tree.stat(*node),
            Object::Reader(_) | Object::Writer(_) | Object::Stream(_) => {
                libc::S_IFIFO as u32 | 0o600
            }
            Object::Socket { .. } => libc::S_IFSOCK as u32 | 0o777,
            Object::Counter { .. } | Object::Epoll(_) => 0o600,
        };
        let user = super::outside::USER;
        Ok(Stat {
            mode,
            nlink: 1,
            uid: user,
            gid: user,
            blksize: 4096,
            ..Stat::default()
        })
    }
}

impl Sandbox {
    fn read_input(&self, buffer: &mut [u8]) -> OsResult<usize> {
        match &mut *self.stdin.lock().unwrap_or_else(PoisonError::into_inner) {
            Input::Empty => Ok(0),
            Input::Bytes(bytes) => {
                let length = buffer.len().min(bytes.len());
                buffer[..length].copy_from_slice(&bytes[..length]);
                bytes.drain(..length);
                Ok(length)
            }
            Input::Reader(reader) => Ok(reader.read(buffer)?),
        }
    }

    fn write_output(&self, stream: Stream, data: &[u8]) -> OsResult<usize> {
        self.lock().outside.charge_output(data.len())?;
        let output = if stream == Stream::Output {
            &self.stdout
        } else {
            &self.stderr
        };
        match &mut *output.lock().unwrap_or_else(PoisonError::into_inner) {
            Output::Discard => {}
            Output::Capture(capture) => capture.append(data),
            Output::Writer(writer) => {
                writer.write_all(data)?;
                writer.flush()?;
            }
        }
        Ok(data.len())
    }

    /// The limit that was exceeded.
    pub(super) fn output_limit(&self) -> Option<HostLimit> {
        self.lock()
            .outside
            .is_output_exhausted()
            .then_some(HostLimit::Output)
    }

    /// Runs a step until it need not wait any more.
    pub(super) fn until_done<T>(
        &self,
        fd: Fd,
        never_wait: bool,
        mut step: impl FnMut(&mut State) -> OsResult<Option<T>>,
    ) -> OsResult<T> {
        let mut state = self.lock();
        loop {
            if let Some(result) = step(&mut state)? {
                self.changed.notify_all();
                return Ok(result);
            }
            if never_wait || state.table.get(fd)?.flags.contains(OpenFlags::NON_BLOCKING) {
                return fails(libc::EAGAIN);
            }
            state = self.wait(state)?;
        }
    }
}

impl Descriptors for Sandbox {
    fn read(&self, fd: Fd, buffer: &mut [u8]) -> OsResult<usize> {
        let next = self.until_done(fd, false, |state| {
            Ok(match state.read_step(fd, buffer)? {
                Next::Wait => None,
                next => Some(next),
            })
        })?;
        match next {
            Next::Done(length) => Ok(length),
            Next::Stream(Stream::Input) => self.read_input(buffer),
            Next::Stream(_) | Next::Wait => fails(libc::EBADF),
        }
    }

    fn pread(&self, fd: Fd, buffer: &mut [u8], offset: i64) -> OsResult<usize> {
        let offset = position(offset)?;
        let mut state = self.lock();
        let file = state.table.get(fd)?;
        if !file.flags.is_readable() {
            return fails(libc::EBADF);
        }
        let Object::Node { node, handle } = &file.object else {
            return fails(libc::ESPIPE);
        };
        let (node, handle) = (*node, handle.clone());
        state.read_node(node, handle.as_ref(), buffer, offset)
    }

    fn readv(&self, fd: Fd, buffers: &mut [&mut [u8]]) -> OsResult<usize> {
        let mut total = 0;
        for buffer in buffers.iter_mut().filter(|buffer| !buffer.is_empty()) {
            match self.read(fd, buffer) {
                Ok(length) => {
                    total += length;
                    // What is not a file may have nothing more; the caller asks again.
                    if length < buffer.len()
                        || self.lock().fstat(fd)?.file_type() != libc::S_IFREG as u32
                    {
                        break;
                    }
                }
                Err(error) if total == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(total)
    }

    fn preadv(
        &self,
        fd: Fd,
        buffers: &mut [&mut [u8]],
        offset: i64,
        _flags: i32,
    ) -> OsResult<usize> {
        let mut total = 0;
        for buffer in buffers {
            let length = self.pread(fd, buffer, offset.saturating_add(total as i64))?;
            total += length;
            if length < buffer.len() {
                break;
            }
        }
        Ok(total)
    }

    fn write(&self, fd: Fd, data: &[u8]) -> OsResult<usize> {
        let mut sent = 0;
        loop {
            let next = self.until_done(fd, false, |state| {
                Ok(match state.write_step(fd, &data[sent..])? {
                    Next::Wait => None,
                    next => Some(next),
                })
            });
            match next {
                Ok(Next::Done(length)) => sent += length,
                Ok(Next::Stream(stream @ (Stream::Output | Stream::Error))) => {
                    return self.write_output(stream, data);
                }
                Ok(Next::Stream(Stream::Input) | Next::Wait) => return fails(libc::EBADF),
                Err(error) if sent == 0 => return Err(error),
                Err(_) => return Ok(sent),
            }
            // A pipe whose calls wait takes all of it.
            if sent >= data.len()
                || self
                    .lock()
                    .table
                    .get(fd)?
                    .flags
                    .contains(OpenFlags::NON_BLOCKING)
            {
                return Ok(sent.min(data.len()));
            }
        }
    }

    fn pwrite(&self, fd: Fd, data: &[u8], offset: i64) -> OsResult<usize> {
        let offset = position(offset)?;
        let mut state = self.lock();
        let file = state.table.get(fd)?;
        if !file.flags.is_writable() {
            return fails(libc::EBADF);
        }
        let Object::Node { node, handle } = &file.object else {
            return fails(libc::ESPIPE);
        };
        let (node, handle) = (*node, handle.clone());
        state.write_node(node, handle.as_ref(), data, Some(offset))?;
        Ok(data.len())
    }

    fn writev(&self, fd: Fd, buffers: &[&[u8]]) -> OsResult<usize> {
        self.write(fd, &buffers.concat())
    }

    fn pwritev(&self, fd: Fd, buffers: &[&[u8]], offset: i64, _flags: i32) -> OsResult<usize> {
        self.pwrite(fd, &buffers.concat(), offset)
    }

    fn lseek(&self, fd: Fd, offset: i64, whence: i32) -> OsResult<i64> {
        let mut state = self.lock();
        let file = state.table.get(fd)?;
        let Object::Node { node, .. } = file.object else {
            return fails(libc::ESPIPE);
        };
        let base = match whence {
            libc::SEEK_SET => 0,
            libc::SEEK_CUR => i64::try_from(file.offset).unwrap_or(i64::MAX),
            libc::SEEK_END => state.tree.stat(node)?.size,
            _ => return fails(libc::EINVAL),
        };
        let target = base
            .checked_add(offset)
            .ok_or(OsError::new(libc::EOVERFLOW))?;
        state.table.get_mut(fd)?.offset = position(target)?;
        Ok(target)
    }

    fn close(&self, fd: Fd) -> OsResult<()> {
        let result = self.lock().close(fd);
        self.changed.notify_all();
        result
    }

    fn close_range(&self, low: Fd, high: Fd) -> OsResult<()> {
        let mut state = self.lock();
        for fd in state
            .table
            .numbers()
            .into_iter()
            .filter(|fd| (low..high).contains(fd))
        {
            state.close(fd)?;
        }
        self.changed.notify_all();
        Ok(())
    }

    fn dup(&self, fd: Fd) -> OsResult<Fd> {
        self.lock().table.duplicate(fd, 0, Inherit::No)
    }

    fn dup2(&self, fd: Fd, new: Fd, inherit: Inherit) -> OsResult<Fd> {
        let mut state = self.lock();
        state.table.get(fd)?;
        if !(0..65_536).contains(&new) {
            return fails(libc::EBADF);
        }
        if fd != new {
            if state.table.get(new).is_ok() {
                state.close(new)?;
            } else {
                state.table.check_room(1)?;
            }
            state.table.duplicate_as(fd, new, inherit)?;
            self.changed.notify_all();
        } else {
            state.table.slot_mut(fd)?.inherit = inherit;
        }
        Ok(new)
    }

    fn inherited(&self, fd: Fd) -> OsResult<Inherit> {
        Ok(self.lock().table.slot_mut(fd)?.inherit)
    }

    fn set_inherited(&self, fd: Fd, inherit: Inherit) -> OsResult<()> {
        self.lock().table.slot_mut(fd)?.inherit = inherit;
        Ok(())
    }

    fn blocking(&self, fd: Fd) -> OsResult<Blocking> {
        let waits = !self
            .lock()
            .table
            .get(fd)?
            .flags
            .contains(OpenFlags::NON_BLOCKING);
        Ok(if waits { Blocking::Yes } else { Blocking::No })
    }

    fn set_blocking(&self, fd: Fd, blocking: Blocking) -> OsResult<()> {
        let mut state = self.lock();
        let file = state.table.get_mut(fd)?;
        file.flags.0 = match blocking {
            Blocking::Yes => file.flags.0 & !libc::O_NONBLOCK,
            Blocking::No => file.flags.0 | libc::O_NONBLOCK,
        };
        Ok(())
    }

    fn pipe(&self, flags: i32) -> OsResult<(Fd, Fd)> {
        let mut state = self.lock();
        state.table.check_room(2)?;
        let channel = state.table.make_channel();
        let wait = OpenFlags(flags & libc::O_NONBLOCK);
        let read = state
            .table
            .open(Object::Reader(channel), OpenFlags::READ | wait)?;
        let write = state
            .table
            .open(Object::Writer(channel), OpenFlags::WRITE | wait)?;
        if flags & libc::O_CLOEXEC == 0 {
            state.table.slot_mut(read)?.inherit = Inherit::Yes;
            state.table.slot_mut(write)?.inherit = Inherit::Yes;
        }
        Ok((read, write))
    }

    fn ftruncate(&self, fd: Fd, length: i64) -> OsResult<()> {
        let length = position(length)?;
        let mut state = self.lock();
        let file = state.table.get(fd)?;
        if !file.flags.is_writable() {
            return fails(libc::EINVAL);
        }
        let Object::Node { node, handle } = &file.object else {
            return fails(libc::EINVAL);
        };
        let (node, handle) = (*node, handle.clone());
        state.tree.set_length(node, length, handle.as_deref())?;
        let now = state.outside.now()?;
        state.tree.touch(node, now)
    }

    fn fsync(&self, fd: Fd) -> OsResult<()> {
        match self.lock().table.get(fd)?.object {
            // What is in memory is as safe as it will ever be.
            Object::Node { .. } => Ok(()),
            _ => fails(libc::EINVAL),
        }
    }

    fn fdatasync(&self, fd: Fd) -> OsResult<()> {
        self.fsync(fd)
    }

    fn posix_fallocate(&self, fd: Fd, offset: i64, length: i64) -> OsResult<()> {
        let end = position(offset)?
            .checked_add(position(length)?)
            .ok_or(OsError::new(libc::EFBIG))?;
        let size = position(self.lock().fstat(fd)?.size)?;
        if end > size {
            self.ftruncate(fd, i64::try_from(end).unwrap_or(i64::MAX))
        } else {
            Ok(())
        }
    }

    fn posix_fadvise(&self, fd: Fd, _offset: i64, _length: i64, _advice: i32) -> OsResult<()> {
        // Advice may be ignored by definition.
        self.lock().table.get(fd).map(drop)
    }

    fn lockf(&self, fd: Fd, _command: i32, _length: i64) -> OsResult<()> {
        // POSIX locks never conflict within one process, and there is no other.
        self.lock().table.get(fd).map(drop)
    }

    fn set_range_lock(&self, fd: Fd, _command: i32, _lock: RangeLock) -> OsResult<()> {
        // As `lockf`.
        self.lock().table.get(fd).map(drop)
    }

    fn fcntl(&self, fd: Fd, command: i32, argument: i64) -> OsResult<i32> {
        let mut state = self.lock();
        match command {
            libc::F_GETFD => Ok(i32::from(state.table.slot_mut(fd)?.inherit == Inherit::No)),
            libc::F_SETFD => {
                let closes = argument & i64::from(libc::FD_CLOEXEC) != 0;
                state.table.slot_mut(fd)?.inherit = if closes { Inherit::No } else { Inherit::Yes };
                Ok(0)
            }
            libc::F_GETFL => Ok(state.table.get(fd)?.flags.0
                & (libc::O_ACCMODE | libc::O_APPEND | libc::O_NONBLOCK)),
            libc::F_SETFL => {
                let may_change = libc::O_APPEND | libc::O_NONBLOCK;
                let file = state.table.get_mut(fd)?;
                file.flags.0 = file.flags.0 & !may_change | argument as i32 & may_change;
                Ok(0)
            }
            libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => {
                let from = Fd::try_from(argument)
                    .ok()
                    .filter(|fd| *fd >= 0)
                    .ok_or(OsError::new(libc::EINVAL))?;
                let inherit = if command == libc::F_DUPFD {
                    Inherit::Yes
                } else {
                    Inherit::No
                };
                state.table.duplicate(fd, from, inherit)
            }
            _ => {
                state.table.get(fd)?;
                fails(libc::EINVAL)
            }
        }
    }

    fn ioctl(&self, fd: Fd, _request: u64, _argument: i64) -> OsResult<i32> {
        self.lock().table.get(fd)?;
        fails(libc::ENOTTY)
    }

    fn ioctl_buffer(&self, fd: Fd, _request: u64, _argument: &mut [u8]) -> OsResult<i32> {
        self.lock().table.get(fd)?;
        fails(libc::ENOTTY)
    }

    fn memfd_create(&self, _name: &[u8], flags: u32) -> OsResult<Fd> {
        let mut state = self.lock();
        state.table.check_room(1)?;
        let now = state.outside.now()?;
        let node = state
            .tree
            .make(Kind::File(Body::Memory(Vec::new())), 0o777, now)?;
        state.tree.hold(node)?;
        let fd = state
            .table
            .open(Object::Node { node, handle: None }, OpenFlags::READ_WRITE)?;
        // MFD_CLOEXEC
        if flags & 1 == 0 {
            state.table.slot_mut(fd)?.inherit = Inherit::Yes;
        }
        Ok(fd)
    }

    #[cfg(target_os = "linux")]
    fn eventfd(&self, initial: u32, flags: i32) -> OsResult<Fd> {
        let is_semaphore = flags & libc::EFD_SEMAPHORE != 0;
        let object = Object::Counter {
            value: u64::from(initial),
            is_semaphore,
        };
        let mut state = self.lock();
        state.table.open(
            object,
            OpenFlags::READ_WRITE | OpenFlags(flags & libc::O_NONBLOCK),
        )
    }
}

impl Randomness for Sandbox {
    fn urandom(&self, buffer: &mut [u8]) -> OsResult<()> {
        self.lock().outside.fill_random(buffer)
    }

    fn getrandom(&self, buffer: &mut [u8], _flags: u32) -> OsResult<usize> {
        self.lock().outside.fill_random(buffer)?;
        Ok(buffer.len())
    }
}
