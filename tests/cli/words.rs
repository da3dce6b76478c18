//! The command line in the person's language, and what people write: times, ids, names of acts.

use crate::sandbox::{Sandbox, redacted, text};

#[test]
fn a_device_speaks_spanish_to_whoever_asks_for_it() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let contact = format!(
        "device --dir ana new outreach_contact --case {case} mode=street result=engaged \
         occurred_at='2026-11-25 19:30'"
    );
    let contact = sandbox.id(&contact);
    let shown = sandbox.transcript(&[
        "device --dir ana --lang es list --type outreach_contact",
        &format!("device --dir ana --lang es show {contact}"),
        &format!("device --dir ana --lang es history {contact}"),
        "device --dir ana --lang es search nadie",
        "device --dir ana --lang es tasks",
        "device --dir ana --lang es conflicts",
        "device --dir ana --lang es refusals",
        "device --dir ana --lang es status",
        "device --dir ana --lang es verify",
        "device --dir ana --lang es sync",
        &format!("device --dir ana --lang es set {contact} note=x"),
        &format!("device --dir ana --lang es set {contact} mode=brief minutes=9999 noat=x"),
        &format!("device --dir ana --lang es set {contact} mode="),
        &format!("device --dir ana --lang es set {contact} purpose=service"),
        "device --dir ana --lang es new persn name=x",
        "device --dir ana --lang es new outreach_contact mode=street",
        "device --dir ana --lang es new custody_check",
        "device --dir ana --lang es show 0190c0de-0000-7000-8000-000000000001",
        "device --dir ana --lang es retry 7",
        "device --dir nobody --lang es list",
        "--json device --dir ana --lang es list --type outreach_contact",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn the_office_speaks_spanish_to_whoever_asks_for_it() {
    let mut sandbox = Sandbox::new();
    let mut shown = sandbox.transcript(&[
        "--lang es admin init --department D",
        "--lang es admin --data data devices",
        "--lang es admin --data data init --department 'Departamento de Ejemplo'",
        "--lang es admin --data data init --department Otro",
        "--lang es admin --data data user list",
        "--lang es admin --data data user add Ana --role ow --program street_outreach",
        "--lang es admin --data data user add Ana --role OW --program outreach",
        "--lang es admin --data data user add Ana --role OW --program street_outreach",
        "--lang es admin --data data user add Ana --role OW --program street_outreach",
        "--lang es admin --data data user withdraw Anna --role OW --program street_outreach",
        "--lang es admin --data data invite Ana",
    ]);
    sandbox.serve();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let device = text(&sandbox.json("admin --data data devices")[0], "id");
    shown.push_str(&sandbox.transcript(&[
        "--lang es admin --data data invite Ana",
        "--lang es admin --data data account invite Ana",
        "--lang es admin --data data account list",
        "--lang es admin --data data account close Ana",
        &format!("--lang es admin --data data assign Ana {case}"),
        &format!("--lang es admin --data data unassign Ana {case}"),
        &format!("--lang es admin --data data unassign Ana {case}"),
        "--lang es admin --data data quarantine",
        "--lang es admin --data data quarantine dismiss 7 --as Ana --reason x",
        "--lang es admin --data data devices",
        &format!("--lang es admin --data data revoke {device}"),
        &format!("--lang es admin --data data revoke {device} --yes"),
        &format!("--lang es admin --data data erase {case} --order 'orden 7'"),
        &format!("--lang es admin --data data erase {case} --order 'orden 7' --yes"),
        "--lang es admin --data data audit list --act erase",
        "--lang es admin --data data audit list --act borrar",
        "--lang es admin --data data audit verify",
        "--lang es admin --data data backup copia",
        "--lang es admin --data data backup copia",
        "--lang es admin --data data restore copia",
        "--lang es admin --data data move --url https://field.example",
        "--lang es admin --data data tls show",
        "--lang es admin --data data tls renew",
        "--lang es admin --data data tls renew --switch",
        "--lang es admin --data data verify",
        "--lang es --json admin --data data user add Ana --role OW --program street_outreach",
    ]));
    insta::assert_snapshot!(shown);
}

#[test]
fn help_and_mistakes_in_the_line_are_in_the_language_of_who_reads() {
    let sandbox = Sandbox::new();
    let shown = sandbox.transcript(&[
        "--lang es --help",
        "admin --lang=es erase --help",
        "device watch --help --lang es",
        "serve -h --lang es",
        "admin user --lang es",
        "--lang es sevre --data data",
        "--lang es serve",
        "--lang es serve --data data --listen nowhere",
        "--lang es serve --data data --tls-cert cert.pem",
        "--lang es admin --data data backup",
        "--lang es admin --data data assign Ana alder",
        "--lang es admin --data data tls renew --switch --new-key",
        "--lang es admin --data data devices --al",
        "--lang es device --dir d list --limit",
        "--lang es device list",
        "--json --lang es device --dir d set",
    ]);
    insta::assert_snapshot!(shown);
    let mut command = sandbox.command();
    command.env("LANG", "es_MX.UTF-8").args(["device", "--help"]);
    let help = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert!(help.contains("Es un dispositivo"), "{help}");
}

#[test]
fn what_cannot_be_erased_or_revoked_is_said_before_anybody_is_asked() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let nobody = "0190c0de-0000-7000-8000-00000000000d";
    for (line, code, name) in [
        (format!("erase {nobody} --order 'order 7'"), 4, "unknown_case"),
        (format!("erase {case} --order ' '"), 2, "legal_basis"),
        (format!("revoke {nobody}"), 4, "unknown_device"),
        (format!("erase {case} --order 'order 7'"), 2, "not_confirmed"),
    ] {
        let done = sandbox.run(&format!("--json admin --data data {line}"));
        assert_eq!(done.code, code, "{line}: {}", done.stderr);
        assert!(done.stderr.contains(&format!("\"code\":\"{name}\"")), "{}", done.stderr);
    }
}

#[test]
fn the_office_reads_times_by_the_clocks_of_the_department() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    for line in ["devices", "audit list --limit 1", "account invite Ana", "invite Ana"] {
        let shown = sandbox.ok(&format!("admin --data data {line}")).stdout;
        assert!(shown.contains(" CST") || shown.contains(" CDT"), "{line}: {shown}");
        assert!(!shown.contains("UTC"), "{line}: {shown}");
    }
}

#[test]
fn the_language_of_the_environment_counts_where_none_is_named() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let says = |line: &[&str]| {
        let mut command = sandbox.command();
        command.env("LANG", "es_US.UTF-8").args(["device", "--dir", "ana"]).args(line);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(says(&["tasks"]), "no hay nada pendiente\n");
    assert_eq!(says(&["--lang", "en", "tasks"]), "nothing is due\n");
}

#[test]
fn a_refusal_from_the_server_is_told_in_the_language_of_who_reads() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let role = "--role SUP --program street_outreach";
    sandbox.ok(&format!("admin --data data user grant Ana {role}"));
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let intake = sandbox.id(&format!("device --dir ana new outreach_intake --case {case} tier=1"));
    sandbox.ok("device --dir ana sync");
    sandbox.ok(&format!("device --dir ana set {intake} tier=2"));
    sandbox.ok(&format!("admin --data data user withdraw Ana {role}"));
    // Ana's phone does not know of it yet.
    sandbox.run("device --dir ana sync");
    let told = |tag| {
        let refused = sandbox.json(&format!("device --dir ana --lang {tag} refusals"));
        (text(&refused[0], "code"), text(&refused[0], "reason"))
    };
    let (en, es) = (told("en"), told("es"));
    assert_eq!((en.0.as_str(), es.0.as_str()), ("guarded_field", "guarded_field"));
    assert!(en.1.contains("may change"), "{}", en.1);
    assert!(es.1.contains("puede cambiar"), "{}", es.1);
}

#[test]
fn an_id_is_enough_in_its_first_characters_where_they_name_one() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let alder = sandbox.id("device --dir ana new person name='Case Alder'");
    let intake = sandbox.id(&format!("device --dir ana new outreach_intake --case {alder} tier=1"));
    // Two ids of one minute begin alike; somewhere they part.
    let same = alder.chars().zip(intake.chars()).take_while(|(one, other)| one == other).count();
    let enough = &intake[..same + 1];
    let shown = sandbox.json(&format!("device --dir ana show {enough}"));
    assert_eq!(text(&shown, "id"), intake);
    sandbox.ok(&format!("device --dir ana set {} risk_level=high", &intake[..=same.max(9)]));
    let case = &alder[..same + 1];
    let of_case = sandbox.json(&format!("device --dir ana list --case {case}"));
    assert_eq!(of_case.as_array().unwrap().len(), 2);

    let both = sandbox.run(&format!("device --dir ana show {}", &alder[..same]));
    assert_eq!(both.code, 2);
    for named in [&alder, &intake, &"Case Alder".to_owned()] {
        assert!(both.stderr.contains(named.as_str()), "{}", both.stderr);
    }
    for (id, code, name) in
        [("ffffff", 4, "unknown_record"), ("fff", 2, "bad_id"), ("alder", 2, "bad_id")]
    {
        let done = sandbox.run(&format!("--json device --dir ana show {id}"));
        assert_eq!(done.code, code, "{id}");
        assert!(done.stderr.contains(name), "{}", done.stderr);
    }
}

#[test]
fn times_are_taken_and_shown_by_the_clocks_of_the_department() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let new =
        format!("device --dir ana new outreach_contact --case {case} mode=street result=brief");
    for (typed, instant, shown) in [
        ("2026-07-28 14:00", "2026-07-28T19:00:00Z", "2026-07-28 14:00 CDT"),
        ("2026-01-28T14:00", "2026-01-28T20:00:00Z", "2026-01-28 14:00 CST"),
        ("2026-01-28", "2026-01-28T06:00:00Z", "2026-01-28 00:00 CST"),
        ("2026-01-28T14:00:00Z", "2026-01-28T14:00:00Z", "2026-01-28 08:00 CST"),
    ] {
        let id = sandbox.id(&format!("{new} occurred_at='{typed}'"));
        let view = sandbox.json(&format!("device --dir ana show {id}"));
        assert_eq!(view["fields"]["occurred_at"], instant, "{typed}");
        let told = sandbox.ok(&format!("device --dir ana show {id}")).stdout;
        assert!(told.contains(shown), "{told}");
    }
    let done = sandbox.run(&format!("{new} occurred_at='2026-03-08 02:30'"));
    assert_eq!(done.code, 2);
    assert!(done.stderr.contains("skip this time"), "{}", redacted(&done.stderr));
}

#[test]
fn an_act_that_there_is_none_of_is_refused_with_those_there_are() {
    let mut sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    let shown = sandbox.transcript(&[
        "admin --data data audit list --act reed",
        "admin --data data audit list --act 'order wipe'",
        "--json admin --data data audit list --act assig",
    ]);
    insta::assert_snapshot!(shown);
    let _ = &mut sandbox;
}
