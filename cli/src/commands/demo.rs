//! `fieldbook demo`: a whole shift, played for real and checked.

mod checks;
mod closing;
mod faults;
mod office;
mod phone;
mod shift;
mod story;

use clap::Args;
use model::words::Language;

use self::closing::Closing;
use self::office::DemoServer;
use self::story::Story;
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
    owner may not see. Then the server keeps running so that you can look around.\n\n    \
    fieldbook demo\n    \
    fieldbook demo --exit\n\n\
    Everything is in a new folder that is removed at the end. The command exits with 1 if a \
    check failed.\n\n\
    With --json: {\"holds\",\"ms\",\"folder\",\"url\",\"phones\":[{\"name\",\"records\",\"saved\",\
    \"merged\",\"conflicts\",\"requests\",\"bytes_up\",\"bytes_down\",\"ms\"}],\
    \"checks\":[{\"check\",\"holds\",\"found\"}]}; the story goes to stderr.")]
pub struct Demo {
    /// Exit after the checks; do not keep the server running
    #[arg(long)]
    exit: bool,
    /// The port the server listens on; if left out, a free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
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
        let began = clock::now();
        let department = story.say("demo_department", &[]);
        let mut office = DemoServer::open(folder.path(), self.port, &department).await?;
        let shift = tokio::select! {
            shift = shift::play(&mut story, &mut office) => shift?,
            // Left by a signal, the folder would stay.
            () = signals::asked_to_end() => {
                return Err(Failure::failed("interrupted", label("demo_interrupted", &[])));
            }
        };
        let checks = checks::of(&story, &shift, &office)?;
        let closing = Closing::of(&shift, &office, checks, began)?;
        // Whoever looks around opens the phones from another process.
        drop(shift);
        let exit = if closing.holds() { Exit::Done } else { Exit::Failed };
        let report = Report::new(closing.json(&story), closing.text(&story)).exit(exit);
        if !self.exit {
            let asked_to_end = signals::asked_to_end();
            story.print(&report, json);
            story.tell_how_to_go_on(folder.path(), office.url());
            asked_to_end.await;
        }
        office.close().await?;
        Ok(if self.exit { report } else { Report::silent().exit(exit) })
    }
}
