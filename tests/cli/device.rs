//! `fieldbook device`: recording without a network, synchronizing with one.

use serde_json::json;

use crate::sandbox::{Sandbox, text};

#[test]
fn a_record_is_made_edited_and_looked_at() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder' aliases=Al");
    let id = sandbox.id(&format!("device --dir ana new outreach_intake --case {case} tier=1"));
    let shown = sandbox.transcript(&[
        &format!("device --dir ana set {id} risk_level=high exited=2026-11-20"),
        &format!("device --dir ana set {id} risk_level=high"),
        &format!("device --dir ana set {id} exited="),
        &format!("device --dir ana add {id} risk=weapon,recently_shot"),
        &format!("device --dir ana remove {id} risk=weapon"),
        &format!("device --dir ana increment {id} contact_attempts"),
        &format!("device --dir ana increment {id} contact_attempts -1"),
        &format!("device --dir ana increment {id} contact_attempts 3"),
        &format!("device --dir ana log {id} goals goal='a steady job' status=open"),
        &format!("device --dir ana note {id} safety_plan --append 'Call first.'"),
        &format!("--json device --dir ana note {id} safety_plan --append ' Then come.'"),
        &format!("device --dir ana show {id}"),
        &format!("device --dir ana --lang es show {id}"),
        &format!("--json device --dir ana show {id}"),
        &format!("device --dir ana history {id}"),
        &format!("--json device --dir ana history {case}"),
        "device --dir ana list",
        "--json device --dir ana list --type person",
        &format!("device --dir ana list --case {case} --limit 1"),
        "device --dir ana search al",
        "device --dir ana search birch",
        "device --dir ana tasks",
        "device --dir ana --lang es tasks",
        "--json device --dir ana tasks",
        "device --dir ana conflicts",
        "device --dir ana verify",
        "--json device --dir ana verify",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_bad_input_gets_is_the_name_of_the_field_and_nothing_lost() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let id = sandbox.id(&format!("device --dir ana new outreach_intake --case {case} tier=1"));
    let before = sandbox.json(&format!("device --dir ana show {id}"));
    let nothing = "0190c0de-0000-7000-8000-000000000001";
    let shown = sandbox.failures(&[
        "device --dir ana new persn name=x",
        "device --dir ana new person nmae=x",
        "device --dir ana new person dob=yesterday minor=perhaps",
        "device --dir ana new outreach_intake tier=1",
        &format!("device --dir ana new outreach_intake --case {nothing} tier=1"),
        &format!("device --dir ana new outreach_contact --case {case} mode=street"),
        &format!("device --dir ana new bedside_encounter --case {case}"),
        "device --dir ana new person --program outreach name=x",
        "device --dir ana new person --program reentry name=x",
        &format!("device --dir ana set {id} riks_level=high"),
        &format!("device --dir ana set {id} risk_level=5 tier=9"),
        &format!("device --dir ana set {id} risk=weapon"),
        &format!("device --dir ana set {id} contact_attempts=3"),
        &format!("device --dir ana add {id} tier=1"),
        &format!("device --dir ana add {id} risk=knife"),
        &format!("device --dir ana increment {id} contact_attempts many"),
        &format!("device --dir ana increment {id} tier"),
        &format!("device --dir ana log {id} goals status=soon"),
        &format!("device --dir ana log {id} tier goal=x"),
        &format!("device --dir ana note {id} goals --append x"),
        &format!("device --dir ana resolve {id} risk_level --keep high"),
        &format!("device --dir ana show {nothing}"),
        &format!("device --dir ana set {nothing} tier=1"),
        "device --dir ana list --type persn",
        &format!("--json device --dir ana set {id} riks_level=high"),
    ]);
    insta::assert_snapshot!(shown);
    assert_eq!(sandbox.json(&format!("device --dir ana show {id}")), before);
    assert_eq!(sandbox.json("device --dir ana list").as_array().map(Vec::len), Some(2));
}

#[test]
fn values_of_two_people_meet_and_one_of_them_decides() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Ben");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let id = sandbox.id(&format!("device --dir ana new outreach_intake --case {case} tier=1"));
    sandbox.ok("device --dir ana sync");
    sandbox.ok(&format!("admin --data data assign Ben {case}"));
    sandbox.ok("device --dir ben sync");
    sandbox.ok(&format!("device --dir ana set {id} risk_level=high"));
    sandbox.ok(&format!("device --dir ben set {id} risk_level=imminent"));
    let mut shown = sandbox.transcript(&["device --dir ana sync", "device --dir ben sync"]);

    // Which of the two is shown first is chance, so each is looked for by itself.
    let mut waiting = sandbox.json("device --dir ben conflicts")[0]["values"].clone();
    let values = waiting.as_array_mut().unwrap();
    values.sort_by_key(|value| text(value, "by"));
    let said: Vec<_> = values.iter().map(|value| (&value["by"], &value["value"])).collect();
    assert_eq!(said, [(&json!("Ana"), &json!("high")), (&json!("Ben"), &json!("imminent"))]);
    for line in ["device --dir ben conflicts", &format!("device --dir ben show {id}")] {
        let told = sandbox.ok(line).stdout;
        assert!(told.contains("  high      Ana, ") && told.contains("  imminent  Ben, "), "{told}");
    }
    let told = sandbox.ok("device --dir ben conflicts").stdout;
    assert!(told.contains(&format!("resolve {id} risk_level --keep VALUE")), "{told}");
    let mistaken = sandbox.run(&format!("device --dir ben resolve {id} risk_level --keep low"));
    assert_eq!(mistaken.code, 2);
    assert!(
        mistaken.stderr.contains("`risk_level` must keep one of these values: "),
        "{}",
        mistaken.stderr
    );

    shown.push_str(&sandbox.transcript(&[
        &format!("device --dir ben resolve {id} risk_level --keep high"),
        &format!("device --dir ben resolve {id} risk_level --keep high"),
        "device --dir ben conflicts",
        "device --dir ben sync",
        "--json device --dir ana sync",
        "device --dir ana conflicts",
    ]));
    insta::assert_snapshot!(shown);
    let view = |dir| sandbox.json(&format!("device --dir {dir} show {id}"));
    assert_eq!(view("ana"), view("ben"));
    assert_eq!(view("ana")["fields"]["risk_level"], json!("high"));
    let history = sandbox.json(&format!("device --dir ana history {id}"));
    let last = history.as_array().unwrap().last().unwrap();
    assert_eq!((&last["by"], &last["edits"][0]["value"]), (&json!("Ben"), &json!("high")));
}

#[test]
fn a_colleague_is_named_by_name_and_who_is_not_meant_alone_is_asked_about() {
    let sandbox = Sandbox::with_server();
    let role = "--role OW --program street_outreach";
    sandbox.ok(&format!("admin --data data user add 'Bea Muestra' {role}"));
    sandbox.enroll("Ana");
    sandbox.ok("device --dir ana sync");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let intake =
        sandbox.id(&format!("device --dir ana new outreach_intake --case {case} owned_by=me"));
    let shown = sandbox.ok(&format!("device --dir ana show {intake}")).stdout;
    assert!(shown.lines().any(|line| line.contains("(owned_by)") && line.ends_with("Ana")));
    for (typed, name) in [("'bea muestra'", "Bea Muestra"), ("ben", "Ben"), ("SOL", "Sol")] {
        let due = "next_due='2030-01-01 12:00'";
        sandbox.ok(&format!("device --dir ana set {case} {due} assigned_to={typed}"));
        let tasks = sandbox.json("device --dir ana tasks");
        let next = tasks.as_array().unwrap().iter().find(|task| task["rule"] == "next_due");
        assert_eq!(next.unwrap()["owner_name"], name);
        assert!(sandbox.ok("device --dir ana tasks").stdout.contains(name));
    }
    let history = sandbox.ok(&format!("device --dir ana history {case}")).stdout;
    assert!(history.contains("Bea Muestra"), "{history}");
    let all = sandbox.json("device --dir ana tasks");
    let mine = sandbox.json("device --dir ana tasks --mine");
    assert!(all.as_array().unwrap().iter().any(|task| task["yours"] == false));
    let rules = mine.as_array().unwrap().iter().map(|task| text(task, "rule"));
    assert!(rules.eq(["first_contact", "reassess"]), "{mine}");

    insta::assert_snapshot!(sandbox.failures(&[
        &format!("device --dir ana set {case} assigned_to=be"),
        &format!("device --dir ana set {case} assigned_to='Beatriz Muestra'"),
        &format!("device --dir ana set {case} assigned_to=nobody"),
        &format!("--lang es device --dir ana set {case} assigned_to=be"),
        &format!("--lang es device --dir ana set {case} assigned_to=nadie"),
    ]));
}

#[test]
fn what_was_refused_is_told_tried_again_or_dismissed_and_never_lost() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Sol");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let new = "mode=street result=brief note='by the library'";
    let contact = sandbox.id(&format!("device --dir ana new outreach_contact --case {case} {new}"));
    sandbox.ok("device --dir ana sync");
    sandbox.ok("device --dir sol sync");
    sandbox.ok(&format!("device --dir sol new review record={contact} decision=approved"));
    sandbox.ok("device --dir sol sync");
    // Ana's phone does not know of it yet.
    sandbox.ok(&format!("device --dir ana set {contact} note='by the river' minutes=20"));
    let shown = sandbox.transcript(&[
        "device --dir ana refusals",
        "device --dir ana sync",
        "device --dir ana status",
        "device --dir ana refusals",
        "--json device --dir ana refusals",
        &format!("device --dir ana show {contact}"),
        "device --dir ana retry 1",
        "device --dir ana dismiss 1",
        "device --dir ana refusals",
        "device --dir ana refusals --all",
        "--json device --dir ana dismiss 1",
        "device --dir ana dismiss 2",
        "device --dir ana sync",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn a_contact_recorded_before_a_role_was_withdrawn_is_taken() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Sol");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let new = "mode=street result=brief note='by the library'";
    let contact = sandbox.id(&format!("device --dir ana new outreach_contact --case {case} {new}"));
    sandbox.ok("admin --data data user withdraw Ana --role OW --program street_outreach");
    let shown = sandbox.transcript(&[
        "device --dir ana sync",
        "device --dir ana list",
        "device --dir ana refusals",
        "admin --data data quarantine",
        "device --dir sol sync",
        &format!("device --dir sol show {contact}"),
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_a_revoked_phone_hands_over_is_shown_to_a_supervisor_and_decided() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Sol");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let device = sandbox.json("device --dir ana status")["device"].as_str().unwrap().to_owned();
    sandbox.ok("device --dir ana sync");
    let new = "mode=street result=brief note='by the library'";
    let contact = sandbox.id(&format!("device --dir ana new outreach_contact --case {case} {new}"));
    sandbox.id(&format!("device --dir ana new outreach_contact --case {case} {new}"));
    sandbox.ok(&format!("admin --data data revoke {device} --yes"));
    sandbox.run("device --dir ana sync");
    let quarantine = |words: &str| format!("admin --data data quarantine {words}");
    let because = "--reason 'written before the phone was lost'";
    let shown = sandbox.transcript(&[
        "admin --data data quarantine",
        "--json admin --data data quarantine list",
        &quarantine(&format!("show 1 --as Sol {because}")),
        &quarantine(&format!("show 1 --as Ben {because}")),
        &quarantine(&format!("show 7 --as Ben {because}")),
        &quarantine(&format!("accept 1 --as Slo {because}")),
        &quarantine("accept 1 --as Sol --reason no"),
        &quarantine(&format!("accept 1 --as Sol {because}")),
        &format!("--json {}", quarantine("dismiss 2 --as Sol --reason 'recorded twice'")),
        &quarantine(&format!("dismiss 2 --as Sol {because}")),
        "admin --data data quarantine",
        "device --dir sol sync",
        &format!("device --dir sol show {contact}"),
        "admin --data data audit list --act 'accept refused work'",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_people_and_scripts_get_keeps_its_shape() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let keys = |line: &str| {
        let json = sandbox.json(line);
        let object = json.as_object().unwrap_or_else(|| panic!("{line}: {json}"));
        object.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys("device --dir ana new person name='Case Alder'"), ["id"]);
    let id = sandbox.id("device --dir ana new person name='Case Birch'");
    assert_eq!(
        keys(&format!("device --dir ana show {id}")),
        ["case", "conflicts", "fields", "id", "state", "type"]
    );
    assert_eq!(
        keys("device --dir ana sync"),
        ["bytes_down", "bytes_up", "received", "refused", "requests", "sent", "stuck"]
    );
    assert_eq!(keys("admin --data data invite Ana"), ["app", "code", "fingerprint", "url"]);
    assert!(sandbox.json("device --dir ana list").is_array());
    assert_eq!(text(&sandbox.json(&format!("device --dir ana show {id}")), "state"), "on_server");
}

#[cfg(unix)]
#[test]
fn without_a_server_a_sync_ends_with_5_and_the_work_is_kept() {
    let mut sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.stop();
    let id = sandbox.id("device --dir ana new person name='Case Alder'");
    let done = sandbox.run("device --dir ana sync");
    assert_eq!(done.code, 5, "{}", done.stderr);
    let status = sandbox.json("device --dir ana status");
    assert_eq!(status["outbox"], 1);
    sandbox.serve_again();
    assert_eq!(sandbox.json("device --dir ana sync")["sent"], 1);
    let view = sandbox.json(&format!("device --dir ana show {id}"));
    assert_eq!(text(&view, "state"), "on_server");
    insta::assert_snapshot!(format!(
        "{}\n{}",
        done.shown(),
        sandbox.transcript(&["device --dir ana status", "--json device --dir ana status",])
    ));
}

#[test]
fn an_enrollment_that_fails_says_why_and_leaves_no_device() {
    let sandbox = Sandbox::with_server();
    let invitation = sandbox.json("admin --data data invite Ana");
    let (url, code) = (text(&invitation, "url"), text(&invitation, "code"));
    let good = text(&invitation, "fingerprint");
    let other = "0f".repeat(32);
    let enroll = |dir: &str, url: &str, code: &str, fingerprint: &str| {
        format!(
            "device --dir {dir} enroll --server {url} --code {code} --fingerprint {fingerprint}"
        )
    };
    let mut shown = sandbox.failures(&[
        &enroll("ana", &url, "AAAA-AAAA", &good),
        &enroll("ana", &url, &code, &other),
        &enroll("ana", &url, &code, "short"),
        &enroll("ana", "somewhere", &code, &good),
        &enroll("ana", "https://127.0.0.1:1", &code, &good),
    ]);
    assert_eq!(sandbox.run("device --dir ana list").code, 4, "no device was left");
    let aloud = code.to_lowercase().replace('-', "");
    sandbox.ok(&enroll("ana", &url, &aloud, &good));
    shown.push_str(
        &sandbox
            .failures(&[&enroll("ben", &url, &code, &good), &enroll("ana", &url, &code, &good)]),
    );
    insta::assert_snapshot!(shown);
}

#[test]
fn a_pin_set_at_enrollment_is_needed_from_then_on() {
    let sandbox = Sandbox::with_server();
    let invitation = sandbox.json("admin --data data invite Ana");
    let (url, code) = (text(&invitation, "url"), text(&invitation, "code"));
    let fingerprint = text(&invitation, "fingerprint");
    let enroll =
        format!("device --dir ana enroll --server {url} --code {code} --fingerprint {fingerprint}");
    let with_pin = |line: &str, pin: &str| sandbox.run_with(line, &[("FIELDBOOK_PIN", pin)]);
    assert_eq!(with_pin(&enroll, "7351735").code, 2, "a PIN that is too short spends no code");
    assert_eq!(with_pin(&enroll, "73517351").code, 0);
    let shown = [
        sandbox.run("device --dir ana list"),
        with_pin("device --dir ana list", "1111"),
        with_pin("device --dir ana list", "73517351"),
    ];
    let codes = shown.each_ref().map(|done| done.code);
    assert_eq!(codes, [3, 3, 0]);
    insta::assert_snapshot!(shown.map(|done| done.shown()).join("\n"));
}

#[test]
fn a_folder_copied_without_its_keys_opens_nothing_and_says_why() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.ok("device --dir ana new person name='Case Alder'");
    let (own, copy) = (sandbox.path().join("ana"), sandbox.path().join("copy"));
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(own.join("fieldbook.db"), copy.join("fieldbook.db")).unwrap();
    let before = std::fs::read(copy.join("fieldbook.db")).unwrap();
    let done = sandbox.run("device --dir copy list");
    assert_ne!(done.code, 0);
    assert!(done.stdout.is_empty(), "{}", done.stdout);
    assert!(done.stderr.contains("there is no store key in the key store"), "{}", done.stderr);
    assert_eq!(std::fs::read(copy.join("fieldbook.db")).unwrap(), before);
    sandbox.ok("device --dir ana list");
}
