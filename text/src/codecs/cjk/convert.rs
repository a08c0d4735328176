//! Running a codec over bytes or text.

use std::borrow::Cow;

use super::{CjkCodec, CjkState, Step};
use crate::codecs::decode::{Decoded, recover};
use crate::codecs::{CodecError, CodecTask, ErrorHandler, Input, Replacement};
use crate::wtf8::{CodePoint, Wtf8, Wtf8Buf};

const ILLEGAL: &str = "illegal multibyte sequence";
const INCOMPLETE: &str = "incomplete multibyte sequence";

fn append(characters: &mut Vec<u32>, text: &mut Wtf8Buf) {
    text.extend(characters.drain(..).filter_map(CodePoint::from_u32));
}

impl CjkCodec {
    /// Decodes bytes that go on from `state`.
    ///
    /// # Errors
    /// What the handler raises.
    pub fn decode<H: ErrorHandler>(
        &self,
        state: &mut CjkState,
        bytes: &[u8],
        input: Input,
        handler: &mut H,
    ) -> Result<Decoded, H::Error> {
        let mut text = Wtf8Buf::with_capacity(bytes.len());
        let mut characters = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let step = self.decode_step(state, &bytes[at..], &mut characters);
            append(&mut characters, &mut text);
            let (end, reason) = match step {
                Step::Read(count) => {
                    at += count;
                    continue;
                }
                Step::TooFew if input == Input::Partial => break,
                Step::TooFew => (bytes.len(), INCOMPLETE),
                Step::Invalid(count) => ((at + count).min(bytes.len()), ILLEGAL),
            };
            // Unlike the other decoders, CPython's go on in the same input whatever the handler does.
            let mut same = Cow::Borrowed(bytes);
            at = recover(
                handler,
                &mut same,
                self.name(),
                (at, end),
                reason,
                &mut text,
            )?
            .min(bytes.len());
        }
        Ok(Decoded { text, consumed: at })
    }

    /// Encodes text that goes on from `state`; returns the bytes and how many characters were read.
    ///
    /// # Errors
    /// What the handler raises.
    pub fn encode<H: ErrorHandler>(
        &self,
        state: &mut CjkState,
        text: &Wtf8,
        input: Input,
        handler: &mut H,
    ) -> Result<(Vec<u8>, usize), H::Error> {
        let points: Vec<u32> = text.code_points().map(CodePoint::to_u32).collect();
        let mut bytes = Vec::with_capacity(points.len());
        let mut at = 0;
        while at < points.len() {
            let is_end = input == Input::Final;
            let (end, reason) = match self.encode_step(state, &points[at..], is_end, &mut bytes) {
                Step::Read(count) => {
                    at += count;
                    continue;
                }
                Step::TooFew if !is_end => break,
                Step::TooFew => (points.len(), INCOMPLETE),
                Step::Invalid(count) => (at + count, ILLEGAL),
            };
            let error = self.encode_error(at, end, reason);
            let (replacement, resume) = handler.recover_encode(text, &error)?;
            match replacement {
                Replacement::Bytes(replacement) => bytes.extend(replacement),
                Replacement::Text(replacement) => {
                    self.encode_replacement(state, &replacement, &mut bytes, handler)?;
                }
            }
            at = resume.min(points.len());
        }
        Ok((bytes, at))
    }

    fn encode_error(&self, start: usize, end: usize, reason: &'static str) -> CodecError {
        CodecError {
            task: CodecTask::Encode,
            encoding: Cow::Borrowed(self.name()),
            start,
            end,
            reason: reason.into(),
        }
    }

    /// A handler's text must be encoded without help.
    fn encode_replacement<H: ErrorHandler>(
        &self,
        state: &mut CjkState,
        text: &Wtf8,
        bytes: &mut Vec<u8>,
        handler: &mut H,
    ) -> Result<(), H::Error> {
        let points: Vec<u32> = text.code_points().map(CodePoint::to_u32).collect();
        let mut at = 0;
        while at < points.len() {
            match self.encode_step(state, &points[at..], true, bytes) {
                Step::Read(count) => at += count,
                Step::TooFew | Step::Invalid(_) => {
                    let error = self.encode_error(at, at + 1, ILLEGAL);
                    return Err(handler.give_up(text, &error));
                }
            }
        }
        Ok(())
    }
}
