"""Phrases of Teams' attendance reports, by language.

They give a report's language for inspection, the actions of the event log, and the
organiser's role. A report in a language that is missing here is read by its layout.
"""

# Phrases in the first section's title, or in the header row, by language.
LANGUAGES = {
    "en": ("summary", "full name", "in-meeting", "first join", "user action"),
    "fr": ("résumé", "nom complet", "heure d'arrivée", "heure de départ"),
    "pl": ("podsumowanie", "imię i nazwisko", "znacznik czasu"),
    "de": ("zusammenfassung", "vollständiger name", "beitrittszeit", "erster beitritt"),
    "es": ("resumen", "nombre completo", "hora de unión", "hora de salida"),
    "it": ("riepilogo", "nome completo", "ora di ingresso", "ora di uscita"),
    "nl": ("samenvatting", "volledige naam", "tijd van deelname", "naam"),
    "pt-BR": ("resumo", "nome completo", "data e hora", "carimbo de data/hora"),
    "id": ("ringkasan", "nama lengkap", "nama"),
    "sv": ("sammanfattning", "fullständigt namn"),
    "da": ("oversigt", "resumé", "fulde navn"),
    "nb": ("sammendrag", "fullt navn"),
    "fi": ("yhteenveto", "koko nimi"),
    "cs": ("souhrn", "celé jméno"),
    "sk": ("súhrn", "celé meno"),
    "hu": ("összegzés", "összefoglalás", "teljes név"),
    "ro": ("rezumat", "nume complet"),
    "tr": ("özet", "tam ad"),
    "ru": ("сводка", "полное имя", "имя"),
    "uk": ("зведення", "повне ім'я"),
    "el": ("σύνοψη", "πλήρες όνομα"),
    "ja": ("概要", "氏名", "名前"),
    "zh": ("摘要", "全名", "姓名"),
    "ko": ("요약", "전체 이름", "이름"),
    "ar": ("ملخص", "الاسم الكامل"),
    "he": ("סיכום", "שם מלא"),
}

ORGANISERS = frozenset(
    {
        "organizer",
        "organiser",
        "organizator",
        "organisator",
        "organisateur",
        "organisatrice",
        "organizador",
        "organizadora",
        "organizzatore",
        "organizzatrice",
        "penyelenggara",
        "arrangör",
    }
    | {
        "arrangør",
        "järjestäjä",
        "organizátor",
        "szervező",
        "düzenleyen",
        "düzenleyici",
        "организатор",
        "організатор",
        "διοργανωτής",
        "開催者",
        "组织者",
        "組織者",
        "召集人",
        "이끌이",
        "المنظم",
        "מארגן",
    }
)

JOINED = frozenset(
    {"joined", "entrou", "ingressou", "beigetreten", "se unió", "se ha unido"}
    | {"unido", "a rejoint", "rejoint", "partecipa", "si è unito", "ha partecipato"}
    | {"dołączono", "dołączył(a)", "dołączył", "deelgenomen", "bergabung", "gabung"}
)
JOINED_BEFORE = frozenset(
    {"joined before", "ingressou antes", "entrou antes", "vorher beigetreten"}
    | {"zuvor beigetreten", "se unió antes", "se ha unido antes", "a rejoint avant"}
    | {"si è unito prima", "dołączono wcześniej", "eerder deelgenomen"}
    | {"bergabung sebelumnya", "ingressou anteriormente"}
)
LEFT = frozenset(
    {"left", "saiu", "verlassen", "salió", "se fue", "ha salido", "a quitté"}
    | {"parti", "uscito", "ha abbandonato", "ha lasciato", "opuszczono", "wyjście"}
    | {"opuścił(a)", "verlaten", "keluar", "meninggalkan"}
)


def language_of(headings: list[str]) -> str | None:
    """Return the language of most headings, None where no phrase is known."""
    folded = [" ".join(heading.casefold().split()) for heading in headings]
    folded = [heading.replace("’", "'").lstrip("*") for heading in folded if heading]
    scores = {
        language: sum(
            _phrase_weight(heading, phrase) for heading in folded for phrase in phrases
        )
        for language, phrases in LANGUAGES.items()
    }
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] else None


def _phrase_weight(heading: str, phrase: str) -> int:
    """Return 2 where a phrase is the whole heading, 1 where it begins a word of it."""
    if heading == phrase or heading.split(maxsplit=1)[1:] == [phrase]:
        return 2
    return int(len(phrase) > len("nama") and f" {phrase}" in f" {heading}")
