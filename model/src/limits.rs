//! What may grow, and how far. Every limit has a test exactly at it and one past it.

/// Largest change a device may send. An encounter of 12 fields and a 400-character note is 757
/// bytes; the longest narrative ([`TEXT_BYTES_MAX`]) fits four times.
pub const CHANGE_BYTES_MAX: usize = 256 * 1024;

/// Largest change after inflating an Automerge-compressed one. Devices send changes raw; this
/// only bounds what an odd client costs before it is refused.
pub const CHANGE_INFLATED_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most operations in one change, and so the most rows any of its columns may claim. A form of
/// forty fields is about sixty; a pasted narrative in a shared note is one a character.
pub const CHANGE_OPS_MAX: u64 = 4_096;

/// Most run lengths a column may add up to, predecessors included (AUTOMERGE.md, ingest rule 2).
pub const COLUMN_ROWS_MAX: u64 = 10_000;

/// Most columns in one change. Automerge 0.12 writes at most 17.
pub const COLUMNS_MAX: u64 = 32;

/// Most changes one change may follow. Sixty-four devices would have to edit one record at once.
pub const CHANGE_DEPS_MAX: u64 = 64;

/// Most other actors one change may name: every device that wrote to the record before.
pub const CHANGE_ACTORS_MAX: u64 = 256;

/// Most objects of earlier changes that one change may make others in. An entry for each of ten
/// logs is ten; finding out how deep one of them is takes Automerge up to milliseconds.
pub const CHANGE_PARENTS_MAX: usize = 32;

/// Longest map key in a change. A field's name is at most 48 bytes, an entry's ULID
/// 26. One repeated key costs two bytes in a change and its length in memory, every time.
pub const KEY_BYTES_MAX: usize = 64;

/// Deepest nesting of maps in a record, the root counted. A log entry is at three.
pub const NESTING_MAX: usize = 8;

/// Longest request or answer body, compressed or not.
pub const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most changes in one request. A day's work is about seventy.
pub const REQUEST_CHANGES_MAX: usize = 2_000;

/// Most bytes of changes and snapshots in one page of an answer. A page may pass it by the one
/// update that crossed it.
pub const PAGE_BYTES_MAX: usize = 1024 * 1024;

/// Most updates in one page, so that ten thousand tiny records cannot make one endless answer.
pub const PAGE_UPDATES_MAX: usize = 4_096;

/// Longest answer body, compressed or not: a page, the catalogue, and the one update that may
/// pass a page, which holds at most a record of [`RECORD_BYTES_MAX`].
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Largest saved document of one record, whatever is written. Bytes of documents are those of the
/// saved one, not deflated.
pub const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Largest saved document that a change may leave which need not always be possible. The 512 KiB
/// above it are for taking a consent back, approving and voiding: eight devices that misuse them
/// ([`DEVICE_ALWAYS_BYTES_MAX`] each) do not fill them.
pub const RECORD_ORDINARY_BYTES_MAX: usize = 3_584 * 1024;

/// Saved document past which a device or a console makes no ordinary edit. Offline it cannot know what
/// others write meanwhile: up to [`RECORD_ORDINARY_BYTES_MAX`] there is room for 1.5 MiB of that,
/// six largest changes. A record of ten years has some 100 KiB.
pub const RECORD_FULL_BYTES: usize = 2 * 1024 * 1024;

/// Most that one device adds to a record: its changes' bytes, and sixteen for each operation. Three
/// devices together do not reach [`RECORD_ORDINARY_BYTES_MAX`].
pub const DEVICE_RECORD_BYTES_MAX: usize = 1024 * 1024;

/// Most of what must always be possible that one device adds beyond its share, or past
/// [`RECORD_ORDINARY_BYTES_MAX`], counted alike.
pub const DEVICE_ALWAYS_BYTES_MAX: usize = 64 * 1024;

/// Largest change that counts as what must always be possible. An approval is 200 bytes, and 2 KiB
/// more when it follows [`CHANGE_DEPS_MAX`] others.
pub const ALWAYS_CHANGE_BYTES_MAX: usize = 16 * 1024;

/// Changes of a record that ordinary edits are taken up to. A record is read, loaded and told change by
/// change: a plan that is edited five times a day reaches it after four years.
pub const RECORD_ORDINARY_CHANGES_MAX: u64 = 8_192;

/// Changes of a record past which no ordinary edit is made; those between are for what several devices
/// write without knowing of each other.
pub const RECORD_FULL_CHANGES: u64 = 6_144;

/// Changes of a record in all. Those past the ordinary ones are for what must always be possible.
pub const RECORD_CHANGES_MAX: u64 = 8_704;

/// Changes of one device in a record, so that one does not fill it.
pub const DEVICE_RECORD_CHANGES_MAX: u64 = 4_096;

/// Changes of one device past that, and past what ordinary edits are taken up to, which do what must
/// always be possible.
pub const DEVICE_ALWAYS_CHANGES_MAX: u64 = 64;

/// Most changes of one device that stand side by side in a record, none following another. A device
/// follows its own; two only after an older copy of its store was put back.
pub const DEVICE_HEADS_MAX: u64 = 16;

/// Most actors under which one device writes into a record: one, and another after each refusal or
/// restored copy. Whoever overwrites what all of them wrote names them all ([`CHANGE_ACTORS_MAX`]).
pub const DEVICE_ACTORS_MAX: u64 = 96;

/// Most that one operation adds to a counter or takes from it. With it no request of
/// [`REQUEST_CHANGES_MAX`] changes comes near the end of 64 bits from [`COUNTER_MAX`].
pub const COUNTER_STEP_MAX: i64 = 1_000_000_000;

/// Furthest that a counter may stand from nothing; every program reads it exactly. A device stops at
/// half of it, since counts of several add up.
pub const COUNTER_MAX: i64 = 1_000_000_000_000_000;

/// Most operations of documents that one request may have tried: each time that a document is
/// cloned, saved and loaded again all of its operations count. About two seconds of work. A day's
/// seventy changes of records of a hundred operations are a hundredth of it, one bad change among a
/// thousand of a record of ten thousand a quarter. What is past it is tried with the next request.
pub const TRIAL_OPS_MAX: u64 = 2_000_000;

/// Longest value of one text field, in bytes of UTF-8: about ten printed pages.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Most records named in one reconcile page: 10,000 records take ten requests.
pub const RECONCILE_RECORDS_MAX: usize = 1_000;

/// Most records one request may ask to be sent again.
pub const REFETCH_RECORDS_MAX: usize = 256;

/// Most looked-at entries ("views") in one request.
pub const VIEWS_MAX: usize = 10_000;

/// Most scopes one request may confirm as dropped.
pub const DROPPED_SCOPES_MAX: usize = 10_000;

/// Most addresses in one announcement: the present one, the next one, and room for two more.
pub const ANNOUNCED_URLS_MAX: usize = 4;

/// Most public keys in one announcement.
pub const ANNOUNCED_PINS_MAX: usize = 4;

/// Longest address in an announcement.
pub const URL_BYTES_MAX: usize = 300;

/// Longest name that a device gives the version of its program.
pub const APP_VERSION_BYTES_MAX: usize = 40;

/// Longest name of a partner, and of a part of the city, that a device says of a shift.
pub const SHIFT_WORDS_BYTES_MAX: usize = 400;

/// Most taps ("safe", "help") in one request: more than anybody makes between two signals.
pub const SAFE_STAMPS_MAX: usize = 100;

/// Most refused changes of which one request may ask what was decided about them.
pub const AWAITED_MAX: usize = 1_000;

/// Most colleagues of whom one device is told. At about 60 bytes each they take a quarter of a page.
pub const COLLEAGUES_MAX: usize = 4_000;

/// Largest catalogue, all its files together.
pub const CATALOGUE_BYTES_MAX: usize = 1024 * 1024;

/// Most languages of a department's labels besides English. A title is kept in each of them.
pub const LANGUAGES_MAX: usize = 16;

/// Most catalogues that a device is told of besides the one in force: it needs them for the labels of
/// what is retired, and each costs milliseconds whenever it is opened.
pub const EARLIER_CATALOGUES_MAX: usize = 16;

/// Most bytes of what they have otherwise: an answer has room for them beside a page.
pub const EARLIER_CATALOGUES_BYTES_MAX: usize = 1024 * 1024;
