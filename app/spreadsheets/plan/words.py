"""The plan in sentences, and where it comes from."""

from __future__ import annotations

from app.spreadsheets.book import Sheet, Value
from app.spreadsheets.plan.frame import Frame

LINE = 105  # characters that fit on one line of the explanation
HEIGHT = 15.5  # of such a line [points]


def write_explanation(frame: Frame) -> None:
    """Section by section, one sentence a row."""
    sheet = frame.book.sheet("Explanation", [3, 110], landscape=False)
    sheet.put(0, 0, "Explanation", "title")
    tell(sheet, 2, frame.explanation.headline.text, "lead")
    row = 4
    for section in frame.explanation.sections:
        sheet.row(row, (section.title, None), "section")
        for sentence in section.sentences:
            row += 1
            sheet.put(row, 0, "•", "wrapped", "right")
            tell(sheet, row, sentence.text, "wrapped")
        row += 2


def tell(sheet: Sheet, row: int, text: str, *styles: str) -> None:
    """A text in the wide column, in a row that is high enough for it."""
    sheet.put(row, 1, text, *styles)
    sheet.raw.set_row(row, HEIGHT * max(1, -(-len(text) // LINE)))


def write_provenance(frame: Frame) -> None:
    """What was solved, by what, and how to check it."""
    sheet = frame.book.sheet("Provenance", [26, 90], landscape=False)
    sheet.put(0, 0, "Provenance", "title")
    own, origin = frame.plan.provenance, frame.origin
    facts: tuple[tuple[str, Value], ...] = (
        ("Plan", None if origin is None else origin.id),
        ("Stored", None if origin is None else origin.created.isoformat(sep=" ", timespec="seconds")),
        ("Scenario", frame.scenario.name),
        ("Digest of the scenario", own.digest),
        ("Status", frame.plan.status),
        ("Stopped because", frame.plan.termination.detail or frame.plan.termination.reason),
        ("Headrace", own.headrace),
        ("Solver", own.solver),
        ("Formulation", own.formulation),
        ("Rounds, nodes", f"{own.rounds}, {own.nodes}"),
        ("Time [s]", own.seconds),
    )
    for row, (name, value) in enumerate(((name, value) for name, value in facts if value is not None), 2):
        sheet.put(row, 0, name, "label")
        sheet.put(row, 1, value, "wrapped", *(("figure",) if isinstance(value, float) else ()))
