//! `fieldbook admin user`

mod import;

use clap::{Args, Subcommand};
use model::catalogue::Role;
use model::ids::{ProgramCode, RoleCode};
use model::wire::MembershipV1;
use model::words::Language;
use serde_json::{Value as Json, json};
use server::admin::{Days, UserRow};

use super::Session;
use super::session::{about_user, builtin, failure};
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::suggest::{self, Names};
use crate::words::{self, both, label};

/// Add people, and give them roles
#[derive(Debug, Args)]
#[command(
    long_about = "Add people, and give them roles in programs. What a person sees follows from \
    their roles and the cases assigned to them; a supervisor (SUP) sees the cases of the \
    program.\n\n    \
    fieldbook admin --data ./data user add 'Ana Ejemplo' --role OW --program street_outreach\n    \
    fieldbook admin --data ./data user list"
)]
pub(super) struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a person with a first role
    #[command(
        long_about = "Add a person with a first role. Names are unique, because the commands \
        identify a person by name.\n\n    \
        fieldbook admin --data ./data user add 'Ana Ejemplo' --role OW --program street_outreach\n\n\
        With --json: {\"id\",\"name\",\"roles\":[{\"role\",\"program\"}]}."
    )]
    Add(Term),
    /// Add many people, from a spreadsheet saved as CSV
    #[command(
        long_about = "Add many people, from a spreadsheet saved as CSV. The first line has the heads \
        name, role and program and, if wanted, from and until; each line below gives one role to \
        one person, and adds the person if there is none of this name. All lines are done or, if \
        one is wrong, none. With --dry-run nothing is done.\n\n    \
        fieldbook admin --data ./data user import people.csv --dry-run\n    \
        fieldbook admin --data ./data user import people.csv\n\n\
        With --json: {\"done\",\"lines\":[{\"line\",\"name\",\"role\",\"program\",\"outcome\",\"why\"}]}; \
        outcome is adds, gives_role, nothing_new or fails."
    )]
    Import(import::Import),
    /// Give a person one more role
    #[command(
        long_about = "Give a person one more role, from a day and until a day if wanted. Giving a role \
        that the person already has changes only its last day.\n\n    \
        fieldbook admin --data ./data user grant 'Ana Ejemplo' --role SUP --program street_outreach \
        --until 2026-12-31\n\n\
        With --json: {\"id\",\"name\",\"roles\":[{\"role\",\"program\"}]}."
    )]
    Grant(Term),
    /// Revoke a person's role
    #[command(long_about = "Revoke a person's role. Records that only this role let the person \
        see are removed from their devices.\n\n    \
        fieldbook admin --data ./data user withdraw 'Ana Ejemplo' --role OW --program street_outreach\n\n\
        With --json: {\"id\",\"name\",\"roles\":[{\"role\",\"program\"}]}.")]
    Withdraw(Membership),
    /// List all people and their roles
    #[command(long_about = "List all people and their roles. A role that neither works nor \
        supervises in its program is marked.\n\n    \
        fieldbook admin --data ./data user list\n\n\
        With --json: [{\"id\",\"name\",\"roles\":[{\"role\",\"program\",\"misfit\"}]}].")]
    List,
}

#[derive(Debug, Args)]
struct Membership {
    /// The person's name
    name: String,
    /// The role, such as OW (outreach), HR (hospital), RN (reentry), SUP (supervisor)
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// The program, such as `street_outreach`
    #[arg(long, value_name = "PROGRAM")]
    program: String,
}

/// A role for a time.
#[derive(Debug, Args)]
struct Term {
    #[command(flatten)]
    held: Membership,
    /// The first day, such as 2026-11-30; at once when left out
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    from: String,
    /// The last day; without an end when left out
    #[arg(long, value_name = "DAY", default_value = "", hide_default_value = true)]
    until: String,
}

impl Term {
    fn days(&self) -> Days<'_> {
        Days { first: &self.from, last: &self.until }
    }
}

impl User {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let now = clock::now();
        let (given, done) = match self.command {
            UserCommand::List => {
                let users = admin.users().map_err(failure)?;
                return Ok(listed(session, &users));
            }
            UserCommand::Import(command) => return command.run(session, &mut admin),
            UserCommand::Add(given) => {
                let mut rng = clock::rng()?;
                let (role, program) = given.held.codes()?;
                let (name, held) = (&given.held.name, (&role, &program));
                let result = admin.user_add_for(now, &mut rng, name, held, given.days());
                (given.held, result.map(drop))
            }
            UserCommand::Grant(given) => {
                let (role, program) = given.held.codes()?;
                let held = (&role, &program);
                let result = admin.user_grant_for(now, &given.held.name, held, given.days());
                (given.held, result)
            }
            UserCommand::Withdraw(given) => {
                let (role, program) = given.codes()?;
                let result = admin.user_revoke_role(now, &given.name, &role, &program);
                (given, result)
            }
        };
        done.map_err(|error| given.failure(about_user(&admin, &given.name, error)))?;
        let user = admin.user_named(&given.name).map_err(failure)?;
        let user = user.ok_or_else(|| Failure::failed("store", label("person_not_listed", &[])))?;
        let text = format!("{}: {}", user.name, roles_of(session, &user));
        Ok(Report::new(user_json(&user), text))
    }
}

impl Membership {
    fn codes(&self) -> Result<(RoleCode, ProgramCode), Failure> {
        let role = self.role.parse().map_err(|_| {
            let said = label("unknown_role", &[("role", &self.role)]);
            self.failure(Failure::not_found("unknown_role", said))
        })?;
        let program = self.program.parse().map_err(|_| {
            let said = label("unknown_program", &[("program", &self.program)]);
            self.failure(Failure::not_found("unknown_program", said))
        })?;
        Ok((role, program))
    }

    /// Adds what was probably meant.
    fn failure(&self, failure: Failure) -> Failure {
        let Some(catalogue) = builtin() else { return failure };
        match failure.code {
            "unknown_role" => {
                let typed = self.role.to_uppercase();
                let known = catalogue.roles.keys().any(|code| code.as_str() == typed);
                let in_language = |language| {
                    let near = known.then(|| words::say(language, "near", &[("name", &typed)]));
                    let role = |(code, role): (&RoleCode, &Role)| {
                        format!("{code}  {}", role.label.in_language(language))
                    };
                    let roles = catalogue.roles.iter().map(role);
                    near.into_iter().chain(roles).collect::<Vec<_>>().join("\n")
                };
                let [en, es] = [Language::English, Language::Spanish].map(in_language);
                failure.hint(both(en, es))
            }
            "unknown_program" => {
                let programs = catalogue.programs.keys().map(ProgramCode::as_str);
                failure.hint(suggest::hint(Names::Programs, &self.program, programs))
            }
            _ => failure,
        }
    }
}

fn listed(session: &Session, users: &[UserRow]) -> Report {
    let mut table = session.heads(["~head_name", "~head_roles", "head_id"]);
    for user in users {
        table.row([user.name.clone(), roles_of(session, user), user.id.to_string()]);
    }
    let json = users.iter().map(user_json).collect();
    Report::new(json, table.render_or(&session.say("nobody_yet")))
}

fn roles_of(session: &Session, user: &UserRow) -> String {
    let told = |held: &MembershipV1| {
        let key = if user.misfits.contains(held) { "role_unfit_in" } else { "role_in" };
        session.say_with(key, &[("role", &held.role), ("program", &held.program)])
    };
    let roles: Vec<String> = user.roles.iter().map(told).collect();
    if roles.is_empty() { session.say("no_role") } else { roles.join(", ") }
}

fn user_json(user: &UserRow) -> Json {
    let roles: Vec<Json> = user
        .roles
        .iter()
        .map(|held| {
            let mut role = json!({"role": held.role.as_str(), "program": held.program.as_str()});
            if user.misfits.contains(held) {
                role["misfit"] = json!(true);
            }
            role
        })
        .collect();
    json!({"id": user.id.to_string(), "name": user.name, "roles": roles})
}
