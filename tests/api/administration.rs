//! What administrators do on pages: they look after people, accounts and devices, and see no case.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use fieldbook_tests::content;
use model::ids::CaseId;
use model::time::Span;
use model::wire::OrderKindV1;

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
    let devices = page(&house, &ada, "/devices").await;
    let revoke = *addresses(&devices, " action").iter().find(|it| it.ends_with("/revoke")).unwrap();
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
        (revoke.to_owned(), "sure=1"),
    ] {
        let answer = sent(&house, &ada, &form, fields).await;
        assert_eq!(answer.status, 403, "{form}");
        assert!(text_of(&answer).contains("/confirm"), "{form}");
    }
    assert_eq!(main_of(&page(&house, &ada, &address).await), before);
    let known = house.office.admin().devices().unwrap();
    let known = known.iter().find(|known| known.id == phone.device.id).unwrap();
    assert_eq!(known.revoked_at, None);
    assert_eq!(audited(&mut house, "refuse").len(), 8);
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
    let revoke =
        (*addresses(&all, " action").iter().find(|it| it.ends_with("/revoke")).unwrap()).to_owned();
    assert_eq!(sent(&house, &boss, &revoke, "sure=1").await.status, 404);
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
async fn c59_a_revoked_device_is_ordered_to_wipe_itself_and_the_page_says_when_it_was_told() {
    let (mut house, mut phone, _) = house_with_case().await;
    let ada = administrator(&mut house).await;
    let devices = page(&house, &ada, "/devices").await;
    let revoke = *addresses(&devices, " action").iter().find(|it| it.ends_with("/revoke")).unwrap();
    let asked = text_of(&sent(&house, &ada, revoke, "").await);
    assert!(asked.contains("told to wipe itself"), "{asked}");
    assert_eq!(sent(&house, &ada, revoke, "sure=1").await.status, 303);
    let ordered = page(&house, &ada, "/devices").await;
    assert!(ordered.contains("waits for its next sync") && !ordered.contains("/revoke"));
    let told = phone.push(&house, Vec::new()).await;
    assert_eq!(told.orders[0].order, OrderKindV1::Wipe);
    assert!(page(&house, &ada, "/devices").await.contains("Revoked, told to wipe itself"));
    let id = phone.device.id;
    assert_eq!(audited(&mut house, "revoke device"), [format!("device {id}: done")]);
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
