-- Version 8: the record that a task is about, if the value of another one decides whether it is open.

ALTER TABLE tasks ADD COLUMN about BLOB;
CREATE INDEX tasks_about ON tasks (about) WHERE about IS NOT NULL;
