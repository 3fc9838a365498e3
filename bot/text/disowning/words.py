"""The words by which people say that they do not stand behind what they say, or that somebody else says it.

Each row has beginnings of words of which a text that it matches has one, in small letters, so that its pattern is not
even compiled for most messages.
"""

from bot.text.disowning.way import AFTER, BEGINS, MANY, SELF, way

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
_NOT_REACHED = "".join(
    rf"(?<!{verb} {whose} )"
    for verb in ("reached", "hit", "met", "past", "beat", "exceeded")
    for whose in ("our", "the", "my")
)
"""What is reached is there."""
_HAVE = r"(?:have|had|get|are|own|use|run|reach|hold|handle)\b"

# Nothing is said from here to the end of the sentence, or to what stands against it.
OPENERS = (
    # no belief, a lie, a dream
    way("no_way", r"\b(?:there(?:'s| is) )?no way(?: in hell)?" + SELF),
    way(
        "as_if as_though not_like n't_like since_when",
        r"\b(?:as (?:if|though)|not like|n't like|since when (?:do|did|have|are))" + SELF,
    ),
    way(
        "lie myth rumo joke nonsense rubbish bullshit fiction exaggeration stretch fairy misconception"
        " misunderst gelogen"
        " lüge quatsch mentira falso faux mensonge stimmt_nicht nicht_wahr",
        r"\b(?:lies?|myth|rumou?r|joke|nonsense|rubbish|bullshit|fiction|exaggeration|stretch|fairy ?tale|misconception"
        r"|misunderstanding|gelogen|lüge|quatsch|mentira|falso|faux|mensonge|stimmt nicht|nicht wahr)"
        r"(?: to (?:say|claim|think))?,?(?: that| dass| que)" + SELF,
    ),
    way(
        "idea_that claim_that notion_that belief_that story_that legend_that assumption_that hypothesis_that"
        " suggestion_that impression_that assertion_that allegation_that evidence_that proof_that sign_that"
        " indication_that premise_that condition_that theory_that",
        r"\b(?:the|this|that|a|any|no|his|her|their|[\w-]{1,30}'s) (?:idea|claim|notion|belief|story|legend|assumption"
        r"|hypothesis|suggestion|impression|assertion|allegation|evidence|proof|sign|indication|premise|condition"
        r"|theory) that" + SELF,
    ),
    way(
        "say said claim think believ pretend suggest imply mean",
        r"(?:\b(?:not|never|hardly|barely|nobody|no ?one|refuse[sd]? to|lying if i|wrong to|false to|lie to)|n't)"
        r"(?: \w+){0,2}? (?:say|said|saying|claim\w*|think|believe|pretend\w*|suggest\w*|imply|mean)"
        r"(?: for (?:a|one) \w+)?" + SELF,
    ),
    way(
        "dreamt dream fantasi lied bluffed pretended imagined hallucinated",
        r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:dreamt|dream(?:ed)?|fantasi[sz]e[ds]?|lied|bluffed|pretended|imagined"
        r"|hallucinated)\b(?: last night)?" + SELF,
    ),
    way(
        "dream fantas imagination",
        r"\bin (?:my|our|your|his|her|their) (?:wildest )?(?:dreams?|fantas\w+|imagination)\b",
    ),
    way(
        "_world universe reality timeline _life land",
        r"\bin (?:an?|the|some) (?:perfect|ideal|parallel|better|dream|fantasy|alternate|alternative|other|fictional)"
        r" (?:world|universe|reality|timeline|life)" + SELF + r"|\bin (?:fantasy|dream|cloud|la-la)[- ]?land\b",
    ),
    way("right sure", BEGINS + r"(?:yeah,? right|oh yeah,? sure|haha,? sure)" + SELF),
    # told by somebody else, or to be told
    way(
        "claim swear swore assum mention maintain alleg boast brag pretend suspect figure announce post tweet"
        " typed text mail"
        " whisper joke guess hope fear keep impression like goes read state promise think thought believe insist",
        _PERSON + r" (?:also |just |still |always |often |all |even )?(?:claim(?:s|ed)?|sw(?:ears?|ore)|assum(?:es?|ed)"
        r"|mention(?:s|ed)?|maintain(?:s|ed)?|alleges?d?|boast(?:s|ed)?|brag(?:s|ged)?|pretend(?:s|ed)?"
        r"|suspect(?:s|ed)?"
        r"|figure[sd]?|announce[sd]?|post(?:s|ed)|tweet(?:s|ed)|typed|text(?:s|ed)|e-?mail(?:s|ed)|whisper(?:s|ed)"
        r"|joke[sd]|guess(?:es|ed)|hope[sd]|fear(?:s|ed)|keeps? (?:saying|claiming|telling \w+)"
        r"|(?:is|was|are|were) (?:under the impression|like)|goes|reads?|state[sd]?|promise[sd]?"
        r"|thinks?|thought|believe[sd]?|insist(?:s|ed)?)" + SELF,
    ),
    way(
        "per_ via_ from_ quot 's_",
        AFTER + r"(?:per|via|from|quoting|quote from|to quote) (?-i:[A-Z])[\w.-]{1,30}(?:,|:)" + SELF
        + r"|(?-i:[A-Z])[\w.-]{1,30}'s (?:words|take|view|opinion|message|note|mail|answer|guess)(?:,|:| is| was)"
        + SELF,
    ),
    way(
        "allegedly purportedly ostensibly officially on_paper has_it it_is",
        r"\b(?:allegedly|purportedly|ostensibly|officially|on paper|(?:word|legend|rumou?r) has it"
        r"|it is (?:claimed|rumou?red|assumed|believed|alleged|thought|hoped))" + SELF,
    ),
    way(
        "title subject headline caption heading prompt transcript excerpt minutes error banner footer tweet"
        " ticket slide"
        " deck letter poster sign brochure mail",
        r"\b(?:title|subject(?: line)?|headline|caption|heading|prompt|transcript|excerpt|minutes|error|banner|footer"
        r"|tweet|ticket|slides?|deck|letter|poster|sign|brochure|mail)(?: (?:starts?|begins?|ends?) with| reads?| goes"
        r"| is| was| states?| says)?:" + SELF,
    ),
    way(
        "write draft send post type reply text mail rephrase rewrite proofread say translate tell",
        BEGINS + r"(?:please |can you |could you |pls )?(?:(?:write|draft|send|post|type|reply|text|e-?mail|rephrase"
        r"|rewrite|proofread|say)(?: (?:an?|the|this|him|her|them|me|us|back|it|to|in \w+|mail|e-?mail|post|slide"
        r"|letter|note|line|sentence|message|saying)){0,6}? ?(?::|that\b|saying\b)|translate:?"
        r"|tell (?:(?!me\b|us\b|you\b)\w+ ){1,3}?(?:that)?)" + SELF,
    ),
    way(
        "tell_ say",
        r"\bi(?:'ll| will|'d| would| am going to) tell (?:(?!you\b)\w+ ){1,3}?" + SELF
        + r"|\bhow (?:do|does|would|can) (?:you|i|we|one) say" + SELF,
    ),
    # once
    way(
        "old_ last_ previous former ex_",
        r"\b(?:at|in|with|from|for) (?:my|our|his|her|their) (?:old|last|previous|former|ex) (?:job|company|employer"
        r"|team|project|role|gig|startup|firm|workplace)\b(?=,? (?:we|i) (?:had|have|used|were|are|ran|did)\b)",
    ),
    way(
        "once_ before_ back_",
        r"\b(?:we|i) once (?:had|used)\b|\bbefore the \w+,? (?:we|i) had\b"
        r"|\bback (?:at|in|when)\b[^.!?;\n,]{1,30}? (?:we|i) (?:had|used|were|ran)\b",
    ),
    # an example, a supposition
    way(
        "say e.g. for_ picture take_",
        BEGINS + r"(?:say|e\.g\.|for (?:example|instance|the example)|picture (?:this|it)|take it that)" + SELF,
    ),
    way(
        "think_of take_ consider picture imagine",
        BEGINS + r"(?:think of|take|consider|picture|imagine) (?:an?|another|some|any) (?:\w+ )?(?:team|company"
        r"|startup|firm|person|somebody|someone|shop|lab) (?:with|that|who|which|where|has|having)\b",
    ),
    way(
        "could_ might_ would_",
        rf"\b(?:we|i|they) (?:could|would) (?:(?:easily|also|then|probably|maybe) )?(?:have|get|collect|label) {MANY}",
    ),
    way(
        "angenommen nehmen_wir stell supposons imaginons admettons supongamos imagina imaginemos ojalá pongamos",
        r"\b(?:angenommen|nehmen wir an|(?:stell|stellt|stellen) (?:dir|euch|sie sich) vor|supposons|imaginons"
        r"|admettons|supongamos|imagin(?:a|emos) que|ojalá|pongamos)\b",
    ),
    way(
        "angeblich vermeintlich soi-disant supuestamente il_para on_dit dicen se_dice",
        r"\b(?:angeblich|vermeintlich|soi-disant|supuestamente|il paraît|il parait|on dit|dicen|se dice)\b",
    ),
    way("laut selon d'après según", r"\b(?:laut|selon|d'après|según) (?-i:[A-Z])[\w.-]{1,30}\b"),
    way(
        "sagt meint behauptet glaubt denkt schrieb schreibt dit prétend affirme croit pense dice afirma cree asegura",
        r"\b[^\W\d_][\w.-]{1,30} (?:sagte?|meinte?|behauptete?|glaubte?|denkt|schrieb|schreibt|dit|prétend"
        r"|affirme|croit"
        r"|pense|dice|afirma|cree|asegura)(?:,| dass| que| qu')" + SELF,
    ),
    way("geträumt rêvé soñé soñado", r"\b(?:geträumt|rêvé|soñé|soñado)\b"),
    # what is to be
    way(
        "by_ from_ come_ until_ before_ starting_ as_of",
        rf"\b(?:(?:by|from|come|until|before|starting) {_LATER}|as of {_NEXT})(?: on)?,? (?:we|i)(?:'ll)? {_HAVE}",
    ),
    way(
        "next_ tomorrow the_end_of in_ soon shortly eventually later day this_time summer spring winter autumn",
        rf"{AFTER}(?:{_NEXT}|{_SPAN}|(?:very )?soon|shortly|eventually|sooner or later|some ?day|one day"
        rf"|in (?:the )?(?:near )?future|this time next year),? (?:we|i)(?:'ll)? {_HAVE}",
    ),
    way(
        "when_ once_ after_",
        r"\b(?:when|once|after) (?:the|our|all|this|that|it)\b[^.!?;\n,]{1,40}?,? we (?:have|are|get) "
        r"(?=(?:about |some |over )?\d)",
    ),
    way(
        "_by_ _next_ tomorrow soon",
        r"\b(?:we|i)(?:'re|'ll| are| will)? (?:have|get|getting|own|reach|receive|use|are on|run on)\b"
        rf"(?=[^.!?;\n,]{{1,60}}? (?:by {_LATER}|{_NEXT}"
        r"|(?:very )?soon\b))(?![^.!?;\n,]{{1,60}}? (?:and|from last|since)\b)",
    ),
    way(
        "bis_ nächste bald demnächst wochen monaten tagen",
        r"\bbis (?:nächste\w*|ende|zum|mitte|anfang)\b[^.!?;\n]{0,20}? (?:haben|sind|nutzen) wir\b"
        r"|\b(?:nächste[nrs]? (?:jahr|monat|woche|quartal)|bald|demnächst|in \w+ (?:wochen|monaten|tagen))"
        r" (?:haben|sind|nutzen) wir\b",
    ),
    way(
        "prochain bientôt d'ici próximo que_viene próxima pronto mañana",
        r"\b(?:l'année prochaine|(?:la semaine|le mois) prochaine?|bientôt|d'ici \w+)[^.!?;\n]{0,20}?,? (?:nous|on) "
        r"|\b(?:el (?:próximo )?(?:año|mes)(?: que viene)?|la próxima semana|pronto|mañana),? (?:tenemos|tengo"
        r"|estamos)\b",
    ),
    # rows that are not there
    way(
        "lack missing lost deleted threw waiting ordered promise aim near far_from short_of instead rather anything_but"
        " let_alone much_less never_mind none_of 0_of zero_of asked_for owed goal target quota milestone",
        r"\b(?:lack(?:s|ing)?|missing|lost|deleted|threw away|waiting for|ordered|promise[sd]?(?: us)?"
        r"|aim(?:ing)? (?:at"
        r"|for)|nowhere near|far from(?: having)?|short of|instead of|rather than|anything but|let alone|much less"
        r"|never mind|(?:none|0|zero) of|asked for|owed"
        rf"|{_NOT_REACHED}(?:goal|target|quota|milestone)s?(?: is| are|:| of)?)"
        rf" (?:the |our |my )?{MANY}",
    ),
    way(
        "gone lost deleted missing way not_ours n't_ours n't_mine short to_come useless fake",
        rf"{MANY} (?:(?:are|were|is|got|went|have been|has been|aren't|isn't)(?: \w+)?? (?:gone|lost|deleted"
        r"|missing(?! \w)|on (?:their|its) way|useless|fake)|(?:are|were) not ours|aren't ours|short\b|to come\b)",
    ),
    way(
        "not_ n't never nobody kein nicht pas_ no_tenemos no_tengo no_hay",
        r"(?:\b(?:not|never|nobody|kein\w*|nicht|pas|no(?= tenemos| tengo| hay))|n't)(?! (?:have|had|has|got"
        r"|hold|any) )(?: (?!but\b|only\b|just\b"
        r"|more\b|less\b|fewer\b|many\b|that\b|to\b|with\b|on\b|from\b|after\b|our\b|my\b|the\b|and\b|when\b"
        r"|if\b|because\b"
        r"|since\b|know\b|sure\b|think\b|enough\b|much\b|need\b)[\w']+){0,5}? (?:de )?" + MANY,
    ),
)  # fmt: skip

# Nothing is said from here to the next comma.
CONDITIONS = (
    way(
        "in_case unless whether matter_if as_long_as assumption condition premise hypothesis if_we if_i",
        r"\b(?:in case|unless|whether(?: or not)?|no matter if|as long as|on the (?:assumption|condition|premise) that"
        r"|under the (?:hypothesis|assumption) that|depending on if|(?:find out|know|knows|idea|tell|see|check|asks?"
        r"|asked|sure|wonder(?:s|ing)?) if)(?= (?:we|i)(?:'\w+)? )"
        r"(?! (?:we|i) (?:should|can|could|need|want|would|must))",
    ),
    way(
        "is_it_ do_we do_i did_we do_you",
        r"\b(?:is it (?:true|so|right|correct|the case) that|do you (?:really |even )?(?:think|believe)(?: that)?)"
        rf"(?= (?:we|i) {_HAVE})|\b(?:do|did) (?:we|i)(?: really| even)? (?=(?:have|own) {MANY})",
    ),
    way(
        "falls wenn ob_ si_ s' est-ce",
        r"\b(?:falls|wenn|ob) (?=wir\b|ich\b)|\b(?:si |s'|est-ce que )(?=nous\b|on a|j'|tenemos\b|tuviéramos\b)",
    ),
    way(
        "haben_wir hätten_wir nutzen_wir avons-nous a-t-on ¿",
        r"\b(?:haben|nutzen|hätten) wir\b(?=[^.!;\n]{0,60}\?)|\b(?:avons-nous|a-t-on)\b|¿(?=(?:tenemos|tengo"
        r"|hay|usamos|estamos)\b)",
    ),
)

# Nothing is said in the sentence before.
CLOSERS = (
    way(
        "they_ he_ she_",
        r"(?:,|;| -) (?:so |or so )?(?:they|he|she) (?:says?|said|tells?|told|claims?|claimed|thinks?|thought|reckons?"
        r"|wrote|writes)(?: (?:me|us|you))?(?=\s*(?:[.!)]|\n|$))",
    ),
    way(
        "kidding joking jk j/k /s joke said_no haha_no haha,_no lol_no lol,_no right 🙄 dreams psych sike wishful"
        " april",
        r"(?<!no )(?<!not )(?<!n't )(?<!without )\b(?:just |only )?(?:kidding|joking)\b|\bj/?k\b|(?<!\w)/(?:s|jk)\b"
        r"(?=\W*(?:\n|$))|\b(?:that|this) (?:was|is) (?:just |only )?a joke\b|\bsaid no ?(?:one|body)\b(?: ever)?"
        r"|\b(?:ha)?haha?,? no\b|\blol,? no\b|\byeah,? right\b|🙄|\bin (?:my|your|our) dreams\b"
        r"|\b(?:psych|sike|wishful thinking|april fools?)\b(?=\W*(?:[.!]|\n|$))",
    ),
    way(
        "not_really i_wish if_only as_if not! not. not) _not pigs",
        r"(?:[,.…!(;-]|\.\.|\blol) ?(?:not really|i wish|if only|as if|not)(?=\s*(?:[.!)]|\n|$))"
        r"|\band pigs (?:can )?fly\b",
    ),
    way(
        "scherz witz spaß spass schön_wär plaisante rigole blague déconne broma chiste",
        r"(?:(?:war|ist) )?(?:nur |ein ){0,2}\b(?:scherz|witz|spaß|spass)\b(?=\W*(?:\n|$))|\bschön wär'?s\b"
        r"|\bje (?:plaisante|rigole|blague|déconne)\b|\bc'est une blague\b|\b(?:es|era) (?:una )?broma\b"
        r"|\bes un chiste\b",
    ),
    way(
        "wait scratch_that strike_that i_take correction make_that",
        r"(?<=[.!?\n…]) ?\b(?:(?:oh |oops,? |sorry,? )?(?:no,? wait|wait,? no|scratch that|strike that"
        r"|i take (?:that|it) back|correction|make that))\b(?=\W+\w)",
    ),
    way(
        "lie myth joke rumo nonsense false wrong untrue true fiction made exaggerat fairy fake wishful",
        r"[\"»]\s(?:is|was|are|'s) (?:just |simply )?(?:an? )?(?:\w+ )?(?:lies?|myth|joke|rumou?r|nonsense|false|wrong"
        r"|untrue|not true|fiction|made[- ]up|exaggerat\w+)\b"
        r"|\b(?:is|was|'s) (?:just |simply )?(?:an? )(?:\w+ )?(?:lie|myth|rumou?r|fairy ?tale|exaggeration)\b"
        r"(?=\W*(?:[.!]|\n|$))|(?:is|was) (?:made[- ]up|fake news|wishful thinking)\b",
    ),
)  # fmt: skip

# Nothing is said within the match: another number stands for this one.
MENDED = (
    way(
        "wait sorry i_mean make_that rather correction scratch_that strike_that er, erm typo",
        r"\b\d[\d.,]{0,15}k?(?: [a-z-]+){1,3}?\W{1,3}(?:no,? wait|wait,? no|sorry|i meant?|make that|or rather"
        r"|correction"
        r"|scratch that|strike that|erm?|typo)\W{1,3}(?:(?:it's|its|we have|rather|more like|just|only"
        r"|about) ){0,3}(?=\d)",
    ),
)  # fmt: skip
