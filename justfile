# Each recipe is one plain cargo command, and works without just.

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

# A server with six realms to play with
demo *arguments:
    cargo run --release -p jeton -- demo {{arguments}}

# Every operation beside the limits of this machine
bench *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-load -- bench --jeton target/release/jeton {{arguments}}

# Kill the server under load and check that nothing acknowledged was lost
crash *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-load -- crash --jeton target/release/jeton --kills 200 {{arguments}}

# Kill, switch over and cut off a replicated PostgreSQL under load (Debian packages; about ten minutes)
failover *arguments:
    cargo build --release -p jeton && cargo run --release -p jeton-load -- failover --jeton target/release/jeton {{arguments}}
