//! Files that nobody means well by.

use std::io::{Cursor, Write as _};

use model::words::Explained as _;
use rust_xlsxwriter::Workbook;
use xlsform::limits::{
    CELL_BYTES_MAX, EXPRESSION_BYTES_MAX, EXPRESSION_DEPTH_MAX, FILE_BYTES_MAX, GROUP_DEPTH_MAX,
    ROWS_MAX,
};
use xlsform::{ImportError, Unreadable};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{Read, try_import, xlsx};

#[test]
fn what_is_no_spreadsheet_is_said_to_be_none() {
    for bytes in [&b""[..], b"PK", b"PK\x03\x04 and then nothing", &[0xff; 4096]] {
        assert_eq!(unreadable(bytes), Unreadable::NotASpreadsheet);
    }
    let whole = xlsx("## survey\n| type | name |\n| text | a |");
    for end in (0..whole.len()).step_by(211) {
        // Cut off anywhere: nothing panics, and nothing is read.
        assert_eq!(unreadable(&whole[..end]), Unreadable::NotASpreadsheet, "{end}");
    }
    assert_eq!(unreadable(&xlsx("## other\n| type |\n| text |")), Unreadable::NoSurvey);
    assert!(Unreadable::NoSurvey.message().english().contains("survey"));
}

#[test]
fn a_file_with_any_byte_changed_is_read_or_refused_and_nothing_else() {
    let whole = xlsx("## survey\n| type | name | label |\n| text | a | A |\n| date | b | B |");
    for at in (0..whole.len()).step_by(53) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        // Which of both does not matter: that it ends, and does not panic.
        let _ = try_import(&bytes);
    }
}

#[test]
fn a_file_is_not_read_past_its_bounds() {
    assert_eq!(unreadable(&vec![0; FILE_BYTES_MAX + 1]), Unreadable::TooLarge);
    // A bomb: a few kilobytes that unzip to more than is read.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1024 * 1024];
    for _ in 0..65 {
        zip.write_all(&zeros).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000);
    assert_eq!(unreadable(&bomb), Unreadable::TooLarge);
}

#[test]
fn a_sheet_has_so_many_rows_and_no_more() {
    let survey = |rows: usize| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("survey").unwrap();
        sheet.write_string(0, 0, "type").unwrap();
        for row in 1..rows {
            sheet.write_string(u32::try_from(row).unwrap(), 0, "end group").unwrap();
        }
        workbook.save_to_buffer().unwrap()
    };
    let of_survey = Unreadable::SheetTooLarge { sheet: "survey".to_owned() };
    assert_eq!(unreadable(&survey(ROWS_MAX + 1)), of_survey);
    assert!(matches!(try_import(&survey(ROWS_MAX)), Err(ImportError::NoQuestion { .. })));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("survey").unwrap();
    // One cell far away makes no room for all between.
    sheet.write_string(0, 0, "type").unwrap();
    sheet.write_string(1_048_575, 16_383, "far away").unwrap();
    let far = workbook.save_to_buffer().unwrap();
    assert!(matches!(try_import(&far), Err(ImportError::NoQuestion { .. })));
    let cell = |text: String| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("survey").unwrap();
        sheet.write_string(0, 0, text).unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let most = CELL_BYTES_MAX / 2;
    assert!(matches!(try_import(&cell("é".repeat(most))), Err(ImportError::NoQuestion { .. })));
    assert_eq!(unreadable(&cell("é".repeat(most + 1))), of_survey);
}

#[test]
fn expressions_and_groups_nest_so_deep_and_no_deeper() {
    let asked = |relevant: &str| {
        let form = format!(
            "## survey\n| type | name | label | relevant |\n| text | a | A | |\n| text | b | B | {relevant} |"
        );
        Read::of(&form)
    };
    let nested = |depth: usize| format!("{}${{a}} = 'x'{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(asked(&nested(EXPRESSION_DEPTH_MAX - 1)).said(), "");
    let said = asked(&nested(EXPRESSION_DEPTH_MAX)).said();
    assert!(said.contains("survey D3: not taken over: the expression nests deeper"), "{said}");
    let said = asked(&format!("${{a}} = 1{}", " - 1".repeat(900))).said();
    assert!(said.contains("nests deeper"), "{said}");
    let said = asked(&"not(".repeat(900)).said();
    assert!(said.contains("nests deeper"), "{said}");
    let said = asked(&"x".repeat(EXPRESSION_BYTES_MAX + 1)).said();
    assert!(said.contains("longer than"), "{said}");
    // Many side by side nest nowhere.
    assert_eq!(asked(&vec!["${a} = 'x'"; 100].join(" or ")).said(), "");

    let groups = |depth: usize| {
        let begin: String = (0..depth).map(|at| format!("| begin group | g{at} | G |\n")).collect();
        let end = "| end group | | |\n".repeat(depth);
        Read::of(&format!("## survey\n| type | name | label |\n{begin}| text | a | A |\n{end}"))
    };
    assert_eq!(groups(GROUP_DEPTH_MAX).said(), "");
    assert!(groups(GROUP_DEPTH_MAX + 1).said().contains("groups nest deeper"));
}

#[test]
fn calculations_in_a_circle_are_left_and_do_not_go_round() {
    let form = Read::of(
        "## survey
        | type | name | label | calculation | relevant |
        | --- | --- | --- | --- | --- |
        | calculate | a | | ${b} + 1 | |
        | calculate | b | | ${a} + 1 | |
        | integer | c | C | | ${d} = 'x' |
        | text | d | D | | ${a} > 1 |",
    );
    assert!(form.said().contains("depends on itself"), "{}", form.said());
}

fn unreadable(bytes: &[u8]) -> Unreadable {
    match try_import(bytes) {
        Err(ImportError::Unreadable(unreadable)) => unreadable,
        other => panic!("{other:?}"),
    }
}
