//! `fieldbook catalogue check`, before a server puts a catalogue to use.

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
        "catalogue check old old",
        "catalogue check old next",
        "--json catalogue check old next",
        "catalogue check old wrong",
        "--json catalogue check old wrong",
        "catalogue check old broken",
        "--json catalogue check old broken",
        "catalogue check old nowhere",
        "serve --data data --listen 127.0.0.1:0 --catalogue wrong",
    ]);
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
            ("version = 1", "version = 0"),
        ] {
            assert!(text.contains(right), "{right}");
            *text = text.replacen(right, wrong, 1);
        }
    });
    sandbox.ok("admin --data data init --department Department");
    let shown = sandbox.transcript(&[
        "--lang es catalogue check old old",
        "--lang es catalogue check old next",
        "--lang es catalogue check old wrong",
        "--lang es --json catalogue check old wrong",
        "--lang es catalogue check old broken",
        "--lang es --json catalogue check old broken",
        "--lang es catalogue check unread old",
        "--lang es catalogue check old nowhere",
        "--lang es serve --data data --listen 127.0.0.1:0 --catalogue broken",
        "--lang es --json serve --data data --listen 127.0.0.1:0 --catalogue wrong",
    ]);
    insta::assert_snapshot!(shown);
}

fn put(sandbox: &Sandbox, folder: &str, change: impl Fn(&mut String)) {
    let mut source = CatalogueSource::builtin();
    change(source.files.get_mut(CONTACT).unwrap());
    for (path, text) in &source.files {
        let path = sandbox.path().join(folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}
