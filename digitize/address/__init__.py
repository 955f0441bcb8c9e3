"""Turn the text of an address into a place: postcode, locality, canton or country, with a probability."""
