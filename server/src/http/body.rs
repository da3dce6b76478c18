//! Bodies as they travel: CBOR from devices, in zstd where both sides want it; JSON from the console. Every
//! length is checked before memory is given to it.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, VARY,
};
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt as _;
use model::limits::ANSWER_BYTES_MAX;
use model::wire;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::error::ApiError;
use super::media::{CBOR, FORM, JSON};

/// A body that has arrived, in its encoding.
#[derive(Debug)]
pub(super) struct Received {
    bytes: Vec<u8>,
    encoding: Encoding,
    bytes_max: usize,
    _room: Room,
}

/// What a body is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Media {
    Cbor,
    Json,
    Form,
}

impl Received {
    /// Reads the message. Takes time in proportion to its length: not for an async thread.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        match self.encoding {
            Encoding::Identity => Ok(wire::decode(&self.bytes)?),
            Encoding::Zstd => Ok(wire::decode(&inflate(&self.bytes, self.bytes_max)?)?),
        }
    }
}

/// A body in JSON that has arrived. What stands in it is a person's: it is wiped when dropped.
#[derive(Debug)]
pub(super) struct ReceivedJson {
    bytes: Zeroizing<Vec<u8>>,
    _room: Room,
}

impl ReceivedJson {
    /// Reads the message; what is wrong with it is told to whoever wrote it.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.bytes).map_err(|error| ApiError::Json(error.to_string()))
    }
}

/// A form that has arrived. What stands in it is a person's: it is wiped when dropped.
#[derive(Debug)]
pub(super) struct ReceivedForm {
    bytes: Zeroizing<Vec<u8>>,
    _room: Room,
}

impl ReceivedForm {
    /// Reads what was typed.
    pub(super) fn decode(&self) -> ui::Form {
        ui::Form::read(&self.bytes)
    }
}

/// Takes bodies in while there is room for them.
#[derive(Debug)]
pub(super) struct BodyReader {
    room: Arc<Semaphore>,
    patience: Duration,
}

impl BodyReader {
    pub(super) fn new(bytes: usize, patience: Duration) -> Self {
        let room = Arc::new(Semaphore::new(bytes / ROOM_UNIT));
        Self { room, patience }
    }

    /// Reads a request's body of at most `bytes_max` bytes, as sent and inflated.
    pub(super) async fn read(
        &self,
        request: Request,
        bytes_max: usize,
    ) -> Result<Received, ApiError> {
        let encoding = described(request.headers(), bytes_max, Media::Cbor)?;
        let reading = self.collect(request, bytes_max);
        let (bytes, room) =
            timeout(self.patience, reading).await.map_err(|_| ApiError::RequestTimeout)??;
        Ok(Received { bytes, encoding, bytes_max, _room: room })
    }

    /// Reads a request's body in JSON of at most `bytes_max` bytes.
    pub(super) async fn read_json(
        &self,
        request: Request,
        bytes_max: usize,
    ) -> Result<ReceivedJson, ApiError> {
        described(request.headers(), bytes_max, Media::Json)?;
        let reading = self.collect(request, bytes_max);
        let (bytes, room) =
            timeout(self.patience, reading).await.map_err(|_| ApiError::RequestTimeout)??;
        Ok(ReceivedJson { bytes: Zeroizing::new(bytes), _room: room })
    }

    /// Reads the form that a browser sends, of at most `bytes_max` bytes.
    pub(super) async fn read_form(
        &self,
        request: Request,
        bytes_max: usize,
    ) -> Result<ReceivedForm, ApiError> {
        described(request.headers(), bytes_max, Media::Form)?;
        let reading = self.collect(request, bytes_max);
        let (bytes, room) =
            timeout(self.patience, reading).await.map_err(|_| ApiError::RequestTimeout)??;
        Ok(ReceivedForm { bytes: Zeroizing::new(bytes), _room: room })
    }

    /// Room is taken for what has arrived, not for what was announced: announcing costs nothing.
    async fn collect(
        &self,
        request: Request,
        bytes_max: usize,
    ) -> Result<(Vec<u8>, Room), ApiError> {
        let mut body = request.into_body();
        let mut bytes = Vec::new();
        let mut room = Room::default();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| ApiError::BodyCut)?.into_data() else { continue };
            if bytes_max - bytes.len() < data.len() {
                return Err(ApiError::TooLarge { max: bytes_max });
            }
            room.grow(&self.room, bytes.len() + data.len())?;
            bytes.extend_from_slice(&data);
        }
        Ok((bytes, room))
    }
}

/// The part of the intake that one body takes; given back when dropped.
#[derive(Debug, Default)]
struct Room {
    units: usize,
    permit: Option<OwnedSemaphorePermit>,
}

impl Room {
    fn grow(&mut self, all: &Arc<Semaphore>, bytes: usize) -> Result<(), ApiError> {
        let more = bytes.div_ceil(ROOM_UNIT) - self.units;
        let Ok(units) = u32::try_from(more) else { return Err(ApiError::Busy) };
        // Does not wait: two bodies that each wait for the other's room would wait for ever.
        let permit = Arc::clone(all).try_acquire_many_owned(units).map_err(|_| ApiError::Busy)?;
        self.units += more;
        match &mut self.permit {
            Some(mine) => mine.merge(permit),
            none => *none = Some(permit),
        }
        Ok(())
    }
}

const ROOM_UNIT: usize = 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Identity,
    Zstd,
}

/// Reads what the head says of the body, or why the body is not read at all.
fn described(headers: &HeaderMap, bytes_max: usize, media: Media) -> Result<Encoding, ApiError> {
    let wanted = match media {
        Media::Cbor => CBOR,
        Media::Json => JSON,
        Media::Form => FORM,
    };
    if !is(headers, wanted) {
        return Err(ApiError::MediaType(wanted));
    }
    let encoding = match (text(headers, CONTENT_ENCODING), media) {
        (None, _) => Encoding::Identity,
        (Some(name), _) if name.eq_ignore_ascii_case("identity") => Encoding::Identity,
        (Some(name), Media::Cbor) if name.eq_ignore_ascii_case("zstd") => Encoding::Zstd,
        (Some(_), Media::Cbor) => return Err(ApiError::Encoding),
        (Some(_), Media::Json | Media::Form) => return Err(ApiError::Compressed),
    };
    let announced = text(headers, CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > bytes_max as u64) {
        return Err(ApiError::TooLarge { max: bytes_max });
    }
    Ok(encoding)
}

fn is(headers: &HeaderMap, media: &str) -> bool {
    let named = text(headers, CONTENT_TYPE).unwrap_or_default();
    let essence = named.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(media)
}

/// A header's value; several of one name, or one that is no text, are as good as a wrong one.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return Some("");
    }
    Some(first.to_str().unwrap_or_default().trim())
}

fn inflate(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(bytes).map_err(|_| ApiError::BadCompression)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| ApiError::BadCompression)?;
    let mut inflated = Vec::new();
    let one_past = bytes_max as u64 + 1;
    decoder.take(one_past).read_to_end(&mut inflated).map_err(|_| ApiError::BadCompression)?;
    if inflated.len() > bytes_max {
        return Err(ApiError::TooLarge { max: bytes_max });
    }
    Ok(inflated)
}

/// A window of 8 MiB, which RFC 8878 recommends as the most to accept: the decoder sets it aside
/// because a frame's first bytes say so. Level 19 on the largest body needs half of it.
const WINDOW_LOG_MAX: u32 = 23;

/// Whether an answer may be compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepts {
    Zstd,
    Identity,
}

impl Accepts {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let lists = headers.get_all(ACCEPT_ENCODING);
        let mut offers =
            lists.iter().filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
        let zstd = offers.any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("zstd"));
            named && !parts.any(is_never)
        });
        if zstd { Self::Zstd } else { Self::Identity }
    }
}

/// `q=0`, in all its spellings.
fn is_never(parameter: &str) -> bool {
    parameter
        .split_once('=')
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0_f32))
}

/// Writes a successful answer, compressed when that is accepted and helps. Takes time in proportion
/// to its length: not for an async thread.
pub(super) fn answer<T: Serialize>(message: &T, accepts: Accepts) -> Result<Response, ApiError> {
    let plain = wire::encode(message).map_err(|_| ApiError::Unwritable)?;
    if plain.len() > ANSWER_BYTES_MAX {
        return Err(ApiError::Unwritable);
    }
    let packed = match accepts {
        Accepts::Zstd => zstd::bulk::compress(&plain, ZSTD_LEVEL).ok(),
        Accepts::Identity => None,
    };
    let packed = packed.filter(|packed| packed.len() < plain.len());
    let encoding = packed.as_ref().map(|_| HeaderValue::from_static("zstd"));
    let mut response = packed.unwrap_or(plain).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(CBOR));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, encoding);
    }
    Ok(response)
}

/// Writes a successful answer for the console. Never compressed: secrets of ours and words of others
/// stand in it together, and a length that depends on both would tell of them.
pub(super) fn answer_json<T: Serialize>(message: &T) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(message).map_err(|_| ApiError::Unwritable)?;
    let mut response = body.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(response)
}

/// Level 5: two to three hundredths smaller than level 3 at nine tenths of its speed. Level 6 gains
/// as much again and takes twice the time (measured on answers of raw changes).
const ZSTD_LEVEL: i32 = 5;

#[cfg(test)]
mod tests;
