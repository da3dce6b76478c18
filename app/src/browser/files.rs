//! The browser's private files.

use client_core::vault::VaultError;
use send_wrapper::SendWrapper;
use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use crate::vault::Slot;

/// A file that is open for this worker alone.
pub(super) struct HandleSlot(SendWrapper<FileSystemSyncAccessHandle>);

impl HandleSlot {
    pub(super) fn new(handle: FileSystemSyncAccessHandle) -> Self {
        Self(SendWrapper::new(handle))
    }
}

impl Slot for HandleSlot {
    fn read(&mut self) -> Result<Vec<u8>, VaultError> {
        let size = self.0.get_size().map_err(|_| failed())?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a slot has a few hundred bytes"
        )]
        let mut bytes = vec![0; size as usize];
        let at = FileSystemReadWriteOptions::new();
        at.set_at(0.0);
        let read = self.0.read_with_u8_array_and_options(&mut bytes, &at).map_err(|_| failed())?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is at most the length of the buffer"
        )]
        bytes.truncate(read as usize);
        Ok(bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        let at = FileSystemReadWriteOptions::new();
        at.set_at(0.0);
        let written =
            self.0.write_with_u8_array_and_options(bytes, &at).map_err(|_| VaultError::DiskFull)?;
        #[expect(clippy::cast_precision_loss, reason = "a slot has a few hundred bytes")]
        let length = bytes.len() as f64;
        if written < length {
            return Err(VaultError::DiskFull);
        }
        self.0.truncate_with_f64(length).map_err(|_| failed())?;
        self.0.flush().map_err(|_| failed())
    }
}

fn failed() -> VaultError {
    VaultError::Failed { what: "a file of the browser cannot be read or written".to_owned() }
}
