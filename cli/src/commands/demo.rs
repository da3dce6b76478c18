//! `fieldbook demo`: a whole shift, played for real and checked.

mod checks;
mod closing;
pub mod department;
mod faults;
mod office;
mod phone;
mod shift;
mod signs;
mod story;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use clap::Args;
use model::words::Language;
use server::listener::{ServeConfig, Server};
use tokio::sync::oneshot;

use self::checks::Check;
use self::closing::{Closing, Place};
use self::department::Department;
use self::office::DemoServer;
use self::story::Story;
use super::serve::{LocalHttp, serve_failure};
use super::server_runtime;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::signals;
use crate::words::label;

/// Play a whole shift on six devices and a server, and check the result
#[derive(Debug, Args)]
#[command(long_about = "Play a whole shift, for real: a server on HTTPS, a department with its \
    people, and six devices that work offline on shared cases and synchronize. Two people change \
    the same risk level. One case is assigned and another is unassigned while the phones have no \
    signal. A phone is switched off in the middle of a sync, and a push arrives twice. The demo \
    tells what happens and checks that all devices agree and that no device holds a record its \
    owner may not see.\n\n    \
    Then it opens a second department that is worth looking at: twelve people, sixty whom they work \
    with, and the records of six weeks. Its console is at http://localhost:PORT, on this machine \
    only and without a certificate; the demo prints who can sign in there, with which password and \
    code. The field app is at /app/ beside it, with an address for each of its workers that sets up \
    a phone of theirs in the browser.\n\n    \
    fieldbook demo\n    \
    fieldbook demo --exit\n\n\
    Everything is in a new folder that is removed at the end. The command exits with 1 if a \
    check failed.\n\n\
    With --json: {\"holds\",\"ms\",\"folder\",\"url\",\"console\",\"department\",\"phones\":[{\"name\",\"records\",\"saved\",\
    \"merged\",\"conflicts\",\"requests\",\"bytes_up\",\"bytes_down\",\"ms\"}],\
    \"checks\":[{\"check\",\"holds\",\"found\"}]}; the story goes to stderr.")]
pub struct Demo {
    /// Exit after the checks; do not keep the server running
    #[arg(long)]
    exit: bool,
    /// Show the address of each worker's phone as a QR code, too
    #[arg(long)]
    qr: bool,
    /// The port the server listens on; if left out, a free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The port of the console's http://localhost:PORT; 0 takes a free port
    #[arg(long, value_name = "PORT|off", default_value = "0")]
    local_http: LocalHttp,
}

impl Demo {
    pub(crate) fn run(self, language: Language, json: bool) -> Result<Report, Failure> {
        server_runtime()?.block_on(self.play(Story::new(language, json), json))
    }

    async fn play(self, mut story: Story, json: bool) -> Result<Report, Failure> {
        let folder = tempfile::Builder::new().prefix("fieldbook-demo-").tempdir();
        let folder = folder.map_err(|error| {
            Failure::failed("no_folder", label("demo_no_folder", &[("why", &error)]))
        })?;
        let played = tokio::select! {
            played = self.prepare(&mut story, folder.path()) => played?,
            // Left by a signal, the folder would stay.
            () = signals::asked_to_end() => {
                return Err(Failure::failed("interrupted", label("demo_interrupted", &[])));
            }
        };
        let (closing, department, server) = played;
        let exit = if closing.holds() { Exit::Done } else { Exit::Failed };
        let report = Report::new(closing.json(&story), closing.text(&story)).exit(exit);
        if self.exit {
            return Ok(report);
        }
        story.print(&report, json);
        serve_on(&mut story, &department, server, self.qr).await?;
        Ok(Report::silent().exit(exit))
    }

    /// Plays the shift, checks it, and opens the department.
    async fn prepare(
        &self,
        story: &mut Story,
        folder: &Path,
    ) -> Result<(Closing, Department, Server), Failure> {
        let began = clock::now();
        let name = story.say("demo_department", &[]);
        let mut office = DemoServer::open(&folder.join("shift"), 0, &name).await?;
        let shift = shift::play(story, &mut office).await?;
        let mut checks = checks::of(story, &shift, &office)?;

        story.part("demo_weeks", &[]);
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let config =
            ServeConfig { listen, local_http: self.local_http.port(), ..ServeConfig::default() };
        let place = folder.join("department");
        let (department, server) = department::open(&place, clock::now(), &name, config).await?;
        signs::tell_figures(story, &department.figures);
        checks.push(Check::of_department(story, &department.figures));

        let place = Place {
            folder: folder.display().to_string(),
            url: server.url(),
            console: server.local_url(),
            department: signs::department_json(&department),
        };
        let closing = Closing::of(&shift, place, checks, began)?;
        // Whoever looks around opens the phones from another process.
        drop(shift);
        office.close().await?;
        Ok((closing, department, server))
    }
}

/// Serves the department until the process is asked to end, and says again which codes are valid whenever
/// somebody presses Enter.
async fn serve_on(
    story: &mut Story,
    department: &Department,
    server: Server,
    with_qr: bool,
) -> Result<(), Failure> {
    let mut asked = signs::pressed_enter();
    let asked_to_end = signals::asked_to_end();
    let (url, console) = (server.url(), server.local_url());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async {
        // Gone without a word is asked to end, too.
        let _ = stopped.await;
    }));
    story.tell_how_to_go_on(&department.folder, &url);
    signs::tell_who_signs_in(story, department, console.as_deref());
    if let Some(console) = &console {
        signs::tell_phones(story, department, console, with_qr)?;
    }
    tokio::pin!(asked_to_end);
    loop {
        tokio::select! {
            () = &mut asked_to_end => break,
            Some(()) = asked.recv() => {
                signs::tell_codes(story, department);
                if let Some(console) = &console {
                    signs::tell_phones(story, department, console, with_qr)?;
                }
            }
        }
    }
    // It may have ended by itself; then its result says why.
    let _ = stop.send(());
    match running.await {
        Ok(ended) => ended.map_err(serve_failure),
        Err(_) => Err(Failure::failed("serve", label("demo_server_ended", &[]))),
    }
}
