"""Suggestions without a roster are judged by what belongs together."""

from pathlib import Path

from bench.without_roster import judged_without_roster
from ingest.parsing.join_keys import meeting_key
from ingest.storage.programme_ids import meeting_id
from ingest.storage.programme_sheets import Row, Rows, programme_sheets

NUMBERS = [f"9000000000{number}" for number in range(6)]
TABLES = {
    "programmes": "programme_id,outcome_category,completion_class\n"
    "P1,compliance,attendance\nP2,leadership,content\n",
    "cohorts": "cohort_id,programme_id,delivery_mode\nC1,P1,sync\nC2,P2,async\n",
    "activities": "activity_id,programme_id\n",
    "sessions": "meeting_id,title,cohort_id\n"
    + "".join(f"{n},,{'C1' if n < NUMBERS[4] else 'C2'}\n" for n in NUMBERS),
}


def test_a_programme_in_pieces_is_not_called_right(tmp_path: Path):
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text)
    rows: Rows = {name: [] for name in programme_sheets()}
    rows["programmes"] = [
        Row(
            "", {"programme_name": name, "outcome_category": "", "completion_class": ""}
        )
        for name in ("Large", "Piece")
    ]
    rows["groups"] = [
        Row(
            "",
            {"cohort_name": f"{name} 1", "programme_id": name, "delivery_mode": mode},
        )
        for name, mode in (("Large", "Live"), ("Piece", "Live"))
    ]
    # Three meetings of C1 and one of C2 in one piece, one of C1 in another, one open.
    groups = ("Large 1", "Large 1", "Large 1", "Piece 1", "Large 1", "")
    rows["meetings"] = [
        Row(meeting_id({("meeting", meeting_key(number))}), {"cohort_id": group})
        for number, group in zip(NUMBERS, groups, strict=True)
    ]
    assert judged_without_roster(rows, tmp_path) == {
        "grouping": {"right": 3, "wrong": 2, "left_open": 1},
        "mode": {"right": 1},
        "purpose": {"left_open": 1},
        "finished_by": {"left_open": 1},
    }
