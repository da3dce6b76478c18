//! Pages of those who look after people and devices, one by one.

use ui::Refusal;
use ui::views::{ImportLine, ImportOutcome, ImportView, Offices};

use crate::fake::{Fake, NOW, Page};
use crate::html;
use crate::office::Office;

/// Compares a page with how it was last, and keeps it for looking at.
#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

/// Returns a department whose administrator reads.
pub(crate) fn administrator() -> Fake {
    let mut fake = Fake::empty();
    fake.viewer.offices = Offices { administers: true, ..Offices::default() };
    fake.office = Office::busy();
    fake
}

#[test]
fn people_are_listed_with_what_they_hold_and_whether_they_can_sign_in() {
    shown("people", &administrator().get("/people"));
    shown("people_es", &administrator().get_in_spanish("/people?inactive=1"));
    let mut fake = administrator();
    fake.office = Office::empty();
    shown("people_none", &fake.post("/people/find", &[("q", "nobody")]));
}

#[test]
fn who_does_not_administer_has_no_such_page() {
    let mut fake = Fake::busy();
    let nowhere = fake.get("/nowhere").body;
    for path in ["/people", "/people/import", "/people/member-0", "/health"] {
        let page = fake.get(path);
        assert_eq!((page.status, &page.body), (404, &nowhere), "{path}");
    }
    for path in
        ["/people/add", "/people/import", "/people/member-0/away", "/devices/device-0/revoke"]
    {
        let page = fake.post(path, &[("role", "OW street_outreach"), ("sure", "1")]);
        assert_eq!((page.status, &page.body), (404, &nowhere), "{path}");
    }
    assert_eq!(fake.office.done, Vec::<String>::new());
    assert_eq!(fake.get("/devices").status, 200);
}

#[test]
fn a_name_that_is_looked_for_stands_in_no_address() {
    let mut fake = administrator();
    let page = fake.post("/people/find", &[("q", " Dana ")]);
    assert_eq!(fake.office.done, ["people \"Dana\" false 0"]);
    assert!(!page.body.contains("q=Dana") && page.body.contains("name=\"skip\" value=\"5\""));
    fake.get("/people?inactive=1&skip=50");
    assert_eq!(fake.office.done[1], "people \"\" true 50");
}

#[test]
fn somebody_is_added_or_the_form_says_at_which_field_why_not() {
    let mut fake = administrator();
    let typed = [("name", "Sol Sauce"), ("role", "OW street_outreach")];
    let page = fake.post("/people/add", &typed);
    assert_eq!((page.status, &*page.body), (303, "/people/member-9"));
    assert_eq!(fake.office.done, ["add \"Sol Sauce\" OW street_outreach"]);
    let page = fake.post("/people/add", &[("name", "Sol Sauce"), ("role", "OW")]);
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("id=\"add-role-error\"") && page.body.contains("value=\"Sol Sauce\"")
    );
    fake.office.problem = Some(Refusal::Invalid(vec!["Somebody has this name.".to_owned()]));
    let page = fake.post("/people/add", &typed);
    assert_eq!(page.status, 422);
    shown("people_add_refused", &page);
}

#[test]
fn a_member_has_a_page_with_what_can_be_done_about_them() {
    shown("member", &administrator().get("/people/member-0"));
    html::keep("member_es", &administrator().get_in_spanish("/people/member-1").body);
    assert_eq!(administrator().get("/people/member-77").status, 404);
}

#[test]
fn a_role_is_given_at_once_and_taken_away_after_a_question() {
    let mut fake = administrator();
    let role = ("role", "OW street_outreach");
    assert_eq!(fake.post("/people/member-0/give", &[role]).body, "/people/member-0");
    assert_eq!(fake.post("/people/member-0/give", &[("role", "")]).status, 422);
    let days = [role, ("from", "2026-12-01"), ("until", "2026-12-14")];
    assert_eq!(fake.post("/people/member-0/give", &days).status, 303);
    let given = fake.office.done.pop().unwrap();
    let expected = "(\"2026-12-01\", \"2026-12-14\")";
    assert_eq!(given, format!("give member-0 OW street_outreach {expected}"));
    let asked = fake.post("/people/member-0/take", &[role]);
    assert!(asked.body.contains("loses sight of 12 cases"));
    shown("member_take", &asked);
    assert_eq!(fake.office.done, ["give member-0 OW street_outreach (\"\", \"\")"]);
    let taken = fake.post("/people/member-0/take", &[role, ("sure", "1")]);
    assert_eq!(taken.body, "/people/member-0");
    assert_eq!(fake.office.done[1], "take member-0 OW street_outreach");
}

#[test]
fn an_account_is_closed_after_a_question_and_sessions_end_without_one() {
    let mut fake = administrator();
    shown("member_close_es", &{
        let fields: &[(&str, &str)] = &[];
        fake.ask(
            ui::Method::Post,
            "/people/member-0/close",
            fields,
            model::words::Language::Spanish,
        )
    });
    assert_eq!(fake.office.done, Vec::<String>::new());
    assert_eq!(fake.post("/people/member-0/close", &[("sure", "1")]).body, "/people/member-0");
    assert_eq!(fake.post("/people/member-0/signout", &[]).body, "/people/member-0");
    assert_eq!(fake.office.done, ["close member-0", "sign out member-0"]);
}

#[test]
fn a_code_is_shown_as_letters_and_as_a_picture_that_needs_no_script() {
    let mut fake = administrator();
    let page = fake.post("/people/member-0/invite", &[("what", "device")]);
    shown("member_invite", &page);
    assert!(page.body.contains("<svg") && page.body.contains("AB2C-DE3F-GH4J"));
    html::keep("member_invite_es", &page.body);
    let page = fake.post("/people/member-0/invite", &[("what", "account")]);
    assert!(page.body.contains("Code for the account of"));
    assert_eq!(fake.post("/people/member-0/invite", &[("what", "wipe")]).status, 404);
    assert_eq!(fake.office.done, ["device member-0", "account member-0"]);
}

#[test]
fn devices_that_did_not_come_for_long_are_red_and_can_be_filtered() {
    let mut fake = administrator();
    shown("devices", &fake.get("/devices?days=7"));
    html::keep("devices_es", &fake.get_in_spanish("/devices").body);
    fake.get("/devices?days=0&skip=50");
    fake.get("/devices?days=%3Cb%3E");
    let asked = [
        "devices Some(7) Some(0)",
        "devices None Some(0)",
        "devices None Some(50)",
        "devices None Some(0)",
    ];
    assert_eq!(fake.office.done, asked);
    fake.office.devices.rows.clear();
    shown("devices_none", &fake.get("/devices"));
}

#[test]
fn the_list_of_devices_is_a_file_too() {
    let mut fake = administrator();
    fake.office.devices.rows[0].owner = "=cmd()".to_owned();
    let file = fake.get("/devices.csv?days=7");
    assert_eq!(file.status, 200);
    assert_eq!(fake.office.done, ["devices Some(7) None"]);
    insta::assert_snapshot!("devices_csv", file.body);
}

#[test]
fn a_device_is_revoked_after_a_question_that_says_when_it_takes_effect() {
    let mut fake = administrator();
    shown("device_revoke", &fake.post("/devices/device-0/revoke", &[]));
    assert_eq!(fake.office.done, Vec::<String>::new());
    assert_eq!(fake.post("/devices/device-0/revoke", &[("sure", "1")]).body, "/devices/device-0");
    assert_eq!(fake.office.done, ["revoke device-0"]);
}

#[test]
fn supervisors_look_at_devices_and_lock_them_and_revoke_none() {
    let mut fake = Fake::busy();
    fake.office = Office::busy();
    fake.office.may_revoke = false;
    assert!(fake.get("/devices").body.contains("Amal Duwane"));
    let page = fake.get("/devices/device-0").body;
    assert!(page.contains("/devices/device-0/lock") && !page.contains("/revoke"));
    assert_eq!(fake.post("/devices/device-0/lock", &[]).body, "/devices/device-0");
    assert_eq!(fake.post("/devices/device-0/unlock", &[]).body, "/devices/device-0");
    let done = fake.office.done.split_off(1);
    assert_eq!(done, ["lock device-0 true", "lock device-0 false"]);
}

#[test]
fn a_device_has_a_page_with_how_it_is_and_how_far_its_orders_got() {
    shown("device", &administrator().get("/devices/device-0"));
    let ordered = administrator().get("/devices/device-1");
    shown("device_lock_ordered", &ordered);
    assert!(ordered.body.contains("/unlock") && !ordered.body.contains("device-1/lock"));
    let wiped = administrator().get_in_spanish("/devices/device-3");
    shown("device_wiped_es", &wiped);
    assert!(!wiped.body.contains("/lock") && !wiped.body.contains("/revoke"));
}

#[test]
fn who_is_away_is_noted_with_days_and_removed() {
    let mut fake = administrator();
    let days = [("from", ""), ("until", "2026-12-14")];
    assert_eq!(fake.post("/people/member-0/away", &days).body, "/people/member-0");
    let from = NOW.as_millis().to_string();
    assert_eq!(fake.post("/people/member-0/there", &[("from", &from)]).status, 303);
    assert_eq!(fake.post("/people/member-0/there", &[("from", "soon")]).status, 404);
    let there = format!("there member-0 {NOW}");
    assert_eq!(fake.office.done, ["away member-0 (\"\", \"2026-12-14\")", &there]);
}

#[test]
fn a_list_of_people_is_tried_before_it_is_done_and_kept_when_it_is_wrong() {
    let mut fake = administrator();
    shown("import", &fake.get("/people/import"));
    let line = |number, name: &str, outcome| ImportLine {
        number,
        name: name.to_owned(),
        role: "OW".to_owned(),
        program: "street_outreach".to_owned(),
        days: (String::new(), if number == 2 { "2027-01-31".into() } else { String::new() }),
        outcome,
    };
    let lines = vec![
        line(2, "Nia Newt", ImportOutcome::Adds),
        line(3, "Dana Sample", ImportOutcome::GivesRole),
        line(4, "Amal Duwane", ImportOutcome::NothingNew),
    ];
    fake.office.import = ImportView { lines, done: false };
    let list = [("list", "name,role,program\nNia Newt,OW,street_outreach")];
    let tried = fake.post("/people/import", &list);
    shown("import_tried", &tried);
    assert_eq!(tried.status, 200);
    assert!(tried.body.contains("name=\"sure\"") && tried.body.contains("Nia Newt,OW,"));
    let done = fake.post("/people/import", &[list[0], ("sure", "1")]);
    assert!(done.body.contains("Done: 2 lines.") && !done.body.contains("<textarea"));

    let why = ImportOutcome::Fails("`role`: there is no role `XY`".to_owned());
    fake.office.import.lines.push(line(5, "Bo Beispiel", why));
    let failed = fake.post("/people/import", &list);
    assert_eq!(failed.status, 422);
    assert!(failed.body.contains("no role `XY`") && !failed.body.contains("name=\"sure\""));
    fake.office.problem = Some(Refusal::Invalid(vec!["the list has no column `name`".to_owned()]));
    let refused = fake.post("/people/import", &list);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"list-error-1\"") && refused.body.contains("Nia Newt,OW,"));
}

#[test]
fn health_warns_of_a_backup_that_is_old_or_missing() {
    shown("health", &administrator().get("/health"));
    let mut fake = administrator();
    fake.office = Office::empty();
    shown("health_es", &fake.get_in_spanish("/health"));
}
