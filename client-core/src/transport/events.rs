//! Server-sent events out of the bytes of a stream.

/// Reads events as their bytes come in, however they are cut.
#[derive(Debug, Default)]
pub struct EventReader {
    line: Vec<u8>,
    data: String,
    has_data: bool,
    /// A line feed that follows a carriage return ends nothing.
    after_return: bool,
}

/// An event longer than any of ours: the other side is no server of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than {EVENT_BYTES_MAX} bytes")]
pub struct EventTooLong;

impl EventReader {
    /// Takes the next bytes, and returns the data of each event that is whole with them. Names of
    /// events, comments and what else may stand there are passed over.
    ///
    /// # Errors
    /// When an event is longer than any of ours; nothing more can be read then.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Vec<String>, EventTooLong> {
        let mut whole = Vec::new();
        for byte in bytes {
            let follows_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => whole.extend(self.end_line()),
                other => self.line.push(*other),
            }
            if self.line.len() + self.data.len() > EVENT_BYTES_MAX {
                return Err(EventTooLong);
            }
        }
        Ok(whole)
    }

    fn end_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return std::mem::take(&mut self.has_data).then_some(data);
        }
        let text = String::from_utf8_lossy(&line);
        let (name, value) = text.split_once(':').unwrap_or((&text, ""));
        if name == "data" {
            if self.has_data {
                self.data.push('\n');
            }
            self.data.push_str(value.strip_prefix(' ').unwrap_or(value));
            self.has_data = true;
        }
        None
    }
}

/// Ours are about twenty.
const EVENT_BYTES_MAX: usize = 4 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b"event: hello\ndata: {\"seq\":7}\n\n:\n\nid: 3\r\ndata:one\r\ndata: two\r\n\r\ndata\n\n";

    #[test]
    fn events_are_the_same_wherever_the_stream_is_cut() {
        let expected = ["{\"seq\":7}", "one\ntwo", ""];
        assert_eq!(EventReader::default().read(STREAM).unwrap(), expected);
        for cut in 0..STREAM.len() {
            let mut reader = EventReader::default();
            let mut events = reader.read(&STREAM[..cut]).unwrap();
            events.extend(reader.read(&STREAM[cut..]).unwrap());
            assert_eq!(events, expected, "cut at {cut}");
        }
    }

    #[test]
    fn an_event_of_the_largest_size_is_read_and_a_longer_one_is_not() {
        let event = |letters: usize| format!("data:{}\n\n", "x".repeat(letters));
        let largest = EVENT_BYTES_MAX - "data:".len();
        assert_eq!(EventReader::default().read(event(largest).as_bytes()).unwrap().len(), 1);
        let longer = EventReader::default().read(event(largest + 1).as_bytes());
        assert_eq!(longer, Err(EventTooLong));
        let endless = EventReader::default().read("data:x\n".repeat(EVENT_BYTES_MAX).as_bytes());
        assert_eq!(endless, Err(EventTooLong));
    }
}
