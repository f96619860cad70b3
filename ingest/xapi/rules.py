"""Every rule that a statement is checked by, in one place.

References are to the xAPI 1.0.3 Data document unless they say "2.0" (IEEE 9274.1.1) or
name an RFC. "Decided" marks a point on which validators disagree.
"""

from ingest.xapi.findings import Rule

# the document
JSON = Rule("json.syntax", "2.1", "This is not JSON; send one JSON object a statement")
JSON_OBJECT = Rule("json.object", "2.1", "Send a statement as a JSON object")
JSON_ENCODING = Rule("json.encoding", "RFC 8259", "Send the statement as UTF-8")
JSON_DEPTH = Rule("json.depth", "2.1", "Send a statement that is nested less deeply")
JSON_SURROGATE = Rule(
    "json.surrogate", "RFC 8259", "A \\u escape is half a letter; send both halves"
)
JSON_DUPLICATE = Rule("json.duplicate", "2.2", "Send each property once")

# every property
NULL = Rule("property.null", "2.2", "Leave a property out instead of sending null")
UNKNOWN = Rule(
    "property.unknown",
    "2.2",
    "Leave it out; the specification has no such property here",
)
MISSING = Rule("property.missing", "2.2", "Send this property, it is required")
TYPE = Rule("property.type", "2.2", "Send the right JSON type")
NUMBER = Rule("property.number", "2.2", "Send a number that double precision can hold")

# formatted strings
IRI = Rule(
    "format.iri", "RFC 3987", "Send an IRI with its scheme and no spaces or quotes"
)
UUID = Rule("format.uuid", "RFC 4122", "Send a UUID of 8-4-4-4-12 hexadecimal digits")
TIMESTAMP = Rule(
    "format.timestamp", "4.5", "Send date and time as 2026-01-31T09:30:00Z"
)
TIMESTAMP_ZONE = Rule(
    "format.timestamp.zone",
    "4.5, decided",
    "Send the time zone; without one the time is taken as UTC",
    "warning",
)
DURATION = Rule("format.duration", "4.6", "Send a duration as in ISO 8601, PT1H30M")
LANGUAGE = Rule("format.language", "RFC 5646", "Send a language tag such as en-GB")
MAILTO = Rule("format.mbox", "2.4.2.3", "Send mailto: and one e-mail address")
SHA1 = Rule("format.sha1", "2.4.2.3", "Send the 40 hexadecimal digits of a SHA-1")
SHA2 = Rule(
    "format.sha2",
    "2.4.11, decided",
    "Send the hexadecimal digits of a SHA-256, 384 or 512",
    "warning",
)
MEDIA_TYPE = Rule("format.media_type", "2.4.11", "Send a media type such as text/plain")
VERSION = Rule(
    "statement.version", "2.4.10", "Send a version that is spoken here, such as 1.0.3"
)

# people
OBJECT_TYPE = Rule(
    "object_type", "2.4.2, 2.4.4", "Send an objectType that is allowed here"
)
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
    "group.members",
    "2.4.2.2, decided",
    "Send the members of a Group without identifier",
)
TEAM = Rule("context.team", "2.4.6", "Send a Group as team, with objectType Group")
AUTHORITY = Rule(
    "authority.group",
    "2.4.9",
    "Send two Agents in an authority Group, and no identifier",
)

# objects
INTERACTION_TYPE = Rule(
    "activity.interaction_type", "2.4.4.1", "Send one of the ten interaction types"
)
COMPONENT_IDS = Rule(
    "activity.component_ids", "2.4.4.1", "Send components whose ids differ"
)
COMPONENT_LIST = Rule(
    "activity.component_list",
    "2.4.4.1, decided",
    "Send the component list that belongs to the interactionType",
    "warning",
)
NESTED_SUB_STATEMENT = Rule(
    "sub_statement.nested",
    "2.4.4.3",
    "Send another object; a SubStatement holds no SubStatement",
)
SUB_STATEMENT_PROPERTY = Rule(
    "sub_statement.property",
    "2.4.4.3",
    "Leave it out; a SubStatement has no id, stored, version or authority",
)
VOIDING = Rule(
    "voiding.object",
    "2.3.2",
    "Send a StatementRef as the object of a voiding statement",
)

# result and context
SCORE_SCALED = Rule("score.scaled", "2.4.5.1", "Send scaled between -1 and 1")
SCORE_RANGE = Rule(
    "score.range", "2.4.5.1", "Send min less than max, and raw between them"
)
ACTIVITY_ONLY = Rule(
    "context.activity_only",
    "2.4.6",
    "Leave it out; revision and platform need an Activity as object",
)
FROM_2 = Rule(
    "context.from_2",
    "2.0",
    "contextAgents and contextGroups came with 2.0; send the statement as 2.0.x",
)
RELEVANT_TYPES = Rule(
    "context.relevant_types",
    "2.0",
    "Send relevantTypes as an array of at least one IRI",
)

# attachments
SIGNATURE = Rule(
    "attachment.signature",
    "2.6",
    "Send a signature as application/octet-stream",
)
