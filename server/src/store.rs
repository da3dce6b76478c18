//! The server's database in domain terms: nothing outside this folder writes SQL, opens a database
//! or begins a transaction.
//!
//! What is read is a method of [`sqlite::Reading`], what is written one of [`sqlite::Writing`], grouped
//! by file: [`feed`] is the total order, [`grants`] who may see what, [`records`] what was recorded.
//! A caller holds one of the two for as long as one state of the database, or one transaction, lasts.
//! What is the same whatever the statements are (opening, migrations, transactions, backups, pools)
//! stands in [`sqlite`]; another database is another folder beside that one.

pub(crate) mod absences;
pub(crate) mod accounts;
pub(crate) mod acts;
pub(crate) mod audit;
pub(crate) mod auditing;
pub(crate) mod board;
pub(crate) mod cases;
pub(crate) mod catalogues;
pub(crate) mod consents;
pub(crate) mod decisions;
pub(crate) mod device_reports;
pub(crate) mod disclosed;
pub(crate) mod drafts;
pub(crate) mod emergencies;
pub(crate) mod emergency_list;
pub(crate) mod erasure;
pub(crate) mod feed;
pub(crate) mod gone;
pub(crate) mod grants;
pub(crate) mod listing;
pub(crate) mod meta;
pub(crate) mod orders;
pub(crate) mod pages;
pub(crate) mod patience;
pub(crate) mod people;
pub(crate) mod purposes;
pub(crate) mod quarantine;
pub(crate) mod questions;
pub(crate) mod reasons;
pub(crate) mod records;
pub(crate) mod recovery_codes;
pub(crate) mod settings;
pub(crate) mod shifts;
pub(crate) mod sqlite;
pub(crate) mod staff;
pub(crate) mod summaries;
pub(crate) mod tasks;
pub(crate) mod terms;
pub(crate) mod transfers;
pub(crate) mod usage;

use sqlite::column::{Column, count, count_at, epoch, name, seq};
