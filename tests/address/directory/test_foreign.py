"""Towns abroad by postcode and name, and cities of the world."""

from digitize.address.directory import key, load_cities, load_directory, load_foreign_places


def test_towns_abroad_are_found_by_postcode_and_by_name() -> None:
    places = load_foreign_places()
    assert "konstanz" in places.towns("78462")["DE"]
    assert "pontarlier" in places.towns("25300")["FR"]
    assert "como" in places.towns("22100")["IT"]
    assert "bregenz" in places.towns("6900")["AT"]
    assert set(places.countries_of("konstanz")) == {"DE"}
    assert places.towns("00000") == {} and places.countries_of("nirgendwo") == {}


def test_cities_are_found_by_their_names_in_several_languages() -> None:
    cities = load_cities()
    for name, country in (
        *(("London", "GB"), ("Londres", "GB"), ("Mailand", "IT"), ("Milano", "IT"), ("Évian", "FR")),
        *(("New York", "US"), ("Wien", "AT"), ("Vienne", "AT"), ("Monaco di Baviera", "DE"), ("Prag", "CZ")),
    ):
        assert country in dict(cities[key(name)]), name
    assert all(0 < share < 0.1 for places in cities.values() for _, share in places)
    assert sum(share for places in cities.values() for _, share in places) > 1  # more names than cities


def test_small_cities_abroad_do_not_share_names_with_swiss_places() -> None:
    cities, directory = load_cities(), load_directory()
    shared = {name for name in cities if directory.by_key(name)}
    assert "bienne" not in cities and "koblenz" not in cities and "baden" not in cities
    assert set(shared) == {"turin", "stantonio"}
