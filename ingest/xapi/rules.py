"""Every rule by which a statement is judged, in one place.

References are to the xAPI 1.0.3 Data document unless they say "2.0" (IEEE 9274.1.1) or
name an RFC. "Decided" marks a point on which validators disagree.
"""

from ingest.xapi.findings import Rule

# the document
JSON = Rule("json.syntax", "2.1", "This is not JSON; send one JSON object a statement")
JSON_OBJECT = Rule("json.object", "2.1", "A statement is a JSON object")
JSON_ENCODING = Rule("json.encoding", "RFC 8259", "Send the statement as UTF-8")
JSON_DEPTH = Rule("json.depth", "2.1", "The statement is nested too deeply to be read")
JSON_SURROGATE = Rule(
    "json.surrogate", "RFC 8259", "A \\u escape is half a letter; send both halves"
)
JSON_DUPLICATE = Rule("json.duplicate", "2.2", "A property occurs twice; send it once")

# every property
NULL = Rule("property.null", "2.2", "Leave a property out instead of sending null")
UNKNOWN = Rule("property.unknown", "2.2", "The specification has no such property here")
MISSING = Rule("property.missing", "2.2", "A required property is missing")
TYPE = Rule("property.type", "2.2", "The value has the wrong JSON type")
NUMBER = Rule("property.number", "2.2", "Send a number that double precision can hold")

# formatted strings
IRI = Rule("format.iri", "RFC 3987", "An IRI needs a scheme and no spaces or quotes")
UUID = Rule("format.uuid", "RFC 4122", "A UUID is 8-4-4-4-12 hexadecimal digits")
TIMESTAMP = Rule("format.timestamp", "4.5", "Send date and time as in ISO 8601")
TIMESTAMP_ZONE = Rule(
    "format.timestamp.zone",
    "4.5, decided",
    "Send the time zone; without one the time is taken as UTC",
    "warning",
)
DURATION = Rule("format.duration", "4.6", "Send a duration as in ISO 8601, PT1H30M")
LANGUAGE = Rule("format.language", "RFC 5646", "This is no language tag such as en-GB")
MAILTO = Rule("format.mbox", "2.4.2.3", "mbox is mailto: and one e-mail address")
SHA1 = Rule("format.sha1", "2.4.2.3", "mbox_sha1sum is 40 hexadecimal digits")
SHA2 = Rule(
    "format.sha2",
    "2.4.11, decided",
    "sha2 should be the digits of SHA-256, 384 or 512",
    "warning",
)
MEDIA_TYPE = Rule("format.media_type", "2.4.11", "contentType is a media type")
VERSION = Rule("statement.version", "2.4.10", "This version of xAPI is not spoken here")

# people
OBJECT_TYPE = Rule("object_type", "2.4.2, 2.4.4", "objectType has no such value here")
IFI_NONE = Rule(
    "agent.identifier.none",
    "2.4.2.1",
    "Give one of mbox, mbox_sha1sum, openid or account",
)
IFI_SEVERAL = Rule(
    "agent.identifier.several",
    "2.4.2.1",
    "Give only one of mbox, mbox_sha1sum, openid and account",
)
GROUP_MEMBERS = Rule(
    "group.members", "2.4.2.2, decided", "An anonymous Group needs members"
)
TEAM = Rule("context.team", "2.4.6", "team is a Group and says so in objectType")
AUTHORITY = Rule(
    "authority.group", "2.4.9", "An authority Group is two Agents without identifier"
)

# objects
INTERACTION_TYPE = Rule(
    "activity.interaction_type", "2.4.4.1", "interactionType is missing or unknown"
)
COMPONENT_IDS = Rule(
    "activity.component_ids", "2.4.4.1", "Interaction components need distinct ids"
)
COMPONENT_LIST = Rule(
    "activity.component_list",
    "2.4.4.1, decided",
    "This component list does not belong to the interactionType",
    "warning",
)
NESTED_SUB_STATEMENT = Rule(
    "sub_statement.nested", "2.4.4.3", "A SubStatement holds no SubStatement"
)
SUB_STATEMENT_PROPERTY = Rule(
    "sub_statement.property",
    "2.4.4.3",
    "A SubStatement has no id, stored, version or authority",
)
VOIDING = Rule("voiding.object", "2.3.2", "A voiding statement's object: StatementRef")

# result and context
SCORE_SCALED = Rule("score.scaled", "2.4.5.1", "scaled lies between -1 and 1")
SCORE_RANGE = Rule("score.range", "2.4.5.1", "min is less than max, raw between them")
ACTIVITY_ONLY = Rule(
    "context.activity_only",
    "2.4.6",
    "revision and platform are only for statements about an Activity",
)
FROM_2 = Rule(
    "context.from_2",
    "2.0",
    "contextAgents and contextGroups came with 2.0; send the statement as 2.0.x",
)
RELEVANT_TYPES = Rule(
    "context.relevant_types", "2.0", "relevantTypes is a list of at least one IRI"
)

# attachments
SIGNATURE = Rule(
    "attachment.signature",
    "2.6",
    "The contentType of a signature is application/octet-stream",
)
