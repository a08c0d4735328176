//! `kernel_info_request` and its reply (shell and control).

use serde::Serialize;

use super::{Object, OkStatus};
use crate::wire::PROTOCOL_VERSION;

/// Who the kernel is: the content of `kernel_info_reply`.
#[derive(Debug, Clone, Serialize)]
pub struct KernelInfo {
    /// Always ok.
    pub status: OkStatus,
    /// The version of the protocol.
    pub protocol_version: &'static str,
    /// The kernel's name.
    pub implementation: String,
    /// The kernel's version.
    pub implementation_version: String,
    /// The language.
    pub language_info: LanguageInfo,
    /// What a console shows first.
    pub banner: String,
    /// Pages for a help menu.
    pub help_links: Vec<HelpLink>,
    /// Whether there is a debugger (the older form of the feature `debugger`).
    pub debugger: bool,
    /// Optional features: `debugger`, `kernel subshells`.
    pub supported_features: Vec<String>,
}

impl KernelInfo {
    /// A kernel without optional features.
    pub fn new(implementation: &str, version: &str, language_info: LanguageInfo) -> Self {
        KernelInfo {
            status: OkStatus::Ok,
            protocol_version: PROTOCOL_VERSION,
            implementation: implementation.to_owned(),
            implementation_version: version.to_owned(),
            language_info,
            banner: format!("{implementation} {version}"),
            help_links: Vec::new(),
            debugger: false,
            supported_features: Vec::new(),
        }
    }
}

/// The language that the kernel runs.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The MIME type of its scripts.
    pub mimetype: String,
    /// The extension of its files, with the dot.
    pub file_extension: String,
    /// Pygments' name for it.
    pub pygments_lexer: String,
    /// CodeMirror's mode, a name or an object.
    pub codemirror_mode: serde_json::Value,
    /// Which nbconvert exporter makes scripts of it.
    pub nbconvert_exporter: String,
}

impl LanguageInfo {
    /// Python of the given version, such as `3.14.0`.
    pub fn python(version: &str) -> Self {
        let mut mode = Object::new();
        mode.insert("name".to_owned(), "ipython".into());
        mode.insert("version".to_owned(), 3.into());
        LanguageInfo {
            name: "python".to_owned(),
            version: version.to_owned(),
            mimetype: "text/x-python".to_owned(),
            file_extension: ".py".to_owned(),
            pygments_lexer: "ipython3".to_owned(),
            codemirror_mode: mode.into(),
            nbconvert_exporter: "python".to_owned(),
        }
    }
}

/// A page for a help menu.
#[derive(Debug, Clone, Serialize)]
pub struct HelpLink {
    /// Its title.
    pub text: String,
    /// Its address.
    pub url: String,
}
