"""Which columns of a form hold answers: those that its mapping does not name."""

from ingest.mapping.mapping_file import Mapping
from ingest.mapping.named_columns import columns_in
from ingest.mapping.tables import Table
from ingest.parsing.source_phrases import plain, source_phrases

FORMS = source_phrases("mapped", "forms")  # `Points - Question` is no question itself


def question_columns(
    table: Table, mapping: Mapping, column_names: dict[str, str]
) -> list[str]:
    """Return the columns that hold answers, [] for a mapping without questions.

    Args:
        table: the form.
        mapping: names the other columns.
        column_names: names in the header by their plain form.
    """
    if mapping.questions is None:
        return []
    taken = {plain(n) for _key, column in columns_in(mapping) for n in column.names}
    taken |= {plain(name) for name in mapping.questions.other_than}
    return [
        name
        for name in table.header
        if name
        and plain(name) not in taken
        and not FORMS.matches(name, "about_question")
        and column_names[plain(name)] == name
    ]
