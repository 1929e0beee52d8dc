//! The OpenTelemetry Collector itself between our exporter and a receiver, built from Debian's packages.
//!
//! Debian has its parts as sources only, and only in its newest suite. They are fetched into a folder of their own,
//! with the compiler for them, by lists of packages of their own: nothing is installed, and no superuser is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::command::{exists, run};
use super::context::Context;
use super::step::{Outcome, Step};
use super::test::counted;

pub(super) const STEP: Step = Step {
    name: "collector",
    why: "a real collector hands on every field, and loses nothing when it refuses or is gone (with --full)",
    run: collector,
};

/// What the program is made of, beside Go's own library.
const PACKAGES: &str = include_str!("otelcol/packages.txt");

const MAIN: &str = include_str!("otelcol/main.go");

/// Signs what Debian publishes.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

fn collector(context: &Context) -> Result<Outcome> {
    if !context.full {
        return Ok(Outcome::not_applicable("with --full: a minute of building, 120 MB to fetch"));
    }
    if !exists("apt-get") || !exists("dpkg-deb") || !Path::new(KEYRING).is_file() {
        return Ok(Outcome::skipped("this is not Debian, whose packages the collector is made of"));
    }
    let program = match program(context) {
        Ok(program) => program,
        Err(error) => {
            return Ok(Outcome::skipped(format!("the collector cannot be built: {error:#}")));
        }
    };
    let mut tests = context.cargo(&["test", "--package", "engram-export-otlp"]);
    tests.args(["--features", "grpc,gzip,json,zstd", "--test", "collector"]);
    counted(tests.env("ENGRAM_OTELCOL", program))
}

/// The program, built once.
fn program(context: &Context) -> Result<PathBuf> {
    let folder = context.tools().join("otelcol");
    let program = folder.join("otelcol");
    if program.is_file() {
        return Ok(program);
    }
    let sources = folder.join("sources");
    for part in ["apt/lists/partial", "apt/archives/partial", "packages", "sources"] {
        let part = folder.join(part);
        fs::create_dir_all(&part).with_context(|| format!("cannot make {}", part.display()))?;
    }
    let go = fetch(context, &folder, &sources)?;
    build(context, &folder, &go)?;
    for part in ["apt", "build", "cache", "packages", "sources"] {
        // A gigabyte that nobody needs again; left behind, it would only be in the way.
        let _ = fs::remove_dir_all(folder.join(part));
    }
    Ok(program)
}

/// Brings the packages and unpacks them; returns where the compiler is.
fn fetch(context: &Context, folder: &Path, sources: &Path) -> Result<PathBuf> {
    let apt = Apt::new(context, folder)?;
    run(&mut apt.command("apt-get", &["--quiet", "--quiet", "update"]))?;
    let go = apt.depends("golang-go", "golang-1.")?;
    let library = go.replace("-go", "-src");
    let mut download = apt.command("apt-get", &["--quiet", "--quiet", "download", &go, &library]);
    run(download.args(PACKAGES.lines()).current_dir(folder.join("packages")))?;
    for package in fs::read_dir(folder.join("packages"))?.flatten() {
        let mut unpack = context.command("dpkg-deb", &["--extract"]);
        run(unpack.arg(package.path()).arg(sources))?;
    }
    let version = go.trim_start_matches("golang-").trim_end_matches("-go");
    Ok(sources.join(format!("usr/lib/go-{version}")))
}

fn build(context: &Context, folder: &Path, go: &Path) -> Result<()> {
    let package = folder.join("build/src/collector");
    fs::create_dir_all(&package).context("cannot make a folder for the program")?;
    fs::write(package.join("main.go"), MAIN).context("cannot write the program")?;
    let mut path = folder.join("build").into_os_string();
    path.push(":");
    path.push(folder.join("sources/usr/share/gocode"));
    let mut build = context.command(go.join("bin/go"), &["build", "-ldflags=-s", "-o"]);
    build.arg(folder.join("otelcol")).current_dir(&package);
    build.env("GOROOT", go).env("GOPATH", path).env("GOCACHE", folder.join("cache"));
    build.envs([("GO111MODULE", "off"), ("GOTOOLCHAIN", "local"), ("CGO_ENABLED", "0")]);
    run(&mut build).map(|_| ())
}

/// Debian's newest packages, by lists that are not those of this machine.
struct Apt<'a> {
    context: &'a Context,
    config: PathBuf,
}

impl<'a> Apt<'a> {
    /// Where this machine has its packages from is where the newest ones are.
    fn new(context: &'a Context, folder: &Path) -> Result<Self> {
        let mut asks = context.command("apt-get", &["indextargets", "Created-By: Packages"]);
        asks.args(["--format", "$(LABEL) $(COMPONENT) $(REPO_URI)"]);
        let said = asks.output().context("cannot start apt-get")?;
        ensure!(said.status.success(), "apt-get does not know where packages are");
        let said = String::from_utf8_lossy(&said.stdout);
        let mirror = mirror(&said)?;
        let lists = folder.join("apt");
        let source = format!("deb [signed-by={KEYRING}] {mirror} sid main\n");
        fs::write(lists.join("sources.list"), source).context("cannot write for apt")?;
        fs::write(lists.join("status"), "").context("cannot write for apt")?;
        let config = lists.join("apt.conf");
        let lists = lists.display();
        let text = format!(
            "Dir::State \"{lists}\";\nDir::State::status \"{lists}/status\";\n\
             Dir::Cache \"{lists}\";\nDir::Etc::sourcelist \"{lists}/sources.list\";\n\
             Dir::Etc::sourceparts \"-\";\nAcquire::Languages \"none\";\n\
             APT::Sandbox::User \"\";\n"
        );
        fs::write(&config, text).context("cannot write for apt")?;
        Ok(Self { context, config })
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.context.command(program, &[]);
        command.arg("--config-file").arg(&self.config).args(arguments);
        command
    }

    /// The package of a kind that another one stands for.
    fn depends(&self, name: &str, kind: &str) -> Result<String> {
        let output = self.command("apt-cache", &["depends", name]).output();
        let output = output.context("cannot start apt-cache")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let packages = text.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
        let found = packages.map(str::trim).find(|it| it.starts_with(kind) && it.ends_with("-go"));
        found.map(str::to_owned).with_context(|| format!("apt knows no {name}"))
    }
}

/// Of lines such as `Debian main http://…`, the address of the first that is Debian's own.
fn mirror(lines: &str) -> Result<&str> {
    match lines.lines().find_map(|line| line.strip_prefix("Debian main ")) {
        Some(mirror) => Ok(mirror.trim()),
        None => bail!("this machine has no packages of Debian"),
    }
}

#[cfg(test)]
mod tests {
    use super::mirror;

    #[test]
    fn packages_are_from_where_the_machine_has_its_own() {
        let lines =
            "Other main https://a/\nDebian-Security main http://b/\nDebian main http://c/\n";
        assert_eq!(mirror(lines).unwrap(), "http://c/");
        assert!(mirror("Other main https://a/\n").is_err());
    }
}
