//! `cargo xtask bindings` calls this; its options are those of `uniffi-bindgen`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
