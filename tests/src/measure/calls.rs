//! The calls that apps make, on the store that `ffi/python/measure.py` made: what Python and Kotlin
//! are put beside.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use client_core::device::{Device, NewRecord};
use client_core::driver::{Clock as _, SystemClock};
use client_core::store::StoreOptions;
use client_core::store::query::ListFilter;
use client_core::vault::FileVault;
use model::record::Edit;
use model::value::Scalar;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::figures::{Times, timed};

/// The median of each call in milliseconds, by its name in `ffi/python/measure.py`, as JSON.
///
/// # Panics
/// When there is no such store.
pub(crate) fn measure(store: &Path) -> String {
    let mut rng = ChaCha8Rng::from_seed([7; 32]);
    let keys = store.parent().expect("the store is in a folder").join("keys");
    let vault = Arc::new(FileVault::new(keys));
    let now = SystemClock.now();
    let mut found = BTreeMap::new();
    let mut opened = Times::default();
    for _ in 0..OPENINGS {
        let ((), time) = timed(|| {
            let device = open(store, &vault, &mut rng);
            drop(device.caseload(now).expect("it is not locked"));
        });
        opened.add(time);
    }
    found.insert("open", millis(opened.median()));
    let mut device = open(store, &vault, &mut rng);
    let case = device.caseload(now).expect("it is not locked").remove(0).case;
    let contact = "outreach_contact".parse().expect("a type of the catalogue");
    let filter = ListFilter { record_type: Some(contact), case: Some(case), limit: Some(1) };
    let record = device.list(now, &filter).expect("it is not locked").remove(0).record;
    let minutes = |at: usize| {
        let minutes = Scalar::Integer(i64::try_from(at).unwrap_or_default());
        vec![Edit::Set { field: "minutes".parse().expect("a field"), value: minutes }]
    };
    let choice = |field: &str, option: &str| Edit::Set {
        field: field.parse().expect("a field"),
        value: Scalar::Choice(option.parse().expect("an option")),
    };
    let page = ListFilter { limit: Some(100), ..ListFilter::default() };
    let mut call = |name, work: &mut dyn FnMut(&mut Device, usize)| {
        let times = Times::of(CALLS, |at| work(&mut device, at));
        found.insert(name, millis(times.median()));
    };
    call("status", &mut |device, _| drop(device.status(now).expect("the store answers")));
    call("record", &mut |device, _| drop(device.show(now, record).expect("it is here")));
    call("timeline", &mut |device, _| drop(device.case_timeline(now, case).expect("it is here")));
    call("caseload", &mut |device, _| drop(device.caseload(now).expect("it is not locked")));
    call("search", &mut |device, _| drop(device.search(now, "porch", 50).expect("not locked")));
    call("records", &mut |device, _| drop(device.list(now, &page).expect("it is not locked")));
    call("edit", &mut |device, at| {
        // Not what stands there already: that would be no change.
        device.edit(now, &mut rng, record, minutes(at % 2 + 500)).expect("it fits");
    });
    call("create", &mut |device, _| {
        let edits = vec![choice("mode", "street"), choice("result", "engaged")];
        let record_type = "outreach_contact".parse().expect("a type of the catalogue");
        let new = NewRecord { record_type, case: None, program: None, edits };
        device.new_record(now, &mut rng, new).expect("it fits");
    });
    serde_json::to_string(&found).expect("names and numbers")
}

fn open(store: &Path, vault: &Arc<FileVault>, rng: &mut ChaCha8Rng) -> Device {
    let (vault, now) = (Arc::clone(vault) as _, SystemClock.now());
    let device = Device::open(store, vault, None, now, rng, StoreOptions::default());
    device.expect("a store of the same version")
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

const OPENINGS: usize = 5;

const CALLS: usize = 200;
