"""Whether a text advises to tune: wording, in the languages that are listed here.

It reads sentences that recommend, and leaves alone those that negate, postpone or depend ("if you train anyway", "only
once ..."). A language that is not listed is held by the declared stance alone.
"""

import re

_TUNE = (
    r"(?:fine[- ]?tun\w*|finetun\w*|lora\b|qlora\b|sft\b|dpo\b|feinabstimm\w*|feintun\w*|nachtrain\w*|"
    r"affin(?:er|ez|age)\b|ajust(?:ar|e|er|ement)\s?(?:fino|fin\w*)?\b|reentren\w*|entrenar\b|entrena\b|treinar\b|"
    r"addestr\w*|fijnafstem\w*|finjuster\w*|файнтюн\w*|дообуч\w*|微调|ファインチューニング|微調|파인튜닝)"
)
_ADVICE = {
    "English": rf"(?:you should|you need to|you(?:'d| would)? (?:better|best)|i(?:'d| would)? (?:strongly )?(?:"
    rf"recommend|suggest|advise)|go ahead and|it(?:'s| is) time to|start with|begin with|the (?:right|best) "
    rf"(?:answer|tool|move|step|choice|option|way) (?:here )?is|my advice(?: is)?:?|definitely|by all means|"
    rf"just)\b[^.!?]{{0,60}}?{_TUNE}"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:is|would be|are) (?:the )?(?:right|worth|justified|recommended|warranted|a good|"
    rf"the way(?! back\b)|what you need|your best|best|necessary)"
    rf"|^\W*(?:yes|sure|absolutely|definitely)\b[^.!?]{{0,60}}{_TUNE}"
    rf"|^\W*(?:so |then |now |first,? |next,? )?(?:please )?(?:fine[- ]?tune|train)(?=\s*(?:[.!]|$)|\s+(?:(?:it|them|"
    rf"this|that|these|the|an?|your|our|one|on|with|for|only|now|today|right|straight)\b|(?-i:[A-Z`*])|[\w.-]*\d))"
    rf"(?!\s\w[^.!?]{{0,30}}:)",
    "German": rf"(?:du solltest|sie sollten|ihr solltet|ich (?:empfehle|rate|würde)|am besten|es ist zeit|"
    rf"beginn\w*|fang\w*|starte\w*)\b[^.!?]{{0,80}}?(?:{_TUNE}|trainier\w*)"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:ist|wäre|lohnt) (?:hier |sich |das )?(?:richtig\w*|sinnvoll|angebracht|der richtige|"
    rf"zu empfehlen|jetzt)|{_TUNE}[^.!?]{{0,30}}\blohnt sich|^\W*(?:ja|klar|unbedingt)\b[^.!?]{{0,60}}{_TUNE}",
    "French": rf"(?:vous devriez|tu devrais|je (?:vous |te )?(?:recommande|conseille|suggère)|il (?:est temps|faut)|"
    rf"commence[zr]?|le mieux est)\b[^.!?]{{0,80}}?(?:{_TUNE}|entra[iî]n\w*)"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:est|serait) (?:le |la |une? )?(?:bon\w*|justifié\w*|recommandé\w*|nécessaire|"
    rf"solution|meilleur\w*)|^\W*oui\b[^.!?]{{0,60}}{_TUNE}",
    "Spanish": rf"(?:deber[ií]as?|deber[ií]an|(?:te |le |les )?(?:recomiendo|aconsejo|sugiero)|es hora de|hay que|"
    rf"conviene|lo mejor es|empie[zc]\w*)\b[^.!?]{{0,80}}?{_TUNE}"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:es|sería) (?:lo |el |la |una? )?(?:adecuad\w*|correct\w*|mejor|recomendable|"
    rf"necesari\w*|buen\w*)|^\W*s[ií]\b[^.!?]{{0,60}}{_TUNE}",
    "Portuguese": rf"(?:voc[eê]s? dev(?:e|em|eria\w*)|(?:eu )?(?:recomendo|aconselho|sugiro)|é hora de|convém|"
    rf"o melhor é|comece\w*)\b[^.!?]{{0,80}}?{_TUNE}"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:é|seria) (?:o |a |uma? )?(?:cert\w*|corret\w*|melhor|recomendável|necessári\w*|"
    rf"bo[am]\w*)|^\W*sim\b[^.!?]{{0,60}}{_TUNE}",
    "Italian": rf"(?:dovrest[ie]|dovreste|(?:ti |vi )?(?:consiglio|suggerisco|raccomando)|conviene|è ora di|"
    rf"la cosa migliore è)\b[^.!?]{{0,80}}?{_TUNE}"
    rf"|{_TUNE}[^.!?]{{0,40}}\b(?:è|sarebbe) (?:la |il |una? )?(?:giust\w*|miglior\w*|consigliabil\w*|scelta)",
    "Dutch": rf"(?:je (?:zou|moet)|u (?:zou|moet)|ik (?:raad|adviseer)|het is tijd|begin)\b[^.!?]{{0,80}}?{_TUNE}"
    rf"|{_TUNE}[^.!?]{{0,40}}\bis (?:hier )?(?:de juiste|zinvol|aan te raden|het beste)",
    "Russian": rf"(?:рекоменду\w*|советую|следует|нужно|стоит|пора|начните)[^.!?]{{0,80}}?{_TUNE}",
    "Chinese": r"(?:(?:应该|應該|建议|建議|推荐|推薦|需要|可以开始|不妨)[^。！？]{0,20}|直接(?:去|做|开始|用)?)"
    r"(?:微调|微調|训练模型|訓練模型)",
    "Japanese": r"(?:ファインチューニング|微調整)[^。！？]{0,20}(?:"
    r"すべき|おすすめ|お勧め|推奨|しましょう|してください|が最適)",
}  # fmt: skip
_RECOMMENDS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _ADVICE.values())
_NEGATES = re.compile(
    r"(?i)\b(?:not|no|never|cannot|without|instead of|rather than|unlikely|too early|premature|hardly|"
    r"nicht|kein\w*|nie|niemals|statt|ohne|verfrüht|kaum|pas|jamais|ne|sans|plutôt|trop tôt|"
    r"nunca|sin|en vez|en lugar|tampoco|não|nunca|nem|sem|em vez|non|mai|senza|invece|niet|geen|nooit|zonder|"
    r"не|никогда|вместо|рано)\b|n['’]t\b|\bn['’]|不|别|別|没|沒|无需|無需|ない|ません"
)
_DEPENDS = re.compile(
    r"(?i)\b(?:if|until|unless|(?<!at )once|only|before|whether|when|later|after|falls|wenn|erst|sobald|bevor|bis|nur"
    r"|ob|si|avant|seulement|lorsque|quand|après|antes|solo|sólo|cuando|todavía|aún|después|se|quando|somente|apenas|ainda|"
    r"depois|prima|ancora|dopo|als|pas|voordat|zodra|если|прежде|пока|только|когда)\b"
    r"|如果|若|之前|除非|才|之后|もし|なら|場合|前に|してから"
)
_OUTCOME = re.compile(
    r"(?i)\W*[^:.]{3,60}:\W*(?:then|in that case|dann|in dem fall|alors|dans ce cas|là|entonces|ahí|en ese caso|"
    r"então|aí|nesse caso|allora|lì|in quel caso|dan)\b"
)
"""What an outcome is told to lead to: "**Still wrong:** then …"."""
_SMALL = re.compile(
    r"(?i)\b(?:encoders?|classifiers?|klassifi\w*|classif\w*|clasific\w*|logistic|taggers?|setfit|(?:modern|ro|de|distil|x?lm-ro)?"
    r"berta?|svm|fasttext|embeddings?|классификатор\w*)\b|分类器|分類器"
)
"""A model that does not write text: to train one is another matter."""
_AGREES = re.compile(r"(?i)\W*(?:yes|sure|ja|klar|oui|s[ií]|sim)\b")
_POSSIBLE = re.compile(
    r"(?i)\b(?:technically|in principle|possible|it (?:works|does|runs)|(?!you|we|i\b)\w+ can|technisch|grundsätzlich|"
    r"möglich|geht|funktioniert|techniquement|en principe|fonctionne|técnicamente|posible|sirve|funciona|tecnicamente|"
    r"possível|em princípio)\b"
)
"""That something can be done is no advice to do it."""
_WISHED = re.compile(
    r"(?i)\b(?:you|they|he|she|team)\W+(?:\w+\W+)?(?:wants?|plan|mean|hope|intend|wish)\b|\b(?:willst|wollen|wollt|möcht\w+|"
    r"voulez|veux|souhait\w+|quier\w+|dese[ae]\w*|querem?|quer|vuo[il]\w*|wilt|хот\w+)\b|想要?|希望|たい"
)
"""That somebody wants to is none either."""
_KEY = r"(?:\d+(?:\.\d+)?e-\d|\b(?:rates?|epochs?|rank|batch\w*|loss|lernrate|épocas?|tasa|taux)\b)"
_OF_A_RUN = re.compile(
    rf"(?i)\b(?:for|für|pour|para|per|voor) (?:an? )?(?:q?lora|sft|dpo)\b(?=[^.!?]*{_KEY})"
    rf"|{_KEY}[^.!?]*\b(?:for|with|in|für|bei|mit|pour|avec|para|con|com|per|voor|met) (?:an? )?(?:q?lora|sft|dpo)\b"
)
"""A setting of a run: "about 5e-6 with LoRA", "for LoRA, a learning rate of 2e-4"."""
_VERB = re.compile(
    r"(?i)\b(?:re)?(?:train|fine-?tun)\w*|feinabstimm|feintun|nachtrain|affin|ajust|entren|entra[iî]n|trein|addestr"
)
_BEFORE, _BESIDE = 40, 12
_CONDITION = re.compile(
    r"(?i)\b(?:(?:if|when|once) you (?:\w+ )?(?:train|tune|fine-?tune|do it|go ahead)|train(?:ing)? anyway|"
    r"(?:wenn|sobald) (?:sie|ihr|du) (?:\w+ ){0,3}(?:trainier|nachtrain|fein)|(?:si|cuando) (?:\w+ ){0,2}entren|"
    r"(?:si|quand) vous (?:\w+ )?entra[iî]n|se treinar|"
    r"wenn (?:sie|ihr|du) (?:\w+ )?(?:trotzdem|dennoch)|trotzdem train|si vous (?:\w+ )?(?:entra[iî]n|tenez)|"
    r"quand même|si (?:aun así|de todos modos)|"
    r"de todas formas|mesmo assim|se (?:mesmo|ainda)|se proprio|comunque|toch|всё равно|"
    r"все равно)|仍要|还是要|還是要|それでも|(?:如果|若|等|真)要?(?:再|去|做)?(?:训练|訓練|微调|微調)|"
    r"(?:训练|訓練|微调|微調)时"
)
_STEP = re.compile(r"\s*(\d+)\.\s")
_HEAD = re.compile(r"\s*\*\*[^*\n]+\*\*:?[ \t]*(?=\n|$)")
_ITEM = re.compile(r"\s*(?:[-*•]|\d+\.)\s")
_ITEM_BELOW = re.compile(r"\n\s*(?:[-*•]|\d+\.)\s")
_SETTING = re.compile(r"(?i)\W*(?:(?:start|begin) with|beginn\w*|starte\w*|commence[zr]?|empie[zc]\w*|comece\w*)\b")
_RECIPE = re.compile(rf"{_SETTING.pattern}|(?i:\W*(?:train|fine-?tune)\b)")
"""How a setting, and how a step of a recipe begins."""


def advises_tuning(text: str) -> str | None:
    """Return the sentence that advises to tune, or None.

    A sentence that follows "if you train anyway" in its paragraph is part of that condition. So are the settings that
    a later paragraph begins with, the further steps where the condition stands in a numbered list, and what stands
    below it, up to the end of its first list, where it is a line of its own in bold.
    """
    told = listed = headed = itemized = False
    for paragraph in filter(str.strip, re.split(r"\n\s*\n|\n(?=\d+\.\s)", text)):
        step = _STEP.match(paragraph)
        listed = listed and step is not None and step.group(1) != "1"
        if head := _HEAD.match(paragraph):
            headed, itemized = bool(_CONDITION.search(head.group())), False
        item = _ITEM.match(paragraph) is not None
        headed, itemized = headed and (item or not itemized), itemized or item or bool(_ITEM_BELOW.search(paragraph))
        conditional = headed
        for sentence in re.split(r"(?<=[.!?。！？])\s*", re.sub(r"(?m)^\s*\d+\.\s*", "", paragraph)):
            conditional = conditional or bool(_CONDITION.search(sentence))
            follows = (told and _SETTING.match(sentence)) or (listed and _RECIPE.match(sentence))
            excused = conditional or follows or _DEPENDS.search(sentence) or _SMALL.search(sentence)
            excused = excused or _OUTCOME.match(sentence)
            if not excused and _recommends(sentence):
                return sentence.strip()
        told, listed = told or conditional, listed or (conditional and step is not None)
    return None


def _recommends(sentence: str) -> bool:
    for pattern in _RECOMMENDS:
        for match in pattern.finditer(sentence):
            # Chinese and Japanese negate close by, on either side; the others in front or in between.
            close = not match.group().isascii() and re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", match.group())
            start = match.start() - (_BESIDE if close else _BEFORE)
            end = match.end() + (_BESIDE if close else 0)
            agrees = _AGREES.match(match.group())
            if _WISHED.search(match.group()):
                continue
            if _OF_A_RUN.search(sentence) and not _VERB.search(match.group()):
                continue
            if agrees and _POSSIBLE.search(match.group()):
                return _recommends(sentence[match.start() + agrees.end() :])
            if not _NEGATES.search(sentence[max(0, start) : end]):
                return True
    return False
