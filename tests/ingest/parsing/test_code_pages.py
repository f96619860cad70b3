"""Code pages are detected in short lists of names."""

import pytest

from ingest.parsing.text import decode

NAMES = {
    "cp1252": (
        "Nom,Heure\nHélène Lefèvre,09:00\nNoël Garçon,09:10\n",
        "Nombre,Hora\nJosé Núñez,09:00\nMaría Peña,09:10\n",
        "Nome,Hora\nJoão Conceição,09:00\nInês Magalhães,09:10\n",
        "Name,Zeit\nJürgen Größe,09:00\nÄnne Köhler,09:10\n",
        "Name\nSøren Kjær – Høj\nÓscar Núñez\nJürgen Groß\nRené Çelik\n",
        "Name,Time\nO’Brien,09:00\n",
    ),
    "cp1250": (
        "Imię,Czas\nŁukasz Żółkiewski,09:00\nMałgorzata Świątek,09:10\n",
        "Jméno,Čas\nJiří Dvořák,09:00\nŠárka Nováková,09:10\n",
        "Név,Idő\nGyőző Kovács,09:00\nÁgnes Szűcs,09:10\n",
        "Nume\nŞtefan Ţepeş\nIonuţ Pătraşcu\n",
    ),
    "cp1254": ("Ad,Saat\nGülşah Yıldız,09:00\nİbrahim Çağlar,09:10\n",),
    "cp1257": ("Vardas\nŽygimantas Šimkūnas\nEglė Paulauskaitė\n",),
    "cp1251": ("Имя,Время\nИван Петров,09:00\n", "Name\nОльга Щербакова\n"),
    "cp1253": ("Όνομα\nΓιώργος Παπαδόπουλος\nΕλένη Νικολάου\n",),
    "cp932": ("名前,時刻\n山田太郎,09:00\n佐藤花子,09:10\n",),
    "gb18030": ("姓名,时间\n王小明,09:00\n李华,09:10\n",),
    "cp949": ("이름,시간\n김철수,09:00\n이영희,09:10\n",),
}


@pytest.mark.parametrize(
    ("page", "text"), [(page, text) for page, texts in NAMES.items() for text in texts]
)
def test_code_page_of_names_is_detected(page: str, text: str):
    assert decode(text.encode(page)).text == text
