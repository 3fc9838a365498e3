"""What the team has, measured and tried: rows of the table."""

from bot.reading.table.row import FELT, WANTED, row, tuned, unless_tests, untuned

EXAMPLES = [
    row(
        "examples_from",
        unless_tests("people"),
        r"\b(?:written|labell?ed|annotated|made|collected|answered|curated|checked) (?:by hand|manually|by "
        r"(?:our |the |my )?(?:\w+ )?(?:people|experts?|agents?|staff|team|humans?|colleagues|lawyers"
        r"|doctors|editors|annotators|linguists|myself|me|us))\b|\b(?:our|by|the) (?:\w+ )?(?:doctors|lawyers"
        r"|editors|translators|agents|experts|seniors|colleagues|nurses|team|staff|support people) (?:wrote"
        r"|labell?ed|made|did)\b|\b(?:written|done|made|labell?ed) by (?:our|my|the) \w+|\b(?:hand|human"
        r"|manually)[- ](?:written"
        r"|labell?ed|annotated|curated|made)\b",
    ),
    row(
        "examples_from",
        "model",
        r"\b(?:generated|written|made|labell?ed|created|produced|synthesi[sz]ed) (?:by|with|using|from) "
        r"(?:an? |the )?(?:<model>|llm|larger model|big model|model|ai)\b|\b(?:we|our|have|is|are|with|using"
        r"|from|all|on)\b<..15>\bsynthetic (?:data|examples|pairs|samples|data ?set)\b|\b(?:chatgpt|gpt\S*|claude"
        r"|gemini|an? llm) (?:wrote|generated|made|produced)\b|\b(?:gpt-?\d\S*|llm"
        r"|model)-(?:generated|written|labell?ed)\b",
    ),
    row(
        "examples_from",
        "logs",
        r"\b(?:examples?|pairs?|samples?|data|rows|they|these|it)\b<..15>\b(?:come|comes|came|taken|pulled"
        r"|exported|extracted|are|is) from\b<..15>\b(?:logs?|history|past (?:tickets|chats|emails)"
        r"|production|archives?)\b",
    ),
]
MEASURED = [
    row(
        "baseline_known",
        False,
        r"\b(?:haven't|have not|never|did not|didn't|nobody|no one) (?:\w+ )?(?:measured|evaluated"
        r"|benchmarked|scored|tested)\b<..20>\b(?:anything|yet|it|properly|systematically|that|this)\b|\b"
        r"(?:no|without a) (?:baseline|metrics?|measurements?|benchmark)\b",
    ),
    row(
        "quality_ok",
        untuned,
        r"\b(?:is|are|works?|working|worked|it's|quality is)\b (?:already |just |quite |pretty |very "
        r"|perfectly |really |all |more than )*(?:good enough|great|perfectly|fine(?! ?-?tun| to\b)|well enough)\b"
        r"|\b(?:meets|hits|clears|reaches) (?:the|our) bar\b|\b(?:happy|satisfied) with\b<..15>\b(?:quality"
        r"|results?|outputs?|answers?)\b",
    ),
    row(
        "quality_ok",
        False,
        r"\b(?:none|neither|no one) of (?:the|these|those|them|our)\b(?: (?:\w+ )?(?:models?|llms?|ones?))? (?:is|are"
        r"|was|were|gets?|does|do|comes?)\b<..15>\b(?:good enough|usable|acceptable|close|there yet"
        r"|up to (?:it|scratch|standard))\b",
    ),
    row(
        "quality_ok",
        False,
        r"\b(?:even|not even)\b<..25>\b(?:best|largest|biggest|strongest|most expensive|newest|latest"
        r"|<model>)\b<..45>(?:\b(?:does not|fails?|cannot|never|is not)\b|n't\b)<..25>",
    ),
    row(
        "agreement",
        "write",
        r"\b(?:(?:two|both|any two|all) of us|(?:any )?two (?:people|experts|colleagues|agents|reviewers|annotators))\b"
        r"<..15>\b(?:would|will)? ?write (?:about |nearly |roughly |almost |pretty much |more or less )?the same\b"
        r"<..12>"
        r"|\b(?:we|they|everyone|people|experts) (?:all )?agree on\b<..25>\b(?:right|good|answer|output)\b",
        WANTED,
    ),
    row(
        "agreement",
        "pick_only",
        r"\bknow (?:it|one|a good \w+) when (?:i|we|they) see (?:it|one)\b|\bcan(?:not|'t)? (?:only )?"
        r"(?:pick|choose|rank)\b<..25>\b(?:but|not)\b<..12>\bwrite\b|\b(?:can|could) only (?:pick|choose"
        r"|rank"
        r"|say which)\b<..20>",
        WANTED,
    ),
    row(
        "agreement",
        "none",
        r"\b(?:cannot|can't|don't|do not|never|could not) agree\b<..12>\b(?:on|about|what)\b<..25>|"
        r"\b(?:would|\'d|will) (?:often |always |probably )?disagree\b|\bdisagree (?:about|on)\b<..20>\b"
        r"(?:right|good|correct|label\w*)\b",
    ),
]
FEEDBACK = [
    row(
        "feedback",
        "thumbs",
        r"\b(?:thumbs[- ]?(?:up|down)|(?:positive|negative|good|bad) (?:or|and|/) (?:positive|negative|good|bad))"
        r" (?:or down |and down )?(?:ratings?|feedback|votes?|clicks)\b",
    ),
    row(
        "feedback",
        "pairs",
        r"\b(?:preference|ranked|chosen/rejected|dpo) (?:pairs|data ?sets?)\b"
        r"|\b<tuned>\b<..25>\b(?:by|with|using) dpo\b",
    ),
]
TRIED = [
    row(
        "prompts_tried",
        ("few_shot",),
        r"\b(?:put|puts|gave|give|added|include[ds]?|including|provided?|pasted)\b<..6>(?:<#> |some |a few "
        r"|several |good |our )?(?:\w+ ){0,2}?(?:examples|samples|prompts)\b<..8>\b(?:in|into|to|inside"
        r"|like) (?:the |my |our |its )?(?:system )?(?:prompt|context|above)\b",
        FELT,
    ),
    row(
        "prompts_tried",
        ("few_shot",),
        r"\bprompts?\b<..20>\bwith (?:<#> |some |a few |several |our |good )?examples? in (?:them|it|there)\b",
    ),
    row(
        "prompts_tried",
        ("schema",),
        r"\b(?:tried|trying|using|use|used|with|already|enabled)\b<..20>\b(?:json mode|structured outputs?"
        r"|function calling|json[- ]schema|constrained decoding|grammars?|response_format|guided decoding)\b"
        r"(?:<..6>\bschema)?|\btried\b<..20>\b(?:an?|the|strict|our) schemas?\b",
    ),
    row(
        "prompts_tried",
        ("one",),
        r"\b(?:only|just|so far)\b<..12>\b(?:one|a single|a simple|a basic|1) (?:\w+ )?prompt\b|\b(?:one"
        r"|a single) (?:\w+ )?prompt so far\b|\b(?:tried|wrote|used) (?:one|a single) (?:\w+ )?prompt\b",
    ),
    row(
        "models_tried",
        "several",
        r"\b(?:tried|tested|compared|ran|both|benchmarked|evaluated|used)\b<..15>(?P<m1>\b<model>)<..10>(?:"
        r"\band\b|,|/|\bor\b|\bvs\.?|\bas well as\b) ?(?:the )?(?!(?P=m1)\b)\b<model>(?:<..20>\bworks?\b)?",
    ),
    row(
        "already_tuned",
        tuned,
        r"\b(?:i|we)(?: have|'ve|'m| am)?(?: \w+ly| already| just| also| attempted to| tried to){0,3} "
        r"(?:<tuned>|<tune>)\b<..40>",
    ),
    row("already_tuned", tuned, r"\b(?:i|we) spent (?:\w+ ){1,5}?<tune>\b<..40>"),
    row("already_tuned", True, r"\b<tune>\b<..20>\b(?:failed|(?:does|did) not work|(?:does|did)n't work)\b"),
    row("already_tuned", tuned, r"(?:^|\n)[^\w\n]{0,20}<tuned> (?:\w+ )?(?:with|on|using)\b<..30>"),
    row(
        "already_tuned",
        True,
        r"\b(?:poor|bad|failed|unsuccessful|terrible) (?:results? (?:after|from|of) )?<tune>\b(?: results?)?",
    ),
    row("already_tuned", tuned, r"\b(?:my|our|the|this) (?:<tuned>) (?:model|version|llm|<model>)\b"),
]
RAN = row(
    "models_tried",
    "old",
    r"(?:\b(?:great|good|fine|ok|spot[- ]on|bad|poor|prompt,?) (?:on|with) |\brunning (?:an? )?"
    r"|(?:^|[.!?\n] )(?:tried|tested|using|used|asked) |\b(?:i|we)(?:'ve| have) had |\b(?:i|we)(?:'ve| have|'re"
    r"| are|'m| am)? (?:\w+ ){0,2}?(?:tried|ran|run|running|used|use|using|tested)\b<..25>"
    r"|\b(?:i|we)(?:'re| are|'m| am) (?:\w+ )?on "
    r"|\b(?:i|we) (?:now |currently |already |just )?(?:classify|extract|pull|summari[sz]e|generate|translate|draft"
    r"|write"
    r"|answer|tag|label|score|review|convert|parse|process|handle|do|produce|moderate|route|rewrite)\b<..60>"
    r" (?:with|via|through|using) (?:an? |the )?"
    r"|\b(?:it|this|that|the bot|everything|production|which)"
    r" (?:currently |now |still )?(?:runs?|is running|ran|uses) (?:on )?|(?:^|\n)[^\w\n]{0,20}(?:on|with|using) "
    r"|(?:^|[.!?\n,;] ?)(?:currently|right now|today|at the moment|now|so far):? (?:it's |it is |we're on |we use )?"
    r"|\b(?:an?|per|each|every) (?:day|month|week|hour),? (?:with|on|through|via|using) "
    r"|\b(?:currently|now|still|today|today's|running|runs|built|live|seconds|secs|calls|assistant|bot|agent"
    r"|pipeline|pay(?:ing)?"
    r"<..15>) (?:on|with|via|for|to) (?:an? |the )?(?:old |plain |vanilla )?)\Z",
)
"""What stands before the name of a base model that was run; how old that is, the dated list knows."""
FARES = row(
    "models_tried",
    "old",
    r"\A(?:'s answers?)?(?: \(?(?:zero|few)[- ]shot\)?)?(?: (?:and|&|or|,) (?:\S+ ){1,2}?(?=both|all))?(?: (?:both"
    r"|all|already|still|just|often|always|"
    r"sometimes|usually|never|really|only|currently|kind of))* (?:is what we (?:use|run|have)|writes?|wrote"
    r"|produces?|gives?|gets?|got|keeps?|kept|fails?|failed"
    r"|returns?|returned|drops?"
    r"|misses|missed|ignores?|ignored|finds?|found|catches|extracts?|labels|drifts?|drifted|slips|confuses|repeats"
    r"|refuses|rambles|mangles|garbles"
    r"|hallucinates?|hallucinated|invents?|struggles?|struggled|mixes|forgets?"
    r"|breaks?|does(?:n't"
    r"| not)? (?:it|this|that|the|well|fine|ok|not|n't|know|follow|get|keep)|is (?:great|fine|good|ok|perfect"
    r"|wrong|slow"
    r"|bad|way off)|right now|at the moment"
    r"|for now|nails?|nailed|works?|worked|scores?|scored|reach(?:es|ed)|passes|passed|can(?:'t|not| not))\b",
)
"""What stands behind the name of a base model that was run: how it does on the task."""
NAMED = row("models_tried", "old", r"\Z")

REPLIES = [
    row(
        "prompts_tried",
        ("several",),
        r"\b(?:a couple of|a few|several|many|lots of|multiple|different|various|some|two|three|four|five"
        r"|\d+)\W"
        r"(?:\w+ ){0,2}?(?:prompts|wordings|versions|variants|phrasings)\b",
    ),
    row("prompts_tried", ("one",), r"\b(?:one|a single|a|1|the first) (?:\w+ )?prompt\b"),
    row("prompts_tried", ("few_shot",), r"\bexamples? (?:inside|in|within) (?:it|them|the prompt|our prompt)\b"),
    row("prompts_tried", ("nothing",), r"\b(?:haven't|have not|never) (?:\w+ )?(?:tried|done|used) (?:anything|any)\b"),
    row(
        "baseline_known",
        True,
        r"(?<!\d)\d+(?:\.\d+)?\s?(?:%|percent|out of \d+|/ ?\d+)<..40>\b(?:need|target|want|bar|goal|contract|sla|ask"
        r"|expect|require|demand|aim|sign off)\w*\b<..20>\d{2}(?:\.\d+)?(?!\d)",
    ),
    row("already_tuned", False, r"\b(?:no|not a|never a) (?:<tune>|tuned model)\b|\bnever <tuned>\b"),
]
"""What says enough once it was asked for."""
