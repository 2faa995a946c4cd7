//! How samples are run: each language's own program, and what of it is missing here.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::served::Sample;

/// What a sample said, or why it failed.
pub type Told = Result<String, String>;

pub struct Runner {
    /// As in a sample's id.
    pub language: &'static str,
    /// What `JETON_REQUIRE` calls it.
    pub tool: &'static str,
    pub missing: fn() -> Option<&'static str>,
    /// Runs all samples, filled in, in their order.
    pub run: fn(&[(Sample, String)]) -> Vec<Told>,
}

pub const RUNNERS: [Runner; 7] = [
    Runner { language: "curl", tool: "curl", missing: || lacks("curl", "needs curl"), run: curl },
    Runner { language: "node-fetch", tool: "node", missing: node_missing, run: node },
    Runner { language: "node-axios", tool: "node", missing: node_missing, run: node },
    Runner { language: "python-http-client", tool: "python", missing: python_missing, run: python },
    Runner { language: "python-requests", tool: "python", missing: python_missing, run: python },
    Runner { language: "rust", tool: "rust", missing: rust_missing, run: rust },
    Runner { language: "go", tool: "go", missing: || lacks("go", "needs Go 1.22 or newer"), run: go },
];

/// Where `tests/foreign/install` puts what it installs.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/foreign")
}

fn lacks(program: &str, words: &'static str) -> Option<&'static str> {
    let version = if program == "go" { "version" } else { "--version" };
    let found = Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
    (!found.is_ok_and(|status| status.success())).then_some(words)
}

fn node_missing() -> Option<&'static str> {
    let words = "needs Node.js, npm's axios and jose: run tests/foreign/install";
    lacks("node", words).or_else(|| (!installed().join("node_modules/axios").exists()).then_some(words))
}

fn python_missing() -> Option<&'static str> {
    let python = installed().join("venv/bin/python");
    let found = Command::new(python).args(["-c", "import requests, jwt"]).stderr(Stdio::null()).status();
    (!found.is_ok_and(|status| status.success())).then_some("needs python3, requests and PyJWT: run tests/foreign/install")
}

fn rust_missing() -> Option<&'static str> {
    (!installed().join("rust/target").exists()).then_some("needs reqwest and jsonwebtoken: run tests/foreign/install")
}

fn told(command: &mut Command) -> Told {
    let ended = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match ended.status.success() {
        true => Ok(text(&ended.stdout)),
        false => Err(format!("{}\n{}", text(&ended.stdout), text(&ended.stderr))),
    }
}

/// A shell, as people paste into one; `-f` would hide what an error says.
fn curl(samples: &[(Sample, String)]) -> Vec<Told> {
    let run = |(_, text): &(Sample, String)| {
        let text = text.replacen("curl ", "curl --silent --show-error --fail-with-body ", 1);
        told(Command::new("sh").args(["-c", &text]))
    };
    samples.iter().map(run).collect()
}

/// Every sample as a module of one process, which says what each printed.
fn node(samples: &[(Sample, String)]) -> Vec<Told> {
    const RUN: &str = r#"
import { pathToFileURL } from "node:url";
const told = [];
for (const file of process.argv.slice(2)) {
  let said = "";
  console.log = (text) => { said += `${text}\n`; };
  try {
    await import(pathToFileURL(file));
    told.push({ said });
  } catch (error) {
    told.push({ error: `${error?.stack ?? error} ${JSON.stringify(error?.response?.data ?? "")}` });
  }
}
process.stdout.write(JSON.stringify(told));
"#;
    // Modules are found from where the file lies.
    let folder = tempfile::tempdir_in(installed()).unwrap();
    all_in_one(Command::new("node"), folder.path(), "mjs", RUN, samples)
}

/// As for Node.js.
fn python(samples: &[(Sample, String)]) -> Vec<Told> {
    const RUN: &str = r#"
import contextlib, io, json, runpy, sys, traceback

told = []
for file in sys.argv[1:]:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(file, run_name="__main__")
        told.append({"said": said.getvalue()})
    except BaseException:
        told.append({"error": traceback.format_exc()})
print(json.dumps(told))
"#;
    let folder = tempfile::tempdir().unwrap();
    all_in_one(Command::new(installed().join("venv/bin/python")), folder.path(), "py", RUN, samples)
}

fn all_in_one(mut program: Command, folder: &Path, extension: &str, run: &str, samples: &[(Sample, String)]) -> Vec<Told> {
    let write = |name: String, text: &str| {
        let file = folder.join(format!("{name}.{extension}"));
        fs::write(&file, text).unwrap();
        file
    };
    program.arg(write("run".into(), run));
    program.args(samples.iter().enumerate().map(|(index, (_, text))| write(format!("sample_{index}"), text)));
    let told = told(&mut program).and_then(|told| serde_json::from_str::<Vec<BTreeMap<String, String>>>(&told).map_err(|_| told));
    match told {
        Ok(all) => all.into_iter().map(|mut one| one.remove("said").ok_or_else(|| one.remove("error").unwrap_or_default())).collect(),
        Err(error) => vec![Err(error); samples.len()],
    }
}

/// All programs as modules of one, which is compiled once: a program each would be linked as often.
fn rust(samples: &[(Sample, String)]) -> Vec<Told> {
    let folder = installed().join("rust");
    let source = folder.join("src");
    let mut main = String::new();
    let mut arms = String::new();
    for (index, (_, text)) in samples.iter().enumerate() {
        let door = "pub fn run() -> Result<(), Box<dyn std::error::Error>> { main() }";
        fs::write(source.join(format!("sample_{index}.rs")), format!("{text}\n\n{door}\n")).unwrap();
        main.push_str(&format!("mod sample_{index};\n"));
        arms.push_str(&format!("        Some(\"{index}\") => sample_{index}::run(),\n"));
    }
    main.push_str(&format!(
        "\nfn main() -> Result<(), Box<dyn std::error::Error>> {{\n    match std::env::args().nth(1).as_deref() {{\n{arms}        _ => Ok(()),\n    }}\n}}\n"
    ));
    fs::write(source.join("main.rs"), main).unwrap();
    let built = told(
        Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--target-dir"])
            .arg(folder.join("target"))
            .current_dir(&folder)
            .env_remove("CARGO_TARGET_DIR"),
    );
    let program = folder.join("target/debug/samples");
    let run = |index: usize| built.clone().and_then(|_| told(Command::new(&program).arg(index.to_string())));
    (0..samples.len()).map(run).collect()
}

/// As for Rust: all programs as packages of one.
fn go(samples: &[(Sample, String)]) -> Vec<Told> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("go.mod"), "module samples\n\ngo 1.22\n").unwrap();
    let mut imports = String::new();
    let mut arms = String::new();
    for (index, (_, text)) in samples.iter().enumerate() {
        let package = format!("sample{index}");
        fs::create_dir(folder.path().join(&package)).unwrap();
        let text = text.replacen("package main", &format!("package {package}"), 1).replacen("func main()", "func Main()", 1);
        fs::write(folder.path().join(&package).join("main.go"), text).unwrap();
        imports.push_str(&format!("\t\"samples/{package}\"\n"));
        arms.push_str(&format!("\tcase \"{index}\":\n\t\t{package}.Main()\n"));
    }
    let main = format!("package main\n\nimport (\n\t\"os\"\n{imports})\n\nfunc main() {{\n\tswitch os.Args[1] {{\n{arms}\t}}\n}}\n");
    fs::write(folder.path().join("main.go"), main).unwrap();
    let program = folder.path().join("samples");
    let built = told(
        Command::new("go")
            .args(["build", "-o"])
            .arg(&program)
            .current_dir(folder.path())
            .envs([("GOFLAGS", "-mod=mod"), ("GOPROXY", "off")]),
    );
    let run = |index: usize| built.clone().and_then(|_| told(Command::new(&program).arg(index.to_string())));
    (0..samples.len()).map(run).collect()
}
