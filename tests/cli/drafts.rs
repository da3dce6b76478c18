//! `fieldbook device draft`: a form that is saved answer by answer.

use crate::sandbox::Sandbox;

#[test]
fn a_draft_is_saved_answer_by_answer_submitted_and_undone() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let begin = format!("device --dir ana draft begin outreach_contact --case {case} mode=street");
    let draft = sandbox.id(&begin);
    let shown = sandbox.transcript(&[
        &format!("device --dir ana draft answer {draft} minutes='a few' purpose=rapport,check_in"),
        &format!("device --dir ana draft answer {draft} note='by the shop'"),
        &format!("device --dir ana draft undo {draft}"),
        &format!("device --dir ana draft submit {draft}"),
        &format!("device --dir ana --lang es draft show {draft}"),
        &format!("--json device --dir ana draft show {draft}"),
        "device --dir ana status",
        "device --dir ana draft list",
        "--json device --dir ana draft list",
        "device --dir ana sync",
        "admin --data data devices",
        &format!("device --dir ana draft answer {draft} minutes=15 result=brief"),
        &format!("device --dir ana draft submit {draft}"),
        &format!("device --dir ana draft undo {draft}"),
        &format!("device --dir ana draft discard {draft}"),
        "device --dir ana draft list",
        &format!("device --dir ana draft undo {draft}"),
        &format!("--json device --dir ana draft submit {draft}"),
        "device --dir ana tasks",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn people_met_at_once_have_a_record_each_and_a_draft_takes_all_of_them_back() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let person = |name: &str| sandbox.id(&format!("device --dir ana new person name='{name}'"));
    let [alder, birch, cedar] = ["Case Alder", "Case Birch", "Case Cedar"].map(person);
    let all = format!("--case {alder} --case {birch} --case {cedar}");
    let met = "mode=street result=engaged minutes=20 note='by the shop'";
    let made = sandbox.json(&format!("device --dir ana new outreach_contact {all} {met}"));
    let [first, other] = [&made["id"], &made["also"][1]].map(|id| id.as_str().unwrap());
    let begin = format!("device --dir ana draft begin outreach_contact --case {alder} {met}");
    let draft = sandbox.id(&begin);
    let submit = format!("device --dir ana draft submit {draft} --also {birch} --also {cedar}");
    let shown = sandbox.transcript(&[
        &format!(
            "--json device --dir ana new outreach_contact --case {alder} --case {birch} {met}"
        ),
        &format!("device --dir ana show {first}"),
        &format!("device --dir ana show {other}"),
        &submit,
        "device --dir ana list --type outreach_contact",
        &format!("device --dir ana draft undo {draft}"),
        "device --dir ana list --type outreach_contact",
        &format!("--json {submit}"),
        "device --dir ana sync",
        &format!("device --dir ana draft undo {draft}"),
        "device --dir ana verify",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn where_one_case_cannot_be_nothing_is_made_and_the_case_is_named() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let person = |name: &str| sandbox.id(&format!("device --dir ana new person name='{name}'"));
    let [alder, birch] = ["Case Alder", "Case Birch"].map(person);
    let nothing = "0190c0de-0000-7000-8000-000000000001";
    let met = "mode=street result=engaged";
    let draft = sandbox.id(&format!("device --dir ana draft begin outreach_contact {met}"));
    let both = format!("--case {alder} --case {birch}");
    let new = "device --dir ana new outreach_contact";
    let shown = sandbox.failures(&[
        &format!("{new} --case {alder} --case {nothing} {met}"),
        &format!(
            "device --dir ana --lang es new outreach_contact --case {alder} --case {nothing} {met}"
        ),
        &format!("{new} {both} --case {alder} {met}"),
        &format!("{new} {both} mode=street"),
        &format!("device --dir ana new mediation {both}"),
        &format!("device --dir ana --lang es new mediation {both}"),
        &format!("device --dir ana draft submit {draft} --also {birch}"),
    ]);
    insta::assert_snapshot!(shown);
    let made = sandbox.json("device --dir ana list --type outreach_contact");
    assert_eq!(made, serde_json::json!([]));
}

#[test]
fn a_draft_of_an_edit_changes_the_record_when_it_is_submitted() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let intake = sandbox.id(&format!(
        "device --dir ana new outreach_intake --case {case} tier=1 risk=weapon safety_plan=Call."
    ));
    let draft = sandbox
        .id(&format!("device --dir ana draft edit {intake} risk_level=high contact_attempts=2"));
    sandbox.ok(&format!("device --dir ana draft entry {draft} goals goal='a jbo'"));
    let entry = sandbox.json(&format!("device --dir ana draft show {draft}"));
    let entry = entry["answers"]["goals"][0]["id"].as_str().unwrap().to_owned();
    let shown = sandbox.transcript(&[
        &format!("device --dir ana draft entry {draft} goals goal='a job' --of {entry}"),
        &format!("device --dir ana show {intake}"),
        &format!("device --dir ana note {intake} safety_plan --append ' Then come.'"),
        &format!("device --dir ana draft answer {draft} safety_plan='Call. Or write.'"),
        &format!("device --dir ana note {intake} safety_plan --append ' At six.'"),
        &format!("device --dir ana draft show {draft}"),
        &format!("device --dir ana draft submit {draft}"),
        &format!("device --dir ana show {intake}"),
        &format!("device --dir ana draft undo {draft}"),
        &format!("device --dir ana show {intake}"),
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn a_record_by_mistake_is_voided_with_a_reason_and_the_server_takes_it() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let id = sandbox.id("device --dir ana new outreach_contact mode=street result=brief");
    let shown = sandbox.transcript(&[
        "device --dir ana sync",
        &format!("device --dir ana void {id}"),
        &format!("device --dir ana void {id} --reason ' '"),
        &format!("device --dir ana void {id} --reason 'of another person'"),
        &format!("device --dir ana show {id}"),
        &format!("device --dir ana --lang es show {id}"),
        "device --dir ana sync",
        "device --dir ana refusals",
        &format!("--json device --dir ana void {id} --reason again"),
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn what_a_draft_does_not_take_is_named_and_nothing_is_lost() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let draft = sandbox.id("device --dir ana draft begin outreach_intake");
    let nothing = "0190c0de-0000-7000-8000-000000000001";
    let shown = sandbox.failures(&[
        "device --dir ana draft",
        "device --dir ana draft begin persn",
        &format!("device --dir ana draft answer {draft} riks_level=high"),
        &format!("device --dir ana draft answer {draft} goals=x"),
        &format!("device --dir ana draft entry {draft} goals status=soon"),
        &format!("device --dir ana draft entry {draft} tier goal=x"),
        &format!("device --dir ana draft entry {draft} goals --of {nothing}"),
        &format!("device --dir ana draft show {nothing}"),
        "device --dir ana draft show ffff",
        &format!("device --dir ana draft edit {nothing}"),
        &format!("device --dir ana draft submit {draft}"),
        &format!("device --dir ana draft undo {draft}"),
        &format!("device --dir ana --lang es draft undo {nothing}"),
    ]);
    insta::assert_snapshot!(shown);
}
