"""Towns where the invented signers live: real postcodes, with canton (in 2025) and language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    """A town; `region` is a canton, LI or abroad, `country` the prefix of a foreign postcode."""

    postcode: str
    name: str
    region: str
    language: str
    country: str = ""


_TABLE = """
1003 Lausanne VD fr|1004 Lausanne VD fr|1110 Morges VD fr|1260 Nyon VD fr|1400 Yverdon-les-Bains VD fr
1800 Vevey VD fr|1820 Montreux VD fr|1860 Aigle VD fr|1180 Rolle VD fr|1530 Payerne VD fr
1203 Genève GE fr|1205 Genève GE fr|1227 Carouge GE GE fr|1290 Versoix GE fr|1213 Onex GE fr
1700 Fribourg FR fr|1630 Bulle FR fr|1680 Romont FR FR fr|3186 Düdingen FR de|3280 Murten FR de
2000 Neuchâtel NE fr|2300 La Chaux-de-Fonds NE fr|2400 Le Locle NE fr|2800 Delémont JU fr
2900 Porrentruy JU fr|2740 Moutier BE fr|2610 St-Imier BE fr|1950 Sion VS fr|1920 Martigny VS fr
3960 Sierre VS fr|1870 Monthey VS fr|3900 Brig VS de|3920 Zermatt VS de|3930 Visp VS de
3011 Bern BE de|3012 Bern BE de|3600 Thun BE de|3400 Burgdorf BE de|2502 Biel/Bienne BE de
3800 Interlaken BE de|4900 Langenthal BE de|3063 Ittigen BE de|4051 Basel BS de|4057 Basel BS de
4410 Liestal BL de|4132 Muttenz BL de|4153 Reinach BL BL de|4500 Solothurn SO de|4600 Olten SO de
2540 Grenchen SO de|5000 Aarau AG de|5400 Baden AG de|4310 Rheinfelden AG de|5610 Wohlen AG AG de
6003 Luzern LU de|6010 Kriens LU de|6210 Sursee LU de|6300 Zug ZG de|6340 Baar ZG de
6430 Schwyz SZ de|8840 Einsiedeln SZ de|6460 Altdorf UR UR de|6370 Stans NW de|6060 Sarnen OW de
6390 Engelberg OW de|8750 Glarus GL de|8200 Schaffhausen SH de|8500 Frauenfeld TG de
8280 Kreuzlingen TG de|9000 St. Gallen SG de|8640 Rapperswil SG SG de|9500 Wil SG SG de|9400 Rorschach SG de
9050 Appenzell AI de|9100 Herisau AR de|9043 Trogen AR de|7000 Chur GR de|7270 Davos Platz GR de
7500 St. Moritz GR de|7130 Ilanz GR de|8001 Zürich ZH de|8005 Zürich ZH de|8400 Winterthur ZH de
8610 Uster ZH de|8800 Thalwil ZH de|8620 Wetzikon ZH ZH de|6500 Bellinzona TI it|6600 Locarno TI it
6900 Lugano TI it|6830 Chiasso TI it|6850 Mendrisio TI it|6710 Biasca TI it|6612 Ascona TI it
7742 Poschiavo GR it|6535 Roveredo GR GR it|9490 Vaduz LI de|9494 Schaan LI de|9496 Balzers LI de
79539 Lörrach abroad de D|78462 Konstanz abroad de D|6850 Dornbirn abroad de A|74100 Annemasse abroad fr F
25300 Pontarlier abroad fr F|22100 Como abroad it I
"""


def _town(entry: str) -> Town:
    *words, last = entry.split()
    country = last if len(last) == 1 else ""
    if country:
        last = words.pop()
    region = words.pop()
    return Town(words[0], " ".join(words[1:]), region, last, country)


TOWNS = tuple(_town(entry) for line in _TABLE.strip().splitlines() for entry in line.split("|"))
FAR_TOWNS = tuple(town for town in TOWNS if town.region in ("LI", "abroad"))
SWISS_TOWNS = tuple(town for town in TOWNS if town not in FAR_TOWNS)
