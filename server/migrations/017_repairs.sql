-- The refused work that a form writes anew, by its entry, and why: sealed as the answers are.

ALTER TABLE drafts ADD COLUMN repairs INTEGER;
ALTER TABLE drafts ADD COLUMN why BLOB;
