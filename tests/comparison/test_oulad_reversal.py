"""The published reversal by gender, through landing and the marts.

Gender is not collected. So the test takes it from the authors' file, and everything
else (who enrolled in what, and who withdrew) from the marts, by the keys of the vault.
"""

import duckdb
import polars as pl
import pytest

from comparison import mantel_haenszel, standardised_difference
from tandem.core.files import Home, project_root
from tests.comparison.published import by_gender

pytestmark = pytest.mark.oulad


@pytest.fixture(scope="module")
def people(oulad_home: Home) -> pl.DataFrame:
    """Return module, presentation, gender and whether withdrawn, per enrolment."""
    with duckdb.connect(str(oulad_home.warehouse), read_only=True) as connection:
        enrolled = connection.sql(
            "select learner_key, programme_id, cohort_id, (status like 'withdrawn%')"
            "::double as withdrew from marts.fct_enrolments"
        ).pl()
    with duckdb.connect(str(oulad_home.vault), read_only=True) as connection:
        keys = connection.sql(
            "select actor_key as learner_key, identifier from identifiers "
            "where kind = 'account' and not is_group"
        ).pl()
    path = project_root() / "samples" / "oulad" / "studentInfo.parquet"
    genders = (
        pl.read_parquet(path)
        .select(pl.col("id_student").cast(pl.Int64).cast(pl.String), "gender")
        .unique()
    )
    name = pl.col("identifier").str.extract(r'"name": "(\d+)"').alias("id_student")
    known = keys.select("learner_key", name).join(genders, on="id_student")
    assert known["learner_key"].n_unique() == known.height
    return enrolled.join(known, on="learner_key").rename(
        {"programme_id": "module", "cohort_id": "presentation"}
    )


def test_every_enrolment_finds_its_gender(people: pl.DataFrame):
    assert people.height == 32_593
    assert people["module"].n_unique() == 7
    assert people["presentation"].n_unique() == 22


def test_the_marts_give_the_published_reversal(people: pl.DataFrame):
    strata = by_gender(people)
    found = standardised_difference(strata)
    assert found is not None
    assert found.crude.estimate == pytest.approx(-0.0124, abs=5e-5)
    adjusted = found.adjusted
    assert (adjusted.estimate, adjusted.low, adjusted.high) == pytest.approx(
        (0.0295, 0.0164, 0.0426), abs=5e-5
    )
    assert found.is_direction_flipped
    assert found.is_strong
    combined = mantel_haenszel(strata)
    assert combined is not None
    odds = combined.odds_ratio
    assert (odds.estimate, odds.low, odds.high) == pytest.approx(
        (1.1695, 1.1024, 1.2405), abs=5e-5
    )
    assert combined.homogeneity is not None
    assert combined.homogeneity.p_value == pytest.approx(0.0051, abs=5e-5)
