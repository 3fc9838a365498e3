"""Which language a text is in.

With py3langid (extra: languages) short texts are told too, in some fifty languages. Without it, letters and the
commonest words tell writing systems apart, and eleven languages in Latin letters once a text has a few of their small
words. Where nothing tells, the answer is None, and nothing is claimed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_COMMON = {
    "English": (
        "the and is are of to in that it with for you your we our this have not will be can do does how what "
        "why when should would or if from but there they their has was my at on an as so just any some a no me by"
    ),
    "German": (
        "der die das und ist sind von zu nicht mit für sie ihr wir ein eine den im auf haben wird ich du es "
        "dem des einen einer aber auch oder wie was wenn nur noch schon kann können soll sollen mein meine "
        "unser unsere bei aus nach zum zur hat dass uns gut hallo"
    ),
    "French": (
        "le la les et est sont de des vous nous pas avec pour votre un une dans que ce je tu il elle on mon "
        "ma mes notre nos au aux du sur mais ou où comme plus si qui quoi comment pourquoi bonjour merci "
        "faire peut cette ces avons été par quand très"
    ),
    "Spanish": (
        "el la los las y es son de que no con para su un una en por se lo hemos yo tú mi mis nuestro nuestra "
        "al del pero más muy como cómo qué hola buenas buenos gracias también tambien algo hacer tengo "
        "tenemos quiero puede puedo si o este esta esto ya hay cuando porque"
    ),
    "Italian": (
        "il la le e è sono di che non con per un una nel della abbiamo si gli io mio mia nostro nostra al del "
        "dei delle ma anche come cosa perché più se ciao grazie fare ho hai può possiamo questo questa lo i "
        "quando molto ci"
    ),
    "Portuguese": (
        "o a os as e é são de que não com para um uma em do da seu se eu meu minha nosso nossa ao dos das no "
        "na mas mais também como olá obrigado fazer tenho temos quero pode posso isso este esta já quando "
        "porque muito por"
    ),
    "Dutch": (
        "de het een en is zijn van niet met voor u uw wij ons dat op te ik je we mijn onze aan bij naar maar "
        "ook of als hoe wat waarom kan kunnen moet heb hebben wordt deze dit er nog al hallo in"
    ),
    "Swedish": (
        "och att det som en på är av för med den till inte har vi du om ett var jag min vår våra men också "
        "eller hur vad varför kan ska hej från så när"
    ),
    "Danish": (
        "og at det som en på er af for med den til ikke har vi du om et var jeg min vores men også eller "
        "hvordan hvad hvorfor kan skal hej fra så når"
    ),
    "Polish": (
        "i w nie na się z do to że jest jak co o za po ale czy dla od mam mamy mój nasz nasze oraz lub jeśli "
        "dlaczego może tak dzień cześć jestem przez ten ta tego"
    ),
    "Turkish": (
        "ve bir bu da de için ile çok ne var daha olarak gibi ben mi kadar sonra biz bizim ama nasıl neden "
        "eğer merhaba değil mı şey olan yok veya"
    ),
}
_SMALL = {name: frozenset(words.split()) for name, words in _COMMON.items()}
NAMES = tuple(_SMALL)
_SCRIPTS = {
    "GREEK": "Greek", "CYRILLIC": "Cyrillic letters", "HANGUL": "Korean", "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese", "CJK": "Chinese", "ARABIC": "Arabic letters", "HEBREW": "Hebrew letters",
    "THAI": "Thai", "DEVANAGARI": "Devanagari letters", "LATIN": "Latin",
}  # fmt: skip
LEAST_WORDS, LEAST_LETTERS, LEAD = 3, 4, 1.5
SURE, AHEAD = 0.3, 2.0
"""How probable a language has to be for the library, by itself and against the next one."""
_TOLD = {
    "af": "Afrikaans", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali",
    "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
    "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "mr": "Marathi", "nl": "Dutch",
    "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "uz": "Uzbek", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_ALONE = frozenset({"Greek", "Korean", "Japanese", "Chinese", "Thai"})
"""Writing systems of one language."""


def language_of(texts: Sequence[str]) -> str | None:
    """Name the language of texts, or their writing system where that is all it tells; None where it is not clear.

    This claims nothing of a few words: what people write to the advisor is read by it.
    """
    return _language_of(" ".join(texts))


@lru_cache(maxsize=64)  # the same words are looked at more than once in a turn
def _language_of(text: str) -> str | None:
    script = _script(text)
    if script != "Latin":
        return script
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    hits = sorted(
        ((sum([words[w] for w in small & words.keys()]), name) for name, small in _SMALL.items()), reverse=True
    )
    (most, name), (second, _) = hits[0], hits[1]
    return name if most >= LEAST_WORDS and most >= LEAD * second else None


def identified(texts: Sequence[str]) -> str | None:
    """Name the language of texts as `language_of` does, short ones too where the library is installed."""
    text = " ".join(texts)
    script = _script(text)
    identifier = _identifier()
    if script is None or script in _ALONE or identifier is None:
        return language_of(texts)
    (code, most), (_, second) = identifier.rank(text[:2000])[:2]
    if most >= SURE and most >= AHEAD * second:
        return _TOLD[code]
    # A writing system is no language of it: where the library names one elsewhere, they would never be the same.
    return language_of(texts) if script == "Latin" else None


def small_words(language: str) -> frozenset[str]:
    """Return the commonest words of a language, none for one whose words are not known."""
    return _SMALL.get(language, frozenset())


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """Return the library's identifier of the languages that are told; None where it is not installed."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # pyright: ignore
    except ImportError:
        return None
    made: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)  # pyright: ignore
    made.set_languages([*_TOLD])
    return made


def _script(text: str) -> str | None:
    """Return the writing system of most letters. Kana among Chinese characters make a text Japanese."""
    if text.isascii():
        return "Latin" if sum(map(str.isalpha, text)) >= LEAST_LETTERS else None
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
