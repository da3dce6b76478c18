CREATE TABLE absences (
    user_id BLOB NOT NULL REFERENCES users (id),
    starts_at INTEGER NOT NULL,
    -- Exclusive.
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, starts_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_invitations (
    code_hash BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL,
    totp_secret BLOB NOT NULL,
    -- How often a wrong code was given with it.
    wrong INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES users (id),
    -- argon2id, in the PHC string format.
    password TEXT NOT NULL,
    totp_secret BLOB NOT NULL,
    -- The newest time step of which a code was used: no code of it or an older one is taken again.
    totp_step INTEGER NOT NULL,
    console BLOB NOT NULL UNIQUE REFERENCES devices (id),
    set_at INTEGER NOT NULL,
    closed_at INTEGER
, signed_in_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE assignments (
    user_id BLOB NOT NULL REFERENCES users (id),
    "case" BLOB NOT NULL,
    assigned_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, "case")
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    hash BLOB NOT NULL
, reason INTEGER) STRICT;
CREATE TABLE case_programs (
    "case" BLOB NOT NULL,
    program TEXT NOT NULL,
    PRIMARY KEY ("case", program)
) STRICT, WITHOUT ROWID;
CREATE TABLE catalogues (
    -- In the order in which they were first in force.
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    -- Its files, as JSON.
    source TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY NOT NULL REFERENCES feed (seq),
    record BLOB NOT NULL REFERENCES records (id),
    scope INTEGER NOT NULL REFERENCES scopes (id),
    author_device BLOB NOT NULL,
    -- The device that handed in what another had written, after the server lost it.
    vouched_by BLOB,
    received_at INTEGER NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL
) STRICT;
CREATE TABLE consents (
    record BLOB PRIMARY KEY NOT NULL REFERENCES records (id),
    "case" BLOB NOT NULL,
    -- Codes, with a space between them.
    programs TEXT NOT NULL,
    compartments TEXT NOT NULL,
    -- Null while nobody has signed it, and when it names no end.
    starts_at INTEGER,
    ends_at INTEGER,
    revoked INTEGER NOT NULL,
    -- When its case must be settled again, because it begins or ends; null when nothing more comes.
    due_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
    device BLOB NOT NULL REFERENCES devices (id),
    hash BLOB NOT NULL,
    -- accepted, dismissed, repaired or erased.
    decision TEXT NOT NULL,
    -- Who decided; null when the case was erased.
    user_id BLOB REFERENCES users (id),
    at INTEGER NOT NULL,
    -- The stated reason; null when the case was erased.
    reason INTEGER REFERENCES stated_reasons (id),
    PRIMARY KEY (device, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_days (
    device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    -- Changes handed in and views told.
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- Changes that it brought back after a restore; they are counted by themselves.
    brought INTEGER NOT NULL,
    brought_bytes INTEGER NOT NULL,
    -- Changes past its budget that must always be possible.
    always INTEGER NOT NULL,
    -- Rows of the audit that tell what it read.
    reads INTEGER NOT NULL,
    -- Whether the administrator was told that it was not enough.
    told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE device_reports (
    device BLOB PRIMARY KEY REFERENCES devices (id),
    at INTEGER NOT NULL,
    app TEXT NOT NULL,
    -- Its clock less the server's, in milliseconds.
    skew INTEGER NOT NULL,
    records INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    store_bytes INTEGER NOT NULL,
    -- Null where the platform does not say.
    free_bytes INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE devices (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    public_key BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    platform TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    enrolled_seq INTEGER NOT NULL,
    last_seen INTEGER,
    revoked_at INTEGER,
    -- The feed's end when the device last started from nothing: its own older changes come back.
    full_since INTEGER NOT NULL DEFAULT 0,
    -- The epoch the device knows the server by; none until it has told what it holds.
    reconciled_epoch INTEGER,
    -- The epoch the device was asked to reconcile with, and has not finished.
    reconcile_started INTEGER
, drafts INTEGER NOT NULL DEFAULT 0, drafts_since INTEGER, wipe_told_at INTEGER, catalogue BLOB, lock_ordered_at INTEGER, lock_told_at INTEGER, locked_at INTEGER, wiped_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE disclosed (
    consent BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    compartment TEXT NOT NULL,
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (consent, user_id, compartment, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    type TEXT NOT NULL,
    -- Whose key seals the answers, so that they go when its case is erased; null where there is no
    -- case yet, and a key of the author's own seals them.
    scope INTEGER REFERENCES scopes (id),
    -- The case that the new record is for; null when it opens one, or stands alone.
    "case" BLOB,
    -- The record that is made, or edited.
    record BLOB NOT NULL,
    is_edit INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    answers BLOB NOT NULL
, repairs INTEGER, why BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE dropped (
    device BLOB NOT NULL REFERENCES devices (id),
    scope INTEGER NOT NULL REFERENCES scopes (id),
    revoked_seq INTEGER NOT NULL,
    PRIMARY KEY (device, scope)
) STRICT, WITHOUT ROWID;
CREATE TABLE emergencies (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    -- Exclusive.
    until INTEGER NOT NULL,
    -- When whoever opened it closed it before its time.
    closed_at INTEGER,
    -- Sealed under the key of the scope, so that it goes when the case is erased.
    reason BLOB NOT NULL,
    -- Who of those that watch over privacy has looked at it.
    seen_by BLOB,
    seen_at INTEGER
) STRICT;
CREATE TABLE emergency_questions (
    id INTEGER PRIMARY KEY NOT NULL,
    emergency INTEGER NOT NULL REFERENCES emergencies (id),
    asked_by BLOB NOT NULL REFERENCES users (id),
    asked_at INTEGER NOT NULL,
    -- Sealed under the key of the scope, as the reason is, so that both go when the case is erased.
    question BLOB NOT NULL,
    answered_at INTEGER,
    answer BLOB
) STRICT;
CREATE TABLE feed (
    seq INTEGER PRIMARY KEY NOT NULL,
    kind INTEGER NOT NULL,
    scope INTEGER NOT NULL REFERENCES scopes (id),
    user_id BLOB,
    entry BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;
CREATE TABLE grants (
    granted_seq INTEGER PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    scope INTEGER NOT NULL REFERENCES scopes (id),
    revoked_seq INTEGER UNIQUE
, revoked_at INTEGER) STRICT;
CREATE TABLE heads (
    name TEXT PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE invitations (
    code_hash BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL,
    used_by BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE marks (
    scope INTEGER NOT NULL REFERENCES scopes (id),
    record BLOB NOT NULL REFERENCES records (id),
    type TEXT NOT NULL,
    program TEXT NOT NULL,
    author BLOB NOT NULL,
    -- The entry of the feed by which it came.
    came INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    is_voided INTEGER NOT NULL,
    -- Conflicts that wait for a person.
    to_review INTEGER NOT NULL,
    -- Whether it waits for whoever may decide on it.
    waits INTEGER NOT NULL,
    -- Whether it tells that somebody dealt with the person.
    is_contact INTEGER NOT NULL,
    -- How great the risk is, and its place in its code list; that place is null when it has none.
    risk TEXT,
    risk_rank INTEGER,
    -- The kind of consent that it is.
    consent TEXT,
    -- What the record is called that opened its case, in plain letters.
    title TEXT, searched TEXT,
    PRIMARY KEY (scope, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE memberships (
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    program TEXT NOT NULL,
    PRIMARY KEY (user_id, role, program)
) STRICT, WITHOUT ROWID;
CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE purposes (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    purpose BLOB NOT NULL
) STRICT;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY NOT NULL,
    device BLOB NOT NULL REFERENCES devices (id),
    digest BLOB NOT NULL,
    record BLOB NOT NULL,
    hash BLOB NOT NULL,
    -- Whose key seals the bytes; null for the quarantine's own.
    scope INTEGER REFERENCES scopes (id),
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sealed BLOB NOT NULL, type TEXT, program TEXT, dismissed_at INTEGER,
    UNIQUE (device, digest)
) STRICT;
CREATE TABLE quarantine_use (
    device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE read_model (
    record BLOB PRIMARY KEY NOT NULL REFERENCES records (id),
    type TEXT NOT NULL,
    "case" BLOB,
    program TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    updated_seq INTEGER NOT NULL,
    -- Conflicts that wait for a person.
    to_review INTEGER NOT NULL,
    fields TEXT NOT NULL
, counted TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE records (
    id BLOB PRIMARY KEY NOT NULL,
    type TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scopes (id),
    -- Null when the record stands alone.
    "case" BLOB,
    program TEXT NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    xor BLOB NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    heads BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES users (id),
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE role_terms (
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    program TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    -- Exclusive; null when it has no end.
    ends_at INTEGER,
    -- Whether it was put among the memberships.
    begun INTEGER NOT NULL,
    PRIMARY KEY (user_id, role, program)
) STRICT, WITHOUT ROWID;
CREATE TABLE safety_stamps (
    shift BLOB NOT NULL REFERENCES shifts (id) ON DELETE CASCADE,
    said_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tapped_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (shift, said_at, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE scopes (
    id INTEGER PRIMARY KEY NOT NULL,
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    -- From the catalogue: whether its records may be kept on a phone.
    on_devices INTEGER NOT NULL,
    UNIQUE ("case", compartment)
) STRICT;
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES accounts (user_id),
    begun_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
, confirmed_at INTEGER, wrong INTEGER NOT NULL DEFAULT 0, purpose INTEGER REFERENCES purposes (id)) STRICT, WITHOUT ROWID;
CREATE TABLE settings (
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE shifts (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    device BLOB NOT NULL REFERENCES devices (id),
    partner TEXT NOT NULL,
    zone TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    -- When the server heard of it.
    armed_at INTEGER NOT NULL,
    back_by INTEGER NOT NULL,
    -- Null while they are out.
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_in_failures (
    name_hash BLOB PRIMARY KEY NOT NULL,
    -- Whether somebody has this name: the others are forgotten first.
    is_known INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshots (
    record BLOB NOT NULL REFERENCES records (id),
    made_seq INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (record, made_seq)
) STRICT;
CREATE TABLE stated_reasons (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    -- What was read or written.
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    -- Sealed under the key of that scope, so that it goes when the case is erased.
    reason BLOB NOT NULL
) STRICT;
CREATE TABLE summaries (
    scope INTEGER PRIMARY KEY NOT NULL REFERENCES scopes (id),
    -- Null when its record stands alone.
    "case" BLOB,
    compartment TEXT NOT NULL,
    is_directory INTEGER NOT NULL,
    -- When its first record happened that is not voided.
    first_at INTEGER,
    last_contact INTEGER,
    risk TEXT,
    risk_rank INTEGER,
    -- When the record happened that says so.
    risk_at INTEGER,
    -- Records that wait for whoever may decide on them.
    waiting INTEGER NOT NULL,
    -- Records that hold conflicts, and how many conflicts these are.
    in_conflict INTEGER NOT NULL,
    to_review INTEGER NOT NULL,
    -- Tasks that concern everybody who sees them, paused ones too, and when the next one is due.
    open_tasks INTEGER NOT NULL,
    next_due INTEGER,
    -- Those that concern the people of one program alone.
    program_tasks INTEGER NOT NULL,
    -- When the first consent ends, or ended, that no other one of its kind outlasts.
    consent_until INTEGER,
    -- Codes, with a space between them.
    programs TEXT NOT NULL,
    title TEXT,
    -- The ids of those that its case is assigned to and who see it, one after the other, in order.
    workers BLOB NOT NULL
) STRICT;
CREATE TABLE tasks (
    record BLOB NOT NULL REFERENCES records (id),
    rule TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scopes (id),
    "case" BLOB,
    opens INTEGER NOT NULL,
    due INTEGER NOT NULL,
    -- When a supervisor is told, if it is still open; a list in JSON.
    flags TEXT NOT NULL,
    owner BLOB,
    -- The program whose people alone it concerns, if not everybody who sees the record.
    only_for TEXT,
    -- 0 open, 1 paused, 2 ended by another record, 3 answered by one, 4 closed by its own.
    standing INTEGER NOT NULL,
    answered_by BLOB,
    answered_at INTEGER,
    attempts INTEGER NOT NULL,
    last_attempt INTEGER, about BLOB,
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE transfers (
    id INTEGER PRIMARY KEY,
    "case" BLOB NOT NULL,
    -- With whose key the words are sealed.
    compartment TEXT NOT NULL,
    -- Who hands it over; null when somebody is to work on it beside those who do.
    from_user BLOB REFERENCES users (id),
    to_program TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES users (id),
    asked_at INTEGER NOT NULL,
    -- Why, sealed; empty once the case was erased.
    reason BLOB NOT NULL,
    -- 0 waits, 1 accepted, 2 refused, 3 taken back.
    state INTEGER NOT NULL,
    decided_by BLOB REFERENCES users (id),
    decided_at INTEGER,
    -- Who works on it now.
    to_user BLOB REFERENCES users (id),
    -- Why it was refused, sealed.
    answer BLOB NOT NULL
) STRICT;
CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    created_at INTEGER NOT NULL
, name_key TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE viewed (
    device BLOB NOT NULL REFERENCES devices (id),
    record BLOB NOT NULL REFERENCES records (id),
    minute INTEGER NOT NULL,
    PRIMARY KEY (device, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawn (
    device BLOB NOT NULL REFERENCES devices (id),
    role TEXT NOT NULL,
    program TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device, role, program)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_by_case ON assignments ("case");
CREATE INDEX audit_in_an_emergency ON audit (actor, seq)
WHERE act = 'read' AND instr(outcome, 'in an emergency') > 0;
CREATE INDEX case_programs_by_program ON case_programs (program);
CREATE INDEX changes_by_record ON changes (record, seq, author_device, vouched_by);
CREATE INDEX changes_by_scope ON changes (scope, seq, record);
CREATE INDEX changes_vouched ON changes (seq) WHERE vouched_by IS NOT NULL;
CREATE INDEX consents_by_case ON consents ("case");
CREATE INDEX consents_due ON consents (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX devices_by_user ON devices (user_id);
CREATE INDEX drafts_by_scope ON drafts (scope) WHERE scope IS NOT NULL;
CREATE INDEX drafts_by_user ON drafts (user_id, begun_at);
CREATE INDEX emergencies_by_user ON emergencies (user_id, "case", until);
CREATE INDEX emergencies_unseen ON emergencies (id) WHERE seen_at IS NULL;
CREATE INDEX emergency_questions_of ON emergency_questions (emergency, id);
CREATE UNIQUE INDEX grants_active ON grants (user_id, scope) WHERE revoked_seq IS NULL;
CREATE INDEX grants_by_scope ON grants (scope, user_id);
CREATE INDEX grants_in_order ON grants (user_id, granted_seq) WHERE revoked_seq IS NULL;
CREATE INDEX grants_open ON grants (user_id, revoked_seq, scope) WHERE revoked_seq IS NULL;
CREATE INDEX grants_revoked ON grants (user_id, revoked_seq) WHERE revoked_seq IS NOT NULL;
CREATE INDEX marks_in_conflict ON marks (scope, came, type) WHERE to_review > 0;
CREATE INDEX marks_searched ON marks (scope, came, to_review, searched) WHERE searched IS NOT NULL;
CREATE INDEX marks_waiting ON marks (scope, came, program, author) WHERE waits = 1;
CREATE INDEX memberships_by_program ON memberships (program, role);
CREATE INDEX quarantine_by_hash ON quarantine (hash);
CREATE INDEX quarantine_by_record ON quarantine (record, device);
CREATE INDEX quarantine_by_scope ON quarantine (scope) WHERE scope IS NOT NULL;
CREATE INDEX quarantine_without_home ON quarantine (device, record)
    WHERE scope IS NULL AND bytes > 0;
CREATE INDEX read_model_by_case ON read_model ("case", occurred_at) WHERE "case" IS NOT NULL;
CREATE INDEX read_model_by_program ON read_model (program, occurred_at);
CREATE INDEX read_model_by_type ON read_model (type, occurred_at);
CREATE INDEX read_model_by_update ON read_model (updated_seq);
CREATE INDEX records_by_case ON records ("case") WHERE "case" IS NOT NULL;
CREATE INDEX records_by_scope ON records (scope, type, first_seq);
CREATE INDEX role_terms_due ON role_terms (CASE begun WHEN 0 THEN starts_at ELSE ends_at END);
CREATE INDEX scopes_by_compartment ON scopes (compartment);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX shifts_of_device ON shifts (device);
CREATE INDEX shifts_out ON shifts (back_by) WHERE ended_at IS NULL;
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (is_known, last_at);
CREATE INDEX stated_reasons_by_case ON stated_reasons ("case");
CREATE INDEX tasks_about ON tasks (about) WHERE about IS NOT NULL;
CREATE INDEX tasks_answered ON tasks ("case", answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX tasks_movable ON tasks ("case") WHERE standing <= 2;
CREATE INDEX tasks_open ON tasks (scope, standing, due, only_for, owner) WHERE standing <= 1;
CREATE INDEX transfers_by ON transfers (asked_by, id);
CREATE INDEX transfers_to ON transfers (to_program, state, id);
CREATE UNIQUE INDEX transfers_waiting ON transfers ("case", to_program) WHERE state = 0;
CREATE UNIQUE INDEX users_by_name_key ON users (name_key);
