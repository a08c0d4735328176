//! The options of `--sandbox`: what the program may read, and how much it may use up.
//!
//! Tests: below, `tests/cli/sandbox/`.

use std::time::Duration;

use taipan_vm::limits::Limits;

/// What `--sandbox` and the options behind it say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SandboxOptions {
    /// Besides the program's own folder.
    pub(crate) read: Vec<String>,
    pub(crate) limits: Limits,
    /// Bytes of standard output and error together.
    pub(crate) output: Option<u64>,
}

impl Default for SandboxOptions {
    fn default() -> Self {
        Self {
            read: Vec::new(),
            limits: Limits {
                fuel: None,
                time: Some(Duration::from_secs(60)),
                memory: Some(1 << 30),
                recursion: None,
            },
            output: Some(64 << 20),
        }
    }
}

/// The options that need `--sandbox`.
pub(crate) const NAMES: [&str; 6] = ["fuel", "memory", "output", "read", "recursion", "time"];

impl SandboxOptions {
    /// Sets one of [`NAMES`].
    ///
    /// # Errors
    /// The message for a value that makes no sense.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let wrong = |wanted: &str| Err(format!("--{name} takes {wanted}, not '{value}'"));
        match name {
            "read" if value.is_empty() => return wrong("a folder or a file"),
            "read" => self.read.push(value.to_owned()),
            "time" => match limit(value, seconds) {
                Some(time) => self.limits.time = time,
                None => return wrong("seconds or 'none'"),
            },
            "memory" => match limit(value, size) {
                Some(memory) => self.limits.memory = memory,
                None => return wrong("a size like 512M or 'none'"),
            },
            "output" => match limit(value, size) {
                Some(output) => self.output = output,
                None => return wrong("a size like 512K or 'none'"),
            },
            "fuel" => match limit(value, |value| value.parse().ok()) {
                Some(fuel) => self.limits.fuel = fuel,
                None => return wrong("a number of steps or 'none'"),
            },
            _ => match limit(value, |value| value.parse().ok().filter(|depth| *depth > 0)) {
                Some(depth) => self.limits.recursion = depth,
                None => return wrong("a number of frames or 'none'"),
            },
        }
        Ok(())
    }
}

fn limit<T>(value: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    match value {
        "none" => Some(None),
        value => parse(value).map(Some),
    }
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|time| !time.is_zero())
}

/// Bytes, or with `K`, `M`, `G` units of 1024, 1024², 1024³.
fn size(value: &str) -> Option<u64> {
    let digits = value.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let shift = match value.strip_prefix(digits)?.to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::{SandboxOptions, seconds, size};

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("12"), Some(12));
        assert_eq!(size("2k"), Some(2048));
        assert_eq!(size("3G"), Some(3 << 30));
        assert_eq!(size("G"), None);
        assert_eq!(size("1T"), None);
        assert_eq!(size("99999999999999999999"), None);
    }

    #[test]
    fn time_is_positive() {
        assert_eq!(seconds("0"), None);
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("nan"), None);
        assert!(seconds("0.5").is_some());
    }

    #[test]
    fn none_lifts_a_limit_and_nonsense_is_named() {
        let mut options = SandboxOptions::default();
        assert!(options.set("time", "none").is_ok());
        assert_eq!(options.limits.time, None);
        assert_eq!(
            options.set("memory", "much"),
            Err("--memory takes a size like 512M or 'none', not 'much'".to_owned())
        );
    }
}
