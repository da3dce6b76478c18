//! Writes the JavaScript that loads the field app's WebAssembly: `fieldbook-app-bindgen WASM FOLDER`.

#![expect(clippy::print_stderr, reason = "talking to a terminal is its work")]

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(wasm), Some(folder), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("say which file, and the folder to write into");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&wasm).out_name("fieldbook").typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let written = bindgen.web(true).and_then(|bindgen| bindgen.generate(&folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error:#}", wasm.display());
            ExitCode::FAILURE
        }
    }
}
