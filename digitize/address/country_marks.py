"""Countries that an address shows by the form of its postcode, where no country is named.

Only forms that no Swiss address has are taken: letters in the code, or the letters of a state before a code
that ends its line.  See Universal Postal Union, "Addressing solutions: postal addressing systems".
"""

import re

from digitize.address.directory import CANTONS

_US_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DC|DE|FL|GA|HI|IA|ID|IL|IN|KS|KY|LA|MA|MD|ME|MI|MN|MO|MS|MT|NC|ND|NE|NH|NJ|NM"
    "|NV|NY|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VA|VT|WA|WI|WV|WY"
)
_UK_AREAS = (
    "AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC"
    "|EH|EN|EX|FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS"
    "|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP"
    "|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)

_END = r"[ .]*(?:[,;\n]|$)"
_US = re.compile(rf"(?<=[^\W\d]{{2}})[ ,.]+(?:{_US_STATES})[ ,.]+\d{{5}}(?:-\d{{4}})?{_END}")
_UK = re.compile(rf"\b(?:{_UK_AREAS})\d[A-Z\d]? ?\d[A-Z]{{2}}{_END}")
_CANADA = re.compile(rf"\b[A-Z]\d[A-Z] ?\d[A-Z]\d{_END}")
_AUSTRALIA = re.compile(rf"\b(?:NSW|VIC|QLD|TAS|ACT) \d{{4}}{_END}")
_NETHERLANDS = re.compile(r"\b[1-9]\d{3} ?([A-Z]{2}) +[^\W\d]{3}")
# Cantons, countries, and words with which names of Swiss towns begin, written in capitals.
_NO_DUTCH_LETTERS = CANTONS | {"CH", "FL", "LI", "AM", "IM", "LA", "LE", "ST"}


def country_marked(text: str) -> str:
    """Return the ISO code of the country to which a postcode belongs by its form, "" if there is none."""
    for pattern, country in ((_US, "US"), (_UK, "GB"), (_CANADA, "CA"), (_AUSTRALIA, "AU")):
        if pattern.search(text):
            return country
    dutch = (found[1] for found in _NETHERLANDS.finditer(text))
    return "NL" if any(letters not in _NO_DUTCH_LETTERS for letters in dutch) else ""
