"""Headings of people lists in the languages of HR systems, by field.

They are compared without case, spaces, dots and dashes, so that `Hire Date`,
`hire_date` and `HireDate` are equal. If a table has two headings of a field, the first
one is used.
"""

import re
import unicodedata

_HEADINGS = {
    "email": "email, e-mail, mail, email address, e-mail address, work email, primary "
    "work email, primary email, business email, company email, user principal name, "
    "upn, courriel, adresse e-mail, adresse mail, adresse électronique, correo, correo "
    "electrónico, posta elettronica, indirizzo e-mail, e-posta, e-postadress, epost, "
    "sähköposti, adres e-mail, adres email, e-mailadres, endereço de e-mail, "
    "e-mail-adresse, dienstliche e-mail, メール, メールアドレス, 邮箱, "
    "電子郵件, 이메일",
    "id": "id, person id, employee id, employee number, employeenumber, emp id, worker "
    "id, staff id, staff number, personnel number, payroll number, user id, sourcedid, "
    "personalnummer, mitarbeiternummer, mitarbeiter-id, matricule, id empleado, número "
    "de empleado, matricola, numer pracownika, nr pracownika, id pracownika, "
    "personeelsnummer, medewerkernummer, anställningsnummer, medarbejdernummer, "
    "matrícula, número de funcionário, sicil no, 社員番号, 工号, 사번",
    "name": "name, full name, display name, displayname, employee name, worker, "
    "employee, legal name, preferred name, first name last name, worker name, "
    "vor- und nachname, vollständiger name, mitarbeiter, nom "
    "complet, nombre completo, nome completo, imię i nazwisko, pracownik, naam, "
    "volledige naam, namn, navn, nimi, ad soyad, 氏名, 姓名, 이름",
    "given": "first name, firstname, given name, givenname, forename, preferred first "
    "name, vorname, prénom, nombre, imię, voornaam, förnamn, fornavn, etunimi, ad, "
    "adı, primeiro nome, 名",
    "family": "last name, lastname, surname, family name, familyname, nachname, "
    "familienname, nom de famille, nom, apellido, apellidos, cognome, nazwisko, "
    "achternaam, efternamn, etternavn, efternavn, sukunimi, soyad, soyadı, sobrenome, "
    "姓",
    "business_unit": "business unit, department, dept, division, organisation, "
    "organization, org unit, organizational unit, supervisory organization, team, "
    "cost center, cost centre, abteilung, bereich, organisationseinheit, geschäfts"
    "bereich, kostenstelle, département, service, direction, unité, departamento, "
    "unidad, unidad de negocio, area, área, reparto, dipartimento, dział, departament, "
    "jednostka, afdeling, avdelning, avdeling, osasto, departman, bölüm, setor, 部署, "
    "部门, 부서",
    "region": "region, country, location, site, office, work location, country/region, "
    "land, standort, büro, niederlassung, office location, work country, pays, région, "
    "lieu, site de travail, país, región, ubicación, paese, regione, sede, kraj, "
    "lokalizacja, regio, vestiging, locatie, landskap, ort, ülke, bölge, localização, "
    "国, 地域, 国家, 地区, 국가",
    "hired_on": "hire date, hired on, date of hire, original hire date, date hired, "
    "joining date, date of joining, doj, date joined, start of employment, employment "
    "start date, beschäftigungsbeginn, eintrittsdatum, eintritt, einstellungsdatum, "
    "date d'embauche, date d'entrée, fecha de contratación, fecha de ingreso, fecha de "
    "alta, data di assunzione, data zatrudnienia, data rozpoczęcia pracy, datum in "
    "dienst, indiensttreding, anställningsdatum, ansettelsesdato, ansættelsesdato, işe "
    "giriş tarihi, data de admissão, data de contratação, 入社日, 入职日期, 입사일",
    "left_at": "leaving date, left on, date left, termination date, last day of work, "
    "last working day, employment end date, exit date, separation date, end of "
    "employment, last day, letzter arbeitstag, letzter tag, ende des "
    "arbeitsverhältnisses, austrittsdatum, austritt, date de départ, date de sortie, "
    "fecha de baja, fecha de salida, data di cessazione, data zwolnienia, data "
    "odejścia, datum uit dienst, uitdiensttreding, slutdatum anställning, "
    "fratrædelsesdato, işten çıkış tarihi, data de desligamento, data de demissão, "
    "退職日, 离职日期, 퇴사일",
    "manager": "manager, manager email, manager e-mail, manager id, line manager, "
    "supervisor, reports to, reporting to, worker's manager, manager name, "
    "vorgesetzter, vorgesetzte, führungskraft, responsable, supérieur, n+1, jefe, "
    "gerente, superior, responsabile, przełożony, kierownik, leidinggevende, chef, "
    "leder, esimies, yönetici, gestor, 上司, 上级",
    "cohort": "cohort, cohort id, class, class id, group, intake, kohorte, gruppe, "
    "cohorte, promotion, grupo, coorte, gruppo, kohorta, grupa, cohort code, groep, "
    "kohort",
    "programme": "programme, program, programme id, program id, course, course id, "
    "programm, kurs, formation, cours, programa, curso, corso, programma, szkolenie, "
    "cursus, opleiding, utbildning, kursus",
    "role": "cohort role, role in cohort, programme role",
    "language": "language, preferred language, default locale, locale, sprache, "
    "langue, idioma, lingua, język, taal, språk, sprog, dil, 言語, 语言",
    "time_zone": "time zone, timezone, tz, zeitzone, fuseau horaire, zona horaria, "
    "fuso orario, strefa czasowa, tijdzone, tidszon",
    "segment": "segment, employee group, worker type, employee type, job level, "
    "population",
    "start": "start, start date, enrolled on, enrolled at, enrolment date, enrollment "
    "date, from, beginn, start datum, début, date de début, inicio, fecha de inicio, "
    "inizio, data di inizio, początek, data rozpoczęcia, begindatum, startdatum",
    "end": "end, end date, until, to, ende, enddatum, fin, date de fin, fecha de fin, "
    "fine, data di fine, koniec, data zakończenia, einddatum, slutdatum",
}


def plain(heading: str) -> str:
    """Return a heading without case, spaces and punctuation, except for %.

    `Score` and `Score (%)` are different columns.
    """
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[^\w%]+|_", "", text)


FIELD_BY_HEADING: dict[str, str] = {}
for _field, _headings in _HEADINGS.items():
    for _heading in _headings.split(","):
        FIELD_BY_HEADING.setdefault(plain(_heading), _field)


# Qualifiers of the person's own facts: `Email - Primary Work` is the person's e-mail,
# `Emergency Contact - Email` is not.
QUALIFIERS = {plain(word) for word in ("work", "primary work", "primary", "business")}
QUALIFIERS |= {plain(word) for word in ("legal name", "preferred name", "official")}
QUALIFIERS |= {plain(word) for word in ("company", "employee", "worker", "current")}


def fields_of(header: list[str]) -> dict[str, int]:
    """Return the index of each field in a header, of the first column of that field."""
    places: dict[str, int] = {}
    for place, heading in enumerate(header):
        if field := _field_of(heading.replace("#", " number")):
            places.setdefault(field, place)
    return places


def _field_of(heading: str) -> str | None:
    whole = FIELD_BY_HEADING.get(plain(heading)) or FIELD_BY_HEADING.get(
        plain(heading.split("(")[0])
    )
    if whole:
        return whole
    parts = [plain(part) for part in re.split(r"\s[-–:]\s", heading)]
    fields = [FIELD_BY_HEADING[part] for part in parts if part in FIELD_BY_HEADING]
    unknown = [
        part
        for part in parts
        if part not in FIELD_BY_HEADING and part not in QUALIFIERS
    ]
    is_about_manager = "manager" in fields
    return fields[-1] if fields and not unknown and not is_about_manager else None
