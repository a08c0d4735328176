//! The interactive prompt, on reedline.
