//! Whose changes are tried, by which roles they are judged, and the record after them: what the rules
//! are asked about.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::document::Document;
use model::policy::{Consent, Person};
use model::record::{Envelope, Record};
use model::wire::MembershipV1;

use super::Sender;
use crate::store::records::View;

/// Whose changes they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author<'a> {
    pub(crate) sender: Sender,
    pub(crate) roles: &'a Roles,
    /// The roles of whoever confirms what others wrote; none when nobody does.
    pub(crate) confirms: Option<&'a BTreeSet<MembershipV1>>,
}

/// The roles that a sender's work is judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    /// Those that they hold: by them they change what is guarded, and note what opens records.
    pub(crate) held: BTreeSet<MembershipV1>,
    /// Those, and on a device those that were taken away so lately that its owner could not know when
    /// they worked: by them they make records.
    pub(crate) counted: BTreeSet<MembershipV1>,
}

impl<'a> Author<'a> {
    pub(crate) fn of(sender: Sender, roles: &'a Roles) -> Self {
        Self { sender, roles, confirms: None }
    }

    /// As the rules for making records know them.
    pub(super) fn person(self) -> Person<'a> {
        Person { user: self.sender.user, memberships: &self.roles.counted }
    }

    /// As the rules for what stands in a record know them.
    pub(super) fn holder(self) -> Person<'a> {
        Person { user: self.sender.user, memberships: &self.roles.held }
    }
}

/// A record after its changes.
pub(crate) struct After {
    /// How it was; none when it was not here.
    pub(crate) before: Option<Arc<Document>>,
    pub(crate) document: Arc<Document>,
    pub(crate) envelope: Envelope,
    pub(crate) record: Record,
    pub(crate) view: View,
    /// Whether another device than the one that hands it in wrote any of it.
    pub(crate) is_vouched: bool,
    /// What it opens, when it is a consent.
    pub(crate) consent: Option<Consent>,
}
