-- Version 3: a user's name is one name in every Unicode form.

-- What all spellings of the name have in common (`model::names::key`), filled in by the program. Of
-- users of earlier versions whose names have one key the eldest gets it. The others keep none: they
-- are found by their name as it stands, and nobody new is added beside them.
ALTER TABLE users ADD COLUMN name_key TEXT;
CREATE UNIQUE INDEX users_by_name_key ON users (name_key);
