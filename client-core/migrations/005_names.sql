-- Version 5: a column that names a person's id says so.
ALTER TABLE authors RENAME COLUMN user TO user_id;
