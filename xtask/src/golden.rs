//! Renews what the tests compare with, by asking CPython 3.14.
//!
//! `cargo xtask golden KIND`, or all kinds without one. The interpreter is `$PYTHON`, or `python3.14` of the path. Read the
//! difference before committing it: a golden that changes means that CPython, or the test's input, has.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::command::root;

/// A script of `xtask/scripts`, and what becomes of its output.
struct Golden {
    kind: &'static str,
    script: &'static str,
    arguments: &'static [&'static str],
    /// The file that takes what the script prints; none if the script writes its files itself.
    output: Option<&'static str>,
}

const GOLDENS: &[Golden] = &[
    Golden {
        kind: "bytecode",
        script: "bytecode_golden.py",
        arguments: &["compiler/tests/bytecode"],
        output: None,
    },
    Golden {
        kind: "passes",
        script: "cfg_golden.py",
        arguments: &["compiler/tests/passes/optimize_code_unit"],
        output: None,
    },
    Golden {
        kind: "builtin_names",
        script: "builtin_names.py",
        arguments: &[],
        output: Some("xtask/builtin_names.txt"),
    },
    Golden {
        kind: "cjk_tables",
        script: "cjk_tables.py",
        arguments: &["text/src/codecs/cjk/tables"],
        output: None,
    },
    Golden {
        kind: "cli",
        script: "cli_golden.py",
        arguments: &["tests/cli"],
        output: None,
    },
    Golden {
        kind: "const_eval",
        script: "const_eval_golden.py",
        arguments: &[],
        output: Some("compiler/tests/const_eval.txt"),
    },
    Golden {
        kind: "diagnostics",
        script: "diagnostics_golden.py",
        arguments: &["compiler/tests/diagnostics"],
        output: None,
    },
    Golden {
        kind: "marshal",
        script: "marshal_golden.py",
        arguments: &["compiler/tests/marshal"],
        output: None,
    },
    Golden {
        kind: "opcodes",
        script: "opcode_golden.py",
        arguments: &[],
        output: Some("compiler/tests/opcodes.txt"),
    },
    Golden {
        kind: "opcode_table",
        script: "opcode_table.py",
        arguments: &[],
        output: Some("compiler/src/opcode/table.rs"),
    },
];

/// Runs the scripts of the kinds named, or all.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    for kind in arguments {
        if !GOLDENS.iter().any(|golden| golden.kind == kind) {
            let kinds: Vec<&str> = GOLDENS.iter().map(|golden| golden.kind).collect();
            return Err(format!(
                "no golden is called '{kind}'; there are {}",
                kinds.join(", ")
            ));
        }
    }
    let is_wanted =
        |golden: &&Golden| arguments.is_empty() || arguments.iter().any(|kind| kind == golden.kind);
    GOLDENS.iter().filter(is_wanted).try_for_each(renew)
}

fn renew(golden: &Golden) -> Outcome {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3.14".into());
    let script: PathBuf = ["xtask", "scripts", golden.script].iter().collect();
    println!(
        "$ {} {} {}",
        python.display(),
        script.display(),
        golden.arguments.join(" ")
    );
    let output = Command::new(&python)
        .args(["-W", "ignore"])
        .arg(&script)
        .args(golden.arguments)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            format!(
                "{} does not start: {error}; set PYTHON to a CPython 3.14",
                python.display()
            )
        })?;
    if !output.status.success() {
        return Err(format!("{} failed ({})", script.display(), output.status));
    }
    match golden.output {
        Some(path) => std::fs::write(root().join(path), output.stdout)
            .map_err(|error| format!("{path}: {error}")),
        None => Ok(()),
    }
}
