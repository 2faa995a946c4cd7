# Each recipe is one plain command, and works without just.

# List the recipes
default:
    @just --list

# Compile everything
build:
    cargo build --workspace

# All tests; parts that are missing on this machine are reported as ignored
test:
    cargo test --workspace

# Formatting and lints, warnings as errors
lint:
    cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings

# What CI checks, on this machine: what is missing here is said and left out
check:
    .ci/check

# Every fuzz target for a minute (needs nightly Rust and cargo-fuzz)
fuzz seconds="60":
    .ci/fuzz {{seconds}}

# A server with six realms to play with
demo *arguments:
    cargo run -p jeton -- demo {{arguments}}

# Pictures of every page that the browser's stories meet, wide and narrow, light and dark
screenshots folder="target/screenshots":
    mkdir -p {{folder}} && JETON_SCREENSHOTS="$(realpath {{folder}})" cargo test -p jeton --test browser

# Every operation beside the limits of this machine; --compare [REVISION|BINARY]: beside another build in the same run
bench *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-load -- bench --jeton target/release/jeton {{arguments}}

# Kill the server under load and check that nothing acknowledged was lost
crash *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-crash -- kill --jeton target/release/jeton --kills 200 {{arguments}}

# Kill, switch over and cut off a replicated PostgreSQL under load (Debian packages; about ten minutes)
failover *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-crash -- failover --jeton target/release/jeton {{arguments}}
