-- Version 8: names that mean the same in every database. In PostgreSQL a bare `user` is a function that
-- names whoever is connected, so that `WHERE user = …` is read there and means something else.
ALTER TABLE memberships RENAME COLUMN user TO user_id;
ALTER TABLE invitations RENAME COLUMN user TO user_id;
ALTER TABLE devices RENAME COLUMN user TO user_id;
ALTER TABLE assignments RENAME COLUMN user TO user_id;
ALTER TABLE grants RENAME COLUMN user TO user_id;
ALTER TABLE feed RENAME COLUMN user TO user_id;
ALTER TABLE accounts RENAME COLUMN user TO user_id;
ALTER TABLE account_invitations RENAME COLUMN user TO user_id;
ALTER TABLE sessions RENAME COLUMN user TO user_id;
ALTER TABLE emergencies RENAME COLUMN user TO user_id;
ALTER TABLE stated_reasons RENAME COLUMN user TO user_id;
ALTER TABLE disclosed RENAME COLUMN user TO user_id;
ALTER TABLE decisions RENAME COLUMN user TO user_id;

-- What writes in the name of a person who is signed in belongs to the console.
ALTER TABLE accounts RENAME COLUMN desk TO console;

-- The stated reason that a row of the audit rests on, by its number: what is written for people is not
-- read back. It is in no hash, so a verification compares it with the outcome, which names it too.
ALTER TABLE audit ADD COLUMN reason INTEGER;
UPDATE audit SET reason = CAST(substr(outcome, instr(outcome, 'reason ') + 7) AS INTEGER)
WHERE instr(outcome, 'reason ') > 0
  AND substr(outcome, instr(outcome, 'reason ') + 7, 1) BETWEEN '0' AND '9';
