//! The pages of those who watch over privacy, as browsers get them.

use model::time::Span;

use crate::casework::{OFFICER, seat_of};
use crate::console_client::{ConsoleClient, PASSWORD};
use crate::line::Answer;
use crate::pages::{page, sent, text_of};
use crate::server::TestServer;

/// Shows again who sits there.
async fn confirm(
    house: &mut TestServer,
    seat: &ConsoleClient,
    password: &str,
    back: &str,
) -> Answer {
    // Each code is good once.
    house.pass(Span::from_secs(30));
    let body = format!(
        "password={}&totp={}&back={back}",
        password.replace(' ', "+"),
        seat.code(house.now())
    );
    sent(house, seat, "/confirm", &body).await
}

#[tokio::test]
async fn who_is_asked_again_who_they_are_comes_back_and_whoever_guesses_is_signed_out() {
    let mut house = TestServer::open().await;
    let officer = seat_of(&mut house, OFFICER, "PRV", "professional_standards").await;
    assert!(
        page(&house, &officer, "/confirm?back=/sessions").await.contains("value=\"/sessions\"")
    );
    let right = confirm(&mut house, &officer, PASSWORD, "/sessions").await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, Some("/sessions")));
    let away = confirm(&mut house, &officer, PASSWORD, "//evil.example").await;
    assert_eq!(away.header("location"), Some("/"));
    for attempt in 1..=5 {
        let wrong = confirm(&mut house, &officer, "another one", "/sessions").await;
        assert_eq!(wrong.status, 403);
        let told = text_of(&wrong);
        assert!(!told.contains("another one"));
        assert_eq!(told.contains("action=\"/signin\""), attempt == 5, "{attempt}: {told}");
    }
    assert_eq!(officer.get(&house, "/sessions").await.status, 401);
}
