//! Of every case's program: each function that is compiled alone, as it is, has the machine code that it has in the program.
//!
//! The first version of the sources is asked, by `cargo hot coverage`, which compiles all functions that rules let
//! through. [`EXCEPTIONS`] says which are known to differ, and why; one that is none any more fails, too.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::Failed;
use serde_json::Value;
use tests::case::{self, Case};
use tests::environment::Environment;
use tests::play::Stage;
use tests::project::Project;
use tests::{remains, trials};

/// The program of the case cannot be asked, for this reason.
const NOT_ASKED: &[(&str, &str)] = &[
    ("a-first-build-that-fails-exits-as-cargo-does", "it does not compile"),
    ("a-method-of-a-trait-is-not-hot-alone", "it does not compile"),
    ("another-target-is-not-patched-and-told", "its target has no standard library"),
    ("what-cannot-be-patched-says-so-at-every-save-a-program-without-machine-code", "its objects cannot be read"),
    ("restart-mode-restarts", "its option is one of `cargo hot run` alone"),
];

/// Functions that stay what they are in a slice, and yet are not compiled, or to other machine code.
struct Exceptions {
    because: &'static str,
    /// A case, a function of its program, and what is said of it.
    functions: &'static [(&'static str, &'static str, &'static str)],
}

const EXCEPTIONS: &[Exceptions] = &[
    Exceptions {
        because: "`include!` takes in text of which there is no public copy",
        functions: &[
            ("a-file-taken-in-as-code-goes-live", "update", "cannot find function `rule`"),
            ("a-file-that-a-build-script-reads-is-not-lost", "update", "cannot find function `written`"),
            ("code-that-a-build-script-wrote-is-part-of-the-program", "update", "cannot find function `written`"),
        ],
    },
    Exceptions {
        because: "a trait with a name of the prelude stays private",
        functions: &[("a-hot-trait-may-have-a-name-of-the-prelude", "main", "no method named `twice`")],
    },
    Exceptions {
        because: "what a macro writes stays private",
        functions: &[
            ("a-layout-that-changes-without-its-text-is-refused", "update", "field `value` of struct"),
            ("a-trait-that-a-macro-writes-keeps-its-methods", "main", "::Shape` is private"),
            ("a-trait-that-a-macro-writes-keeps-its-methods", "report", "cannot find trait `Shape`"),
            (
                "what-cannot-be-compiled-alone-is-compiled-with-its-crate",
                "update",
                "cannot find module or crate `declared`",
            ),
        ],
    },
    Exceptions {
        because: "what stands in a block stays private",
        functions: &[("hot-functions-of-one-name-keep-apart", "main", "associated function `part` is private")],
    },
    Exceptions {
        because: "a public name would mean another thing, so it stays private",
        functions: &[
            ("private-names-mean-what-they-mean-to-functions-compiled-alone", "inner::Outer::new", "are private"),
            ("private-names-mean-what-they-mean-to-functions-compiled-alone", "inner::Outer::who", "for struct `Vec`"),
            ("private-names-mean-what-they-mean-to-functions-compiled-alone", "prelude::Vec::len", "for struct `Vec`"),
            ("private-names-mean-what-they-mean-to-functions-compiled-alone", "prelude::Vec::new", "for struct `Vec`"),
        ],
    },
    Exceptions {
        because: "the body of a hot function without `self` and `Self` is nested, where no path leads",
        functions: &[("every-receiver-can-be-hot", "Thing::associated", "no associated item named `__hot_associated`")],
    },
    Exceptions {
        because: "the trait's method is marked with `#[track_caller]`",
        functions: &[("operators-drops-and-methods-of-unsized-types-go-live", "Vector::index", "`#[track_caller]`")],
    },
    Exceptions {
        because: "it calls a `#[track_caller]` method directly, as the slice takes the address of that, too",
        functions: &[("operators-drops-and-methods-of-unsized-types-go-live", "update", "other bytes in `.text`")],
    },
    Exceptions {
        because: "it calls a function directly that the slice, having no room on its line, could not make public",
        functions: &[
            ("functions-of-any-layout-are-compiled-alone", "update", "other bytes in `.text`"),
            (
                "names-in-a-function-compiled-alone-mean-what-they-mean-in-its-module",
                "placed::of_placed",
                "other bytes in `.text`",
            ),
        ],
    },
    Exceptions {
        because: "the program's columns are off by the `pub` that its first line had no room for; the slice's are the user's",
        functions: &[("a-line-may-be-very-long", "wide::wide", "other bytes in `.data.rel.ro.")],
    },
];

fn main() -> ExitCode {
    trials::run(|case| {
        let name = case.name.clone();
        let checked = Arc::clone(&case);
        let check = move || check(&checked, stage()?).map_err(|error| trials::failed(&error));
        let trial = trials::trial(&case, name, check);
        vec![if trials::has_settings(&case) { trials::thorough(trial) } else { trial }]
    })
}

fn check(case: &Case, stage: &Stage) -> Result<()> {
    let crates = coverage(case, stage);
    if let Some((_, reason)) = NOT_ASKED.iter().find(|(name, _)| *name == case.name) {
        ensure!(crates.is_err(), "the program can be asked, though {reason}");
        return Ok(());
    }
    let mut found = differences(&crates?)?;
    let mut wrong = Vec::new();
    for Exceptions { because, functions } in EXCEPTIONS {
        for (_, function, listed) in functions.iter().filter(|(name, ..)| *name == case.name) {
            match found.remove(*function) {
                Some(said) if said.contains(listed) => {}
                Some(said) => wrong.push(format!("`{function}`: {said}; but what is listed is: {listed}")),
                None => wrong.push(format!("`{function}` is no exception any more, though {because}")),
            }
        }
    }
    wrong.extend(found.into_iter().map(|(function, said)| format!("`{function}`: {said}")));
    ensure!(wrong.is_empty(), "slices differ from the program:\n  {}", wrong.join("\n  "));
    Ok(())
}

/// What `cargo hot coverage` says of the case's program.
fn coverage(case: &Case, stage: &Stage) -> Result<Value> {
    let environment = Environment::new(&stage.target, &case.launch.env)?;
    let project = Project::lay_out(case, &stage.projects)?;
    let mut command = environment.command(&stage.cargo_hot, &project.root.join(&case.launch.cwd));
    // What becomes of panics makes no difference to slices.
    let options = case.launch.run.iter().filter(|option| *option != "--hold-on-panic");
    let output = command.args(["hot", "coverage", "--json"]).args(options).output();
    let output = output.context("failed to start cargo hot")?;
    if !output.status.success() {
        bail!("{}:\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    remains::check(&environment)?;
    project.remove()?;
    serde_json::from_slice(&output.stdout).context("what cargo hot says is no JSON")
}

/// The functions that rules let through and whose slice is not what the program has.
fn differences(crates: &Value) -> Result<BTreeMap<String, String>> {
    let crates = crates.as_array().context("there is no list of crates")?;
    let functions = crates.iter().filter_map(|found| found["functions"].as_array()).flatten();
    let eligible = functions.filter(|function| function["is_eligible"] == true);
    let said = eligible.filter_map(|function| {
        let said = ["error", "difference", "reason"].iter().find_map(|field| function[*field].as_str());
        let path = function["path"].as_str().unwrap_or_default();
        let said = said.unwrap_or("it was not compared");
        (!said.is_empty()).then(|| (path.to_owned(), said.to_owned()))
    });
    Ok(said.collect())
}

/// `cargo-hot` is built by the first case that needs it, so that listing the cases builds nothing.
fn stage() -> Result<&'static Stage, Failed> {
    static STAGE: OnceLock<Result<Stage, String>> = OnceLock::new();
    let set = || known_cases().and_then(|()| Stage::set(None)).map_err(|error| format!("{error:#}"));
    STAGE.get_or_init(set).as_ref().map_err(Failed::from)
}

/// An exception for a case that is gone would never fail.
fn known_cases() -> Result<()> {
    let directories = case::all()?;
    let cases: Vec<&Case> = directories.iter().filter_map(|(_, cases)| cases.as_ref().ok()).flatten().collect();
    let excepted = EXCEPTIONS.iter().flat_map(|found| found.functions).map(|(name, ..)| name);
    for name in excepted.chain(NOT_ASKED.iter().map(|(name, _)| name)) {
        ensure!(cases.iter().any(|case| case.name == *name), "there is no case `{name}` to make an exception for");
    }
    Ok(())
}
