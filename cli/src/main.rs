//! The `fieldbook` binary. Everything it does is in the library.

fn main() -> std::process::ExitCode {
    fieldbook::main(std::env::args_os())
}
