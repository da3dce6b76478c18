//! The people of the department, all invented.

/// Somebody who works there.
#[derive(Debug)]
pub(super) struct Colleague {
    pub(super) name: &'static str,
    /// The folder of their phone; `None` if they work at a desk only.
    pub(super) folder: Option<&'static str>,
    /// Each role, and the program in which they hold it.
    pub(super) roles: &'static [(&'static str, &'static str)],
    pub(super) password: &'static str,
}

pub(super) const SOL: &str = "Sol Sauce";
pub(super) const NADIA: &str = "Nadia Nogal";
pub(super) const ANA: &str = "Ana Alder";
pub(super) const BO: &str = "Bo Birch";
pub(super) const CARLA: &str = "Carla Ceiba";
pub(super) const DANTE: &str = "Dante Drago";
pub(super) const HANA: &str = "Hana Haya";
pub(super) const ROSA: &str = "Rosa Roble";
pub(super) const VERA: &str = "Vera Vid";
const PAU: &str = "Pau Pino";
const ABEL: &str = "Abel Abeto";
pub(super) const IRIS: &str = "Iris Iroko";

/// Everybody, those first whose console shows most.
pub(super) const STAFF: [Colleague; 12] = [
    Colleague {
        name: SOL,
        folder: Some("sol"),
        roles: &[("SUP", "street_outreach")],
        password: "copper lanterns sway",
    },
    Colleague {
        name: NADIA,
        folder: Some("nadia"),
        roles: &[("SUP", "hospital_response"), ("SUP", "reentry")],
        password: "seven quiet harbours",
    },
    Colleague {
        name: ANA,
        folder: Some("ana"),
        roles: &[("OW", "street_outreach")],
        password: "marble kites at noon",
    },
    Colleague {
        name: BO,
        folder: Some("bo"),
        roles: &[("OW", "street_outreach")],
        password: "pickled thunder song",
    },
    Colleague {
        name: CARLA,
        folder: Some("carla"),
        roles: &[("OW", "street_outreach")],
        password: "velvet plough dances",
    },
    Colleague {
        name: DANTE,
        folder: Some("dante"),
        roles: &[("OW", "street_outreach")],
        password: "orchard radio static",
    },
    Colleague {
        name: HANA,
        folder: Some("hana"),
        roles: &[("HR", "hospital_response")],
        password: "winter teacup parade",
    },
    Colleague {
        name: ROSA,
        folder: Some("rosa"),
        roles: &[("RN", "reentry")],
        password: "bronze river napkins",
    },
    Colleague {
        name: VERA,
        folder: None,
        roles: &[("VA", "victim_services")],
        password: "gentle anvil sunrise",
    },
    Colleague {
        name: PAU,
        folder: None,
        roles: &[("PRV", "professional_standards")],
        password: "curious granite moth",
    },
    Colleague {
        name: IRIS,
        folder: None,
        roles: &[("DIR", "professional_standards")],
        password: "lemon archive ladder",
    },
    Colleague {
        name: ABEL,
        folder: None,
        roles: &[("ADM", "professional_standards")],
        password: "plastic comet bakery",
    },
];
