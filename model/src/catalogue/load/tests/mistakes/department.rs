//! Mistakes in files as such, in `department.toml` and in `access.toml`.

use expect_test::expect;

use super::Row;
use crate::catalogue::load::tests::PERSON;
use crate::catalogue::load::{ACCESS, DEPARTMENT};

#[rustfmt::skip]
pub(super) fn of_files() -> Vec<Row> {
    vec![
        (PERSON, "[type]", "[type", expect![[r#"
            types/person.toml: line 4: not readable as TOML: unclosed table, expected `]`
        "#]]),
        (DEPARTMENT, "format = 1", "format = 2\nwhatever = 3", expect![[r#"
            department.toml: format: 2 is newer than this version reads (1); update Fieldbook first
        "#]]),
        (DEPARTMENT, "format = 1", "format = 0", expect![[r#"
            department.toml: format: should be 1
        "#]]),
        (DEPARTMENT, "format = 1", "", expect![[r#"
            department.toml: format: missing
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_departments() -> Vec<Row> {
    vec![
        (DEPARTMENT, "compartments = [\"IDN\", \"OUT\", \"STF\"]", "compartments = [\"IDN\", \"OUR\", \"IDN\"]", expect![[r#"
            department.toml: program.street_outreach.compartments: names "IDN" twice
            department.toml: program.street_outreach.compartments: unknown compartment "OUR"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, SVC, VIC
        "#]]),
        (DEPARTMENT, "code = \"IDN\"\non_devices = true", "code = \"IDN\"", expect![[r#"
            department.toml: compartment.IDN.on_devices: missing
        "#]]),
        (DEPARTMENT, "code = \"HR\"", "code = \"OW\"", expect![[r#"
            department.toml: role.OW.code: there are two of this role
            access.toml: matrix.HR: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/appointment.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/bedside_encounter.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/consent.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/hvip_case.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/person.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/put_off.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/referral.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/relation.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
            types/shift.toml: type.written_by: unknown role "HR"; one of ADM, AN, CH, CO, CR, DF, DIR, OW, PRV, RN, SUP, TF, VA
        "#]]),
        (DEPARTMENT, "name = \"crisis_response\"", "name = \"Crisis response\"", expect![[r#"
            department.toml: program.Crisis response.name: "Crisis response" is not a valid program code
        "#]]),
        (DEPARTMENT, "[[compartment]]\ncode = \"IDN\"", "[[compartment]]\ncode = \"OUT\"\non_devices = true\nlabel = { en = \"O\", es = \"O\" }\n\n[[compartment]]\ncode = \"IDN\"", expect![[r#"
            department.toml: compartment.OUT.code: there are two of this compartment
        "#]]),
        (DEPARTMENT, "[[program]]\n", "[[program]]\nname = \"street_outreach\"\ncompartments = []\nlabel = { en = \"O\", es = \"O\" }\n\n[[program]]\n", expect![[r#"
            department.toml: program.street_outreach.compartments: names no compartment
            department.toml: program.street_outreach.name: there are two of this program
        "#]]),
        (DEPARTMENT, "identity = true\nemergency = \"4h\"", "identity = true\nemergency = \"0h\"", expect![[r#"
            department.toml: compartment.IDN.emergency: must be longer than nothing; leave it out for never
        "#]]),
        (DEPARTMENT, "code = \"SUD\"\non_devices = false", "code = \"SUD\"\non_devices = false\nexistence_may_be_known = true", expect![[r#"
            department.toml: compartment.SUD.existence_may_be_known: what is kept on no phone is not to be known of: leave it out
        "#]]),
        (DEPARTMENT, "code = \"VIC\"\non_devices = false", "code = \"VIC\"\non_devices = false\nexistence_may_be_known = true", expect![[r#"
            department.toml: compartment.VIC.existence_may_be_known: what is kept on no phone is not to be known of: leave it out
        "#]]),
        (DEPARTMENT, "restore_window = \"14d\"", "restore_window = \"61d\"", expect![[r#"
            department.toml: restore_window: must lie between 1d and 60d
        "#]]),
        (DEPARTMENT, "time_zone = \"America/Chicago\"", "time_zone = \"America/Chicagoo\"", expect![[r#"
            department.toml: time_zone: "America/Chicagoo" is no time zone; write it like America/Chicago
        "#]]),
    ]
}

#[rustfmt::skip]
pub(super) fn of_matrices() -> Vec<Row> {
    vec![
        (ACCESS, "OW  = { IDN = \"W\"", "OW  = { IDN = \"X\"", expect![[r#"
            access.toml: matrix.OW.IDN: "X" is no access; one of -, W, S, C, F, A, D, own, L, R, R+, counsel
        "#]]),
        (ACCESS, "OW  = { IDN = \"W\", ", "OW  = { ", expect![[r#"
            access.toml: matrix.OW.IDN: missing: write "-" where there is no access
        "#]]),
        (ACCESS, "OW  = { IDN = \"W\"", "OW  = { IDN = \"W\", KCPD = \"R\"", expect![[r#"
            access.toml: matrix.OW.KCPD: unknown compartment "KCPD"; one of AGG, AUD, CHL, CRI, CUS, DIV, HSP, IDN, OUT, PLC, REN, STF, STF-R, SUD, SVC, VIC
        "#]]),
        (ACCESS, "ADM = {", "KCPD = {", expect![[r#"
            access.toml: matrix.KCPD: unknown role "KCPD"; one of ADM, AN, CH, CO, CR, DF, DIR, HR, OW, PRV, RN, SUP, TF, VA
            access.toml: matrix.ADM: missing: every role has a row
        "#]]),
        (ACCESS, "AGG = \"-\", SVC = \"-\"", "AGG = \"-\", SVC = \"W\"", expect![[r#"
            access.toml: matrix.ADM.SVC: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.ADM.SVC: must be "-": this role administers the system, and sees no record
        "#]]),
        (ACCESS, "PRV = { IDN = \"L\", OUT = \"L\"", "PRV = { IDN = \"L\", OUT = \"R+\"", expect![[r#"
            access.toml: matrix.AN.OUT: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.DIR.OUT: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.HR.OUT: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.OW.OUT: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.SUP.OUT: must be "R+" or "-": another role has R+ here, which makes it a directory
            types/mediation.toml: type.belongs_to: must be "nothing": everybody reads OUT, a directory (access.toml)
            types/outreach_contact.toml: type.belongs_to: must be "nothing": everybody reads OUT, a directory (access.toml)
            types/outreach_intake.toml: type.belongs_to: must be "nothing": everybody reads OUT, a directory (access.toml)
            types/put_off.toml: type.belongs_to: must be "nothing": everybody reads OUT, a directory (access.toml)
            types/shooting_response.toml: type.belongs_to: must be "nothing": everybody reads OUT, a directory (access.toml)
        "#]]),
        (ACCESS, "VA  = { IDN = \"-\"", "VA  = { IDN = \"R+\"", expect![[r#"
            access.toml: matrix: IDN says who people are, and cannot be a directory (R+)
            access.toml: matrix.CH.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.CO.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.CR.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.DF.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.HR.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.OW.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.PRV.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.RN.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            access.toml: matrix.SUP.IDN: must be "R+" or "-": another role has R+ here, which makes it a directory
            types/consent.toml: type.belongs_to: must be "nothing": everybody reads IDN, a directory (access.toml)
            types/person.toml: type.belongs_to: must be "nothing": everybody reads IDN, a directory (access.toml)
            types/relation.toml: type.belongs_to: must be "nothing": everybody reads IDN, a directory (access.toml)
        "#]]),
        (ACCESS, "ADM = {", "ADM = 7 # {", expect![[r#"
            access.toml: matrix.ADM: should be a row such as { OUT = "W", HSP = "C" }, not a whole number
        "#]]),
    ]
}
