"""The layout of the n-gram counts in `language_model.npz`, shared by its maker and its reader."""

CONTEXT = 5  # characters looked back at: a 6-gram model
BITS = 7  # per character in a key: up to 127 symbols, 0 stands for "before the word"


def fold(text: str) -> str:
    """Lower case, character by character: the length stays (a Turkish İ would become two)."""
    return "".join(character.lower()[0] for character in text)


def key_of(context: str, code: dict[str, int]) -> int:
    """The smallest n-gram key of a context: its nearest character most significant.

    So all n-grams that share the end of a context lie together when sorted:
    from this key to below `key_of(...) + span_of(len(context))`.
    """
    key = 0
    for character in reversed(context):
        key = key << BITS | code.get(character, (1 << BITS) - 1)
    return key * span_of(len(context))


def span_of(length: int) -> int:
    """How many keys share a context of `length` characters."""
    return 1 << BITS * (CONTEXT - length + 1)
