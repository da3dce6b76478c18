//! A worker's shift on the pages of their phone, and what becomes of it without a signal.

use client_core::sync::{next_safety, safety_refused, safety_taken};
use model::time::Span;
use model::wire::ShiftAnswerV1;

use crate::phone::{Page, Phone};

const PLAN: [(&str, &str); 5] = [
    ("partner", "Pat Pine"),
    ("partner_phone", "+1 (555) 010-0199"),
    ("zone", "north"),
    ("minutes", "120"),
    ("supervisor", "555 010 0142"),
];

/// Tells a server all that waits, as one that takes it; returns where each was sent.
#[expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]
fn tell_all(phone: &mut Phone) -> Vec<&'static str> {
    let mut sent = Vec::new();
    while let Some(message) = next_safety(phone.now, &phone.device).unwrap() {
        sent.push(message.path);
        let shift = phone.device.store().read().safety().unwrap().out.map(|out| out.id);
        // What is ended is watched no more.
        let Some(shift) = shift else {
            safety_refused(&mut phone.device, &message, 400).unwrap();
            continue;
        };
        let (armed, server_time) = (Some(phone.now), phone.now);
        let answer = ShiftAnswerV1 { shift, armed, server_time };
        safety_taken(&mut phone.device, &message, &answer).unwrap();
    }
    sent
}

fn out(phone: &mut Phone) -> Page {
    phone.get("/shift").says("Start shift").says("Midtown");
    let sent = phone.post("/shift", &PLAN);
    assert!(phone.asked.sync, "it is told at once, if there is a signal");
    phone.get(&sent.body)
}

#[test]
fn a_shift_is_armed_only_when_the_server_has_said_so() {
    let mut phone = Phone::new(1);
    phone.get("/").says("Start shift").says("Help");
    let page = out(&mut phone);
    page.says("Not armed: no signal").says("Pat Pine").says("North");
    page.says("sms:+15550100199?body=Hi");
    page.says_not("street").says_not("Fieldbook%20");
    assert_eq!(tell_all(&mut phone), ["/v1/shift"]);
    let page = phone.get("/");
    page.says("Your supervisor is told if you are late").says_not("Not armed");
    page.says(&format!("data-until=\"{}\"", (phone.now + Span::from_hours(2)).as_millis()));
}

#[test]
fn what_is_tapped_without_a_signal_waits_with_its_time_and_survives_the_phone() {
    let mut phone = Phone::new(1);
    out(&mut phone);
    tell_all(&mut phone);
    phone.later(Span::from_minutes(30));
    phone.follow("/shift/safe", &[]).says("It is sent first when there is signal");
    let mut phone = phone.reopened();
    phone.follow("/shift/extend", &[("minutes", "15")]).says("No signal. Your supervisor still");
    let first = phone.now;
    phone.later(Span::from_minutes(1));
    phone.follow("/shift/safe", &[]);
    let queue = phone.device.store().read().safety().unwrap().queue;
    assert_eq!(queue.len(), 3);
    assert_eq!(queue[0].at, first);
    assert_eq!(tell_all(&mut phone), ["/v1/safe", "/v1/shift", "/v1/safe"]);
    phone.get("/").says("You said you are safe at").says_not("when there is signal");
}

#[test]
fn help_is_called_at_once_and_then_whom_to_call_is_shown() {
    let mut phone = Phone::new(1);
    out(&mut phone);
    tell_all(&mut phone);
    let page = phone.get("/shift/help");
    page.says("data-hold=\"2000\"").says_not("tel:");
    let page = phone.follow("/shift/help", &[]);
    page.says("The alert is not sent: no signal");
    for address in ["tel:+15550100199", "tel:5550100142", "tel:911", "sms:5550100142?body="] {
        page.address(address);
    }
    assert_eq!(tell_all(&mut phone), ["/v1/safe"]);
    phone.get("/shift/help").says("screen shows the alert");
}

#[test]
fn who_is_not_out_can_call_for_help_too() {
    let mut phone = Phone::new(1);
    phone.follow("/shift/help", &[]).says("tel:911");
    assert_eq!(tell_all(&mut phone), ["/v1/shift", "/v1/safe"]);
}

#[test]
fn a_shift_that_the_server_lost_is_started_again_with_what_was_tapped() {
    let mut phone = Phone::new(1);
    out(&mut phone);
    tell_all(&mut phone);
    phone.follow("/shift/safe", &[]);
    let message = next_safety(phone.now, &phone.device).unwrap().unwrap();
    safety_refused(&mut phone.device, &message, 404).unwrap();
    phone.get("/").says("Not armed");
    assert_eq!(tell_all(&mut phone), ["/v1/shift", "/v1/safe"]);
    phone.get("/").says_not("Not armed");
}

#[test]
fn taps_of_a_locked_phone_count_within_the_shift_alone() {
    let mut phone = Phone::new(1);
    out(&mut phone);
    tell_all(&mut phone);
    phone.later(Span::from_minutes(10));
    let within = (phone.now - Span::from_minutes(4)).as_millis().to_string();
    let before = (phone.now - Span::from_minutes(40)).as_millis().to_string();
    let after = (phone.now + Span::from_minutes(40)).as_millis().to_string();
    phone.follow("/shift/safe", &[("at", &within), ("at", &before), ("at", &after), ("at", "x")]);
    let queue = phone.device.store().read().safety().unwrap().queue;
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].at.as_millis().to_string(), within);
}

#[test]
fn who_is_back_is_out_no_more_and_keeps_the_supervisors_number() {
    let mut phone = Phone::new(1);
    out(&mut phone);
    tell_all(&mut phone);
    phone.follow("/shift/back", &[]).says("Start shift");
    assert_eq!(tell_all(&mut phone), ["/v1/shift"]);
    phone.get("/shift").says("5550100142").says_not("5550100199");
    assert_eq!(phone.post("/shift/safe", &[]).status, 404);
    assert_eq!(phone.post("/shift", &[("minutes", "100000")]).status, 404);
}
