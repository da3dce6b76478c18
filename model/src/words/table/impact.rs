//! What another catalogue does to work that is under way, and to reports.

use super::{Row, rows};

/// The words of [`crate::catalogue::compare::impact`].
#[rustfmt::skip]
pub(in crate::words) const IMPACT: &[Row] = rows! {
    "impact_offline_taken": "offline work: whatever phones record before they have this catalogue is taken as it is",
        "trabajo sin red: lo que los teléfonos anoten antes de tener este catálogo se acepta como está";
    "impact_offline_refused": "offline work: what people do meanwhile that they may not do any more is set aside for a supervisor ({places})",
        "trabajo sin red: lo que se haga mientras tanto y ya no se permita se aparta para supervisión ({places})";
    "impact_phones_drop": "phones: they hand over what they hold there and keep none of it ({places})",
        "teléfonos: entregan lo que tienen allí y no conservan nada ({places})";
    "impact_drafts_stuck": "open drafts: these types are not made any more; have their drafts submitted first ({places})",
        "borradores abiertos: de estos tipos ya no se crean registros; haga que antes se envíen sus borradores ({places})";
    "impact_drafts_dropped": "open drafts: an answer that is not asked for any more is dropped, and named, when the draft is submitted ({places})",
        "borradores abiertos: una respuesta que ya no se pregunta se descarta, y se nombra, al enviar el borrador ({places})";
    "impact_drafts_again": "open drafts: an answer that does not fit any more, or is missing now, is asked for when the draft is submitted ({places})",
        "borradores abiertos: una respuesta que ya no sirve, o que ahora falta, se pide al enviar el borrador ({places})";
    "impact_reports": "reports: figures from before and after do not count the same here ({places})",
        "informes: las cifras de antes y de después no cuentan lo mismo aquí ({places})";
};
