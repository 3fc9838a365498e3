"""Which language a text is in, as far as its letters and commonest words tell.

It tells writing systems apart, and eleven languages in Latin letters once a text has a few of their small words. It
cannot tell languages that share another writing system (Russian and Ukrainian, Arabic and Persian, Hindi and Marathi),
other languages in Latin letters, or short texts: for those the answer is None, and nothing is claimed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_COMMON = {
    "English": "the and is are of to in that it with for you your we our this have not will",
    "German": "der die das und ist sind von zu nicht mit für sie ihr wir ein eine den im auf haben wird",
    "French": "le la les et est sont de des vous nous pas avec pour votre un une dans que ce nous",
    "Spanish": "el la los las y es son de que no con para su un una en por se lo hemos",
    "Italian": "il la le e è sono di che non con per un una nel della abbiamo si gli",
    "Portuguese": "o a os as e é são de que não com para um uma em do da seu se",
    "Dutch": "de het een en is zijn van niet met voor u uw wij ons dat op te",
    "Swedish": "och att det som en på är av för med den till inte har vi du om ett var",
    "Danish": "og at det som en på er af for med den til ikke har vi du om et var",
    "Polish": "i w nie na się z do to że jest jak co o za po ale czy dla od",
    "Turkish": "ve bir bu da de için ile çok ne var daha olarak gibi ben mi kadar sonra",
}
NAMES = tuple(_COMMON)
_SCRIPTS = {
    "GREEK": "Greek", "CYRILLIC": "Cyrillic letters", "HANGUL": "Korean", "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese", "CJK": "Chinese", "ARABIC": "Arabic letters", "HEBREW": "Hebrew letters",
    "THAI": "Thai", "DEVANAGARI": "Devanagari letters", "LATIN": "Latin",
}  # fmt: skip
LEAST_WORDS, LEAST_LETTERS, LEAD = 4, 4, 1.5


def language_of(texts: Sequence[str]) -> str | None:
    """Name the language of texts, or their writing system where that is all it tells; None where it is not clear."""
    text = " ".join(texts)
    script = _script(text)
    if script != "Latin":
        return script
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    hits = sorted(((sum(words[w] for w in set(small.split())), name) for name, small in _COMMON.items()), reverse=True)
    (most, name), (second, _) = hits[0], hits[1]
    return name if most >= LEAST_WORDS and most >= LEAD * second else None


def _script(text: str) -> str | None:
    """Return the writing system of most letters. Kana among Chinese characters make a text Japanese."""
    found: Counter[str] = Counter()
    for letter in filter(str.isalpha, text):
        first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        found[_SCRIPTS.get(first, "other")] += 1
    if found.total() < LEAST_LETTERS:
        return None
    if found["Japanese"]:
        found["Japanese"] += found.pop("Chinese", 0)
    script, count = found.most_common(1)[0]
    return script if script != "other" and count > 0.6 * found.total() else None
