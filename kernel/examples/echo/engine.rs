//! The toy engine: a cell is a list of commands, a line each; anything else is echoed as the result.
//!
//! | command | does |
//! | --- | --- |
//! | `print TEXT`, `eprint TEXT` | prints a line |
//! | `show TEXT`, `update TEXT` | displays, with the display id `d` |
//! | `clear` | clears the output |
//! | `input PROMPT`, `password PROMPT` | asks, and has the answer as result |
//! | `comm TEXT` | opens a comm, says the text, closes it |
//! | `wait` | waits to be interrupted |
//! | `fail TEXT` | raises `EchoError` |
//! | `panic TEXT` | panics, as an interpreter should not |

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use taipan_kernel::engine::CommMessage;
use taipan_kernel::messages::*;
use taipan_kernel::{Engine, InputError, Interrupt, Outlet};

/// Who this kernel is.
pub(crate) fn info() -> KernelInfo {
    KernelInfo::new("echo", "0.1.0", LanguageInfo::python("3.14.0"))
}

/// Makes the engine.
pub(crate) fn make(_startup: Outlet) -> Result<Box<dyn Engine>, String> {
    Ok(Box::new(Echo {
        count: 1,
        ..Echo::default()
    }))
}

const COMMANDS: [&str; 11] = [
    "clear", "comm", "eprint", "fail", "input", "panic", "password", "print", "show", "update",
    "wait",
];

#[derive(Default)]
struct Echo {
    count: u32,
    cells: Vec<(u32, String)>,
    comms: BTreeMap<String, CommTarget>,
    flag: Arc<Flag>,
}

#[derive(Default)]
struct Flag {
    is_interrupted: Mutex<bool>,
    changed: Condvar,
}

struct Handle(Arc<Flag>);

impl Interrupt for Handle {
    fn interrupt(&self) {
        *self.0.is_interrupted.lock().expect("no holder panics") = true;
        self.0.changed.notify_all();
    }
}

impl Echo {
    fn run(&mut self, code: &str, outlet: &Outlet) -> Result<Option<String>, ErrorContent> {
        let mut result = None;
        for line in code.lines() {
            let (command, text) = line.split_once(' ').unwrap_or((line, ""));
            result = None;
            match command {
                "" => {}
                "print" => outlet.stream(StreamName::Stdout, &format!("{text}\n")),
                "eprint" => outlet.stream(StreamName::Stderr, &format!("{text}\n")),
                "show" => outlet.display_data(&display(text)),
                "update" => outlet.update_display_data(&display(text)),
                "clear" => outlet.clear_output(ClearOutput { wait: false }),
                "input" => result = Some(outlet.input(text, false).map_err(input_error)?),
                "password" => result = Some(outlet.input(text, true).map_err(input_error)?),
                "comm" => open_and_close(text, outlet),
                "wait" => self.wait()?,
                "fail" => return Err(error("EchoError", text)),
                "panic" => panic!("{text}"),
                _ => result = Some(line.to_owned()),
            }
        }
        Ok(result)
    }

    fn wait(&self) -> Result<(), ErrorContent> {
        let mut is_interrupted = self.flag.is_interrupted.lock().expect("no holder panics");
        while !*is_interrupted {
            is_interrupted = self
                .flag
                .changed
                .wait(is_interrupted)
                .expect("no holder panics");
        }
        Err(error("KeyboardInterrupt", ""))
    }
}

fn error(ename: &str, evalue: &str) -> ErrorContent {
    let traceback = vec![format!("{ename}: {evalue}")];
    ErrorContent {
        ename: ename.to_owned(),
        evalue: evalue.to_owned(),
        traceback,
    }
}

fn input_error(cause: InputError) -> ErrorContent {
    match cause {
        InputError::Interrupted => error("KeyboardInterrupt", ""),
        InputError::NotAllowed => error("StdinNotImplementedError", &cause.to_string()),
        InputError::NoValue | InputError::Closed => error("EOFError", &cause.to_string()),
    }
}

fn plain(text: &str) -> Object {
    [("text/plain".to_owned(), Value::from(text))]
        .into_iter()
        .collect()
}

fn display(text: &str) -> DisplayData {
    DisplayData {
        data: plain(text),
        metadata: Object::new(),
        transient: [("display_id".to_owned(), Value::from("d"))]
            .into_iter()
            .collect(),
    }
}

fn open_and_close(text: &str, outlet: &Outlet) {
    let comm_id = "c1".to_owned();
    let metadata = Object::new();
    let open = CommOpen {
        comm_id: comm_id.clone(),
        target_name: "front".to_owned(),
        target_module: None,
        data: json!({}),
    };
    outlet.comm_open(&open, &metadata, Vec::new());
    let message = CommMsg {
        comm_id: comm_id.clone(),
        data: json!({"said": text}),
    };
    outlet.comm_msg(&message, &metadata, vec![Bytes::from_static(b"\x00\xff")]);
    outlet.comm_close(
        &CommClose {
            comm_id,
            data: json!({}),
        },
        &metadata,
        Vec::new(),
    );
}

/// The word before the cursor, and where it begins, in code points.
fn word_at(code: &str, cursor: Option<i64>) -> (String, usize, usize) {
    let length = code.chars().count();
    let end = cursor
        .and_then(|at| usize::try_from(at).ok())
        .map_or(length, |at| at.min(length));
    let before: Vec<char> = code.chars().take(end).collect();
    let start = before
        .iter()
        .rposition(|c| !c.is_alphabetic())
        .map_or(0, |at| at + 1);
    (before.into_iter().skip(start).collect(), start, end)
}

impl Engine for Echo {
    fn execution_count(&self, _request: &ExecuteRequest) -> u32 {
        self.count
    }

    fn execute(&mut self, request: &ExecuteRequest, outlet: &Outlet) -> ExecuteReply {
        *self.flag.is_interrupted.lock().expect("no holder panics") = false;
        let execution_count = self.count;
        if request.is_stored() {
            self.cells.push((execution_count, request.code.clone()));
            self.count += 1;
        }
        match self.run(&request.code, outlet) {
            Ok(result) => {
                if let Some(text) = result.filter(|_| !request.silent) {
                    outlet.execute_result(&ExecuteResult {
                        execution_count,
                        data: plain(&text),
                        metadata: Object::new(),
                    });
                }
                let user_expressions = request
                    .user_expressions
                    .iter()
                    .map(|(name, expression)| {
                        let text = expression.as_str().unwrap_or_default();
                        let value = json!({"status": "ok", "data": plain(text), "metadata": {}});
                        (name.clone(), value)
                    })
                    .collect();
                ExecuteReply::Ok {
                    execution_count,
                    payload: Vec::new(),
                    user_expressions,
                }
            }
            Err(error) => {
                outlet.error(&error);
                ExecuteReply::Error {
                    execution_count,
                    error,
                    payload: Vec::new(),
                }
            }
        }
    }

    fn complete(&mut self, request: &CompleteRequest, _outlet: &Outlet) -> CompleteReply {
        let (word, cursor_start, cursor_end) = word_at(&request.code, request.cursor_pos);
        let matches = COMMANDS
            .iter()
            .filter(|c| c.starts_with(&word))
            .map(|c| (*c).to_owned())
            .collect();
        CompleteReply {
            matches,
            cursor_start,
            cursor_end,
            ..CompleteReply::default()
        }
    }

    fn inspect(&mut self, request: &InspectRequest, _outlet: &Outlet) -> InspectReply {
        let (word, ..) = word_at(&request.code, request.cursor_pos);
        if !COMMANDS.contains(&word.as_str()) {
            return InspectReply::default();
        }
        let data = plain(&format!("the command {word}"));
        InspectReply {
            found: true,
            data,
            ..InspectReply::default()
        }
    }

    fn is_complete(&mut self, request: &IsCompleteRequest) -> IsCompleteReply {
        if request.code.ends_with('\\') {
            let indent = Some("  ".to_owned());
            return IsCompleteReply {
                status: Completeness::Incomplete,
                indent,
            };
        }
        IsCompleteReply {
            status: Completeness::Complete,
            indent: None,
        }
    }

    fn history(&mut self, request: &HistoryRequest) -> HistoryReply {
        let wanted = match &request.kind {
            HistoryKind::Tail { n } | HistoryKind::Search { n, .. } => n.unwrap_or(i64::MAX),
            HistoryKind::Range { .. } => i64::MAX,
        };
        let wanted = usize::try_from(wanted).unwrap_or(0);
        let skipped = self.cells.len().saturating_sub(wanted);
        let history = self
            .cells
            .iter()
            .skip(skipped)
            .map(|(line, input)| HistoryEntry {
                session: 1,
                line: i64::from(*line),
                input: input.clone(),
                output: request.output.then_some(None),
            });
        HistoryReply {
            history: history.collect(),
            ..HistoryReply::default()
        }
    }

    fn comm_info(&mut self, request: &CommInfoRequest) -> CommInfoReply {
        let mut reply = CommInfoReply {
            comms: self.comms.clone(),
            ..CommInfoReply::default()
        };
        if let Some(target) = &request.target_name {
            reply.comms.retain(|_, comm| comm.target_name == *target);
        }
        reply
    }

    fn comm_open(&mut self, message: CommMessage<CommOpen>, outlet: &Outlet) {
        let CommOpen {
            comm_id,
            target_name,
            ..
        } = message.content;
        if target_name == "echo" {
            self.comms.insert(comm_id, CommTarget { target_name });
        } else {
            let close = CommClose {
                comm_id,
                data: json!({}),
            };
            outlet.comm_close(&close, &Object::new(), Vec::new());
        }
    }

    fn comm_msg(&mut self, message: CommMessage<CommMsg>, outlet: &Outlet) {
        if self.comms.contains_key(&message.content.comm_id) {
            outlet.comm_msg(&message.content, &message.metadata, message.buffers);
        }
    }

    fn comm_close(&mut self, message: CommMessage<CommClose>, _outlet: &Outlet) {
        self.comms.remove(&message.content.comm_id);
    }

    fn interrupt_handle(&self) -> Box<dyn Interrupt> {
        Box::new(Handle(self.flag.clone()))
    }

    fn shutdown(&mut self, _restart: bool) {}
}
