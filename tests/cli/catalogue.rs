//! `fieldbook catalogue`: what a department changes, and how it comes in force.

use model::catalogue::CatalogueSource;

use crate::sandbox::Sandbox;

const CONTACT: &str = "types/outreach_contact.toml";
const STREET: &str = "  { code = \"street\", en = \"In the street\", es = \"En la calle\" },\n";
const NOTE: (&str, &str) =
    ("name = \"note\"\nkind = \"text\"", "name = \"note\"\nkind = \"shared_note\"");

#[test]
fn a_catalogue_is_checked_before_it_is_put_to_use_and_again_when_it_is() {
    let sandbox = Sandbox::new();
    put(&sandbox, "old", |_| {});
    put(&sandbox, "next", |text| *text = text.replace(STREET, ""));
    put(&sandbox, "wrong", |text| *text = text.replace(NOTE.0, NOTE.1));
    put(&sandbox, "broken", |text| *text = text.replace("kind = \"ref\"", "kind = \"reference\""));
    sandbox.ok("admin --data data init --department Department");
    let shown = sandbox.transcript(&[
        "catalogue diff old old",
        "catalogue diff old next",
        "--json catalogue diff old next",
        "catalogue diff old wrong",
        "--json catalogue diff old wrong",
        "catalogue diff old broken",
        "--json catalogue diff old broken",
        "catalogue diff old nowhere",
        "serve --data data --listen 127.0.0.1:0 --catalogue wrong",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn a_catalogue_is_put_in_force_under_a_running_server_and_the_one_before_it_again() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    put(&sandbox, "next", |text| *text = text.replace(STREET, ""));
    put(&sandbox, "wrong", |text| *text = text.replace(NOTE.0, NOTE.1));
    put(&sandbox, "broken", |text| *text = text.replace("kind = \"ref\"", "kind = \"reference\""));
    let shown = sandbox.transcript(&[
        "catalogue history --data data",
        "catalogue publish next --data data",
        "--lang es catalogue publish next --data data",
        "catalogue publish next --data data --yes",
        "catalogue publish next --data data --yes",
        "device --dir ana new outreach_contact mode=street result=brief",
        "device --dir ana sync",
        "device --dir ana new outreach_contact mode=street result=brief",
        "catalogue publish wrong --data data --yes",
        "--json catalogue publish broken --data data --yes",
        "catalogue rollback --data data --to ffff --yes",
        "--json catalogue rollback --data data --yes",
        "device --dir ana sync",
        "device --dir ana new outreach_contact mode=street result=brief",
        "catalogue history --data data",
        "--json catalogue history --data data",
        "admin --data data audit list --act 'publish catalogue'",
    ]);
    // They are others whenever the built-in catalogue changes.
    let versions = sandbox.json("catalogue history --data data");
    let digest = |at: usize| versions[at]["digest"].as_str().unwrap()[..12].to_owned();
    let shown = shown.replace(&digest(0), "[the built-in]").replace(&digest(1), "[the next]");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_catalogue_is_checked_in_the_language_of_who_reads() {
    let sandbox = Sandbox::new();
    put(&sandbox, "old", |_| {});
    put(&sandbox, "next", |text| {
        *text = text.replace(STREET, "").replace("max = 1440", "max = 60");
    });
    put(&sandbox, "wrong", |text| *text = text.replace(NOTE.0, NOTE.1));
    put(&sandbox, "unread", |text| text.insert(0, '['));
    put(&sandbox, "broken", |text| {
        for (right, wrong) in [
            ("kind = \"ref\"", "kind = \"reference\""),
            ("min = 0\nmax = 1440", "min = 10\nmax = \"5\""),
            ("written_by = [\"OW\"]", "written_by = [\"OW\", \"XX\", \"VA\", \"ow\"]"),
            ("after = \"7d\"", "after = \"7 days\""),
            ("from = \"occurred_at\"", "from = \"mode\""),
            ("name = \"anon_count\"", "name = \"zone\"\ncolour = \"red\""),
            ("version = 2", "version = 0"),
        ] {
            assert!(text.contains(right), "{right}");
            *text = text.replacen(right, wrong, 1);
        }
    });
    sandbox.ok("admin --data data init --department Department");
    let shown = sandbox.transcript(&[
        "--lang es catalogue diff old old",
        "--lang es catalogue diff old next",
        "--lang es catalogue diff old wrong",
        "--lang es --json catalogue diff old wrong",
        "--lang es catalogue diff old broken",
        "--lang es --json catalogue diff old broken",
        "--lang es catalogue diff unread old",
        "--lang es catalogue diff old nowhere",
        "--lang es serve --data data --listen 127.0.0.1:0 --catalogue broken",
        "--lang es --json serve --data data --listen 127.0.0.1:0 --catalogue wrong",
    ]);
    insta::assert_snapshot!(shown);
}

const MEDIATION: &str = "types/mediation.toml";

/// A section, and a question that is asked in it when another was answered so.
const RISK: [(&str, &str); 3] = [
    (
        "[[field]]\nname = \"learned_via\"",
        "[[section]]\nname = \"risk\"\nlabel = { en = \"Risk\", es = \"Riesgo\" }\n\n\
         [[field]]\nname = \"learned_via\"",
    ),
    (
        "name = \"retaliation\"\n",
        "name = \"retaliation\"\nsection = \"risk\"\n\
         hint = { en = \"Ask the family, too.\", es = \"Pregunte también a la familia.\" }\n",
    ),
    (
        "name = \"likelihood_of_shooting\"\n",
        "name = \"likelihood_of_shooting\"\nsection = \"risk\"\n\
         shown_when = { field = \"retaliation\", is = true }\n\
         required_when = { field = \"weapon\", is = true }\n\
         required_message = { en = \"is needed where a weapon is present\", \
         es = \"hace falta cuando hay un arma\" }\n",
    ),
];

#[test]
fn a_department_exports_a_catalogue_changes_a_form_and_sees_what_it_asks() {
    let sandbox = Sandbox::new();
    sandbox.ok("catalogue export own");
    let file = sandbox.path().join("own").join(MEDIATION);
    let mut text = std::fs::read_to_string(&file).unwrap();
    for (before, after) in RISK {
        assert!(text.contains(before), "{before}");
        text = text.replacen(before, after, 1);
    }
    std::fs::write(&file, &text).unwrap();
    put(&sandbox, "old", |_| {});
    let shown = sandbox.transcript(&[
        "catalogue export own",
        "catalogue check own",
        "catalogue diff old own",
        "catalogue preview mediation --catalogue own",
        "catalogue preview mediation --catalogue own retaliation=true weapon=true",
        "--lang es catalogue preview mediation --catalogue own retaliation=true weapon=true",
        "catalogue preview mediaton",
        "catalogue preview mediation weapon=perhaps",
    ]);
    insta::assert_snapshot!(shown);
    std::fs::write(&file, text.replace("field = \"retaliation\"", "field = \"retailation\""))
        .unwrap();
    let json = sandbox.run("--json catalogue check own");
    assert_eq!(json.code, 2);
    assert!(
        json.stderr.contains("\"key\":\"field.likelihood_of_shooting.shown_when\""),
        "{}",
        json.stderr
    );
}

#[test]
fn a_department_adds_a_language_and_forms_are_asked_in_it() {
    let sandbox = Sandbox::new();
    sandbox.ok("catalogue export own");
    let file = sandbox.path().join("own").join("types/duty.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut lines = text.replace("label = { en =", "label = { vi = \"Việc\", en =");
    assert_ne!(lines, text);
    std::fs::write(&file, &lines).unwrap();
    put(&sandbox, "old", |_| {});
    let shown = sandbox.transcript(&[
        "catalogue check own",
        "--json catalogue check own",
        "--lang vi catalogue preview duty --catalogue own",
        "--lang vi-VN catalogue preview person --catalogue own",
        "catalogue diff old own",
        "--lang es catalogue diff own old",
    ]);
    insta::assert_snapshot!(shown);
    lines = lines.replace("vi = \"Việc\"", "vietnamese = \"Việc\"");
    std::fs::write(&file, lines).unwrap();
    let refused = sandbox.run("catalogue check own");
    assert_eq!(refused.code, 2);
    assert!(
        refused
            .stderr
            .contains("types/duty.toml: type.label.vietnamese: \"vietnamese\" is no code")
    );
}

#[test]
fn a_form_is_read_from_a_spreadsheet_into_a_catalogue_and_written_back_to_one() {
    let sandbox = Sandbox::new();
    sandbox.ok("catalogue export own");
    std::fs::write(sandbox.path().join("visit.xlsx"), VISIT).unwrap();
    std::fs::write(sandbox.path().join("broken.xlsx"), &VISIT[..VISIT.len() / 2]).unwrap();
    let shown = sandbox.transcript(&[
        "catalogue import visit.xlsx --catalogue own",
        "catalogue import visit.xlsx --like mediation --catalogue own",
        "catalogue check own",
        "catalogue preview visit --catalogue own",
        "catalogue preview visit --catalogue own armed=yes age=12",
        "catalogue import visit.xlsx --like mediation --catalogue own",
        "catalogue import visit.xlsx --catalogue own --overwrite",
        "--lang es catalogue import visit.xlsx --like mediation --type visita --catalogue own",
        "--json catalogue import visit.xlsx --like mediation --type other --catalogue own",
        "catalogue import visit.xlsx --like mediation",
        "catalogue import broken.xlsx --like mediation --catalogue own",
        "catalogue import nowhere.xlsx --like mediation --catalogue own",
        "catalogue import visit.xlsx --like mediaton --catalogue own",
        "catalogue export --xlsx visit --catalogue own back.xlsx",
        "--json catalogue export --xlsx visit --catalogue own again.xlsx",
        "catalogue export --xlsx visit --catalogue own back.xlsx",
        "catalogue import back.xlsx --type visit --catalogue own --overwrite",
        "catalogue check own",
    ]);
    insta::assert_snapshot!(shown);
}

/// A form as a spreadsheet program writes it: that of `xlsform/forms/visit.md`.
const VISIT: &[u8] = include_bytes!("../../xlsform/forms/visit.xlsx");

fn put(sandbox: &Sandbox, folder: &str, change: impl Fn(&mut String)) {
    let mut source = CatalogueSource::builtin();
    change(source.files.get_mut(CONTACT).unwrap());
    for (path, text) in &source.files {
        let path = sandbox.path().join(folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
