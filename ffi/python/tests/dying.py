"""Makes a record, says so, and waits to be killed."""

import sys
import time

import fieldbook

path, keys, record_type, *fields = sys.argv[1:]
book = fieldbook.Fieldbook.open(path, fieldbook.file_vault(keys))
made = book.create(record_type, dict(field.split("=", 1) for field in fields))
print(made, flush=True)
time.sleep(600)
