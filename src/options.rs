//! The options of the Python command line.
//!
//! CPython 3.14: `Python/getopt.c`, `config_parse_cmdline` (`Python/initconfig.c`). Short options may stand together
//! (`-Bc`); `-c` and `-m` end the list. Tests: below, `tests/cli/`.

use taipan_text::Wtf8Buf;

use crate::sandbox_options::{self, SandboxOptions};

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Program {
    /// `-c`.
    Command(Wtf8Buf),
    /// `-m`.
    Module(String),
    /// A file, folder or archive.
    File(Wtf8Buf),
    /// `-`, or nothing.
    Stdin,
}

/// What to print instead of running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Information {
    Help,
    HelpEnvironment,
    HelpXOptions,
    HelpAll,
    Version,
    VersionLong,
}

/// A parsed command line.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Options {
    pub(crate) bytes_warning: u8,
    /// Whatever `PYTHONHASHSEED` says.
    pub(crate) hash_randomization: bool,
    pub(crate) dont_write_bytecode: bool,
    pub(crate) debug: u8,
    pub(crate) ignore_environment: bool,
    pub(crate) inspect: u8,
    pub(crate) isolated: bool,
    pub(crate) optimize: u8,
    pub(crate) safe_path: bool,
    pub(crate) quiet: bool,
    pub(crate) no_user_site: bool,
    pub(crate) no_site: bool,
    pub(crate) unbuffered: bool,
    pub(crate) verbose: u8,
    pub(crate) warnings: Vec<String>,
    pub(crate) skip_first_line: bool,
    pub(crate) x_options: Vec<(String, Option<String>)>,
    pub(crate) check_hash_based_pycs: Option<String>,
    pub(crate) sandbox: Option<SandboxOptions>,
    /// vi's keys at the prompt.
    pub(crate) vi: bool,
    pub(crate) program: Option<Program>,
    /// `sys.argv` but the first.
    pub(crate) arguments: Vec<Wtf8Buf>,
    pub(crate) information: Option<Information>,
}

/// Parses the arguments behind the program's own name.
///
/// # Errors
/// The message for a wrong option.
pub(crate) fn parse(arguments: &[Wtf8Buf]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut versions = 0;
    let mut index = 0;
    while let Some(argument) = arguments.get(index) {
        index += 1;
        let argument = argument.to_string_lossy();
        if let Some(long) = argument.strip_prefix("--") {
            if long.is_empty() {
                break;
            }
            options.long(long, arguments, &mut index, &mut versions)?;
            continue;
        }
        let Some(letters) = argument
            .strip_prefix('-')
            .filter(|letters| !letters.is_empty())
        else {
            index -= 1;
            break;
        };
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            if !matches!(letter, 'c' | 'm' | 'W' | 'X') {
                options.letter(letter, &mut versions)?;
                continue;
            }
            let value = match rest.as_str() {
                "" => {
                    index += 1;
                    arguments
                        .get(index - 1)
                        .cloned()
                        .ok_or_else(|| format!("Argument expected for the -{letter} option"))?
                }
                attached => Wtf8Buf::from_string(attached.to_owned()),
            };
            let text = value.to_string_lossy().into_owned();
            match letter {
                'c' => options.program = Some(Program::Command(value)),
                'm' => options.program = Some(Program::Module(text)),
                'W' => options.warnings.push(text),
                _ => options.x_options.push(x_option(&text)),
            }
            break;
        }
        if options.program.is_some() {
            break;
        }
    }
    match versions {
        0 => {}
        1 => options.information = options.information.or(Some(Information::Version)),
        _ => options.information = options.information.or(Some(Information::VersionLong)),
    }
    if options.program.is_none() && index < arguments.len() {
        let file = &arguments[index];
        options.program = Some(if file.as_bytes() == b"-" {
            Program::Stdin
        } else {
            Program::File(file.clone())
        });
        index += 1;
    }
    options.arguments = arguments.get(index..).unwrap_or_default().to_vec();
    if options.isolated {
        options.ignore_environment = true;
        options.no_user_site = true;
        options.safe_path = true;
    }
    Ok(options)
}

fn x_option(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.to_owned(), None),
    }
}

impl Options {
    fn letter(&mut self, letter: char, versions: &mut usize) -> Result<(), String> {
        match letter {
            'b' => self.bytes_warning += 1,
            'B' => self.dont_write_bytecode = true,
            'd' => self.debug += 1,
            'E' => self.ignore_environment = true,
            'h' | '?' => self.information = Some(Information::Help),
            'i' => self.inspect += 1,
            'I' => self.isolated = true,
            'O' => self.optimize += 1,
            'P' => self.safe_path = true,
            'q' => self.quiet = true,
            'R' => self.hash_randomization = true,
            's' => self.no_user_site = true,
            'S' => self.no_site = true,
            't' => {}
            'u' => self.unbuffered = true,
            'v' => self.verbose += 1,
            'V' => *versions += 1,
            'x' => self.skip_first_line = true,
            other => return Err(format!("Unknown option: -{other}")),
        }
        Ok(())
    }

    fn long(
        &mut self,
        name: &str,
        arguments: &[Wtf8Buf],
        index: &mut usize,
        versions: &mut usize,
    ) -> Result<(), String> {
        let (name, attached) = match name.split_once('=') {
            Some((name, value)) if sandbox_options::NAMES.contains(&name) => (name, Some(value)),
            _ => (name, None),
        };
        if sandbox_options::NAMES.contains(&name) {
            let Some(sandbox) = &mut self.sandbox else {
                return Err(format!("--{name} is for --sandbox, which comes first"));
            };
            let value = match attached {
                Some(value) => value.into(),
                None => {
                    *index += 1;
                    arguments
                        .get(*index - 1)
                        .map(|value| value.to_string_lossy())
                        .ok_or_else(|| format!("Argument expected for the --{name} option"))?
                }
            };
            return sandbox.set(name, &value);
        }
        match name {
            "help" => self.information = Some(Information::Help),
            "help-env" => self.information = Some(Information::HelpEnvironment),
            "help-xoptions" => self.information = Some(Information::HelpXOptions),
            "help-all" => self.information = Some(Information::HelpAll),
            "version" => *versions += 1,
            "vi" => self.vi = true,
            "sandbox" => {
                self.sandbox.get_or_insert_default();
            }
            "check-hash-based-pycs" => {
                let Some(value) = arguments.get(*index).map(|value| value.to_string_lossy()) else {
                    return Err(format!("Argument expected for the --{name} options"));
                };
                *index += 1;
                if !matches!(&*value, "always" | "never" | "default") {
                    return Err(
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"
                            .to_owned(),
                    );
                }
                self.check_hash_based_pycs = Some(value.into_owned());
            }
            other => return Err(format!("Unknown option: --{other}")),
        }
        Ok(())
    }

    /// The value of an `-X` option, the last one if it was given twice.
    pub(crate) fn x_option(&self, name: &str) -> Option<Option<&str>> {
        let found = self.x_options.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use taipan_text::Wtf8Buf;

    use super::{Information, Options, Program, parse};

    fn text(text: &str) -> Wtf8Buf {
        Wtf8Buf::from_string(text.to_owned())
    }

    fn parsed(line: &str) -> Result<Options, String> {
        let arguments: Vec<Wtf8Buf> = line.split_whitespace().map(text).collect();
        parse(&arguments)
    }

    #[test]
    fn short_options_stand_together_and_a_command_ends_them() {
        let options = parsed("-BIc pass -O x").expect("valid");
        assert!(options.dont_write_bytecode && options.isolated && options.safe_path);
        assert_eq!(options.program, Some(Program::Command(text("pass"))));
        assert_eq!(options.arguments, ["-O", "x"].map(text));
        assert_eq!(options.optimize, 0);
    }

    #[test]
    fn values_may_be_attached() {
        let options = parsed("-Werror -X dev -Xutf8=1 -munittest -v").expect("valid");
        assert_eq!(options.warnings, ["error"]);
        assert_eq!(options.x_option("dev"), Some(None));
        assert_eq!(options.x_option("utf8"), Some(Some("1")));
        assert_eq!(
            options.program,
            Some(Program::Module("unittest".to_owned()))
        );
        assert_eq!(options.verbose, 0);
    }

    #[test]
    fn wrong_options_are_named() {
        assert_eq!(parsed("-Bz"), Err("Unknown option: -z".to_owned()));
        assert_eq!(
            parsed("-c"),
            Err("Argument expected for the -c option".to_owned())
        );
        assert_eq!(parsed("--nope"), Err("Unknown option: --nope".to_owned()));
    }

    #[test]
    fn limits_come_behind_the_sandbox() {
        let options = parsed("--sandbox --time 2 --memory=8M x.py --time").expect("valid");
        let sandbox = options.sandbox.expect("given");
        assert_eq!(sandbox.limits.memory, Some(8 << 20));
        assert_eq!(options.arguments, ["--time"].map(text));
        assert_eq!(
            parsed("--time 2 --sandbox x.py"),
            Err("--time is for --sandbox, which comes first".to_owned())
        );
        assert_eq!(
            parsed("--sandbox --fuel"),
            Err("Argument expected for the --fuel option".to_owned())
        );
    }

    #[test]
    fn version_twice_says_more() {
        let information = |line| parsed(line).expect("valid").information;
        assert_eq!(information("-V"), Some(Information::Version));
        assert_eq!(information("-VV"), Some(Information::VersionLong));
        assert_eq!(information("--version"), Some(Information::Version));
    }
}
