-- Version 3: as in `server.db`, version 8.
ALTER TABLE closed_accounts RENAME COLUMN user TO user_id;
