"""docs/method-card.md: how delivery modes are compared, for people who decide by it."""

from tandem.core.files import Home
from tandem.core.seeds import seed_rows
from tandem.core.settings import Settings
from tandem.core.wording import render

SHARES = (
    "compare_overlap_least",
    "compare_overlap_ok",
    "compare_effective_least",
    "compare_attribute_known_least",
)
METHOD_CARD = """\
# Method card: how delivery modes are compared

For people who decide by a comparison. This page is written from the thresholds of
`dbt_project.yml` and from seeds (`make reference`); the page *Data and definitions*
shows the thresholds in force. Formulas and sources are in
[comparison](comparison.md).

**The question.** How would a KPI differ if the same mix of programmes and people had
been delivered in one mode rather than the other? The data are observed, so the answer
is no proof that the mode made the difference. A randomised [pilot](pilots.md) comes
closest.

**The steps**, in this order. The first that fails gives the verdict.

1. **Maturity.** Only people whose time to finish is over count. A mode whose first
   cohorts still run is "too early to compare".
2. **Privacy.** A mode with fewer than {minimum_people} people is hidden; whoever
   enrolled twice is one person. A count is hidden or rounded also where another KPI,
   a longer window or an earlier snapshot would give a small group by subtraction.
3. **Meaning.** "Finished" is compared only inside one completion class (attendance,
   content, assessment, certificate), a pass only inside a programme.
4. **Programmes.** The programme is the unit: 600 people of one programme are one
   case. {compare_fewest_programmes} programmes that ran both ways are needed, or
   {compare_fewest_programmes} cohorts of each mode inside such programmes, or
   {compare_fewest_programmes} programmes of each mode with the same outcome and rule
   for finishing.
5. **People alike.** At least {compare_overlap_least} of the people need counterparts
   in the other mode; below {compare_overlap_ok} the result is read with care. After
   weighting to one mix, {compare_effective_least} of the information must be left,
   and no attribute may differ by more than {compare_smd_refused} standard deviations
   ({compare_smd_care} asks for care).
6. **Estimate.** The mean difference of the programmes, weighted by their sizes and
   adjusted by what was known of people at enrolment. What is known of fewer than
   {compare_attribute_known_least} of a mode's people is not held equal, and then
   nothing is called like-for-like.
7. **Range.** At 97.5 % for one quarterly look. Inside the margin ({margin} points of
   a share, or the KPI's own) the modes are about the same. Where it includes 0, there
   is no clear difference, and the sentence says how large a difference would have
   been seen.
8. **Second look.** A range that leaves 0 out is emerging; it is clear when the next
   quarter says the same. Over two years of quarterly looks at most 5 of 100 questions
   without a difference are called one (`make bench-truth`).
9. **Unmatched people.** Where people who could not be matched could reverse the
   result, the verdict says so, and how many of their results to match.

## The verdicts
"""
STRENGTH_INTRODUCTION = """\
## How strong the evidence is

The strength of the evidence is a word of its own, apart from the size of the
difference. The points of what was found add up. Only a comparison that was planned
and recorded before its data arrived can be strong.
"""


def method_page() -> str:
    """Return the method card: how modes are compared, with the default thresholds."""
    limits = dict(Settings(Home.from_environment()).defaults)
    shares = {name: f"{100 * limits[name]:.0f} %" for name in SHARES}
    limits |= shares | {"margin": f"{100 * limits['margin']:.0f}"}
    strengths = [row for row in seed_rows("evidence_strengths") if row["least_points"]]
    lines = [METHOD_CARD.format(**limits)]
    lines += ["| verdict | on a page | it means |", "|---|---|---|"]
    labels = {row["label"]: row["state"] for row in seed_rows("verdicts")}
    lines += [
        f"| {label} | {render(f'state.{state}.label')} | "
        f"{render(f'state.{state}.means')} |"
        for label, state in labels.items()
    ]
    lines += ["", STRENGTH_INTRODUCTION, "| what was found | points | why |"]
    lines += ["|---|---|---|"]
    lines += [
        f"| {row['words']} | {int(row['points']):+d} | {row['reason']} |"
        for row in seed_rows("evidence_points")
    ]
    lines += ["", "| points, at least | strength | closed padlocks |", "|---|---|---|"]
    lines += [
        f"| {row['least_points']} | {words} | {row['padlocks']} |"
        for row in strengths
        for words in [render(f"strength.{row['strength']}")]
    ]
    return "\n".join(lines) + "\n"
