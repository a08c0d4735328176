//! The texts of `--help` and its relatives.

use crate::options::Information;

const USAGE: &str = "\
usage: taipan [option] ... [-c cmd | -m mod | file | -] [arg] ...
       taipan repl | kernel | lsp | check [arg] ...
";

const OPTIONS: &str = "\
Options, and the environment variables that do the same:
-b        warn where bytes meet str; -bb: raise
-B        write no .pyc files; PYTHONDONTWRITEBYTECODE
-c cmd    run a program given as text (ends the options)
-d        accepted for compatibility; PYTHONDEBUG
-E        ignore the PYTHON* environment variables
-h        this help; also -?, --help
-i        show a prompt after the program; PYTHONINSPECT
-I        keep the user's environment out: -E, -P and -s
-m mod    run a module of the library as a program (ends the options)
-O        leave out assert statements; -OO: docstrings too; PYTHONOPTIMIZE
-P        do not put the program's folder on sys.path; PYTHONSAFEPATH
-q        no banner at the prompt
-s        no site-packages of the user; PYTHONNOUSERSITE
-S        do not import site
-u        unbuffered stdout and stderr; PYTHONUNBUFFERED
-v        trace imports; PYTHONVERBOSE
-V        print the version; -VV: more of it; also --version
-W arg    a warning filter, action:message:category:module:lineno; PYTHONWARNINGS
-x        skip the first line of the program
-X opt    an option of the implementation; see --help-xoptions
--check-hash-based-pycs always|default|never
          whether .pyc files with a hash are compared with their source
--sandbox run the program where nothing it does leaves the process; then also, each with a
          value or 'none':
  --time s       stop after s seconds (60)
  --memory n     stop when the process uses n bytes; 512M, 2G (1G)
  --output n     stop after n bytes of output (64M)
  --fuel n       stop after n loop edges and calls
  --recursion n  the highest recursion limit
  --read path    a folder or file that may be read, besides the program's own folder
--vi      vi's keys at the prompt
--help-env, --help-xoptions, --help-all
          more help

file      run a program from a file, a folder or an archive with __main__.py
-         run a program from standard input; a prompt on a terminal
arg ...   sys.argv[1:]
";

const ENVIRONMENT: &str = "\
Environment variables:
PYTHONBREAKPOINT        what breakpoint() calls; 0 for nothing
PYTHON_COLORS           0 or 1: colours in tracebacks
PYTHONDEVMODE           -X dev
PYTHONHASHSEED          the seed of str hashes, or \"random\"
PYTHONHOME              where the standard library lies
PYTHONINTMAXSTRDIGITS   -X int_max_str_digits
PYTHONIOENCODING        encoding[:errors] of stdin, stdout and stderr
PYTHONPATH              folders for sys.path, separated by ':'
PYTHONPYCACHEPREFIX     a folder for all .pyc files
PYTHONSTARTUP           a file that runs before the first prompt
PYTHONUTF8              -X utf8
PYTHONWARNDEFAULTENCODING  -X warn_default_encoding
";

const X_OPTIONS: &str = "\
Options of the implementation:
-X dev                  more checks at run time
-X faulthandler         tracebacks when the process crashes
-X int_max_str_digits=n digits that conversions between int and str go through; 0 for no limit
-X pycache_prefix=path  a folder for all .pyc files
-X utf8[=0|1]           UTF-8 mode
-X warn_default_encoding  warn where the default encoding is used
";

/// The text of a page.
pub(crate) fn page(information: Information) -> String {
    match information {
        Information::Help => format!("{USAGE}{OPTIONS}"),
        Information::HelpEnvironment => ENVIRONMENT.to_owned(),
        Information::HelpXOptions => X_OPTIONS.to_owned(),
        Information::HelpAll => format!("{USAGE}{OPTIONS}\n{ENVIRONMENT}\n{X_OPTIONS}"),
        Information::Version => "Python 3.14.8\n".to_owned(),
        Information::VersionLong => {
            format!(
                "Python 3.14.8 (taipan {}) [Rust]\n",
                env!("CARGO_PKG_VERSION")
            )
        }
    }
}

/// What follows the message on a wrong option.
pub(crate) fn usage(program: &str) -> String {
    format!(
        "usage: {program} [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n"
    )
}
