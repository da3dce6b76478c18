use std::io::Write as _;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request as HttpRequest, StatusCode};
use model::ids::FeedSeq;
use model::wire::EventV1;

use super::*;

const MAX: usize = 10_000;

fn intake() -> BodyReader {
    BodyReader::new(4 * MAX, Duration::from_secs(30))
}

fn request(headers: &[(&str, &str)], body: impl Into<Body>) -> Request {
    let request = HttpRequest::post("/").header("content-type", CBOR);
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value))
        .body(body.into())
        .unwrap()
}

async fn kind_of(request: Request) -> (StatusCode, String) {
    let read = intake().read(request, MAX).await;
    let decoded = read.and_then(|received| received.decode::<EventV1>());
    let error = decoded.unwrap_err();
    let (status, code) = error.kind();
    (status, code.to_owned())
}

fn kind(status: StatusCode, code: &str) -> (StatusCode, String) {
    (status, code.to_owned())
}

fn message() -> Vec<u8> {
    wire::encode(&EventV1 { seq: FeedSeq(7) }).unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 3).unwrap()
}

#[tokio::test]
async fn a_message_is_read_plain_and_compressed() {
    for (encoding, body) in
        [("identity", message()), ("zstd", zstd(&message())), ("ZSTD", zstd(&message()))]
    {
        let request = request(&[("content-encoding", encoding)], body);
        let received = intake().read(request, MAX).await.unwrap();
        assert_eq!(received.decode::<EventV1>().unwrap().seq, FeedSeq(7));
    }
}

#[tokio::test]
async fn parameters_of_the_type_do_not_matter_and_the_type_does() {
    let typed = |value: &'static str| {
        let mut request = request(&[], message());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(value));
        async { intake().read(request, MAX).await }
    };
    assert!(typed("Application/CBOR; version=1").await.is_ok());
    for wrong in ["application/json", "application/cbor-seq", "", "text/plain"] {
        let error = typed(wrong).await.unwrap_err();
        assert!(matches!(error, ApiError::MediaType(_)), "{wrong}");
    }
    let twice = request(&[("content-type", CBOR)], message());
    assert!(matches!(intake().read(twice, MAX).await, Err(ApiError::MediaType(_))));
}

#[tokio::test]
async fn other_encodings_are_refused_by_name() {
    for wrong in ["gzip", "br", "zstd, zstd", "zstd, gzip", ""] {
        let (status, code) = kind_of(request(&[("content-encoding", wrong)], message())).await;
        assert_eq!(
            (status, code),
            kind(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_encoding")
        );
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_and_not_past_it() {
    let at = intake().read(request(&[], vec![0; MAX]), MAX).await.unwrap();
    assert_eq!(at.bytes.len(), MAX);
    let past = intake().read(request(&[], vec![0; MAX + 1]), MAX).await;
    assert!(matches!(past, Err(ApiError::TooLarge { max: MAX })));
}

#[tokio::test]
async fn what_is_announced_too_long_is_not_read_at_all() {
    let unread = stream::poll_fn(|_| -> std::task::Poll<Option<Result<Bytes, std::io::Error>>> {
        panic!("it was read")
    });
    let length = (MAX + 1).to_string();
    let request = request(&[("content-length", &length)], Body::from_stream(unread));
    assert_eq!(kind_of(request).await, kind(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large"));
}

#[tokio::test]
async fn what_does_not_say_its_length_is_cut_where_it_passes_the_limit() {
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 1_000])));
    let request = request(&[], Body::from_stream(endless));
    assert_eq!(kind_of(request).await, kind(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large"));
}

#[tokio::test]
async fn a_body_inflates_up_to_its_limit_and_not_past_it() {
    let inflated = |length: usize| inflate(&zstd(&vec![0; length]), MAX);
    assert_eq!(inflated(MAX).unwrap().len(), MAX);
    assert!(matches!(inflated(MAX + 1), Err(ApiError::TooLarge { max: MAX })));
    // A bomb of a gigabyte in 33 KB costs what the limit says, and so does one in many frames.
    assert!(matches!(inflated(1 << 30), Err(ApiError::TooLarge { .. })));
    let frames = zstd(&[0; 1_000]).repeat(MAX);
    assert!(matches!(inflate(&frames, MAX), Err(ApiError::TooLarge { .. })));
}

#[test]
fn a_window_of_eight_mebibytes_is_accepted_and_no_larger_one() {
    let with_window = |log: u32| {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(log).unwrap();
        encoder.include_contentsize(false).unwrap();
        // Longer than the window, or the encoder shrinks it.
        encoder.write_all(&vec![0; (1 << log) + 1]).unwrap();
        inflate(&encoder.finish().unwrap(), 1 << 25)
    };
    assert!(with_window(WINDOW_LOG_MAX).is_ok());
    assert!(matches!(with_window(WINDOW_LOG_MAX + 1), Err(ApiError::BadCompression)));
}

#[tokio::test]
async fn what_is_no_zstd_or_cut_short_is_told_apart_from_a_bad_message() {
    let packed = zstd(&[0; 500]);
    for body in [b"plain".to_vec(), packed[..packed.len() - 1].to_vec()] {
        let request = request(&[("content-encoding", "zstd")], body);
        assert_eq!(kind_of(request).await, kind(StatusCode::BAD_REQUEST, "bad_compression"));
    }
    for body in [vec![], vec![0xff], zstd(b"nothing"), [message(), vec![0]].concat()] {
        assert_eq!(kind_of(request(&[], body)).await, kind(StatusCode::BAD_REQUEST, "malformed"));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told() {
    let broken = stream::iter([
        Ok(Bytes::from_static(b"half")),
        Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
    ]);
    let request = request(&[], Body::from_stream(broken));
    assert_eq!(kind_of(request).await, kind(StatusCode::BAD_REQUEST, "body_cut"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_in_time_is_given_up_however_it_drips() {
    let drips = stream::unfold((), |()| async {
        tokio::time::advance(Duration::from_secs(1)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b"x")), ()))
    });
    let request = request(&[], Body::from_stream(drips.boxed()));
    assert_eq!(kind_of(request).await, kind(StatusCode::REQUEST_TIMEOUT, "request_timeout"));
}

#[tokio::test]
async fn all_bodies_together_take_the_room_there_is_and_give_it_back() {
    let intake = BodyReader::new(2 * 1024, Duration::from_secs(30));
    let first = intake.read(request(&[], vec![0; 1024]), MAX).await.unwrap();
    let second = intake.read(request(&[], vec![0; 1024]), MAX).await.unwrap();
    let third = intake.read(request(&[], vec![0; 1]), MAX).await;
    assert!(matches!(third, Err(ApiError::Busy)));
    drop((first, second));
    assert!(intake.read(request(&[], vec![0; 2 * 1024]), MAX).await.is_ok());
    assert_eq!(intake.room.available_permits(), 2);
}

#[test]
fn an_answer_is_compressed_where_that_is_accepted_and_helps() {
    let accepts = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
        Accepts::of(&headers)
    };
    assert_eq!(accepts("gzip, zstd;q=0.5"), Accepts::Zstd);
    assert_eq!(accepts("gzip, ZSTD"), Accepts::Zstd);
    assert_eq!(accepts("zstd; q=0"), Accepts::Identity);
    assert_eq!(accepts("zstd;q=0.000"), Accepts::Identity);
    assert_eq!(accepts("gzip"), Accepts::Identity);
    assert_eq!(Accepts::of(&HeaderMap::new()), Accepts::Identity);

    let encoding = |length, accepts| {
        let response = answer(&"a".repeat(length), accepts).unwrap();
        response.headers().get(CONTENT_ENCODING).cloned()
    };
    assert_eq!(encoding(500, Accepts::Zstd), Some(HeaderValue::from_static("zstd")));
    assert_eq!(encoding(500, Accepts::Identity), None);
    assert_eq!(encoding(5, Accepts::Zstd), None);
}

#[test]
fn an_answer_is_written_up_to_what_a_device_reads_and_not_past_it() {
    // A text of this length has a head of five bytes.
    let text = "a".repeat(ANSWER_BYTES_MAX - 5);
    assert!(answer(&text, Accepts::Zstd).is_ok());
    assert!(matches!(answer(&(text + "a"), Accepts::Zstd), Err(ApiError::Unwritable)));
}
