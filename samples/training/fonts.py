"""The fonts of the training lines; run as a script, prints the npm packages to install.

All are packages of @fontsource under the SIL Open Font License 1.1, except those in
`APACHE` (Apache-2.0) and ubuntu (Ubuntu Font Licence 1.0).  They are only used for
drawing; no font is part of the model.
"""

# ruff: noqa: SIM905 - lists of words are easier to read and edit without quotes

VERSION = "5.3.0"
OTHER_VERSIONS = {"playwrite-de-sas": "5.2.7", "source-sans-3": "5.3.1"}

APACHE = (
    "coming-soon crafty-girls homemade-apple just-another-hand permanent-marker rochester rock-salt satisfy "
    "schoolbell sunshiney"
).split()
HANDS = (
    "allura amatic-sc annie-use-your-telescope architects-daughter bad-script bilbo birthstone caveat "
    "caveat-brush cedarville-cursive comic-neue coming-soon courgette covered-by-your-grace crafty-girls "
    "damion dancing-script dawning-of-a-new-day dekko delicious-handrawn delius edu-nsw-act-foundation "
    "edu-qld-beginner edu-sa-beginner edu-tas-beginner edu-vic-wa-nt-beginner fuzzy-bubbles gaegu "
    "gamja-flower give-you-glory gloria-hallelujah gochi-hand grape-nuts handlee herr-von-muellerhoff "
    "hi-melody homemade-apple indie-flower itim just-another-hand just-me-again-down-here kalam kavivanar "
    "klee-one kristi la-belle-aurore licorice loved-by-the-king mali mansalva marck-script meddon "
    "mr-de-haviland mrs-saint-delafield ms-madi mynerve nanum-pen-script neucha nothing-you-could-do "
    "oooh-baby over-the-rainbow pangolin parisienne patrick-hand permanent-marker playpen-sans "
    "playwrite-at playwrite-de-grund playwrite-de-sas playwrite-es playwrite-fr-moderne playwrite-fr-trad "
    "playwrite-hr playwrite-it-moderna playwrite-it-trad playwrite-pl playwrite-pt playwrite-us-trad "
    "poor-story reenie-beanie rochester rock-salt ruthie sacramento satisfy schoolbell sedgwick-ave "
    "shadows-into-light shadows-into-light-two shantell-sans short-stack square-peg sriracha "
    "sue-ellen-francisco sunshiney swanky-and-moo-moo the-girl-next-door twinkle-star vibur "
    "vujahday-script waiting-for-the-sunrise whisper yomogi zen-kurenaido zeyada"
).split()
PRINTS = (
    "arimo tinos carlito roboto open-sans lato source-sans-3 ubuntu pt-serif merriweather eb-garamond "
    "courier-prime"
).split()

if __name__ == "__main__":
    for name in [*HANDS, *PRINTS]:
        print(f"@fontsource/{name}@{OTHER_VERSIONS.get(name, VERSION)}")
