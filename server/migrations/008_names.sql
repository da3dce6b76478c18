-- Version 8: names that mean the same everywhere.
-- What writes in the name of a person who is signed in belongs to the console.
ALTER TABLE accounts RENAME COLUMN desk TO console;
