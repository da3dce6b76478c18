//! What administrators do on pages: they look after people, accounts and devices, and see no case.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use fieldbook_tests::content;
use model::ids::CaseId;
use model::time::{Span, Timestamp};
use model::wire::{self, AboutDeviceV1, OrderKindV1, OutcomeV1};
use server::admin::AuditFilter;

use crate::casework::{BOSS, audited, house_with_case, seat_of, victim_case};
use crate::console_client::ConsoleClient;
use crate::line::{Answer, ask, plain, with_header};
use crate::phone::{Phone, enroll};
use crate::server::{COLLEAGUE, TestServer, WORKER};

const ADA: &str = "Ada Acacia";

/// Words that stand in the records of the department and nowhere else.
const CANARIES: [&str; 3] = ["Quillfeather", "Marmalade Joe", "Brindlewick"];

async fn administrator(house: &mut TestServer) -> ConsoleClient {
    seat_of(house, ADA, "ADM", "professional_standards").await
}

async fn sent(house: &TestServer, seat: &ConsoleClient, path: &str, body: &str) -> Answer {
    let request = plain(house, "POST", path, body.to_owned());
    let request = with_header(request, "content-type", "application/x-www-form-urlencoded");
    let request = with_header(request, "sec-fetch-site", "same-origin");
    let request = with_header(request, "origin", &format!("https://{}", house.authority));
    ask(house, seat.seated(request)).await
}

fn text_of(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn page(house: &TestServer, seat: &ConsoleClient, path: &str) -> String {
    let answer = seat.get(house, path).await;
    assert_eq!(answer.status, 200, "{path}");
    text_of(&answer)
}

/// Returns what is on a page besides what is on every one.
fn main_of(page: &str) -> String {
    let (_, main) = page.split_once("<main").unwrap();
    main.to_owned()
}

/// Lets a phone come that was away for so long that it must ask how to.
async fn come_back(house: &TestServer, phone: &mut Phone) {
    let asked = phone.idle_request(house);
    phone.send(house, asked).await;
    phone.push(house, Vec::new()).await;
}

/// Returns the address of somebody's page.
async fn address_of(house: &TestServer, seat: &ConsoleClient, name: &str) -> String {
    let list = page(house, seat, "/people").await;
    let (before, _) = list.split_once(&format!("\">{name}</a>")).expect(name);
    let (_, address) = before.rsplit_once("href=\"").unwrap();
    address.to_owned()
}

/// Returns every address of this kind on a page.
fn addresses<'p>(page: &'p str, attribute: &str) -> BTreeSet<&'p str> {
    let beginning = format!("{attribute}=\"");
    let parts = page.split(&*beginning).skip(1);
    parts.filter_map(|part| part.split('"').next()).filter(|it| it.starts_with('/')).collect()
}

/// Returns the address of a device's page.
async fn device_page(house: &TestServer, seat: &ConsoleClient) -> String {
    let list = page(house, seat, "/devices").await;
    let mut devices =
        addresses(&list, " href").into_iter().filter(|it| it.starts_with("/devices/"));
    devices.next_back().expect("a device").to_owned()
}

/// Makes a case of a person with canaries in every text.
async fn case_with_canaries(house: &mut TestServer, phone: &mut Phone) -> CaseId {
    let edits = [
        content::text("name", CANARIES[0]),
        content::choice("name_quality", "full"),
        content::text("aliases", CANARIES[1]),
    ];
    let person = phone.device.make(house.now(), "person", None, &edits);
    let case: CaseId = person.record.into();
    let edits = [
        content::choice("mode", "street"),
        content::choice("result", "engaged"),
        content::text("note", CANARIES[2]),
    ];
    let contact = phone.device.make(house.now(), "outreach_contact", Some(case), &edits);
    phone.push(house, vec![person.push(), contact.push()]).await;
    case
}

#[tokio::test]
async fn c73_no_page_of_an_administrator_holds_anything_of_any_case() {
    let (mut house, mut phone, case) = house_with_case().await;
    let mut cases = vec![case, case_with_canaries(&mut house, &mut phone).await];
    let (victim, service) = victim_case(&mut house).await;
    cases.push(victim);
    house.assign(COLLEAGUE, cases[1]);
    let ada = administrator(&mut house).await;
    let mut waiting: Vec<String> = ui::ROUTES
        .iter()
        .filter(|route| route.method == ui::Method::Get && !route.path.contains('{'))
        .map(|route| route.path.to_owned())
        .collect();
    let (mut seen, mut shown) = (BTreeSet::new(), Vec::new());
    let mut sent_to = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let answer = ada.get(&house, &path).await;
        let body = text_of(&answer);
        waiting.extend(addresses(&body, " href").into_iter().map(str::to_owned));
        // Every question that a form leads to; what ends the session is left out.
        for form in addresses(&body, " action") {
            let is_ours = form.starts_with("/people/") || form.starts_with("/devices/");
            if is_ours && sent_to.insert(form.to_owned()) {
                for fields in ["role=OW+street_outreach", "what=device", "q=a"] {
                    shown.push((form.to_owned(), text_of(&sent(&house, &ada, form, fields).await)));
                }
            }
        }
        shown.push((path, body));
    }
    assert!(seen.len() > 12 && sent_to.len() > 8, "{seen:?} {sent_to:?}");
    let ids = cases.iter().map(ToString::to_string).chain([service.to_string()]);
    let words: Vec<String> = ids.chain(CANARIES.map(str::to_owned)).collect();
    for (path, body) in &shown {
        for word in words.iter().map(String::as_str).chain(["Case Alder", "Rowan"]) {
            assert!(!body.contains(word), "{path} holds {word}");
        }
        for handle in ["\"/cases/", "\"/records/", "\"/drafts/"] {
            assert!(!body.contains(handle), "{path} leads to {handle}");
        }
    }
    // Who works on cases does see them: the words are there to be found.
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    assert!(page(&house, &boss, "/cases").await.contains(CANARIES[0]));
}

#[tokio::test]
async fn what_is_not_theirs_and_what_is_not_there_are_the_same_to_everybody() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let address = address_of(&house, &ada, WORKER).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let nothing = text_of(&boss.get(&house, "/cases/nothing").await);
    for path in ["/people", "/health", &address] {
        let answer = boss.get(&house, path).await;
        assert_eq!((answer.status.as_u16(), text_of(&answer)), (404, nothing.clone()), "{path}");
    }
    let forms = [
        "/people/add".to_owned(),
        format!("{address}/give"),
        format!("{address}/take"),
        format!("{address}/invite"),
        format!("{address}/close"),
    ];
    for form in &forms {
        let fields = "name=X&role=OW+street_outreach&what=device&sure=1";
        let answer = sent(&house, &boss, form, fields).await;
        assert_eq!((answer.status.as_u16(), text_of(&answer)), (404, nothing.clone()), "{form}");
    }
    // Another administrator's addresses mean nothing to this one.
    let other = seat_of(&mut house, "Abe Acacia", "ADM", "professional_standards").await;
    let theirs = other.get(&house, &address).await;
    let nobody = other.get(&house, "/people/nobody").await;
    assert_eq!((theirs.status.as_u16(), nobody.status.as_u16()), (404, 404));
    assert_eq!(theirs.body, nobody.body);
    assert_eq!(house.office.admin().users().unwrap().len(), 5);
}

#[tokio::test]
async fn somebody_is_added_given_roles_and_loses_them_as_the_page_had_said() {
    let (mut house, mut phone, case) = house_with_case().await;
    case_with_canaries(&mut house, &mut phone).await;
    let ada = administrator(&mut house).await;
    let added = sent(&house, &ada, "/people/add", "name=Nia+Newt&role=OW+street_outreach").await;
    assert_eq!(added.status, 303, "{}", text_of(&added));
    let nia = added.header("location").unwrap().to_owned();
    let taken = sent(&house, &ada, "/people/add", "name=nia+NEWT&role=OW+street_outreach").await;
    assert_eq!(taken.status, 422);
    assert!(text_of(&taken).contains("somebody has this name already"));
    house.assign("Nia Newt", case);
    let role = "role=SUP+street_outreach";
    assert_eq!(sent(&house, &ada, &format!("{nia}/give"), role).await.status, 303);
    let asked = text_of(&sent(&house, &ada, &format!("{nia}/take"), role).await);
    assert!(asked.contains("loses sight of 1 case at once"), "{asked}");
    // Asking has changed nothing.
    assert!(page(&house, &ada, &nia).await.contains("SUP street_outreach"));
    let sure = format!("{role}&sure=1");
    assert_eq!(sent(&house, &ada, &format!("{nia}/take"), &sure).await.status, 303);
    assert_eq!(sent(&house, &ada, &format!("{nia}/take"), &sure).await.status, 422);
    let last = "role=OW+street_outreach";
    let asked = text_of(&sent(&house, &ada, &format!("{nia}/take"), last).await);
    assert!(asked.contains("loses sight of 1 case at once"), "{asked}");
    let user = house.office.admin().user_named("Nia Newt").unwrap().unwrap();
    assert_eq!(user.roles.len(), 1);
    let about = format!("user {}", user.id);
    assert_eq!(audited(&mut house, "add user"), [format!("{about}: OW in street_outreach")]);
    assert_eq!(audited(&mut house, "give role"), [format!("{about}: SUP in street_outreach")]);
    assert_eq!(audited(&mut house, "take role"), [format!("{about}: SUP in street_outreach")]);
}

#[tokio::test]
async fn who_has_not_shown_lately_who_they_are_changes_nothing() {
    let (mut house, phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let address = address_of(&house, &ada, WORKER).await;
    let revoke = format!("{}/revoke", device_page(&house, &ada).await);
    house.pass(Span::from_minutes(11));
    let before = main_of(&page(&house, &ada, &address).await);
    for (form, fields) in [
        ("/people/add".to_owned(), "name=Nia+Newt&role=OW+street_outreach"),
        (format!("{address}/give"), "role=SUP+street_outreach"),
        (format!("{address}/take"), "role=OW+street_outreach&sure=1"),
        (format!("{address}/invite"), "what=device"),
        (format!("{address}/invite"), "what=account"),
        (format!("{address}/signout"), ""),
        (format!("{address}/close"), "sure=1"),
        (format!("{address}/away"), "until=2027-02-01"),
        (
            "/people/import".to_owned(),
            "sure=1&list=name%2Crole%2Cprogram%0AX%2COW%2Cstreet_outreach",
        ),
        (revoke, "sure=1"),
    ] {
        let answer = sent(&house, &ada, &form, fields).await;
        assert_eq!(answer.status, 403, "{form}");
        assert!(text_of(&answer).contains("/confirm"), "{form}");
    }
    assert_eq!(main_of(&page(&house, &ada, &address).await), before);
    let known = house.office.admin().devices().unwrap();
    let known = known.iter().find(|known| known.id == phone.device.id).unwrap();
    assert_eq!(known.revoked_at, None);
    assert_eq!(audited(&mut house, "refuse").len(), 10);
}

#[tokio::test]
async fn nobody_gives_themselves_a_role_or_gives_up_the_office() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let own = address_of(&house, &ada, ADA).await;
    for (form, fields) in [
        ("give", "role=SUP+street_outreach"),
        ("take", "role=ADM+professional_standards&sure=1"),
        ("close", "sure=1"),
    ] {
        let answer = sent(&house, &ada, &format!("{own}/{form}"), fields).await;
        assert_eq!(answer.status, 403, "{form}");
        assert!(text_of(&answer).contains("another administrator"), "{form}");
    }
    let user = house.office.admin().user_named(ADA).unwrap().unwrap();
    assert_eq!(user.roles.len(), 1);
    assert!(!page(&house, &ada, &own).await.contains("/give"));
}

#[tokio::test]
async fn a_code_for_a_device_enrolls_one_and_is_shown_once() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let address = address_of(&house, &ada, COLLEAGUE).await;
    let invited = sent(&house, &ada, &format!("{address}/invite"), "what=device").await;
    let shown = text_of(&invited);
    assert_eq!(invited.status, 200);
    assert!(shown.contains(&house.authority), "{shown}");
    assert!(shown.contains(house.fingerprint.as_deref().unwrap()));
    let code = code_on(&shown);
    let key = SigningKey::from_bytes(&[5; 32]);
    assert_eq!(enroll(&house, &key, &code).await.status, 200);
    assert_ne!(enroll(&house, &SigningKey::from_bytes(&[6; 32]), &code).await.status, 200);
    assert!(!page(&house, &ada, &address).await.contains(&code));
    let user = house.office.admin().user_named(COLLEAGUE).unwrap().unwrap();
    assert_eq!(audited(&mut house, "invite"), [format!("user {}: done", user.id)]);
}

#[tokio::test]
async fn an_account_is_opened_by_a_code_signed_out_and_closed() {
    let (mut house, _phone, _) = house_with_case().await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let ada = administrator(&mut house).await;
    let address = address_of(&house, &ada, BOSS).await;
    assert!(page(&house, &ada, &address).await.contains("Active"));
    assert_eq!(sent(&house, &ada, &format!("{address}/signout"), "").await.status, 303);
    assert_eq!(boss.get(&house, "/").await.status, 401);
    let asked = text_of(&sent(&house, &ada, &format!("{address}/close"), "").await);
    assert!(asked.contains("cannot sign in at the console any more"), "{asked}");
    assert_eq!(sent(&house, &ada, &format!("{address}/close"), "sure=1").await.status, 303);
    assert_eq!(sent(&house, &ada, &format!("{address}/close"), "sure=1").await.status, 422);
    assert!(page(&house, &ada, &address).await.contains("Closed"));
    let shown = text_of(&sent(&house, &ada, &format!("{address}/invite"), "what=account").await);
    assert!(shown.contains(&format!("https://{}/welcome", house.authority)), "{shown}");
    let code = serde_json::json!({"code": code_on(&shown)});
    let begun = crate::console_client::send(&house, "/v1/account", &code, None).await;
    assert_eq!(begun.status, 200);
    assert!(page(&house, &ada, &address).await.contains("Invited"));
    let user = house.office.admin().user_named(BOSS).unwrap().unwrap().id;
    assert_eq!(audited(&mut house, "close account"), [format!("user {user}: 0 sessions ended")]);
    let invited = audited(&mut house, "invite to the console");
    assert_eq!(invited, [format!("user {user}: done")]);
}

/// Returns the code that a page shows.
fn code_on(page: &str) -> String {
    let (_, code) = page.split_once("<strong class=\"code\">").expect("a code");
    code.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_was_not_here_for_ninety_days_is_pointed_out() {
    let (mut house, mut phone, _) = house_with_case().await;
    house.pass(Span::from_days(91));
    // Ana's phone comes, Bo has done nothing since they were added.
    come_back(&house, &mut phone).await;
    let ada = administrator(&mut house).await;
    let inactive = page(&house, &ada, "/people?inactive=1").await;
    assert!(inactive.contains(COLLEAGUE) && inactive.contains(BOSS), "{inactive}");
    assert!(!inactive.contains(&format!(">{WORKER}</a>")));
    let found = text_of(&sent(&house, &ada, "/people/find", "q=ALD").await);
    assert!(found.contains(&format!(">{WORKER}</a>")) && !found.contains(COLLEAGUE));
}

#[tokio::test]
async fn c57_supervisors_see_the_devices_of_their_people_and_administrators_all_of_them() {
    let (mut house, _phone, _) = house_with_case().await;
    house.member("Hal Hazel", "HR", "hospital_response");
    let mut other = Phone::enroll(&mut house, "Hal Hazel").await;
    other.push(&house, Vec::new()).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let theirs = page(&house, &boss, "/devices").await;
    assert!(theirs.contains(WORKER) && !theirs.contains("Hal Hazel"), "{theirs}");
    assert!(!theirs.contains("/revoke"));
    let ada = administrator(&mut house).await;
    let all = page(&house, &ada, "/devices").await;
    assert!(all.contains(WORKER) && all.contains("Hal Hazel"));
    let theirs = device_page(&house, &boss).await;
    assert!(!page(&house, &boss, &theirs).await.contains("/revoke"));
    assert_eq!(sent(&house, &boss, &format!("{theirs}/revoke"), "sure=1").await.status, 404);
    // Hal's phone is not there for them, however it is asked for.
    for device in addresses(&all, " href").into_iter().filter(|it| it.starts_with("/devices/")) {
        assert_eq!(boss.get(&house, device).await.status, 404);
        assert_eq!(sent(&house, &boss, &format!("{device}/lock"), "").await.status, 404);
    }
    // After 72 hours without a word they are red.
    assert!(!all.contains("class=\"late\""));
    house.pass(Span::from_hours(73));
    let ada = ConsoleClient { cookie: None, ..ada };
    let ada = signed_in_again(&house, ada).await;
    assert!(page(&house, &ada, "/devices").await.contains("class=\"late\""));
}

async fn signed_in_again(house: &TestServer, mut seat: ConsoleClient) -> ConsoleClient {
    assert_eq!(seat.sign_in(house).await.status, 204);
    seat
}

#[tokio::test]
async fn c58_devices_that_did_not_sync_for_so_many_days_are_a_list_and_a_file() {
    let (mut house, mut phone, _) = house_with_case().await;
    let mut other = Phone::enroll(&mut house, COLLEAGUE).await;
    other.push(&house, Vec::new()).await;
    house.pass(Span::from_days(5));
    come_back(&house, &mut phone).await;
    let ada = administrator(&mut house).await;
    let quiet = page(&house, &ada, "/devices?days=4").await;
    assert!(quiet.contains(COLLEAGUE) && !quiet.contains(WORKER), "{quiet}");
    let file = ada.get(&house, "/devices.csv?days=4").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"devices.csv\""));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let rows = text_of(&file);
    assert_eq!(rows.lines().count(), 2, "{rows}");
    assert!(rows.contains(COLLEAGUE) && !rows.contains(WORKER));
    let all = text_of(&ada.get(&house, "/devices.csv").await);
    assert_eq!(all.lines().count(), 3, "{all}");
}

#[tokio::test]
async fn c59_a_revoked_device_is_ordered_to_wipe_itself_and_the_page_says_how_far_that_got() {
    let (mut house, mut phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let device = device_page(&house, &ada).await;
    let revoke = format!("{device}/revoke");
    let asked = text_of(&sent(&house, &ada, &revoke, "").await);
    assert!(asked.contains("told to wipe itself"), "{asked}");
    assert_eq!(sent(&house, &ada, &revoke, "sure=1").await.status, 303);
    let ordered = page(&house, &ada, &device).await;
    assert!(ordered.contains("waits for its next sync") && !ordered.contains("/revoke"));
    let told = phone.push(&house, Vec::new()).await;
    assert_eq!(told.orders[0].order, OrderKindV1::Wipe);
    assert!(page(&house, &ada, "/devices").await.contains("Revoked, told to wipe itself"));
    // What it says of another order is no answer to this one.
    let mut farewell = phone.device.request();
    farewell.wiped = Some(told.orders[0].at + Span::from_secs(1));
    phone.sync(&house, farewell.clone()).await;
    assert!(!page(&house, &ada, "/devices").await.contains("Revoked and wiped"));
    farewell.wiped = Some(told.orders[0].at);
    phone.sync(&house, farewell.clone()).await;
    assert!(page(&house, &ada, "/devices").await.contains("Revoked and wiped"));
    let id = phone.device.id;
    assert_eq!(audited(&mut house, "revoke device"), [format!("device {id}: done")]);
    assert_eq!(outcomes(&mut house, "order wipe"), ["sent", "confirmed"]);
}

#[tokio::test]
async fn c59_a_locked_device_hands_in_its_work_and_gets_nothing_until_it_is_unlocked() {
    let (mut house, mut phone, case) = house_with_case().await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let device = device_page(&house, &boss).await;
    assert_eq!(sent(&house, &boss, &format!("{device}/lock"), "").await.status, 303);
    let ordered = page(&house, &boss, &device).await;
    assert!(ordered.contains("To be locked, waits for its next sync"), "{ordered}");
    let edits = [content::choice("mode", "street"), content::choice("result", "engaged")];
    let met = phone.device.make(house.now(), "outreach_contact", Some(case), &edits);
    let answer = phone.push(&house, vec![met.push()]).await;
    assert_eq!(answer.orders[0].order, OrderKindV1::Lock);
    assert_eq!(answer.results[0].outcome, OutcomeV1::Accepted);
    assert!(answer.pull.is_empty() && answer.cursor.is_none() && answer.profile.is_none());
    assert!(answer.lease_until <= house.now());
    assert!(page(&house, &boss, &device).await.contains("Told to lock"));
    let mut says = phone.device.request();
    says.about = Some(about(house.now(), true));
    phone.sync(&house, says.clone()).await;
    assert!(page(&house, &boss, &device).await.contains("Locked"));
    assert_eq!(sent(&house, &boss, &format!("{device}/unlock"), "").await.status, 303);
    let answer = phone.push(&house, Vec::new()).await;
    assert!(answer.orders.is_empty() && answer.cursor.is_some());
    let id = phone.device.id;
    assert_eq!(outcomes(&mut house, "lock device"), ["ordered", "confirmed"]);
    assert_eq!(audited(&mut house, "unlock device"), [format!("device {id}: done")]);
}

#[tokio::test]
async fn c57_a_device_is_shown_as_it_said_it_is() {
    let (mut house, mut phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let device = device_page(&house, &ada).await;
    assert!(page(&house, &ada, &device).await.contains("Unknown"));
    let mut says = phone.device.request();
    says.about = Some(about(house.now() + Span::from_minutes(12), false));
    phone.sync(&house, says.clone()).await;
    let shown = page(&house, &ada, &device).await;
    for told in ["9.8.7", "<dd>321</dd>", "<dd>4</dd>", "12.5 MB", "20.0 GB", "12 min ahead"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    says.about.as_mut().unwrap().app = "x".repeat(41);
    let refused = phone.send_body(&house, wire::encode(&says).unwrap()).await;
    assert_eq!(refused.status, 400);
}

/// Returns what came of this in the audit, whoever did it.
fn outcomes(house: &mut TestServer, act: &str) -> Vec<String> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    let mut rows = house.office.admin().audit(&filter).unwrap();
    rows.sort_by_key(|row| row.seq);
    rows.into_iter().map(|row| row.outcome).collect()
}

/// Returns what a device says of itself.
fn about(clock: Timestamp, locked: bool) -> AboutDeviceV1 {
    AboutDeviceV1 {
        app: "9.8.7".to_owned(),
        clock,
        records: 321,
        waiting: 4,
        store_bytes: 12_500_000,
        free_bytes: Some(20_000_000_000),
        locked,
    }
}

#[tokio::test]
async fn c74_health_says_which_backup_is_the_last_and_when_one_is_missing() {
    let mut house = TestServer::open().await;
    let ada = administrator(&mut house).await;
    assert!(page(&house, &ada, "/health").await.contains("There is no backup yet"));
    let (now, file) = (house.now(), house.data_dir().with_file_name("november.db"));
    house.office.admin().backup(now, &file).unwrap();
    let shown = page(&house, &ada, "/health").await;
    assert!(shown.contains("november.db") && !shown.contains("There is no backup yet"));
    assert!(!shown.contains(house.data_dir().to_str().unwrap()));
    house.pass(Span::from_days(8));
    let ada = signed_in_again(&house, ada).await;
    assert!(page(&house, &ada, "/health").await.contains("more than 7 days old"));
}

#[tokio::test]
async fn c71_a_role_begins_and_ends_on_its_days_whoever_asks() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let bo = ConsoleClient::open(&mut house, COLLEAGUE).await;
    let address = address_of(&house, &ada, COLLEAGUE).await;
    let give = format!("{address}/give");
    let role = "role=SUP+street_outreach";
    for (days, told) in [
        ("from=2027-01-16&until=2027-01-15", "the last day lies before the first"),
        ("until=2027-01-14", "the last day lies before the first"),
        ("from=tomorrow", "such as 2026-11-30"),
    ] {
        let refused = sent(&house, &ada, &give, &format!("{role}&{days}")).await;
        assert_eq!(refused.status, 422, "{days}");
        assert!(text_of(&refused).contains(told), "{days}");
    }
    let days = format!("{role}&from=2027-01-16&until=2027-01-17");
    assert_eq!(sent(&house, &ada, &give, &days).await.status, 303);
    let shown = page(&house, &ada, &address).await;
    assert!(shown.contains("from Jan 16 until Jan 17") && shown.contains("Not yet"), "{shown}");
    let mut supervises = Vec::new();
    let mut bo = bo;
    for _ in 0..4 {
        let sees = page(&house, &bo, "/cases").await.contains("Case Alder");
        let status = bo.get(&house, "/review").await.status.as_u16();
        assert_eq!(sees, status == 200);
        supervises.push(sees);
        house.pass(Span::from_days(1));
        bo = signed_in_again(&house, bo).await;
    }
    assert_eq!(supervises, [false, true, true, false]);
    let user = house.office.admin().user_named(COLLEAGUE).unwrap().unwrap();
    assert_eq!(user.roles.len(), 1);
    let about = format!("user {}", user.id);
    let said = "SUP in street_outreach from 2027-01-16T06:00:00Z until 2027-01-18T06:00:00Z";
    assert_eq!(audited(&mut house, "give role"), [format!("{about}: {said}")]);
    assert!(audited(&mut house, "take role").is_empty(), "the server took it");
}

#[tokio::test]
async fn c71_a_list_of_people_is_tried_first_and_done_as_a_whole_or_not_at_all() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let before = house.office.admin().users().unwrap();
    let list = format!(
        "Name;Role;Program;Until%0ANia+Newt;OW;street_outreach;2027-06-30%0A\
         {COLLEAGUE};SUP;street_outreach;%0A{WORKER};OW;street_outreach;"
    )
    .replace(' ', "+");
    let tried = sent(&house, &ada, "/people/import", &format!("list={list}")).await;
    assert_eq!(tried.status, 200);
    let shown = text_of(&tried);
    assert!(shown.contains("The list would change 2 lines"), "{shown}");
    assert!(shown.contains("Adds this person") && shown.contains("Has this role already"));
    assert_eq!(house.office.admin().users().unwrap(), before);
    assert!(audited(&mut house, "add user").is_empty());

    // One wrong line, one's own name among them, and nothing is done.
    let wrong =
        format!("{list}%0ABo+Beispiel;XY;street_outreach;%0A{ADA};SUP;reentry;").replace(' ', "+");
    let refused = sent(&house, &ada, "/people/import", &format!("sure=1&list={wrong}")).await;
    assert_eq!(refused.status, 422);
    let shown = text_of(&refused);
    assert!(shown.contains("there is no role `XY`") && shown.contains("another administrator"));
    assert_eq!(house.office.admin().users().unwrap(), before);

    let done = sent(&house, &ada, "/people/import", &format!("sure=1&list={list}")).await;
    assert!(text_of(&done).contains("Done: 2 lines."));
    assert_eq!(house.office.admin().users().unwrap().len(), before.len() + 1);
    let nia = address_of(&house, &ada, "Nia Newt").await;
    assert!(page(&house, &ada, &nia).await.contains("until Jun 30"));
    let again = sent(&house, &ada, "/people/import", &format!("list={list}")).await;
    assert!(text_of(&again).contains("would change one line"), "a last day is said again");
    let file = sent(&house, &ada, "/people/import", "list=name%2Crole%0AX%2COW").await;
    assert_eq!(file.status, 422);
    assert!(text_of(&file).contains("no column `program`"));
}

#[tokio::test]
async fn c40_nobody_who_is_away_is_given_a_case() {
    let (mut house, _phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let bo = address_of(&house, &ada, COLLEAGUE).await;
    for (days, status) in [("", 422), ("until=2020-01-01", 422), ("from=x&until=2027-02-01", 422)] {
        assert_eq!(sent(&house, &ada, &format!("{bo}/away"), days).await.status, status, "{days}");
    }
    let board = page(&house, &boss, "/cases").await;
    let address = *addresses(&board, " href").iter().find(|it| it.starts_with("/cases/")).unwrap();
    let assign = format!("{address}/assign");
    let offered = page(&house, &boss, &assign).await;
    let (before, _) = offered.split_once(&format!("\">{COLLEAGUE}</option>")).expect("Bo is there");
    let (_, choice) = before.rsplit_once("value=\"").unwrap();
    let give = format!("from=&to={choice}&sure=1");

    let days = "until=2027-02-01";
    assert_eq!(sent(&house, &ada, &format!("{bo}/away"), days).await.status, 303);
    assert!(page(&house, &ada, &bo).await.contains("until Feb 1"));
    let offered = page(&house, &boss, &assign).await;
    assert!(!offered.contains(&format!("\">{COLLEAGUE}</option>")));
    assert!(offered.contains(&format!("{COLLEAGUE} is away until")), "{offered}");
    let refused = sent(&house, &boss, &assign, &give).await;
    assert_eq!(refused.status, 422);
    assert!(text_of(&refused).contains("is away until 2027-02-01"));

    let shown = page(&house, &ada, &bo).await;
    let (_, from) = shown.split_once("name=\"from\" value=\"").unwrap();
    let from = from.split('"').next().unwrap();
    assert_eq!(
        sent(&house, &ada, &format!("{bo}/there"), &format!("from={from}")).await.status,
        303
    );
    assert_eq!(sent(&house, &boss, &assign, &give).await.status, 303);
    assert_eq!(audited(&mut house, "change absence").len(), 2);
}
