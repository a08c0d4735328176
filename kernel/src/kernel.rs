//! The kernel's life: sockets, the engine's thread, the end.
//!
//! Invariants: sockets are bound before the engine is made, so a taken port is reported at once; the
//! end takes a bounded time, whatever the engine does. Tests: `tests/*.transcript`, `tests/it/`.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use zeromq::{Endpoint, RepSocket, RouterSocket, Socket, XPubSocket, ZmqError};

use crate::broadcast::Broadcast;
use crate::input::InputDesk;
use crate::interrupts::Gate;
use crate::messages::KernelInfo;
use crate::queue::JobQueue;
use crate::sockets::{self, Control, Replies, RouterEnd};
use crate::wire::{Replays, Session};
use crate::{ConnectionFile, Engine, Outlet, lifetime, worker};

/// How long the engine gets to end.
const ENGINE_GRACE: Duration = Duration::from_secs(4);
/// How often a cell that does not end is interrupted meanwhile.
const INTERRUPT_PERIOD: Duration = Duration::from_millis(300);
/// How long the last broadcasts get.
const BROADCAST_GRACE: Duration = Duration::from_secs(1);
/// How long the sockets' writers get: they have no flush.
const LINGER: Duration = Duration::from_millis(50);
/// How many signatures are remembered against replays.
const REMEMBERED: usize = 1 << 16;

/// How a kernel is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen.
    pub connection: ConnectionFile,
    /// What `kernel_info_reply` says.
    pub info: KernelInfo,
    /// The stack of the engine's thread, in bytes.
    pub stack_size: usize,
    /// Whether SIGTERM ends the kernel; not in a process that has other uses for it.
    pub handles_signals: bool,
    /// End when this process has ended.
    pub parent: Option<u32>,
}

impl Options {
    /// The options of a process that is nothing but a kernel.
    pub fn new(connection: ConnectionFile, info: KernelInfo) -> Self {
        Options {
            connection,
            info,
            stack_size: 256 * 1024 * 1024,
            handles_signals: true,
            parent: lifetime::parent_from_environment(),
        }
    }
}

/// Why a kernel has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// A frontend asked for it.
    Requested {
        /// Whether another kernel takes its place.
        restart: bool,
    },
    /// By SIGTERM.
    Terminated,
    /// The process that started it has ended.
    ParentGone,
}

/// Why a kernel cannot run.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// A socket cannot be opened.
    #[error("cannot listen at {endpoint}: {error}")]
    Bind {
        /// Its address.
        endpoint: String,
        /// What is wrong.
        error: ZmqError,
    },
    /// The system refuses a thread or a signal handler.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
    /// The engine cannot be made.
    #[error("the interpreter cannot start: {0}")]
    Engine(String),
    /// The engine's thread has ended without being asked.
    #[error("the interpreter's thread has ended")]
    EngineLost,
}

/// What the sockets' tasks and the engine's thread share.
pub(crate) struct Shared {
    pub(crate) session: Arc<Session>,
    pub(crate) replays: Arc<Mutex<Replays>>,
    pub(crate) info: KernelInfo,
    pub(crate) broadcast: Arc<Broadcast>,
    pub(crate) queue: JobQueue,
    pub(crate) gate: Gate,
    pub(crate) input: InputDesk,
    pub(crate) shell: Replies,
    pub(crate) control: Replies,
    pub(crate) stdin: Replies,
}

/// A kernel that listens.
pub struct Kernel {
    runtime: Runtime,
    shared: Arc<Shared>,
    connection: ConnectionFile,
    exit: UnboundedReceiver<Exit>,
    engine: oneshot::Receiver<Result<(), KernelError>>,
}

impl Kernel {
    /// Opens the sockets and starts the engine's thread, on which `make_engine` is called.
    ///
    /// # Errors
    /// [`KernelError::Bind`] or [`KernelError::System`]; [`Self::wait`] tells when the engine fails.
    pub fn start<F>(options: Options, make_engine: F) -> Result<Self, KernelError>
    where
        F: FnOnce(Outlet) -> Result<Box<dyn Engine>, String> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("taipan-kernel")
            .enable_all()
            .build()?;
        let session = Arc::new(Session::new(options.connection.key()));
        let (shell, shell_end) = Replies::new();
        let (control, control_end) = Replies::new();
        let (stdin, stdin_end) = Replies::new();
        let shared = Arc::new(Shared {
            broadcast: Arc::new(Broadcast::new(format!("kernel.{}", session.id))),
            session,
            replays: Arc::new(Mutex::new(Replays::new(REMEMBERED))),
            info: options.info,
            queue: JobQueue::default(),
            gate: Gate::default(),
            input: InputDesk::default(),
            shell,
            control,
            stdin,
        });
        let (exit_sender, exit) = unbounded_channel();
        let connection = runtime.block_on(async {
            let ends = (shell_end, control_end, stdin_end);
            let control = Control::new(shared.clone(), exit_sender.clone());
            let connection = open(options.connection, &shared, control, ends).await?;
            if options.handles_signals {
                lifetime::watch_signals(exit_sender.clone())?;
            }
            if let Some(parent) = options.parent {
                lifetime::watch_parent(parent, exit_sender);
            }
            Ok::<_, KernelError>(connection)
        })?;
        let engine = spawn_engine(&shared, options.stack_size, make_engine)?;
        Ok(Kernel {
            runtime,
            shared,
            connection,
            exit,
            engine,
        })
    }

    /// Where the kernel listens; ports that the system chose are filled in.
    pub fn connection(&self) -> &ConnectionFile {
        &self.connection
    }

    /// Serves until the end. If the engine does not end in time, its thread is left behind, so the
    /// process should exit afterwards.
    ///
    /// # Errors
    /// [`KernelError::Engine`] and [`KernelError::EngineLost`].
    pub fn wait(self) -> Result<Exit, KernelError> {
        let Kernel {
            runtime,
            shared,
            connection,
            mut exit,
            mut engine,
        } = self;
        let outcome = runtime.block_on(async {
            let outcome = tokio::select! {
                Some(exit) = exit.recv() => Ok(exit),
                ended = &mut engine => {
                    Err(ended.ok().and_then(Result::err).unwrap_or(KernelError::EngineLost))
                }
            };
            if let Ok(exit) = outcome {
                end_engine(&shared, exit, &mut engine).await;
            }
            if tokio::time::timeout(BROADCAST_GRACE, shared.broadcast.drained())
                .await
                .is_err()
            {
                log::warn!("the last messages could not be sent");
            }
            shared.broadcast.close();
            tokio::time::sleep(LINGER).await;
            outcome
        });
        runtime.shutdown_background();
        for file in socket_files(&connection) {
            if let Err(error) = std::fs::remove_file(&file) {
                log::debug!("cannot remove {}: {error}", file.display());
            }
        }
        outcome
    }
}

async fn end_engine(
    shared: &Shared,
    exit: Exit,
    engine: &mut oneshot::Receiver<Result<(), KernelError>>,
) {
    shared
        .queue
        .shut_down(exit == Exit::Requested { restart: true });
    let nagging = async {
        loop {
            shared.gate.interrupt(&shared.input);
            tokio::time::sleep(INTERRUPT_PERIOD).await;
        }
    };
    tokio::select! {
        _ = engine => {}
        () = nagging => {}
        () = tokio::time::sleep(ENGINE_GRACE) => log::warn!("the interpreter does not end"),
    }
    shared.input.close();
}

fn spawn_engine<F>(
    shared: &Arc<Shared>,
    stack_size: usize,
    make_engine: F,
) -> io::Result<oneshot::Receiver<Result<(), KernelError>>>
where
    F: FnOnce(Outlet) -> Result<Box<dyn Engine>, String> + Send + 'static,
{
    let (ended, end) = oneshot::channel();
    let shared = shared.clone();
    thread::Builder::new()
        .name("taipan-engine".to_owned())
        .stack_size(stack_size)
        .spawn(move || {
            let outcome = make_engine(Outlet::without_parent(shared.clone()))
                .map(|mut engine| worker::work(&shared, engine.as_mut()))
                .map_err(KernelError::Engine);
            // The receiver is gone only if the kernel has not waited for this thread.
            let _ = ended.send(outcome);
        })?;
    Ok(end)
}

/// Binds the five sockets and starts their tasks.
async fn open(
    mut at: ConnectionFile,
    shared: &Arc<Shared>,
    control: Control,
    (shell_end, control_end, stdin_end): (RouterEnd, RouterEnd, RouterEnd),
) -> Result<ConnectionFile, KernelError> {
    for file in socket_files(&at) {
        remove_stale(&file);
    }
    let (mut shell, mut control_socket, mut stdin) = (
        RouterSocket::new(),
        RouterSocket::new(),
        RouterSocket::new(),
    );
    let (mut iopub, mut heartbeat) = (XPubSocket::new(), RepSocket::new());
    at.shell_port = bind(&mut shell, &at, at.shell_port).await?;
    at.control_port = bind(&mut control_socket, &at, at.control_port).await?;
    at.stdin_port = bind(&mut stdin, &at, at.stdin_port).await?;
    at.iopub_port = bind(&mut iopub, &at, at.iopub_port).await?;
    at.hb_port = bind(&mut heartbeat, &at, at.hb_port).await?;
    sockets::broadcast(iopub, shared.session.clone(), shared.broadcast.clone());
    sockets::beat(heartbeat);
    sockets::serve_stdin(stdin, stdin_end, shared.clone());
    control.clone().serve(control_socket, control_end);
    sockets::serve_shell(shell, shell_end, shared.clone(), control);
    Ok(at)
}

async fn bind(
    socket: &mut impl Socket,
    at: &ConnectionFile,
    port: u16,
) -> Result<u16, KernelError> {
    let endpoint = at.endpoint(port);
    match socket.bind(&endpoint).await {
        Ok(Endpoint::Tcp(_, bound)) => Ok(bound),
        Ok(_) => Ok(port),
        Err(error) => Err(KernelError::Bind { endpoint, error }),
    }
}

fn socket_files(at: &ConnectionFile) -> Vec<PathBuf> {
    [
        at.shell_port,
        at.iopub_port,
        at.stdin_port,
        at.control_port,
        at.hb_port,
    ]
    .into_iter()
    .filter_map(|port| at.socket_file(port))
    .collect()
}

/// Removes a socket's file on which nobody listens any more: binding would fail.
#[cfg(unix)]
fn remove_stale(file: &std::path::Path) {
    let refused = std::os::unix::net::UnixStream::connect(file)
        .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if refused && let Err(error) = std::fs::remove_file(file) {
        log::warn!("cannot remove {}: {error}", file.display());
    }
}

#[cfg(not(unix))]
fn remove_stale(_file: &std::path::Path) {}
