//! A department that is worth looking at: twelve people, sixty whom they work with, and the records of six
//! weeks, with all that a supervisor has to look after.
//!
//! Nothing is put into a table: phones are enrolled, work offline and synchronize, and the console's
//! people sign in, each at the time that the `story` says. It is the same whenever it is opened; its
//! times are relative to that moment. To use it in a test, [`open`] it in an empty folder and run the
//! server that it returns.

mod desk;
mod figures;
mod persons;
mod phone;
mod player;
mod staff;
mod story;

use std::fmt::Display;
use std::path::{Path, PathBuf};

use model::catalogue::Catalogue;
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use server::admin::Admin;
use server::config::{Durability, ServiceConfig};
use server::listener::{ServeConfig, Server};
use server::service::Service;

use self::player::Player;
use self::staff::{Colleague, STAFF};
use self::story::Calendar;
use crate::commands::admin::{admin_failure, open_failure};
use crate::commands::serve::serve_failure;
use crate::failure::Failure;
use crate::words::label;

pub use self::desk::Account;
pub use self::figures::Figures;

/// A department with its weeks behind it.
#[derive(Debug)]
pub struct Department {
    /// Its folder: the server's data is in `data`, and each phone in a folder of its owner's first name.
    pub folder: PathBuf,
    /// Who can sign in at the console: everybody.
    pub accounts: Vec<Account>,
    /// What was counted in it.
    pub figures: Figures,
    data: ServiceConfig,
}

impl Department {
    /// Makes a code for each of those who have a phone, with which they set up one more within ten minutes.
    ///
    /// # Errors
    /// When the department's data cannot be opened or written.
    pub fn phone_codes(
        &self,
        now: Timestamp,
        rng: &mut StdRng,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut admin = Admin::open(&self.data).map_err(open_failure)?;
        let with_phones = STAFF.iter().filter(|colleague| colleague.folder.is_some());
        let codes = with_phones.map(|colleague| {
            let invited = admin.invite(now, rng, colleague.name).map_err(admin_failure)?;
            Ok((colleague.name, invited.code))
        });
        codes.collect()
    }
}

/// Where phones find the server.
struct Endpoint {
    url: String,
    fingerprint: Option<String>,
}

/// Opens the department in an empty folder, with everything that happened in it until `now`. The server
/// has its addresses, and is still to be run.
///
/// # Errors
/// When an address cannot be had, or anything of the story does not go as it is written.
pub async fn open(
    folder: &Path,
    now: Timestamp,
    name: &str,
    config: ServeConfig,
) -> Result<(Department, Server), Failure> {
    let begins = now + Span::from_hours(-WEEKS * 7 * 24);
    // The folder goes with the demo: nobody waits for the disk.
    let mut data = ServiceConfig::new(folder.join("data"));
    data.durability = Durability::Process;
    let mut rng = StdRng::seed_from_u64(SEED);
    let admin = Admin::init(begins, &mut rng, &data, name).map_err(open_failure)?;
    let service = Service::open(begins, data.clone()).map_err(open_failure)?;
    let server =
        Server::bind(service.clone(), &data.data_dir, config).await.map_err(serve_failure)?;
    let endpoint = Endpoint { url: server.url(), fingerprint: server.fingerprint() };
    let place = folder.to_owned();
    let built = tokio::task::spawn_blocking(move || {
        build(&place, now, (&service, admin, data), &endpoint, rng)
    });
    let department = built.await.map_err(trouble)??;
    Ok((department, server))
}

fn build(
    folder: &Path,
    now: Timestamp,
    (service, mut admin, data): (&Service, Admin, ServiceConfig),
    endpoint: &Endpoint,
    mut rng: StdRng,
) -> Result<Department, Failure> {
    let begins = now + Span::from_hours(-WEEKS * 7 * 24);
    let catalogue = Catalogue::builtin()
        .map_err(|mistakes| trouble(format!("the catalogue has {} mistakes", mistakes.len())))?;
    for colleague in &STAFF {
        employ(&mut admin, colleague, (begins, &mut rng))?;
    }
    let mut accounts = Vec::with_capacity(STAFF.len());
    for colleague in &STAFF {
        accounts.push(Account::open(colleague, service, &mut admin, (begins, &mut rng))?);
    }
    let day_ends = catalogue.zone.end_of_day(now).unwrap_or(now);
    let story = story::written(&Calendar { now, day_ends });
    let at = begins + Span::from_hours(1);
    let place = (&catalogue, endpoint, folder);
    let at_work = (service, &mut admin);
    let own = StdRng::from_rng(&mut rng);
    let persons = Player::begin(at, at_work, place, &accounts, own)?.play(now, &story)?;
    let figures = Figures::count(now, persons, (service, &admin), &accounts, &mut rng)?;
    Ok(Department { folder: folder.to_owned(), accounts, figures, data })
}

fn employ(
    admin: &mut Admin,
    colleague: &Colleague,
    (now, rng): (Timestamp, &mut StdRng),
) -> Result<(), Failure> {
    for (turn, (role, program)) in colleague.roles.iter().enumerate() {
        let (role, program) = (role.parse().map_err(trouble)?, program.parse().map_err(trouble)?);
        if turn == 0 {
            admin.user_add(now, rng, colleague.name, &role, &program).map_err(admin_failure)?;
        } else {
            admin.user_grant(now, colleague.name, &role, &program).map_err(admin_failure)?;
        }
    }
    Ok(())
}

fn trouble(why: impl Display) -> Failure {
    Failure::failed("demo", label("demo_department_fails", &[("why", &why)]))
}

/// How long the department has been at work.
const WEEKS: i64 = 7;

/// From which everything in it follows.
const SEED: u64 = 260_076;
