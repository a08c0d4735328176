//! `execute_request` and `execute_reply` (shell): running a cell.

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{ErrorContent, Object};

/// Asks to run code.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecuteRequest {
    /// The cell's code.
    pub code: String,
    /// Show nothing, count nothing, store nothing.
    #[serde(default)]
    pub silent: bool,
    /// Whether the cell goes into the history; never if silent.
    #[serde(default = "yes")]
    pub store_history: bool,
    /// Expressions to evaluate afterwards, by name. Values that are no strings are the engine's to refuse.
    #[serde(default)]
    pub user_expressions: Object,
    /// Whether the frontend answers `input_request`.
    #[serde(default)]
    pub allow_stdin: bool,
    /// Whether an error drops the cells that wait behind this one.
    #[serde(default = "yes")]
    pub stop_on_error: bool,
}

impl ExecuteRequest {
    /// Whether the cell is counted and goes into the history.
    pub fn is_stored(&self) -> bool {
        self.store_history && !self.silent
    }
}

fn yes() -> bool {
    true
}

/// How the cell ended.
#[derive(Debug, Clone)]
pub enum ExecuteReply {
    /// It ran to its end.
    Ok {
        /// The cell's number.
        execution_count: u32,
        /// Requests to the frontend, such as `ask_exit`.
        payload: Vec<Value>,
        /// The values of the request's user expressions, by name.
        user_expressions: Object,
    },
    /// It raised.
    Error {
        /// The cell's number.
        execution_count: u32,
        /// The exception.
        error: ErrorContent,
        /// Requests to the frontend.
        payload: Vec<Value>,
    },
    /// It was not run, since one before it raised.
    Aborted,
}

impl Serialize for ExecuteReply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut reply = serializer.serialize_struct("ExecuteReply", 8)?;
        match self {
            ExecuteReply::Ok {
                execution_count,
                payload,
                user_expressions,
            } => {
                reply.serialize_field("status", "ok")?;
                reply.serialize_field("execution_count", execution_count)?;
                reply.serialize_field("payload", payload)?;
                reply.serialize_field("user_expressions", user_expressions)?;
            }
            ExecuteReply::Error {
                execution_count,
                error,
                payload,
            } => {
                reply.serialize_field("status", "error")?;
                reply.serialize_field("execution_count", execution_count)?;
                reply.serialize_field("ename", &error.ename)?;
                reply.serialize_field("evalue", &error.evalue)?;
                reply.serialize_field("traceback", &error.traceback)?;
                reply.serialize_field("payload", payload)?;
                reply.serialize_field("user_expressions", &Object::new())?;
            }
            ExecuteReply::Aborted => reply.serialize_field("status", "aborted")?,
        }
        reply.end()
    }
}
