"""Words of which Swiss street names are composed, for the language model."""

# ruff: noqa: SIM905 - lists of words are easier to read and edit without quotes

from collections import Counter

GERMAN_KINDS = (
    "strasse strasse strasse straße str. str weg weg weg gasse platz rain halde matte acker "
    "hof allee ring graben steig park feld berg bühl gässli wegli strässli matt promenade quai"
).split()
GERMAN_STEMS = (
    "Bahnhof Haupt Dorf Kirch Schul Ober Unter Mittel Post Garten Linden Rosen Tulpen Nelken Blumen "
    "Berg Tal See Rhein Aare Reuss Limmat Thur Birs Sihl Industrie Fabrik Mühle Mühl Sägerei Bach "
    "Brunn Brunnen Quell Wald Wiesen Feld Acker Matten Hof Markt Rathaus Kloster Burg Schloss Turm "
    "Tor Ring Neu Alt Lang Breiten Sonnen Sonnenberg Sonnhalden Höhen Halden Rain Stein Kies Sand "
    "Eichen Buchen Tannen Föhren Birken Ahorn Eschen Erlen Weiden Nussbaum Kirschbaum Apfel Birnbaum "
    "Reben Wein Hirschen Ochsen Löwen Adler Kreuz Sternen Kronen Bären Rössli Schützen Zeughaus Kasernen "
    "Pestalozzi Gotthelf Keller Zwingli Dufour Tell Winkelried Gotthard Furka Jura Säntis Pilatus Rigi "
    "Alpen Titlis Eiger Freiburg Zürcher Berner Luzerner Basler Aarauer Thuner Bieler Badener Zuger "
    "Solothurner Churer Schaffhauser Winterthurer Ost West Nord Süd Zentral Werk Gewerbe "
    "Allmend Ziegel Ziegelei Friedhof Spital Friedens Freie Grün Hasel Heim Hoch Hub Käserei Kapellen "
    "Lärchen Moos Ried Rosenberg Rüti See Sommer Spiel Stadt Steinacker Sport Wasser Weiher Wiesental "
    "Zelg Ziel Chalet Bündten Buchs Eigenheim Flur Fluh Gass Geissberg Grund Hinter Vorder Inner Äusser "
    "Hirsch Hasen Fuchs Vogel Amsel Drossel Finken Lerchen Schwalben Meisen Storchen Reh Dachs Biber"
).split()
FRENCH_KINDS = (
    "rue rue rue rue route route chemin chemin chemin avenue avenue av. av rte rte ch. ch r. "
    "boulevard bd place pl. impasse passage allée quai sentier ruelle esplanade promenade cité montée"
).split()
FRENCH_LINKS = "de du des de la le les l' d' aux au à en sur sous près saint sainte st. ste".split()
FRENCH_STEMS = (
    "gare église école poste temple château cure fontaine moulin marché collège hôpital hôtel pont "
    "lac rhône jura alpes léman mont montagne vallon plaine prairie forêt bois champs champ vignes vigne "
    "vergers jardin jardins fleurs roses lilas tilleuls peupliers acacias marronniers chênes sapins "
    "noyers cerisiers pommiers platanes érables bouleaux soleil midi nord bellevue beauregard beau-site "
    "beausoleil belle-rive grand-rue grand pré prés grand-pré petit neuve neuf vieux vieille haut bas "
    "centre industrie commerce artisans fabriques paix liberté république nations union concorde "
    "général guisan dufour pestalozzi rousseau voltaire simplon gothard saint-bernard condémine crêt "
    "crêts côte coteau colline combe carrière croix croisette four make ferme grange granges grenier "
    "lausanne genève neuchâtel fribourg berne bâle zurich morges vevey yverdon sion martigny delémont "
    "montchoisi florissant frontenex servette plainpalais bourg "
    "stand tir stade piscine patinoire cimetière chapelle couvent abbaye tour tours rempart remparts "
    "rive rivage port plage source sources ruisseau torrent cascade étang case postale"
).split()
ITALIAN_KINDS = (
    "via via via via viale viale vicolo piazza piazzetta strada str. salita sentiero contrada corso "
    "largo riva quartiere passeggiata cantonale"
).split()
ITALIAN_LINKS = "al alla alle ai del della delle dei dal di san santa in a casella postale".split()
ITALIAN_STEMS = (
    "stazione chiesa scuola scuole posta lago monte monti valle piano pianezzo campo campagna bosco "
    "ronco ronchi vigna vigne giardino giardini fiori rose ciliegi castagni castagno querce pini "
    "pineta fontana fontane mulino mulini ponte fiume ticino ceresio verbano gottardo generoso tamaro "
    "brè salvatore cantonale nazionale industria industrie artigiani mercato municipio castello torre "
    "cimitero ospedale motta franscini volta manzoni dante besso cassarate trevano lugano locarno "
    "bellinzona chiasso mendrisio sole bella vista bellavista orti selva cassa sotto sopra grande"
).split()


def streets(towns: list[str], people: list[str]) -> Counter[str]:
    """Return street names and their words with weights.

    `towns` and `people` are names after which streets are named.
    """
    found: Counter[str] = Counter()
    for kind, repeats in Counter(GERMAN_KINDS).items():
        found[kind] += 20 * repeats
        for stem in GERMAN_STEMS:
            found[stem + kind] += repeats + 1
        for town in towns[::3]:  # Luzernerstrasse, Luzerner Strasse
            if " " not in town:
                found[f"{town}er{kind}"] += repeats == 3
                found[f"{town}{kind}"] += repeats == 3
        for person in people[::25]:
            found[person + kind] += repeats == 3
    for kind, repeats in (Counter(FRENCH_KINDS) + Counter(ITALIAN_KINDS)).items():
        found[kind] += 60 * repeats
    for link in (*FRENCH_LINKS, *ITALIAN_LINKS):
        found[link] += 120
    for stem in (*FRENCH_STEMS, *ITALIAN_STEMS):
        found[stem] += 15
        if stem[0] in "aeiouéèêhâô":
            found[f"l'{stem}"] += 4
    for person in people:
        found[person] += 1
    return +found
