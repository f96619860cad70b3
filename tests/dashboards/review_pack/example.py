"""A pack with every kind of block, for the tests of its writers."""

from dashboards.review_pack.blocks import (
    NOTED,
    REFUSED,
    Bar,
    BarChart,
    Card,
    Cards,
    Curve,
    CurveChart,
    Figure,
    Paragraphs,
    RangeChart,
    RangeRow,
    Table,
    Text,
    Tile,
    Tiles,
)
from dashboards.review_pack.content import WITH_CARE, About, Pack, Slide

KPI = (("kpi_id", "completion_rate"), ("cube", "all"), ("period_label", "2026-Q2"))
COMPARED = (("kpi_id", "completion_rate"), ("outcome_category", "skill_drilling"))


def about(language: str = "en") -> About:
    hindi = language == "hi"
    return About(
        title="तिमाही समीक्षा" if hindi else "Quarterly programme review",
        organisation="Example Group (invented)",
        quarter="2026-Q2",
        quarter_words="Q2 FY26-27",
        audience="पूरा संगठन" if hindi else "The whole organisation",
        business_unit="all",
        role="leader",
        language=language,
        snapshot_id="472821cb4bd1dde3",
        as_of="30 Sep 2026",
        footer="Example Group (invented) · Q2 FY26-27 · 472821cb4bd1dde3",
        footer_note="How each number was worked out: speaker notes",
    )


def compared() -> RangeChart:
    return RangeChart(
        title="Finished in the time allowed: difference in points",
        alt="Self-paced is 10 points better in skill drilling; no other clear result.",
        rows=(
            RangeRow(
                Text("Skill drilling and practice"),
                Text("Live and Self-paced"),
                -0.1,
                -0.16,
                -0.04,
                Text(
                    "Self-paced 10 points better",
                    (
                        Figure(
                            "10 points",
                            0.1,
                            "mode_comparisons",
                            "adjusted_difference",
                            COMPARED,
                        ),
                    ),
                ),
                Text("Likely 4 to 16 points, good evidence"),
                "async",
                True,
            ),
            RangeRow(
                Text("Compliance and regulation"),
                Text("Live and Blended"),
                0.02,
                -0.03,
                0.06,
                Text("No clear difference"),
                Text("Moderate evidence"),
            ),
            RangeRow(
                Text("Leadership and behaviour"),
                Text("Live and Blended"),
                None,
                None,
                None,
                Text("Can't be compared"),
                Text("Finished means different things"),
            ),
        ),
        least=-0.2,
        most=0.2,
        zero=0.0,
        margin=0.03,
        is_share=True,
        left="Self-paced or Blended better",
        right="Live better",
    )


def tiles() -> Tiles:
    finished = Figure("81%", 0.8134, "kpi_cells", "value", KPI)
    return Tiles(
        "The quarter in numbers",
        (
            Tile(
                Text("Finished"),
                Text("81%", (finished,)),
                Text("Likely 79 to 83%"),
                Text("3 points better than a year before"),
                Text("Of 3,211 enrolments whose time is over"),
                direction="better",
            ),
            Tile(
                Text("Use at work"),
                Text("Not measured"),
                base=Text("A survey after 60 days would measure it."),
                state="not_measured",
            ),
        ),
    )


def curves() -> CurveChart:
    return CurveChart(
        "Share finished by day",
        "Half of Live finish by day 30; half of Self-paced by day 60.",
        (
            Curve(
                "Live",
                "sync",
                (0, 30, 60, 90),
                (0.0, 0.5, 0.7, 0.8),
                (0.0, 0.45, 0.66, 0.77),
                (0.0, 0.55, 0.74, 0.83),
            ),
            Curve(
                "Self-paced",
                "async",
                (0, 30, 60, 90),
                (0.0, 0.3, 0.5, 0.6),
                (None, 0.27, 0.46, 0.57),
                (None, 0.33, 0.54, 0.63),
            ),
        ),
        "Days since enrolment",
        "Share finished",
    )


def steps() -> BarChart:
    return BarChart(
        "Share that reached each step",
        "100 of 100 begin, 82 of 100 attend, 61 of 100 finish the follow-up.",
        (
            Bar(Text("Preparation"), 1.0, Text("100%"), "async"),
            Bar(Text("Live session"), 0.82, Text("82%"), "sync"),
            Bar(Text("Follow-up"), 0.61, Text("61%"), "async"),
        ),
        1.0,
        is_share=True,
    )


def definitions() -> Table:
    return Table(
        "Definitions",
        ("KPI", "Counts", "Of"),
        (
            (
                Text("Finished"),
                Text("enrolments finished in the time allowed"),
                Text("enrolments whose time is over"),
            ),
            (Text("=2+3"), Text("a name that a spreadsheet must not run"), Text("+1")),
        ),
    )


def pack(language: str = "en") -> Pack:
    """Return a pack of three slides and one page of annex."""
    hindi = language == "hi"
    ask = Card(Text("Decide: next Skill drilling cohorts self-paced"), Text("Why."))
    refused = Card(Text("Not comparable"), Text("Credentials."), REFUSED)
    noted = Card(Text("Commentary"), Text("A good quarter."), NOTED)
    finding = "क्षमता विकास में ब्लेंडेड बेहतर" if hindi else "Blended does better in skills"
    return Pack(
        about(language),
        (
            Slide(
                "1",
                "Decisions",
                Text(finding),
                Text("Four quarters to 30 Sep 2026"),
                (compared(),),
                (Cards("Decisions", (ask, refused, noted)),),
                (Text("The difference is adjusted for the mix of people."),),
            ),
            Slide(
                "2",
                "The quarter in one page",
                Text("81% finished in the time allowed"),
                Text("Four quarters to 30 Sep 2026"),
                (tiles(), definitions()),
                notes=(Text("Finished counts enrolments."),),
                state=WITH_CARE,
                reason="1 of 2 numbers is shown.",
            ),
            Slide(
                "5",
                "Where blends lose people",
                Text("39 of 100 are lost before the follow-up"),
                Text("Four quarters to 30 Sep 2026"),
                (steps(),),
                (
                    curves(),
                    Paragraphs("To read", (Text("One sentence."), Text("Another."))),
                ),
            ),
        ),
        (
            Slide(
                "a",
                "Annex: definitions",
                Text("What each number counts"),
                Text("From the registry of KPIs"),
                (definitions(),),
            ),
        ),
    )
