"""The parts of a statement that depend on the event: context, result, moments.

Each function returns an expression over the columns that `samples.statements` adds; a
null part is left out of the text.
"""

import polars as pl

from samples.events import CODE

CMI5 = "https://w3id.org/xapi/cmi5/context"
VIDEO_EXTENSION = "https://w3id.org/xapi/video/extensions"
MASTERY = 0.8


def moment(column: str) -> pl.Expr:
    """Return a column of UTC milliseconds as ISO 8601 without a zone."""
    return pl.col(column).cast(pl.Datetime("ms")).dt.to_string("%Y-%m-%dT%H:%M:%S%.3f")


def context() -> pl.Expr:
    """Return the context: registration, related activities, session, language."""
    language = pl.concat_str(pl.lit(',"language":"'), "language", pl.lit('"'))
    has_session = ~pl.col("is_library") & (pl.col("visit") >= 0)
    return pl.concat_str(
        pl.lit("{"),
        pl.concat_str(pl.lit('"registration":"'), "registration", pl.lit('",')),
        pl.when(~pl.col("is_library")).then(_context_activities()),
        pl.when(has_session).then(_extensions()),
        pl.lit('"platform":"Example LMS"'),
        pl.when(~pl.col("has_no_language")).then(language),
        pl.lit("}"),
        ignore_nulls=True,
    )


def _context_activities() -> pl.Expr:
    return pl.concat_str(
        pl.lit('"contextActivities":{'),
        pl.col("category").fill_null(""),
        pl.lit('"grouping":['),
        "own_grouping",
        pl.lit('{"id":"'),
        "cohort",
        pl.lit('"}]},'),
    )


def _extensions() -> pl.Expr:
    is_video = pl.col("kind").is_between(
        CODE["video_initialized"], CODE["video_terminated"]
    )
    length = f',"{VIDEO_EXTENSION}/length":'
    mastery = f',"{CMI5}/extensions/masteryscore":{MASTERY}'
    return pl.concat_str(
        pl.lit('"extensions":{'),
        pl.when(is_video)
        .then(pl.lit(f'"{VIDEO_EXTENSION}/session-id":"'))
        .otherwise(pl.lit(f'"{CMI5}/extensions/sessionid":"')),
        "session",
        pl.lit('"'),
        pl.when(is_video)
        .then(pl.concat_str(pl.lit(length), "length", pl.lit(".0")))
        .otherwise(pl.lit("")),
        pl.when("is_test").then(pl.lit(mastery)).otherwise(pl.lit("")),
        "extras",
        "device",
        pl.lit("},"),
    )


def result() -> pl.Expr:
    """Return the result, null for the kinds that have none."""
    done = pl.lit('"completion":true')
    comma = pl.lit(",")
    passed, failed = pl.lit(',"success":true,'), pl.lit(',"success":false,')
    texts = {
        "programme_completed": [done],
        "mistaken_completion": [done],
        "completed": [done, comma, _duration()],
        "passed": [_score(), passed, _duration()],
        "failed": [_score(), failed, _duration()],
        "terminated": [_duration()],
        "video_played": [pl.lit(f'"extensions":{{"{VIDEO_EXTENSION}/time":0.0}}')],
        "video_paused": [_played()],
        "video_completed": [done, comma, _duration(), comma, _played()],
        "video_terminated": [_duration(), comma, _played()],
    }
    chosen: pl.Expr = pl.lit(None, dtype=pl.String)
    for kind, parts in texts.items():
        text = pl.concat_str(pl.lit("{"), *parts, pl.lit("}"))
        chosen = pl.when(pl.col("kind") == CODE[kind]).then(text).otherwise(chosen)
    return chosen


def _score() -> pl.Expr:
    raw = (pl.col("score") * 100).round().cast(pl.Int64)
    bare = pl.concat_str(pl.lit('"score":{"raw":'), raw, pl.lit("}"))
    whole = pl.concat_str(
        pl.lit('"score":{"scaled":'),
        "score",
        pl.lit(',"raw":'),
        raw,
        pl.lit(',"min":0,"max":100}'),
    )
    return pl.when("has_no_maximum").then(bare).otherwise(whole)


def _played() -> pl.Expr:
    return pl.concat_str(
        pl.lit(f'"extensions":{{"{VIDEO_EXTENSION}/time":'),
        "reached",
        pl.lit(f'.0,"{VIDEO_EXTENSION}/progress":'),
        (pl.col("reached") / pl.col("length")).round(3),
        pl.lit(f',"{VIDEO_EXTENSION}/played-segments":"0[.]'),
        "reached",
        pl.lit('"}'),
    )


def _duration() -> pl.Expr:
    minutes, seconds = pl.col("seconds") // 60, pl.col("seconds") % 60
    whole = pl.concat_str(minutes, pl.lit("M"))
    return pl.concat_str(
        pl.lit('"duration":"'),
        pl.when("is_negative").then(pl.lit("-PT")).otherwise(pl.lit("PT")),
        pl.when(minutes > 0).then(whole).otherwise(pl.lit("")),
        seconds,
        pl.lit('S"'),
    )
