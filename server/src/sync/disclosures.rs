//! What a consent alone opens is disclosed: the audit says so each time, and a disclosure record says
//! so once a day, for the privacy officer and for whoever asks what was told of them.

use model::catalogue::Catalogue;
use model::document::Document;
use model::ids::{ActorId, FieldName, OptionCode, RecordId, Scope, TypeName, UserId};
use model::record::{Edit, Envelope};
use model::time::Timestamp;
use model::value::Scalar;
use rand::Rng;

use crate::access::recompute;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::sync::push::store::{self, OwnRecord};
use crate::writer::Tx;

/// Somebody has read records of a scope.
pub(crate) struct Disclosure<'a> {
    pub(crate) user: UserId,
    /// Who it is for the audit.
    pub(crate) actor: Actor,
    pub(crate) scope: &'a Scope,
    /// How many records.
    pub(crate) count: usize,
}

/// Notes what was read, if a consent alone lets them read it.
pub(crate) fn note(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    read: &Disclosure<'_>,
) -> Result<(), StoreError> {
    let Disclosure { user, actor, scope, count } = *read;
    for consent in recompute::disclosed_under(now, tx, user, scope)? {
        let outcome = format!("{count} records of {}", scope.compartment);
        tx.note(now, actor, AuditAct::Disclose, format!("consent {consent}"), outcome)?;
        let day = now.as_millis().div_euclid(MILLIS_A_DAY);
        if tx.db.disclosure(consent, user, &scope.compartment, day)?.is_none()
            && let Some(record) = write(now, rng, tx, user, scope, consent)?
        {
            tx.db.add_disclosure(consent, user, &scope.compartment, day, record)?;
        }
    }
    Ok(())
}

const MILLIS_A_DAY: i64 = 24 * 60 * 60 * 1_000;

/// Writes the record. None where the catalogue has no type for it any more.
fn write(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    user: UserId,
    scope: &Scope,
    consent: RecordId,
) -> Result<Option<RecordId>, StoreError> {
    let Some(known) = tx.db.record_row(consent)? else { return Ok(None) };
    let catalogue = tx.context.catalogue.clone();
    let Some(edits) = values(tx, &catalogue, user, scope, consent)? else { return Ok(None) };
    let Some(record_type) = type_name().and_then(|name| catalogue.record_type(&name).cloned())
    else {
        return Ok(None);
    };
    let (system, device) = tx.db.system_author(now, rng)?;
    let envelope = Envelope {
        record: RecordId::generate(now, rng),
        record_type: record_type.name.clone(),
        type_version: record_type.version,
        case: Some(scope.case),
        compartment: record_type.compartment.clone(),
        program: known.program,
        created_by: system,
        created_at: now,
    };
    let record = envelope.record;
    let actor = ActorId::generate(rng, device);
    match Document::create(now, actor, &catalogue, &envelope, &edits) {
        Ok((document, change)) => {
            let own = OwnRecord { envelope, document, change };
            store::append_own(now, rng, tx, (system, device), own)?;
            Ok(Some(record))
        }
        Err(problem) => {
            // A city's own form may ask for more than the system knows. The audit has it all.
            tracing::warn!(%problem, "a disclosure record does not fit the catalogue");
            Ok(None)
        }
    }
}

/// Collects what is known of the disclosure, as far as the catalogue's form has fields for it.
fn values(
    tx: &Tx<'_>,
    catalogue: &Catalogue,
    user: UserId,
    scope: &Scope,
    consent: RecordId,
) -> Result<Option<Vec<Edit>>, StoreError> {
    let Some(form) = type_name().and_then(|name| catalogue.record_type(&name)) else {
        return Ok(None);
    };
    let compartment = catalogue.compartments.get(&scope.compartment);
    let items = compartment.map_or(scope.compartment.to_string(), |known| known.label.en.clone());
    let notice = compartment.is_some_and(|known| known.notice.is_some());
    let recipient = tx.db.profile(user)?.name;
    let basis = "consent".parse::<OptionCode>().ok().map(Scalar::Choice);
    let all = [
        ("basis", basis),
        ("consent", Some(Scalar::Ref(consent))),
        ("recipient", Some(Scalar::Text(recipient))),
        ("items", Some(Scalar::Text(items))),
        ("notice_attached", Some(Scalar::Bool(notice))),
    ];
    let edits = all.into_iter().filter_map(|(name, value)| {
        let field: FieldName = name.parse().ok()?;
        form.field(name)?;
        Some(Edit::Set { field, value: value? })
    });
    Ok(Some(edits.collect()))
}

fn type_name() -> Option<TypeName> {
    "disclosure".parse().ok()
}
