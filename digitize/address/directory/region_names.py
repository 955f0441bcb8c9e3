"""Names of countries and cantons in the languages of Switzerland and in English."""

from digitize.address.directory.spelling_key import key

_COUNTRY_WORDS = {
    "CH": "schweiz suisse svizzera switzerland svizra",
    "LI": "liechtenstein furstentum-liechtenstein principaute-de-liechtenstein",
    "DE": "deutschland allemagne germania germany brd",
    "AT": "osterreich oesterreich autriche austria",
    "FR": "frankreich france francia",
    "IT": "italien italie italia italy",
    "ES": "spanien espagne spagna spain espana",
    "PT": "portugal portogallo",
    "GB": "england angleterre inghilterra grossbritannien royaume-uni uk united-kingdom",
    "US": "usa etats-unis stati-uniti united-states",
    "BE": "belgien belgique belgio belgium",
    "NL": "niederlande holland pays-bas paesi-bassi netherlands",
    "LU": "luxemburg luxembourg lussemburgo",
}
COUNTRY_OF_WORD = {
    word.replace("-", " "): country for country, words in _COUNTRY_WORDS.items() for word in words.split()
}

_CANTON_NAMES = {
    "AG": "Aargau Argovie Argovia",
    "AI": "Appenzell-Innerrhoden Appenzell-Rhodes-Intérieures",
    "AR": "Appenzell-Ausserrhoden Appenzell-Rhodes-Extérieures",
    "BE": "Bern Berne Berna",
    "BL": "Basel-Landschaft Baselland Bâle-Campagne Basilea-Campagna",
    "BS": "Basel-Stadt Bâle-Ville Basilea-Città",
    "FR": "Freiburg Fribourg Friburgo",
    "GE": "Genf Genève Ginevra Geneva",
    "GL": "Glarus Glaris Glarona",
    "GR": "Graubünden Grisons Grigioni Grischun",
    "JU": "Jura Giura",
    "LU": "Luzern Lucerne Lucerna",
    "NE": "Neuenburg Neuchâtel",
    "NW": "Nidwalden Nidwald Nidvaldo",
    "OW": "Obwalden Obwald Obvaldo",
    "SG": "St.Gallen Saint-Gall San-Gallo",
    "SH": "Schaffhausen Schaffhouse Sciaffusa",
    "SO": "Solothurn Soleure Soletta",
    "SZ": "Schwyz Svitto",
    "TG": "Thurgau Thurgovie Turgovia",
    "TI": "Tessin Ticino",
    "UR": "Uri",
    "VD": "Waadt Vaud",
    "VS": "Wallis Valais Vallese",
    "ZG": "Zug Zoug Zugo",
    "ZH": "Zürich Zurich Zurigo",
}
CANTON_OF_NAME = {key(name): canton for canton, names in _CANTON_NAMES.items() for name in names.split()}
