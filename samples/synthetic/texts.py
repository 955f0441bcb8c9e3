"""The texts printed on the sheets: the published ACAT petition and invented ones."""

from dataclasses import dataclass

from samples.synthetic.form_design import Paragraph

_BODY = 9.6


def _body(text: str) -> Paragraph:
    return Paragraph(text, _BODY)


def _demand(text: str) -> Paragraph:
    return Paragraph(text, _BODY, bold=True, bullet=True, space_after_mm=0.7)


ACAT_HEAD = (
    Paragraph(
        "Lt.-Gen. Ivan Kubrakou\nMinister of the Interior\nVul. Haradski Val 4\nMinsk 220030\nBELARUS",
        _BODY,
        space_after_mm=4.0,
    ),
    Paragraph("_____ 2024", _BODY, space_after_mm=4.0),
)
ACAT_LETTER = (
    _body("Dear Minister,"),
    _body(
        "As a member/sympathizer of ACAT-Switzerland, I write to demand public information about "
        "prisoner of conscience *Maryia Kalesnikava*, who has been denied contact with the outside "
        "world for over a year and whose deteriorating health and safety have been of grave concern. "
        "I am particularly alarmed that she has been kept incommunicado for over 500 days and that "
        "her imprisonment conditions amount to torture and other ill-treatment and are putting her "
        "life at risk."
    ),
    _body(
        "As you are undoubtedly aware, Maryia Kalesnikava was arrested on 7 September 2020 and later "
        "sentenced to 11 years in prison following an unfair trial on politically motivated charges "
        'of "extremism", "attempting to seize power", and "calls for actions harming national '
        'security". Since February 2023, she has been denied all contact with the outside world and '
        "has been regularly placed in punishment cells (SHIZO, PKT) for extended periods. Throughout "
        "this time, she has been confined to a small, enclosed space, prohibited from communicating "
        "with other prisoners, and allowed only 30 minutes a day outdoors."
    ),
    _body(
        "Maryia Kalesnikava suffers from ulcer and other serious health conditions which have "
        "worsened due to these inhumane conditions, and she has been denied necessary medical care. "
        "Confidential reports indicate that her health is in serious decline and that she has lost "
        "significant weight."
    ),
    _body(
        "Maryia Kalesnikava is a prisoner of conscience, detained solely for her role in challenging "
        "the results of the disputed 2020 presidential election and participating in peaceful "
        "protests. She must be immediately and unconditionally released."
    ),
    _body(
        "Belarus, as a State party to the International Covenant on Civil and Political Rights "
        "(ICCPR) and the Convention against Torture and Other Cruel, Inhuman or Degrading Treatment "
        "or Punishment (CAT), is obligated to uphold these treaties, which prohibit torture or "
        "ill-treatment. The cumulative practices to which Maryia Kalesnikava is subjected amount to "
        "torture and are in direct violation of the United Nations Standard Minimum Rules for the "
        "Treatment of Prisoners (Mandela Rules). Additionally, Article 9 of the ICCPR prohibits "
        "arbitrary arrest and detention and guarantees the right to a fair trial."
    ),
    _body("In light of the seriousness of her situation, I respectfully urge you to:"),
    _demand(
        "take all necessary measures to ensure the immediate and unconditional release of Maryia Kalesnikava;"
    ),
    _demand(
        "guarantee that, pending her release, she is no longer held incommunicado or subjected to "
        "torture or other ill-treatment;"
    ),
    _demand(
        "pending her release, provide her with appropriate medical care and ensure that the "
        "conditions of detention are in accordance with the Mandela Rules."
    ),
    Paragraph("Yours sincerely,", _BODY, space_after_mm=2.5),
)
ACAT_TITLE = (
    Paragraph("Petition to the Belarusian Minister of the Interior, Lt.-Gen. Ivan Kubrakou", 11.5, bold=True),
)
ACAT_FOOTER = (
    Paragraph("Frist/délai: 20.01.2025", 10.5, bold=True),
    Paragraph(
        "ACAT-Switzerland is a politically neutral and independent human rights organisation "
        "affiliated to the International Federation of ACAT (FIACAT), which has consultative status "
        "with the United Nations, observer status with the African Commission on Human and Peoples' "
        "Rights and participatory status with the Council of Europe.",
        9.0,
    ),
)


@dataclass(frozen=True, slots=True)
class Petition:
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]


def _petition(title: str, text: str, footer: str) -> Petition:
    return Petition(
        (Paragraph(title, 14, bold=True), Paragraph(text, 10, space_after_mm=3.0)), (Paragraph(footer, 9),)
    )


PETITIONS = {
    "de": _petition(
        "Petition «Für den Erhalt der Buslinie am Abend»",
        "Die Unterzeichnenden bitten den Gemeinderat, die Buslinie auch nach 20 Uhr weiterzuführen. "
        "Viele Menschen arbeiten am Abend, besuchen Kurse oder haben kein Auto. Bitte leserlich und "
        "in Blockschrift ausfüllen.",
        "Bitte auch teilweise ausgefüllte Bogen bis spätestens 31. März 2025 zurücksenden. "
        "Unterschreiben dürfen alle Personen, unabhängig von Alter, Nationalität und Wohnort.",
    ),
    "fr": _petition(
        "Pétition «Pour une bibliothèque ouverte le dimanche»",
        "Les personnes soussignées demandent au Conseil communal d'ouvrir la bibliothèque le dimanche"
        " après-midi. Les familles, les étudiants et les personnes âgées en ont besoin. Prière "
        "d'écrire lisiblement.",
        "Merci de renvoyer les feuilles, même incomplètes, jusqu'au 31 mars 2025. Toute personne peut"
        " signer, quels que soient son âge, sa nationalité et son domicile.",
    ),
    "it": _petition(
        "Petizione «Per un sentiero sicuro lungo il fiume»",
        "I sottoscritti chiedono al Municipio di mettere in sicurezza il sentiero lungo il fiume, "
        "molto frequentato da bambini e anziani. Si prega di scrivere in modo leggibile.",
        "Ritornare i fogli, anche se incompleti, entro il 31 marzo 2025. Possono firmare tutte le persone, "
        "indipendentemente da età, nazionalità e domicilio.",
    ),
    "en": _petition(
        "Petition for a Safe Crossing at the School",
        "We, the undersigned, ask the council to build a safe crossing in front of the school before "
        "the next winter. Please write clearly and sign by hand.",
        "Please return this sheet, even if it is not full, by 31 March 2025. Anybody may sign, "
        "whatever their age, nationality or place of residence.",
    ),
}


LETTER_WITHOUT_TABLE = (
    Paragraph("Liebe Freundinnen und Freunde", 12, bold=True, space_after_mm=5),
    Paragraph(
        "Vielen Dank für die Unterschriftenbogen, die Sie uns geschickt haben. Wir haben sie am Samstag "
        "auf dem Markt aufgelegt und mit vielen Menschen gesprochen. "
        "Beiliegend finden Sie die ausgefüllten Bogen.",
        11,
    ),
    Paragraph("Einige Personen möchten gerne weitere Unterlagen erhalten. Können Sie uns noch schicken:", 11),
    Paragraph("zwanzig leere Bogen in deutscher Sprache", 11, bullet=True),
    Paragraph("zehn leere Bogen in französischer Sprache", 11, bullet=True, space_after_mm=4),
    Paragraph("Mit freundlichen Grüssen\nDie Gruppe vom Lindenplatz", 11),
)
