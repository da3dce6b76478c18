-- Version 9: how many drafts are open on a device and since when, as it said last, and nothing of them.
ALTER TABLE devices ADD COLUMN drafts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN drafts_since INTEGER;
