"""Makes XForms of forms: `forms.py TO FORM...`, each form becomes NAME.xlsx and NAME.xml in TO.

A form is an .xlsx or .xls file, or a Markdown file with a table for each sheet. What is no .xlsx file
is written as one, cell by cell: that is what is imported.
"""

import datetime
import logging
import sys
from pathlib import Path

import openpyxl
import xlrd
from pyxform.xls2xform import convert

logging.disable(logging.WARNING)


def rewritten(source: Path, target: Path) -> None:
    book = xlrd.open_workbook(str(source))
    written = openpyxl.Workbook()
    written.remove(written.active)
    for sheet in book.sheets():
        page = written.create_sheet(sheet.name)
        for row in range(sheet.nrows):
            for column in range(sheet.ncols):
                cell = sheet.cell(row, column)
                value = cell.value
                if cell.ctype == xlrd.XL_CELL_DATE:
                    parts = xlrd.xldate_as_tuple(value, book.datemode)
                    value = datetime.datetime(*parts) if parts[0] else datetime.time(*parts[3:])
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                elif cell.ctype == xlrd.XL_CELL_NUMBER and value == int(value):
                    value = int(value)
                elif cell.ctype == xlrd.XL_CELL_ERROR:
                    value = None
                if value not in (None, ""):
                    page.cell(row + 1, column + 1, value)
    written.save(target)


def from_markdown(source: Path, target: Path) -> None:
    written = openpyxl.Workbook()
    written.remove(written.active)
    page = None
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            page = written.create_sheet(line[3:].strip())
            rows = 0
        elif line.startswith("|") and not line.startswith("| ---"):
            rows += 1
            for column, cell in enumerate(line.strip().strip("|").split("|")):
                if cell.strip():
                    page.cell(rows, column + 1, cell.strip())
    written.save(target)


def main(target: Path, forms: list[Path]) -> int:
    target.mkdir(parents=True, exist_ok=True)
    failed = 0
    for form in forms:
        xlsx = target / f"{form.stem}.xlsx"
        try:
            # Some .xls are .xlsx inside.
            if form.suffix == ".md":
                from_markdown(form, xlsx)
            elif form.read_bytes()[:2] == b"PK":
                xlsx.write_bytes(form.read_bytes())
            else:
                rewritten(form, xlsx)
            made = convert(xlsform=str(xlsx), validate=False, form_name="data")
            (target / f"{form.stem}.xml").write_text(made.xform, encoding="utf-8")
        except Exception as error:
            failed += 1
            print(f"{form.name}: {error}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(form) for form in sys.argv[2:]]))
