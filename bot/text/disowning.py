"""The words by which people say that they do not stand behind what they say, or that somebody else says it.

Each row has beginnings of words of which a text that it matches has one, in small letters, so that its pattern is not
even compiled for most messages.
"""

from typing import NamedTuple


class Way(NamedTuple):
    """A way to disown words: what tells it from afar, and its pattern."""

    signs: tuple[str, ...]
    pattern: str


def _way(signs: str, pattern: str) -> Way:
    return Way(tuple(sign.replace("_", " ") for sign in signs.split()), pattern)


_SELF = (
    r"(?:,|:)? ?(?:(?:that|dass|que|qu') ?)?[\"']?"
    r"(?=(?:we|i)(?:'\w+)? (?!can\b|could|should|would|might|may\b|must|will\b|need|want)"
    r"|(?:wir|ich|nous|j'|on (?:a|n'a|est|avait|utilise)|tenemos|tengo|usamos|estamos|hay)\b"
    r"|(?:haben|hätten|hatten|nutzen|sind|avons|a-t)[ -](?:wir|nous|on)\b)"
)
"""Words of the author's own follow, about what is so."""
_PERSON = (
    r"(?:\b(?:he|she|they|who|everyone|everybody|people|someone|somebody|management)"
    r"|\b(?:my|our|the|a|an|his|her|their|your|this|that|one|another|some) (?:[\w-]{1,30} ){0,2}?"
    r"(?!(?:team|analysts|department|group|data|logs?|numbers|database|spreadsheet|inventory)\b)[\w-]{1,30}(?:'s)?"
    r"|(?<![\w'])(?-i:(?!(?:As|Also|Already|Previously|I|We)\b)[A-Z][\w.-]{1,30}(?: [A-Z][\w-]{1,30})?))"
)
"""Who speaks, except one's own team and its records."""
_NEXT = (
    r"(?:next (?:year|month|week|quarter|spring|summer|autumn|fall|winter|sprint|release|(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|tomorrow|the end of (?:the|this|next) \w+)\b"
)
_LATER = (
    rf"(?:{_NEXT}|(?:the )?end of (?:the|this|next) \w+|then|christmas|easter|spring|summer|autumn|winter|q[1-4]"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:early |mid-?|late )?(?:january|february|march|april|may|june|july"
    r"|august|september|october|november|december|20[2-9]\d))\b"
)
_SPAN = (
    r"in (?:about )?(?:a|an|one|two|three|four|five|six|a few|a couple of|\d{1,2}) (?:days?|weeks?|months?|years?)\b"
)
_MANY = (
    r"(?:about |around |some |all |like |those |these |at least |more than |over |any ){0,3}"
    r"(?:\d[\d.,]{0,15}k?|(?:an? |one |two |three |four |five |few )?(?:hundred|thousand|dozen)s?)(?!\s?%)"
    r"(?: (?:of |the |our )?[\w-]{1,20}){0,2}? (?:examples?|pairs?|samples?|rows|labels|tickets|test\w*|items|records"
    r"|beispiele|paare|exemples|paires|ejemplos|pares)\b"
)
"""A number of rows."""
_HAVE = r"(?:have|had|get|are|own|use|run|reach|hold|handle)\b"
_BEGINS = r"(?:^|[.!?;\n]\s*)"

# Nothing is said from here to the end of the sentence, or to what stands against it.
OPENERS = (
    # no belief, a lie, a dream
    _way("no_way", r"\b(?:there(?:'s| is) )?no way(?: in hell)?" + _SELF),
    _way(
        "as_if as_though not_like n't_like since_when",
        r"\b(?:as (?:if|though)|not like|n't like|since when (?:do|did|have|are))" + _SELF,
    ),
    _way(
        "lie myth rumo joke nonsense rubbish bullshit fiction exaggeration stretch fairy misconception"
        " misunderst gelogen"
        " lüge quatsch mentira falso faux mensonge stimmt_nicht nicht_wahr",
        r"\b(?:lies?|myth|rumou?r|joke|nonsense|rubbish|bullshit|fiction|exaggeration|stretch|fairy ?tale|misconception"
        r"|misunderstanding|gelogen|lüge|quatsch|mentira|falso|faux|mensonge|stimmt nicht|nicht wahr)"
        r"(?: to (?:say|claim|think))?,?(?: that| dass| que)" + _SELF,
    ),
    _way(
        "idea_that claim_that notion_that belief_that story_that legend_that assumption_that hypothesis_that"
        " suggestion_that impression_that assertion_that allegation_that evidence_that proof_that sign_that"
        " indication_that premise_that condition_that theory_that",
        r"\b(?:the|this|that|a|any|no|his|her|their|[\w-]{1,30}'s) (?:idea|claim|notion|belief|story|legend|assumption"
        r"|hypothesis|suggestion|impression|assertion|allegation|evidence|proof|sign|indication|premise|condition"
        r"|theory) that" + _SELF,
    ),
    _way(
        "say said claim think believ pretend suggest imply mean",
        r"(?:\b(?:not|never|hardly|barely|nobody|no ?one|refuse[sd]? to|lying if i|wrong to|false to|lie to)|n't)"
        r"(?: \w+){0,2}? (?:say|said|saying|claim\w*|think|believe|pretend\w*|suggest\w*|imply|mean)"
        r"(?: for (?:a|one) \w+)?" + _SELF,
    ),
    _way(
        "dreamt dream fantasi lied bluffed pretended imagined hallucinated",
        r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:dreamt|dream(?:ed)?|fantasi[sz]e[ds]?|lied|bluffed|pretended|imagined"
        r"|hallucinated)\b(?: last night)?" + _SELF,
    ),
    _way(
        "dream fantas imagination",
        r"\bin (?:my|our|your|his|her|their) (?:wildest )?(?:dreams?|fantas\w+|imagination)\b",
    ),
    _way(
        "_world universe reality timeline _life land",
        r"\bin (?:an?|the|some) (?:perfect|ideal|parallel|better|dream|fantasy|alternate|alternative|other|fictional)"
        r" (?:world|universe|reality|timeline|life)" + _SELF + r"|\bin (?:fantasy|dream|cloud|la-la)[- ]?land\b",
    ),
    _way("right sure", _BEGINS + r"(?:yeah,? right|oh yeah,? sure|haha,? sure)" + _SELF),
    # told by somebody else, or to be told
    _way(
        "claim swear swore assum mention maintain alleg boast brag pretend suspect figure announce post tweet"
        " typed text mail"
        " whisper joke guess hope fear keep impression like goes read state promise think thought believe insist",
        _PERSON + r" (?:also |just |still |always |often |all |even )?(?:claim(?:s|ed)?|sw(?:ears?|ore)|assum(?:es?|ed)"
        r"|mention(?:s|ed)?|maintain(?:s|ed)?|alleges?d?|boast(?:s|ed)?|brag(?:s|ged)?|pretend(?:s|ed)?"
        r"|suspect(?:s|ed)?"
        r"|figure[sd]?|announce[sd]?|post(?:s|ed)|tweet(?:s|ed)|typed|text(?:s|ed)|e-?mail(?:s|ed)|whisper(?:s|ed)"
        r"|joke[sd]|guess(?:es|ed)|hope[sd]|fear(?:s|ed)|keeps? (?:saying|claiming|telling \w+)"
        r"|(?:is|was|are|were) (?:under the impression|like)|goes|reads?|state[sd]?|promise[sd]?"
        r"|thinks?|thought|believe[sd]?|insist(?:s|ed)?)" + _SELF,
    ),
    _way(
        "per_ via_ from_ quot 's_",
        r"(?:^|[.!?\n,;]\s*)(?:per|via|from|quoting|quote from|to quote) (?-i:[A-Z])[\w.-]{1,30}(?:,|:)" + _SELF
        + r"|(?-i:[A-Z])[\w.-]{1,30}'s (?:words|take|view|opinion|message|note|mail|answer|guess)(?:,|:| is| was)"
        + _SELF,
    ),
    _way(
        "allegedly purportedly ostensibly officially on_paper has_it it_is",
        r"\b(?:allegedly|purportedly|ostensibly|officially|on paper|(?:word|legend|rumou?r) has it"
        r"|it is (?:claimed|rumou?red|assumed|believed|alleged|thought|hoped))" + _SELF,
    ),
    _way(
        "title subject headline caption heading prompt transcript excerpt minutes error banner footer tweet"
        " ticket slide"
        " deck letter poster sign brochure mail",
        r"\b(?:title|subject(?: line)?|headline|caption|heading|prompt|transcript|excerpt|minutes|error|banner|footer"
        r"|tweet|ticket|slides?|deck|letter|poster|sign|brochure|mail)(?: (?:starts?|begins?|ends?) with| reads?| goes"
        r"| is| was| states?| says)?:" + _SELF,
    ),
    _way(
        "write draft send post type reply text mail rephrase rewrite proofread say translate tell",
        _BEGINS + r"(?:please |can you |could you |pls )?(?:(?:write|draft|send|post|type|reply|text|e-?mail|rephrase"
        r"|rewrite|proofread|say)(?: (?:an?|the|this|him|her|them|me|us|back|it|to|in \w+|mail|e-?mail|post|slide"
        r"|letter|note|line|sentence|message|saying)){0,6}? ?(?::|that\b|saying\b)|translate:?"
        r"|tell (?:(?!me\b|us\b|you\b)\w+ ){1,3}?(?:that)?)" + _SELF,
    ),
    _way(
        "tell_ say",
        r"\bi(?:'ll| will|'d| would| am going to) tell (?:(?!you\b)\w+ ){1,3}?" + _SELF
        + r"|\bhow (?:do|does|would|can) (?:you|i|we|one) say" + _SELF,
    ),
    # of another team, or once
    _way(
        "next_door upstairs downstairs over_there across down_the",
        r"\b(?:the|a|our|this|that) (?:\w+ )?(?:team|department|group|guys|people|folks|company|startup|lab|office)"
        r" (?:next door|upstairs|downstairs|over there|across the \w+|down the \w+)\b",
    ),
    _way(
        "other_ sister parent rival neighbo old_ previous former holding",
        r"\b(?:the|a|an|our|my|their|this|that) (?:other|sister|parent|rival|neighbou?ring|old|previous|former|holding)"
        r" (?:team|department|company|group|office|unit|employer|lab|startup|firm|organi[sz]ation)(?: \w+)?? "
        r"(?:has|have|had|got|gets|uses?d?|is|are|runs?|ran|collected|labell?ed|keeps)\b",
    ),
    _way(
        "cousin brother sister wife husband uncle aunt neighbo roommate friend daddy father mother professor"
        " partner ex-",
        r"\b(?:my|our) (?:cousin|brother|sister|wife|husband|uncle|aunt|neighbou?r|roommate|girlfriend|boyfriend"
        r"|father|mother|professor|partner|ex-\w+)s?(?: \w+)?? (?:has|have|had|got|uses?d?|is|are|runs?|ran|collected"
        r"|labell?ed)\b",
    ),
    _way(
        "paper tutorial article course post demo notebook readme book video",
        r"\b(?:the|this|that|a|an|their) (?:paper|tutorial|article|course|blog ?post|demo|notebook|readme|book|video)"
        r"(?: \w+)?? (?:has|have|had|uses?d?|ships?|comes)\b"
        r"|\bin (?:the|this|that|an?|their) (?:paper|tutorial|article|course|blog ?post|demo|notebook|book|video),? "
        r"(?:it|they|the|we)\b",
    ),
    _way(
        "old_ last_ previous former ex_",
        r"\b(?:at|in|with|from|for) (?:my|our|his|her|their) (?:old|last|previous|former|ex) (?:job|company|employer"
        r"|team|project|role|gig|startup|firm|workplace)\b(?=,? (?:we|i) (?:had|have|used|were|are|ran|did)\b)",
    ),
    _way(
        "once_ before_ back_",
        r"\b(?:we|i) once (?:had|used)\b|\bbefore the \w+,? (?:we|i) had\b"
        r"|\bback (?:at|in|when)\b[^.!?;\n,]{1,30}? (?:we|i) (?:had|used|were|ran)\b",
    ),
    # an example, a supposition
    _way(
        "say e.g. for_ picture take_",
        _BEGINS + r"(?:say|e\.g\.|for (?:example|instance|the example)|picture (?:this|it)|take it that)" + _SELF,
    ),
    _way(
        "think_of take_ consider picture imagine",
        _BEGINS + r"(?:think of|take|consider|picture|imagine) (?:an?|another|some|any) (?:\w+ )?(?:team|company"
        r"|startup|firm|person|somebody|someone|shop|lab) (?:with|that|who|which|where|has|having)\b",
    ),
    _way(
        "could_ might_ would_",
        rf"\b(?:we|i|they) (?:could|would) (?:(?:easily|also|then|probably|maybe) )?(?:have|get|collect|label) {_MANY}",
    ),
    _way(
        "angenommen nehmen_wir stell supposons imaginons admettons supongamos imagina imaginemos ojalá pongamos",
        r"\b(?:angenommen|nehmen wir an|(?:stell|stellt|stellen) (?:dir|euch|sie sich) vor|supposons|imaginons"
        r"|admettons|supongamos|imagin(?:a|emos) que|ojalá|pongamos)\b",
    ),
    _way(
        "angeblich vermeintlich soi-disant supuestamente il_para on_dit dicen se_dice",
        r"\b(?:angeblich|vermeintlich|soi-disant|supuestamente|il paraît|il parait|on dit|dicen|se dice)\b",
    ),
    _way("laut selon d'après según", r"\b(?:laut|selon|d'après|según) (?-i:[A-Z])[\w.-]{1,30}\b"),
    _way(
        "sagt meint behauptet glaubt denkt schrieb schreibt dit prétend affirme croit pense dice afirma cree asegura",
        r"\b[^\W\d_][\w.-]{1,30} (?:sagte?|meinte?|behauptete?|glaubte?|denkt|schrieb|schreibt|dit|prétend"
        r"|affirme|croit"
        r"|pense|dice|afirma|cree|asegura)(?:,| dass| que| qu')" + _SELF,
    ),
    _way("geträumt rêvé soñé soñado", r"\b(?:geträumt|rêvé|soñé|soñado)\b"),
    # what is to be
    _way(
        "by_ from_ come_ until_ before_ starting_ as_of",
        rf"\b(?:by|from|come|until|before|starting|as of) {_LATER}(?: on)?,? (?:we|i)(?:'ll)? {_HAVE}",
    ),
    _way(
        "next_ tomorrow the_end_of in_ soon shortly eventually later day this_time summer spring winter autumn",
        rf"(?:^|[.!?;,\n]\s*)(?:{_NEXT}|{_SPAN}|(?:very )?soon|shortly|eventually|sooner or later|some ?day|one day"
        rf"|in (?:the )?(?:near )?future|this time next year),? (?:we|i)(?:'ll)? {_HAVE}",
    ),
    _way(
        "when_ once_ after_",
        r"\b(?:when|once|after) (?:the|our|all|this|that|it)\b[^.!?;\n,]{1,40}?,? we (?:have|are|get) "
        r"(?=(?:about |some |over )?\d)",
    ),
    _way(
        "_by_ _next_ tomorrow soon",
        r"\b(?:we|i)(?:'re|'ll| are| will)? (?:have|get|getting|own|reach|receive|use|are on|run on)\b"
        rf"(?=[^.!?;\n,]{{1,60}}? (?:by {_LATER}|{_NEXT}"
        r"|(?:very )?soon\b))(?![^.!?;\n,]{{1,60}}? (?:and|from last|since)\b)",
    ),
    _way(
        "bis_ nächste bald demnächst wochen monaten tagen",
        r"\bbis (?:nächste\w*|ende|zum|mitte|anfang)\b[^.!?;\n]{0,20}? (?:haben|sind|nutzen) wir\b"
        r"|\b(?:nächste[nrs]? (?:jahr|monat|woche|quartal)|bald|demnächst|in \w+ (?:wochen|monaten|tagen))"
        r" (?:haben|sind|nutzen) wir\b",
    ),
    _way(
        "prochain bientôt d'ici próximo que_viene próxima pronto mañana",
        r"\b(?:l'année prochaine|(?:la semaine|le mois) prochaine?|bientôt|d'ici \w+)[^.!?;\n]{0,20}?,? (?:nous|on) "
        r"|\b(?:el (?:próximo )?(?:año|mes)(?: que viene)?|la próxima semana|pronto|mañana),? (?:tenemos|tengo"
        r"|estamos)\b",
    ),
    # rows that are not there
    _way(
        "lack missing lost deleted threw waiting ordered promise aim near far_from short_of instead rather anything_but"
        " let_alone much_less never_mind none_of 0_of zero_of asked_for owed goal target quota milestone",
        r"\b(?:lack(?:s|ing)?|missing|lost|deleted|threw away|waiting for|ordered|promise[sd]?(?: us)?"
        r"|aim(?:ing)? (?:at"
        r"|for)|nowhere near|far from(?: having)?|short of|instead of|rather than|anything but|let alone|much less"
        r"|never mind|(?:none|0|zero) of|asked for|owed|(?:goal|target|quota|milestone)s?(?: is| are|:| of)?)"
        rf" (?:the |our |my )?{_MANY}",
    ),
    _way(
        "gone lost deleted missing way not_ours n't_ours n't_mine short to_come useless fake",
        rf"{_MANY} (?:(?:are|were|is|got|went|have been|has been|aren't|isn't)(?: \w+)?? (?:gone|lost|deleted"
        r"|missing(?! \w)|on (?:their|its) way|useless|fake)|(?:are|were) not ours|aren't ours|short\b|to come\b)",
    ),
    _way(
        "not_ n't never nobody kein nicht pas_ no_tenemos no_tengo no_hay",
        r"(?:\b(?:not|never|nobody|kein\w*|nicht|pas|no(?= tenemos| tengo| hay))|n't)(?! (?:have|had|has|got"
        r"|hold|any) )(?: (?!but\b|only\b|just\b"
        r"|more\b|less\b|fewer\b|many\b|that\b|to\b|with\b|on\b|from\b|after\b|our\b|my\b|the\b|and\b|when\b"
        r"|if\b|because\b"
        r"|since\b|know\b|sure\b|think\b|enough\b|much\b|need\b)[\w']+){0,5}? (?:de )?" + _MANY,
    ),
)  # fmt: skip

# Nothing is said from here to the next comma.
CONDITIONS = (
    _way(
        "in_case unless whether matter_if as_long_as assumption condition premise hypothesis if_we if_i",
        r"\b(?:in case|unless|whether(?: or not)?|no matter if|as long as|on the (?:assumption|condition|premise) that"
        r"|under the (?:hypothesis|assumption) that|depending on if|(?:find out|know|knows|idea|tell|see|check|asks?"
        r"|asked|sure|wonder(?:s|ing)?) if)(?= (?:we|i)(?:'\w+)? )"
        r"(?! (?:we|i) (?:should|can|could|need|want|would|must))",
    ),
    _way(
        "is_it_ do_we do_i did_we do_you",
        r"\b(?:is it (?:true|so|right|correct|the case) that|do you (?:really |even )?(?:think|believe)(?: that)?)"
        rf"(?= (?:we|i) {_HAVE})|\b(?:do|did) (?:we|i)(?: really| even)? (?=(?:have|own) {_MANY})",
    ),
    _way(
        "falls wenn ob_ si_ s' est-ce",
        r"\b(?:falls|wenn|ob) (?=wir\b|ich\b)|\b(?:si |s'|est-ce que )(?=nous\b|on a|j'|tenemos\b|tuviéramos\b)",
    ),
    _way(
        "haben_wir hätten_wir nutzen_wir avons-nous a-t-on ¿",
        r"\b(?:haben|nutzen|hätten) wir\b(?=[^.!;\n]{0,60}\?)|\b(?:avons-nous|a-t-on)\b|¿(?=(?:tenemos|tengo"
        r"|hay|usamos|estamos)\b)",
    ),
)

# Nothing is said in the sentence before.
CLOSERS = (
    _way(
        "kidding joking jk j/k /s joke said_no haha_no haha,_no lol_no lol,_no right 🙄 dreams psych sike wishful"
        " april",
        r"(?<!no )(?<!not )(?<!n't )(?<!without )\b(?:just |only )?(?:kidding|joking)\b|\bj/?k\b|(?<!\w)/(?:s|jk)\b"
        r"(?=\W*(?:\n|$))|\b(?:that|this) (?:was|is) (?:just |only )?a joke\b|\bsaid no ?(?:one|body)\b(?: ever)?"
        r"|\b(?:ha)?haha?,? no\b|\blol,? no\b|\byeah,? right\b|🙄|\bin (?:my|your|our) dreams\b"
        r"|\b(?:psych|sike|wishful thinking|april fools?)\b(?=\W*(?:[.!]|\n|$))",
    ),
    _way(
        "not_really i_wish if_only as_if not! not. not) _not",
        r"(?:[,.…!(;-]|\.\.) ?(?:not really|i wish|if only|as if|not)(?=\s*(?:[.!)]|\n|$))",
    ),
    _way(
        "scherz witz spaß spass schön_wär plaisante rigole blague déconne broma chiste",
        r"(?:(?:war|ist) )?(?:nur |ein ){0,2}\b(?:scherz|witz|spaß|spass)\b(?=\W*(?:\n|$))|\bschön wär'?s\b"
        r"|\bje (?:plaisante|rigole|blague|déconne)\b|\bc'est une blague\b|\b(?:es|era) (?:una )?broma\b"
        r"|\bes un chiste\b",
    ),
    _way(
        "wait scratch_that strike_that i_take correction make_that",
        r"(?<=[.!?\n…]) ?\b(?:(?:oh |oops,? |sorry,? )?(?:no,? wait|wait,? no|scratch that|strike that"
        r"|i take (?:that|it) back|correction|make that))\b(?=\W+\w)",
    ),
    _way(
        "lie myth joke rumo nonsense false wrong untrue true fiction made exaggerat fairy fake wishful",
        r"[\"»]\s(?:is|was|are|'s) (?:just |simply )?(?:an? )?(?:\w+ )?(?:lies?|myth|joke|rumou?r|nonsense|false|wrong"
        r"|untrue|not true|fiction|made[- ]up|exaggerat\w+)\b"
        r"|\b(?:is|was|'s) (?:just |simply )?(?:an? )(?:\w+ )?(?:lie|myth|rumou?r|fairy ?tale|exaggeration)\b"
        r"(?=\W*(?:[.!]|\n|$))|(?:is|was) (?:made[- ]up|fake news|wishful thinking)\b",
    ),
)  # fmt: skip

# Nothing is said within the match: another number stands for this one.
MENDED = (
    _way(
        "wait sorry i_mean make_that rather correction scratch_that strike_that er, erm typo",
        r"\b\d[\d.,]{0,15}k?(?: [a-z-]+){1,3}?\W{1,3}(?:no,? wait|wait,? no|sorry|i meant?|make that|or rather"
        r"|correction"
        r"|scratch that|strike that|erm?|typo)\W{1,3}(?:(?:it's|its|we have|rather|more like|just|only"
        r"|about) ){0,3}(?=\d)",
    ),
)  # fmt: skip

_HEADS = """
    a about accuracy actually advisor agreement aktuell all also amount and annotation annotations answer answers
    antwort anzahl app ask aufgabe aujourd'hui aw background baseline basically because before benchmark bonjour
    bot bottom brief btw budget but cas case cases caso chatbot classes client clients cloud complaint complaints
    compute concern concerns conclusion constraint constraints context contexte contexto cost coste costs counts
    coûts currently data dataset datasets daten datos deadline detail details domain données edit estado eval evals
    example examples extra fact facts fazit feedback finetune format frage fragen fyi goal goals good gpu gpus
    hallo hardware headline hello here heute hey hi hintergrund history hola honestly hosting how however ich idea
    important in info infra infrastructure input inputs intro is issue issues it just knowledge kontext kosten
    label labels lage language latency legal limit limits location material maybe me menge meta metric metrics
    model modell modelo models modèle moi my myself nachtrag nb need needs news next nosotros note notes nous now
    number numbers objectif objective objetivo ok okay old on one option options other our ours output outputs
    overview owner people performance pipeline plan platform plus point points pregunta present privacy problem
    problema problems problème product progress prompt prompts provider ps purpose quality qualität question
    questions quick re reality reason respuesta result results resumen rows réponse résumé samples scale scope
    score scores security self setup short size so sources speed stack stage stand state stats status still story
    style sujet sum summary support survey system systems tarea target task tasks team tech technique test tests
    thanks that the thema then there thing things this time tldr today tone topic total traffic training truth
    tuning tâche update updates us usage use user users variety versions volume we well what when where which who
    why wir with workflow yes yo ziel zusammenfassung
"""
HEADS = frozenset(_HEADS.split())
"""What people write above words of their own: a matter, a remark or themselves. Any other word there is a name."""
