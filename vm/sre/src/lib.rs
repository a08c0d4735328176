//! The regular-expression engine behind the _sre module.
