//! `display_data` and `update_display_data` (iopub): something to look at.

use serde::{Deserialize, Serialize};

use super::Object;

/// A MIME bundle to show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DisplayData {
    /// Representations by MIME type.
    pub data: Object,
    /// Metadata by MIME type, or for all.
    pub metadata: Object,
    /// What is not to be saved: `display_id`.
    pub transient: Object,
}
