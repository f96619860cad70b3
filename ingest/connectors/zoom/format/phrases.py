"""Column headings and other phrases of Zoom's reports, by language.

English and Japanese come from exports, the others from the product's user interface. A
participant report whose headings are not listed is read by its layout instead.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

Fields = Mapping[str, Mapping[str, tuple[str, ...]]]

PARTICIPANT: Fields = {
    "name": {
        "en": ("name (original name)", "name", "user name (original name)"),
        "ja": ("名前 (元の名前)", "名前"),
        "de": ("name (originalname)", "name (ursprünglicher name)"),
        "fr": ("nom (nom original)", "nom (nom d'origine)"),
        "es": ("nombre (nombre original)",),
        "pt": ("nome (nome original)",),
        "it": ("nome (nome originale)",),
        "nl": ("naam (originele naam)", "naam (oorspronkelijke naam)"),
        "pl": ("nazwa (oryginalna nazwa)", "imię i nazwisko (oryginalne)"),
        "zh": ("名称 (原始名称)", "姓名 (原始姓名)", "名稱 (原始名稱)"),
        "ko": ("이름 (원래 이름)",),
        "tr": (
            "ad (özgün ad)",
            "ad (orijinal ad)",
            "isim (orijinal isim)",
        ),
        "ru": (
            "имя (настоящее имя)",
            "имя (исходное имя)",
        ),
    },
    "email": {
        "en": ("user email", "email", "user e-mail", "e-mail"),
        "ja": ("ユーザーメール", "ユーザーのメールアドレス", "メール"),
        "de": ("benutzer-e-mail", "e-mail des benutzers", "e-mail-adresse"),
        "fr": (
            "e-mail de l'utilisateur",
            "adresse e-mail",
            "courriel",
            "adresse e-mail de l'utilisateur",
            "e-mail",
        ),
        "es": (
            "correo electrónico del usuario",
            "correo electrónico",
            "e-mail del usuario",
        ),
        "pt": ("e-mail do usuário", "e-mail do utilizador", "e-mail"),
        "it": ("e-mail utente", "email utente", "e-mail dell'utente"),
        "nl": ("e-mailadres van gebruiker", "e-mail van gebruiker"),
        "pl": ("adres e-mail użytkownika", "e-mail użytkownika", "e-mail"),
        "zh": ("用户邮箱", "用户电子邮件", "使用者電子郵件"),
        "ko": ("사용자 이메일",),
        "tr": (
            "kullanıcı e-postası",
            "e-posta",
        ),
        "ru": (
            "электронная почта пользователя",
            "электронная почта",
        ),
    },
    "join": {
        "en": ("join time",),
        "ja": ("参加時刻", "参加時間"),
        "de": ("beitrittszeit", "beitrittszeitpunkt", "teilnahmezeit"),
        "fr": ("heure d'arrivée", "heure d'entrée", "heure de connexion"),
        "es": ("hora de entrada", "hora de ingreso", "hora para unirse"),
        "pt": ("hora de entrada", "horário de entrada", "ingressar na hora"),
        "it": ("ora di ingresso", "ora di accesso", "ora di entrata"),
        "nl": ("deelnametijd", "tijd van deelname"),
        "pl": ("czas dołączenia", "godzina dołączenia"),
        "zh": ("加入时间", "加入時間", "入会时间"),
        "ko": ("참가 시간", "참여 시간"),
        "tr": (
            "katılma zamanı",
            "katılım saati",
        ),
        "ru": (
            "время входа",
            "время присоединения",
        ),
    },
    "leave": {
        "en": ("leave time",),
        "ja": ("退出時刻", "退出時間"),
        "de": ("austrittszeit", "zeit des verlassens", "verlassen um"),
        "fr": ("heure de départ", "heure de sortie", "heure de déconnexion"),
        "es": ("hora de salida", "hora para salir"),
        "pt": ("hora de saída", "horário de saída"),
        "it": ("ora di uscita",),
        "nl": ("vertrektijd", "tijd van vertrek"),
        "pl": ("czas opuszczenia", "godzina opuszczenia", "godzina wyjścia"),
        "zh": ("离开时间", "離開時間", "退出时间"),
        "ko": ("나가기 시간", "퇴장 시간"),
        "tr": (
            "ayrılma zamanı",
            "ayrılış saati",
        ),
        "ru": ("время выхода",),
    },
    "minutes": {
        "en": (
            "duration (minutes)",
            "total duration (minutes)",
            "time in session (minutes)",
            "time in meeting (minutes)",
        ),
        "ja": ("所要時間 (分)", "合計所要時間 (分)", "期間 (分)", "合計時間 (分)"),
        "de": ("dauer (minuten)", "gesamtdauer (minuten)"),
        "fr": ("durée (minutes)", "durée totale (minutes)"),
        "es": ("duración (minutos)", "duración total (minutos)"),
        "pt": ("duração (minutos)", "duração total (minutos)"),
        "it": ("durata (minuti)", "durata totale (minuti)"),
        "nl": ("duur (minuten)", "totale duur (minuten)"),
        "pl": ("czas trwania (minuty)", "łączny czas trwania (minuty)"),
        "zh": ("持续时间 (分钟)", "时长 (分钟)", "持續時間 (分鐘)", "总时长 (分钟)"),
        "ko": ("기간 (분)", "총 기간 (분)", "지속 시간 (분)"),
        "tr": (
            "süre (dakika)",
            "toplam süre (dakika)",
        ),
        "ru": (
            "продолжительность (минуты)",
            "общая продолжительность (минуты)",
        ),
    },
}

MEETING: Fields = {
    "number": {
        "en": ("meeting id", "webinar id", "id"),
        "ja": ("ミーティングid", "会議id", "ミーティング id"),
        "de": ("meeting-id",),
        "fr": ("id de réunion", "id de la réunion", "numéro de réunion"),
        "es": ("id de la reunión", "id de reunión"),
        "pt": ("id da reunião",),
        "it": ("id riunione", "id della riunione"),
        "nl": ("vergadering-id", "meeting-id"),
        "pl": ("identyfikator spotkania", "id spotkania"),
        "zh": ("会议号", "会议 id", "會議 id", "会议id"),
        "ko": ("회의 id",),
    },
    "start": {
        "en": (
            "start time",
            "actual start time",
            "scheduled time",
            "scheduled start time",
        ),
        "ja": ("開始時刻", "開始時間"),
        "de": ("startzeit", "beginn"),
        "fr": ("heure de début",),
        "es": ("hora de inicio",),
        "pt": ("hora de início", "horário de início"),
        "it": ("ora di inizio",),
        "nl": ("starttijd", "begintijd"),
        "pl": ("czas rozpoczęcia", "godzina rozpoczęcia"),
        "zh": ("开始时间", "開始時間"),
        "ko": ("시작 시간",),
    },
    "end": {
        "en": ("end time", "actual end time"),
        "ja": ("終了時刻", "終了時間"),
        "de": ("endzeit", "ende"),
        "fr": ("heure de fin",),
        "es": ("hora de finalización", "hora de fin"),
        "pt": ("hora de término", "hora de fim"),
        "it": ("ora di fine",),
        "nl": ("eindtijd",),
        "pl": ("czas zakończenia", "godzina zakończenia"),
        "zh": ("结束时间", "結束時間"),
        "ko": ("종료 시간",),
    },
    "host": PARTICIPANT["email"]
    | {"en": ("user email", "host email", "email", "host")},
    "minutes": {
        **PARTICIPANT["minutes"],
        "en": ("duration (minutes)", "actual duration (minutes)"),
    },
    "participants": {
        "en": ("participants", "total users", "total participants"),
        "ja": ("参加者",),
    },
}

# A heading with one of these stems is the column about the waiting room. Each language
# has several phrases for it, and Zoom changes them. The stems are broad, since a row of
# the waiting room that is read as a connection is worse than a heading too many.
WAITING = (
    *("waiting", "warte", "attente", "espera", "attesa", "wacht", "poczekaln"),
    *("bekleme", "ожидани", "очікуван", "待機", "等候", "等待", "대기", "väntrum"),
    *("venterom", "venterum", "tunggu", "phòng chờ", "čekárn", "várószob", "aștept"),
)

YES = frozenset(
    [
        "yes",
        "ja",
        "oui",
        "sí",
        "si",
        "sim",
        "sì",
        "tak",
        "はい",
        "是",
        "예",
        "네",
        "да",
        "evet",
        "так",
        "igen",
        "ano",
        "kyllä",
        "y",
        "true",
        "ya",
        "có",
    ]
)


@lru_cache(65_536)
def plain(heading: str) -> str:
    """Return a heading in the spelling of the lists in this module.

    Full-width brackets, curly apostrophes, letter case and spacing differ between
    exports in one language.
    """
    swapped = heading.translate(str.maketrans("（）’：", "()':"))
    spaced = re.sub(r"\s*\(\s*", " (", swapped.replace("\ufeff", ""))
    return " ".join(spaced.casefold().split())


def column_of(row: Sequence[str], field: str, fields: Fields, start: int = 0) -> int:
    """Return the number of a field's column at or after `start`, -1 if there is none.

    A language's first spelling takes precedence over a later one in any column.
    """
    headings = [plain(cell) for cell in row[start:]]
    for spellings in fields[field].values():
        for spelling in spellings:
            if spelling in headings:
                return start + headings.index(spelling)
    return -1


def waiting_column(row: Sequence[str], start: int) -> int:
    """Return the number of the waiting room's column, -1 where there is none."""
    for at in range(start, len(row)):
        heading = plain(row[at])
        if any(stem in heading for stem in WAITING):
            return at
    return -1


def language_of(row: Sequence[str], fields: Fields) -> str | None:
    """Return the language of most headings in a row, None where none is known."""
    headings = {plain(cell) for cell in row}
    counts: dict[str, int] = {}
    for by_language in fields.values():
        for language, spellings in by_language.items():
            counts[language] = counts.get(language, 0) + bool(headings & set(spellings))
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None
