//! Numbers and slices off the front of untrusted bytes. Nothing here allocates.

use super::ChangeProblem;

/// What is left to read.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ChangeProblem> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CUT_SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    /// As many bytes as a number before them says. The number may say anything.
    pub(super) fn length_prefixed(&mut self) -> Result<&'a [u8], ChangeProblem> {
        let length = self.unsigned()?;
        self.take(usize::try_from(length).map_err(|_| CUT_SHORT)?)
    }

    /// Length-prefixed UTF-8.
    pub(super) fn text(&mut self, part: &'static str) -> Result<&'a str, ChangeProblem> {
        let bytes = self.length_prefixed()?;
        std::str::from_utf8(bytes).map_err(|_| ChangeProblem::Malformed { part })
    }

    /// A number in unsigned LEB128, in its shortest form.
    pub(super) fn unsigned(&mut self) -> Result<u64, ChangeProblem> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let overflows = bits << shift >> shift != bits;
                let overlong = shift > 0 && byte == 0;
                return if overflows || overlong { Err(BAD_NUMBER) } else { Ok(value) };
            }
        }
        Err(BAD_NUMBER)
    }

    /// A number in signed LEB128, in its shortest form.
    pub(super) fn signed(&mut self) -> Result<i64, ChangeProblem> {
        let mut value: i64 = 0;
        let mut previous = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                // The tenth byte has room for the sign alone.
                let overflows = shift == 63 && byte != 0 && byte != 0x7f;
                let repeats_sign =
                    (byte == 0 && previous & 0x40 == 0) || (byte == 0x7f && previous & 0x40 != 0);
                if overflows || (shift > 0 && repeats_sign) {
                    return Err(BAD_NUMBER);
                }
                if byte & 0x40 != 0 && shift < 57 {
                    value |= -1 << (shift + 7);
                }
                return Ok(value);
            }
            previous = byte;
        }
        Err(BAD_NUMBER)
    }

    pub(super) fn byte(&mut self) -> Result<u8, ChangeProblem> {
        let (byte, rest) = self.rest.split_first().ok_or(CUT_SHORT)?;
        self.rest = rest;
        Ok(*byte)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn remaining(&self) -> usize {
        self.rest.len()
    }
}

const CUT_SHORT: ChangeProblem = ChangeProblem::Malformed { part: "cut short" };
const BAD_NUMBER: ChangeProblem = ChangeProblem::Malformed { part: "number" };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unsigned(bytes: &[u8]) -> Option<u64> {
        let mut reader = Reader::new(bytes);
        reader.unsigned().ok().filter(|_| reader.is_empty())
    }

    fn signed(bytes: &[u8]) -> Option<i64> {
        let mut reader = Reader::new(bytes);
        reader.signed().ok().filter(|_| reader.is_empty())
    }

    fn shortest_unsigned(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = u8::try_from(value & 0x7f).unwrap();
            value >>= 7;
            bytes.push(if value == 0 { low } else { low | 0x80 });
            if value == 0 {
                return bytes;
            }
        }
    }

    fn shortest_signed(mut value: i64) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = u8::try_from(value & 0x7f).unwrap();
            value >>= 7;
            let done = (value == 0 && low & 0x40 == 0) || (value == -1 && low & 0x40 != 0);
            bytes.push(if done { low } else { low | 0x80 });
            if done {
                return bytes;
            }
        }
    }

    #[test]
    fn numbers_at_the_edges_are_read() {
        for value in [0, 1, 127, 128, 16_383, 16_384, u64::MAX - 1, u64::MAX] {
            assert_eq!(unsigned(&shortest_unsigned(value)), Some(value));
        }
        for value in [0, -1, 63, 64, -64, -65, 8_191, 8_192, i64::MAX, i64::MIN, i64::MIN + 1] {
            assert_eq!(signed(&shortest_signed(value)), Some(value), "{value}");
        }
    }

    #[test]
    fn numbers_too_long_or_too_large_are_refused() {
        let nine = [0xff; 9];
        assert_eq!(unsigned(&[&nine[..], &[0x01]].concat()), Some(u64::MAX));
        for last in [0x00, 0x02, 0x7f, 0x81] {
            assert_eq!(unsigned(&[&nine[..], &[last]].concat()), None, "{last:#x}");
        }
        assert_eq!(unsigned(&[0xff; 11]), None);
        assert_eq!(unsigned(&[0x81, 0x00]), None);
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(signed(&[0xbf, 0x00]), None);
        assert_eq!(signed(&[0x81, 0xff, 0x7f]), None);
        assert_eq!(signed(&[&nine[..], &[0x01]].concat()), None);
    }

    proptest! {
        #[test]
        fn every_number_has_one_encoding(value: u64, bytes in prop::collection::vec(any::<u8>(), 1..12)) {
            prop_assert_eq!(unsigned(&shortest_unsigned(value)), Some(value));
            let negative = i64::from_le_bytes(value.to_le_bytes());
            prop_assert_eq!(signed(&shortest_signed(negative)), Some(negative));
            if let Some(read) = unsigned(&bytes) {
                prop_assert_eq!(shortest_unsigned(read), bytes.clone());
            }
            if let Some(read) = signed(&bytes) {
                prop_assert_eq!(shortest_signed(read), bytes);
            }
        }
    }
}
