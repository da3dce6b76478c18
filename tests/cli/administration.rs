//! `fieldbook admin` and `fieldbook serve`, from an empty folder to a restored backup.

use crate::desk::{Desk, text};

#[test]
fn a_department_is_made_and_staffed() {
    let desk = Desk::new();
    let shown = desk.transcript(&[
        "admin --data data init --department 'Department of Examples'",
        "admin --data data init --department 'Another Department'",
        "admin --data data init --department ' '",
        "admin --data data user list",
        "admin --data data user add 'Ana Ejemplo' --role OW --program street_outreach",
        "admin --data data user add 'Ana Ejemplo' --role OW --program street_outreach",
        "admin --data data user add 'Ben Muestra' --role ow --program street_outreach",
        "admin --data data user add 'Ben Muestra' --role OW --program outreach",
        "admin --data data user add '' --role OW --program street_outreach",
        "admin --data data user grant 'Ana Ejemplo' --role SUP --program street_outreach",
        "admin --data data user grant 'Ana Ejmplo' --role SUP --program street_outreach",
        "admin --data data user withdraw 'Ana Ejemplo' --role OW --program street_outreach",
        "admin --data data user withdraw 'Ana Ejemplo' --role OW --program street_outreach",
        "admin --data data user list",
        "--json admin --data data user list",
        "admin --data data devices",
        "admin --data data quarantine",
        "admin --data data verify",
        "--json admin --data data verify",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn an_invitation_says_where_the_server_is() {
    let mut desk = Desk::new();
    desk.ok("admin --data data init --department Department");
    desk.ok("admin --data data user add Ana --role OW --program street_outreach");
    let mut shown = desk.transcript(&["admin --data data invite Ana"]);
    desk.serve();
    shown.push_str(&desk.transcript(&[
        "admin --data data invite Ana",
        "admin --data data invite Anna",
        "--json admin --data data invite Ana",
    ]));
    insta::assert_snapshot!(shown);
    let invitation = desk.json("admin --data data invite Ana");
    assert!(text(&invitation, "url").starts_with("https://127.0.0.1:"));
    assert_eq!(text(&invitation, "fingerprint").len(), 64);
}

#[test]
fn cases_are_assigned_and_devices_revoked_while_the_server_runs() {
    let desk = Desk::with_server();
    desk.enrol("Ana");
    let case = desk.id("device --dir ana new person name='Case Alder'");
    desk.ok("device --dir ana sync");
    let device = text(&desk.json("admin --data data devices")[0], "id");
    let nobody = "0190c0de-0000-7000-8000-000000000001";
    let shown = desk.transcript(&[
        &format!("admin --data data assign Ben {case}"),
        &format!("--json admin --data data assign Ben {case}"),
        &format!("admin --data data assign Bne {case}"),
        &format!("admin --data data assign Ben {nobody}"),
        &format!("admin --data data unassign Ben {case}"),
        &format!("admin --data data unassign Ben {case}"),
        "admin --data data devices",
        &format!("admin --data data revoke {nobody} --yes"),
        &format!("admin --data data revoke {device}"),
        &format!("admin --data data revoke {device} --yes"),
        &format!("--json admin --data data revoke {device} --yes"),
        "admin --data data devices",
        "device --dir ana sync",
        "device --dir ana list",
    ]);
    insta::assert_snapshot!(shown);
}

#[cfg(unix)]
#[test]
fn a_backup_is_made_while_the_server_runs_and_restored_while_it_does_not() {
    let mut desk = Desk::with_server();
    desk.enrol("Ana");
    desk.ok("device --dir ana new person name='Case Alder'");
    desk.ok("device --dir ana sync");
    let mut shown = desk.transcript(&[
        "admin --data data backup monday.backup",
        "admin --data data backup monday.backup",
        "--json admin --data data backup tuesday.backup",
        "admin --data data restore monday.backup",
        "admin --data data restore wednesday.backup",
    ]);
    desk.ok("device --dir ana new person name='Case Birch'");
    desk.ok("device --dir ana sync");
    assert_eq!(desk.stop(), Some(0), "Ctrl-C is the way to end a server");
    std::fs::write(desk.path().join("no.backup"), "something else").unwrap();
    shown.push_str(&desk.transcript(&[
        "admin --data data restore no.backup",
        "admin --data data restore monday.backup",
        "admin --data data verify",
    ]));
    insta::assert_snapshot!(shown);

    // What the backup lacks, the device still holds and brings back.
    desk.serve_again();
    assert_eq!(desk.json("device --dir ana sync")["sent"], 1);
    desk.enrol("Sol");
    desk.ok("device --dir sol sync");
    let cases = desk.json("device --dir sol list --type person");
    assert_eq!(cases.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_second_server_on_the_folder_is_refused() {
    let desk = Desk::with_server();
    let second = desk.run("serve --data data --listen 127.0.0.1:0");
    assert_eq!(second.code, 1, "{}", second.stderr);
    let shown = second.shown();
    insta::assert_snapshot!(shown);
}

#[test]
fn mistakes_of_a_catalogue_are_told_all_at_once_before_the_server_starts() {
    let desk = Desk::new();
    desk.ok("admin --data data init --department Department");
    let folder = desk.path().join("catalogue/types");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("person.toml"), "[type]\nname = 'person'\n").unwrap();
    let refused = desk.run("serve --data data --listen 127.0.0.1:0 --catalogue catalogue");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(1 < refused.stderr.matches("types/person.toml").count(), "{}", refused.stderr);
    let missing = desk.run("serve --data data --listen 127.0.0.1:0 --catalogue nowhere");
    assert_eq!(missing.code, 2, "{}", missing.stderr);
}

#[test]
fn a_master_key_that_is_none_or_another_opens_nothing() {
    let desk = Desk::new();
    desk.ok("admin --data data init --department Department");
    let with_key =
        |key: &str| desk.run_with("admin --data data devices", &[("FIELDBOOK_MASTER_KEY", key)]);
    assert_eq!(with_key("secret").code, 2);
    let other = with_key(&"0f".repeat(32));
    assert_eq!(other.code, 1, "{}", other.stderr);
    std::fs::rename(desk.path().join("data/master.key"), desk.path().join("away")).unwrap();
    let shown = format!("{}\n{}", other.shown(), desk.run("admin --data data devices").shown());
    insta::assert_snapshot!(shown);
}

#[test]
fn a_case_is_erased_by_order_and_the_audit_tells_and_proves_it() {
    let desk = Desk::with_server();
    desk.enrol("Ana");
    let case = desk.id("device --dir ana new person name='Case Alder'");
    desk.ok("device --dir ana sync");
    let shown = desk.transcript(&[
        &format!("admin --data data erase {case}"),
        &format!("admin --data data erase {case} --yes --order ' '"),
        "admin --data data erase 0190c0de-0000-7000-8000-000000000001 --yes --order 'order 7'",
        &format!("admin --data data erase {case} --order 'order 7'"),
        &format!("admin --data data erase {case} --yes --order 'order 7'"),
        "admin --data data audit list --act erase",
        "admin --data data audit export audit.jsonl",
        "admin --data data audit export audit.jsonl",
        "admin --data data audit verify",
        "admin --data data audit verify --file audit.jsonl",
        "admin --data data audit verify --file nothing.jsonl",
        "admin --data data verify",
    ]);
    insta::assert_snapshot!(shown);

    desk.ok("device --dir ana sync");
    assert_eq!(desk.json("device --dir ana list").as_array().map(Vec::len), Some(0));
    let exported = std::fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    let touched = exported.replacen("administrator", "somebody else", 1);
    std::fs::write(desk.path().join("touched.jsonl"), touched).unwrap();
    let found = desk.run("--json admin --data data audit verify --file touched.jsonl");
    assert_eq!(found.code, 1);
    assert!(found.stdout.contains("row 1 is not what was written"), "{}", found.stdout);
}

#[test]
fn a_user_is_one_person_in_every_unicode_form() {
    let mut desk = Desk::new();
    desk.ok("admin --data data init --department Department");
    desk.serve();
    let add = "admin --data data user add";
    desk.ok(&format!("{add} 'José  Ejemplo' --role OW --program street_outreach"));
    for same in ["José Ejemplo", "Jose\u{301} Ejemplo", "JOSÉ\u{a0}EJEMPLO", "Jo\u{200b}sé Ejemplo"]
    {
        let again = format!("{add} '{same}' --role OW --program street_outreach");
        assert_eq!(desk.run(&again).code, 2, "{same:?}");
        desk.ok(&format!("admin --data data invite '{same}'"));
    }
    let users = desk.json("admin --data data user list");
    assert_eq!(users.as_array().map(Vec::len), Some(1), "{users}");
    assert_eq!(text(&users[0], "name"), "José Ejemplo");
}
