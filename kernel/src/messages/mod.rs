//! The messages' contents, a file a type, named as in the specification.
//!
//! Specification: "Messaging in Jupyter" 5.5. Requests are read leniently (what may be left out has a
//! default), replies are written in full. A reply's `status` is written by the reply itself.

mod clear_output;
mod comm;
mod comm_info;
mod complete;
mod display_data;
mod error;
mod execute;
mod execute_input;
mod execute_result;
mod history;
mod input;
mod inspect;
mod interrupt;
mod iopub_welcome;
mod is_complete;
mod kernel_info;
mod shutdown;
mod status;
mod stream;

pub use clear_output::ClearOutput;
pub use comm::{CommClose, CommMsg, CommOpen};
pub use comm_info::{CommInfoReply, CommInfoRequest, CommTarget};
pub use complete::{CompleteReply, CompleteRequest};
pub use display_data::DisplayData;
pub use error::ErrorContent;
pub use execute::{ExecuteReply, ExecuteRequest};
pub use execute_input::ExecuteInput;
pub use execute_result::ExecuteResult;
pub use history::{HistoryEntry, HistoryKind, HistoryReply, HistoryRequest};
pub use input::{InputReply, InputRequest};
pub use inspect::{InspectReply, InspectRequest};
pub use interrupt::InterruptReply;
pub use iopub_welcome::IopubWelcome;
pub use is_complete::{Completeness, IsCompleteReply, IsCompleteRequest};
pub use kernel_info::{HelpLink, KernelInfo, LanguageInfo};
pub use shutdown::{ShutdownReply, ShutdownRequest};
pub use status::{ExecutionState, Status};
pub use stream::{Stream, StreamName};

/// A JSON object: MIME bundles, metadata.
pub type Object = serde_json::Map<String, serde_json::Value>;

/// The constant `"status": "ok"` of a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OkStatus {
    /// The request was carried out.
    #[default]
    Ok,
}
