//! Tasks, on a phone and on the server.

use fieldbook_tests::content::{choice, option, reference};
use model::ids::RecordId;
use model::record::Edit;
use model::time::Span;
use model::value::Scalar;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::department::{NOW, Phone, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn phones_and_the_server_keep_the_tasks_that_the_rules_make_of_any_case() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let mut open = 0;
    for seed in 0..4 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let case = ana.person("Case Alder");
        let mut made: Vec<(&str, RecordId)> = Vec::new();
        for _ in 0..5 {
            made.push(("outreach_contact", ana.meet(case)));
            for _ in 0..6 {
                deed(&mut ana, case, &mut made, &mut rng);
            }
            ana.sync().await;
            sol.sync().await;
            // A supervisor approves one of them, withdraws it, or gives it back.
            let (_, record) = made[rng.random_range(0..made.len())];
            let decision = ["approved", "returned", "voided"][rng.random_range(0..3)];
            let why = option("reasons", "incomplete");
            let decided = vec![reference("record", record), choice("decision", decision), why];
            sol.make("review", None, decided);
            made.retain(|(_, other)| *other != record || decision == "returned");
            sol.sync().await;
            ana.sync().await;
        }
        let tasks = |phone: &Phone| {
            let tasks = phone.device.tasks(NOW).unwrap().into_iter();
            tasks.map(|task| (task.record, task.rule, task.due, task.attempts)).collect::<Vec<_>>()
        };
        assert_eq!(tasks(&ana), tasks(&sol), "seed {seed}");
        // Each compares every task with what the rules make of the whole case.
        ana.holds();
        sol.holds();
        assert_eq!(department.office.verify().problems, [], "seed {seed}");
        open += tasks(&ana).len();
    }
    assert!(open > 0, "some of it is still to be done");
}

/// Something happens in a case, or is told otherwise afterwards.
fn deed(
    ana: &mut Phone,
    case: RecordId,
    made: &mut Vec<(&'static str, RecordId)>,
    rng: &mut ChaCha8Rng,
) {
    let at = NOW - Span::from_hours(rng.random_range(0..24 * 60));
    let happened = Edit::Set { field: "occurred_at".parse().unwrap(), value: Scalar::DateTime(at) };
    let result = ["engaged", "brief", "declined", "not_found"][rng.random_range(0..4)];
    let exit = ["completed", "custody", "lost"][rng.random_range(0..3)];
    let edit = match rng.next_u32() % 7 {
        0 | 1 => {
            let edits = vec![happened, choice("mode", "street"), choice("result", result)];
            let kind = "outreach_contact";
            return made.push((kind, ana.make(kind, Some(case.into()), edits)));
        }
        2 => {
            let edits = vec![happened, choice("outcome", "temporary")];
            return made.push(("mediation", ana.make("mediation", Some(case.into()), edits)));
        }
        3 => {
            let kind = "outreach_intake";
            return made.push((kind, ana.make(kind, Some(case.into()), vec![happened])));
        }
        4 => happened,
        5 => choice("approval", "submitted"),
        _ => choice("exit", exit),
    };
    let fits = |(kind, _): &&(&str, RecordId)| {
        *edit.field().as_str() != *"exit" || *kind == "outreach_intake"
    };
    let fitting: Vec<RecordId> = made.iter().filter(fits).map(|(_, record)| *record).collect();
    if !fitting.is_empty() {
        let record = fitting[rng.random_range(0..fitting.len())];
        let _changed = ana.device.edit(NOW, rng, record, vec![edit]).unwrap();
    }
}
