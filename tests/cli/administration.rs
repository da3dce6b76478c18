//! `fieldbook admin` and `fieldbook serve`, from an empty folder to a restored backup.

use crate::sandbox::{Sandbox, text};

#[test]
fn a_department_is_made_and_staffed() {
    let sandbox = Sandbox::new();
    let shown = sandbox.transcript(&[
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
fn people_come_from_a_list_and_roles_have_days() {
    let sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    let list = |name: &str, text: &str| std::fs::write(sandbox.path().join(name), text).unwrap();
    let people =
        "name,role,program\nAna Ejemplo,OW,street_outreach\nBen Muestra,OW,street_outreach\n";
    list("people.csv", people);
    list("wrong.csv", &people.replace("Muestra,OW", "Muestra,XY"));
    list("heads.csv", &people.replace("role", "rol"));
    let grant = "admin --data data user grant 'Ana Ejemplo' --role SUP --program street_outreach";
    let shown = sandbox.transcript(&[
        "admin --data data user import wrong.csv",
        "admin --data data user import heads.csv",
        "admin --data data user import people.csv --dry-run",
        "admin --data data user list",
        "admin --data data user import people.csv",
        "--json admin --data data user import people.csv",
        &format!("{grant} --until 2020-01-01"),
        &format!("{grant} --from soon"),
        &format!("{grant} --until 2199-12-31"),
        &format!("{grant} --from 2199-01-01"),
        "admin --data data lock 0190c0de-0000-7000-8000-000000000001",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn an_invitation_says_where_the_server_is() {
    let mut sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    sandbox.ok("admin --data data user add Ana --role OW --program street_outreach");
    let mut shown = sandbox.transcript(&["admin --data data invite Ana"]);
    sandbox.serve();
    shown.push_str(&sandbox.transcript(&[
        "admin --data data invite Ana",
        "admin --data data invite Anna",
        "--json admin --data data invite Ana",
    ]));
    insta::assert_snapshot!(shown);
    let invitation = sandbox.json("admin --data data invite Ana");
    assert!(text(&invitation, "url").starts_with("https://127.0.0.1:"));
    assert_eq!(text(&invitation, "fingerprint").len(), 64);
}

#[test]
fn cases_are_assigned_and_devices_revoked_while_the_server_runs() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let device = text(&sandbox.json("admin --data data devices")[0], "id");
    let nobody = "0190c0de-0000-7000-8000-000000000001";
    let shown = sandbox.transcript(&[
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
    let mut sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.ok("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let mut shown = sandbox.transcript(&[
        "admin --data data backup monday.backup",
        "admin --data data backup monday.backup",
        "--json admin --data data backup tuesday.backup",
        "admin --data data restore monday.backup",
        "admin --data data restore wednesday.backup",
    ]);
    sandbox.ok("device --dir ana new person name='Case Birch'");
    sandbox.ok("device --dir ana sync");
    assert_eq!(sandbox.stop(), Some(0), "Ctrl-C is the way to end a server");
    std::fs::write(sandbox.path().join("no.backup"), "something else").unwrap();
    shown.push_str(&sandbox.transcript(&[
        "admin --data data restore no.backup",
        "admin --data data restore monday.backup",
        "admin --data data verify",
    ]));
    insta::assert_snapshot!(shown);

    // What the backup lacks, the device still holds and brings back.
    sandbox.serve_again();
    assert_eq!(sandbox.json("device --dir ana sync")["sent"], 1);
    sandbox.enroll("Sol");
    sandbox.ok("device --dir sol sync");
    let cases = sandbox.json("device --dir sol list --type person");
    assert_eq!(cases.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_second_server_on_the_folder_is_refused() {
    let sandbox = Sandbox::with_server();
    let second = sandbox.run("serve --data data --listen 127.0.0.1:0");
    assert_eq!(second.code, 1, "{}", second.stderr);
    let shown = second.shown();
    insta::assert_snapshot!(shown);
}

#[test]
fn mistakes_of_a_catalogue_are_told_all_at_once_before_the_server_starts() {
    let sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    let folder = sandbox.path().join("catalogue/types");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("person.toml"), "[type]\nname = 'person'\n").unwrap();
    let refused = sandbox.run("serve --data data --listen 127.0.0.1:0 --catalogue catalogue");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(1 < refused.stderr.matches("types/person.toml").count(), "{}", refused.stderr);
    let missing = sandbox.run("serve --data data --listen 127.0.0.1:0 --catalogue nowhere");
    assert_eq!(missing.code, 2, "{}", missing.stderr);
}

#[test]
fn a_master_key_that_is_none_or_another_opens_nothing() {
    let sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    let with_key =
        |key: &str| sandbox.run_with("admin --data data devices", &[("FIELDBOOK_MASTER_KEY", key)]);
    assert_eq!(with_key("secret").code, 2);
    let other = with_key(&"0f".repeat(32));
    assert_eq!(other.code, 1, "{}", other.stderr);
    std::fs::rename(sandbox.path().join("data/master.key"), sandbox.path().join("away")).unwrap();
    let shown = format!("{}\n{}", other.shown(), sandbox.run("admin --data data devices").shown());
    insta::assert_snapshot!(shown);
}

#[test]
fn a_case_is_erased_by_order_and_the_audit_tells_and_proves_it() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let shown = sandbox.transcript(&[
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

    sandbox.ok("device --dir ana sync");
    assert_eq!(sandbox.json("device --dir ana list").as_array().map(Vec::len), Some(0));
    let exported = std::fs::read_to_string(sandbox.path().join("audit.jsonl")).unwrap();
    let touched = exported.replacen("administrator", "somebody else", 1);
    std::fs::write(sandbox.path().join("touched.jsonl"), touched).unwrap();
    let found = sandbox.run("--json admin --data data audit verify --file touched.jsonl");
    assert_eq!(found.code, 1);
    assert!(found.stdout.contains("row 1 is not what was written"), "{}", found.stdout);
}

#[test]
fn a_user_is_one_person_in_every_unicode_form() {
    let mut sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    sandbox.serve();
    let add = "admin --data data user add";
    sandbox.ok(&format!("{add} 'José  Ejemplo' --role OW --program street_outreach"));
    for same in ["José Ejemplo", "Jose\u{301} Ejemplo", "JOSÉ\u{a0}EJEMPLO", "Jo\u{200b}sé Ejemplo"]
    {
        let again = format!("{add} '{same}' --role OW --program street_outreach");
        assert_eq!(sandbox.run(&again).code, 2, "{same:?}");
        sandbox.ok(&format!("admin --data data invite '{same}'"));
    }
    let users = sandbox.json("admin --data data user list");
    assert_eq!(users.as_array().map(Vec::len), Some(1), "{users}");
    assert_eq!(text(&users[0], "name"), "José Ejemplo");
}
