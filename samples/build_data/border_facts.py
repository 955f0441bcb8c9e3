"""Corrections to GeoNames for Swiss places on the borders of cantons.

GeoNames gives every locality one canton and no share of its addresses.  This
module has the places that changed their canton and those through which a border
runs.  A share of 0.5 says only that both cantons are possible, 0.65 that most of
the settlement is in the first; neither is enough to decide on a canton.
"""

Place = tuple[str, str]  # postcode, locality

_EVEN = 0.5
_MOST, _REST = 0.65, 0.35


def _even(first: str, second: str) -> dict[str, float]:
    return {first: _EVEN, second: _EVEN}


def _mostly(first: str, second: str) -> dict[str, float]:
    return {first: _MOST, second: _REST}


LOCALITY_CANTONS: dict[Place, dict[str, float]] = {
    # changed their canton, or listed under the wrong one
    ("2740", "Moutier"): {"JU": 1},  # joined the canton of Jura on 1 January 2026
    ("1595", "Clavaleyres"): {"FR": 1},  # joined Murten on 1 January 2022
    ("2333", "La Cibourg"): {"BE": 1},
    ("2616", "La Cibourg"): {"BE": 1},
    ("6010", "Kriens"): {"LU": 1},  # only Pilatus Kulm is in OW
    ("9411", "Reute AR"): {"AR": 1},
    ("9532", "Rickenbach b. Wil"): {"TG": 1},
    # the border runs through the settlement
    ("2345", "Le Cerneux-Veusil"): _even("JU", "BE"),
    ("6340", "Sihlbrugg"): _mostly("ZH", "ZG"),
    ("6388", "Grafenort"): _mostly("NW", "OW"),
    ("8866", "Ziegelbrücke"): _mostly("GL", "SG"),
    ("9105", "Schönengrund"): _even("AR", "SG"),
    ("1580", "Oleyres"): _mostly("VD", "FR"),
    ("1738", "Sangernboden"): _mostly("BE", "FR"),
    ("2748", "Les Ecorcheresses"): _mostly("BE", "JU"),
    ("2827", "Schelten"): _mostly("BE", "SO"),
    ("3801", "Jungfraujoch"): _even("VS", "BE"),
    ("5017", "Barmelweid"): _mostly("AG", "SO"),
    ("6356", "Rigi Kaltbad"): _mostly("LU", "SZ"),
    ("6436", "Bisisthal"): _mostly("SZ", "UR"),
    ("6452", "Sisikon"): _mostly("UR", "SZ"),
    ("6452", "Riemenstalden"): _even("SZ", "UR"),
    ("7315", "Vättis"): _mostly("SG", "GR"),
    ("8495", "Schmidrüti"): _mostly("ZH", "TG"),
    ("8525", "Wilen b. Neunforn"): _even("TG", "ZH"),
    ("8872", "Weesen"): _mostly("SG", "GL"),
}

ADDED: dict[Place, dict[str, float]] = {  # localities GeoNames lacks
    ("2345", "Le Peuchapatte"): {"JU": 1},
    ("3907", "Simplon Hospiz"): {"VS": 1},
    ("3963", "Crans VS"): {"VS": 1},
    ("6548", "Augio"): {"GR": 1},
    ("6548", "Sta. Domenica"): {"GR": 1},
    **{  # the Onsernone valley has had one postcode since 2026
        ("6661", name): {"TI": 1.0}
        for name in ("Comologno", "Crana", "Gresso", "Mosogno", "Russo", "Spruga", "Vergeletto")
    },
    ("7447", "Avers"): {"GR": 1},
    ("8472", "Oberohringen"): {"ZH": 1},
    ("8472", "Unterohringen"): {"ZH": 1},
}
