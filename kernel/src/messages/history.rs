//! `history_request` and its reply (shell).

use serde::{Deserialize, Serialize, Serializer};

use super::OkStatus;

/// Asks for earlier cells.
#[derive(Debug, Clone, Deserialize)]
pub struct HistoryRequest {
    /// Whether outputs are wanted too.
    #[serde(default)]
    pub output: bool,
    /// Whether the code is wanted as typed, not as transformed.
    #[serde(default)]
    pub raw: bool,
    /// Which entries, and the parameters of that choice.
    #[serde(flatten)]
    pub kind: HistoryKind,
}

/// Which entries of the history are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "hist_access_type", rename_all = "lowercase")]
pub enum HistoryKind {
    /// The cells `start..stop` of a session.
    Range {
        /// A session's number; 0 is this one, negative ones count back from it.
        #[serde(default)]
        session: i64,
        /// The first cell.
        #[serde(default)]
        start: Option<i64>,
        /// The cell after the last one.
        #[serde(default)]
        stop: Option<i64>,
    },
    /// The last `n` cells.
    Tail {
        /// How many; all if absent.
        #[serde(default)]
        n: Option<i64>,
    },
    /// The cells that match a pattern.
    Search {
        /// A glob: `*` and `?`.
        #[serde(default)]
        pattern: Option<String>,
        /// How many of the last ones; all if absent.
        #[serde(default)]
        n: Option<i64>,
        /// Whether equal code is listed once.
        #[serde(default)]
        unique: bool,
    },
}

/// Earlier cells, oldest first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HistoryReply {
    /// Always ok.
    pub status: OkStatus,
    /// The entries.
    pub history: Vec<HistoryEntry>,
}

/// A cell of the history: a JSON array `[session, line, input]` or `[session, line, [input, output]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The session's number.
    pub session: i64,
    /// The cell's number.
    pub line: i64,
    /// The code.
    pub input: String,
    /// If outputs were asked for: the output, if there was one.
    pub output: Option<Option<String>>,
}

impl Serialize for HistoryEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.output {
            None => (self.session, self.line, &self.input).serialize(serializer),
            Some(output) => (self.session, self.line, (&self.input, output)).serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_request_is_read() {
        for (json, kind) in [
            (
                r#"{"hist_access_type": "tail", "n": 3, "raw": true}"#,
                HistoryKind::Tail { n: Some(3) },
            ),
            (
                r#"{"hist_access_type": "range", "output": false, "session": -1, "start": 2}"#,
                HistoryKind::Range {
                    session: -1,
                    start: Some(2),
                    stop: None,
                },
            ),
            (
                r#"{"hist_access_type": "search", "pattern": "a*", "unique": true, "n": null}"#,
                HistoryKind::Search {
                    pattern: Some("a*".to_owned()),
                    n: None,
                    unique: true,
                },
            ),
        ] {
            let request: HistoryRequest = serde_json::from_str(json).expect("valid");
            assert_eq!(request.kind, kind);
        }
    }

    #[test]
    fn an_entry_is_an_array() {
        let mut entry = HistoryEntry {
            session: 1,
            line: 2,
            input: "x".to_owned(),
            output: None,
        };
        assert_eq!(
            serde_json::to_string(&entry).expect("valid"),
            r#"[1,2,"x"]"#
        );
        entry.output = Some(None);
        assert_eq!(
            serde_json::to_string(&entry).expect("valid"),
            r#"[1,2,["x",null]]"#
        );
    }
}
