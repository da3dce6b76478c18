//! The default department as data, compiled in. The files explain themselves; `model::catalogue`
//! reads and checks them, from here or from a folder of the same layout.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!($path))),*]
    };
}

/// Every file of the catalogue: its path in the folder, with `/` between its parts, and its text.
pub const FILES: &[(&str, &str)] = files![
    "access.toml",
    "code_lists.toml",
    "common.toml",
    "department.toml",
    "types/appointment.toml",
    "types/bedside_encounter.toml",
    "types/care_request.toml",
    "types/conduct_case.toml",
    "types/consent.toml",
    "types/crisis_response.toml",
    "types/custody_check.toml",
    "types/custody_incident.toml",
    "types/disclosure.toml",
    "types/diversion_referral.toml",
    "types/duty.toml",
    "types/hvip_case.toml",
    "types/mediation.toml",
    "types/outcome.toml",
    "types/outreach_contact.toml",
    "types/outreach_intake.toml",
    "types/person.toml",
    "types/property.toml",
    "types/property_action.toml",
    "types/provider.toml",
    "types/put_off.toml",
    "types/recidivism_check.toml",
    "types/reentry_needs.toml",
    "types/reentry_plan.toml",
    "types/referral.toml",
    "types/relation.toml",
    "types/release_handoff.toml",
    "types/restorative_case.toml",
    "types/review.toml",
    "types/service.toml",
    "types/shift.toml",
    "types/shooting_response.toml",
    "types/training.toml",
    "types/transport.toml",
    "types/victim_service.toml",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_compiled_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        for part in ["", "types/"] {
            for entry in std::fs::read_dir(folder.join(part)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                if name.ends_with(".toml") && name != "Cargo.toml" {
                    found.push(format!("{part}{name}"));
                }
            }
        }
        found.sort();
        let listed: Vec<_> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, found);
    }
}
