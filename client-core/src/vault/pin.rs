//! What a key store asks of a PIN.

use argon2::Params;

/// What a key store asks of a PIN, and what each try of one costs.
///
/// A key store that hands its secrets to nobody but the app counts wrong PINs and ends the guessing. From
/// one that can be copied, the count is copied too: there the PIN has to stand by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinRules {
    /// Shortest PIN that is taken, in characters.
    pub length_min: usize,
    /// The memory of one try, in KiB.
    pub memory_kib: u32,
    /// How often a try goes over that memory.
    pub passes: u32,
}

impl PinRules {
    /// For the platform's key store.
    pub const GUARDED: Self =
        Self { length_min: 4, memory_kib: Params::DEFAULT_M_COST, passes: Params::DEFAULT_T_COST };

    /// For files that somebody may take away.
    pub const COPIED: Self = Self { length_min: 8, memory_kib: 64 * 1_024, passes: 3 };

    /// Returns what a try costs: memory, passes and lanes of Argon2.
    pub(crate) fn costs(self) -> [u32; 3] {
        [self.memory_kib, self.passes, Params::DEFAULT_P_COST]
    }
}
