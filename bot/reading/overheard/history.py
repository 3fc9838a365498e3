"""What was tried, measured and collected, as people say it to each other."""

from bot.reading.overheard.signs import ANSWERS, BUILT, FEW, ITS, MUST, OURS, PROMPT, TESTS, WANTED, Signs, count

HISTORY = (
    # what was tried
    Signs(
        "models_tried",
        "several",
        (
            r"<model>\W.{0,30}?\b(?:<model>|(?:two|three|some|several|both|\d) (?:\w+ )?(?:ones|models))",
            r"tested|tried|compared|benchmarked|evaluated|run|ran",
        ),
    ),
    Signs(
        "models_tried",
        "several",
        (
            rf"{FEW} (?:different |other |base |open |large |newer |current )*(?:llms|models)",
            r"tested|tried|compared|benchmarked|evaluated|run|ran",
        ),
    ),
    Signs(
        "models_tried",
        "none",
        (
            r"no (?:llm|model)|(?:nobody|no one) .{0,20}(?:llm|model)|(?:not|n't|never) .{0,12}(?:any|a single|a"
            r"|an) (?:llm|model)",
            r"tested|tried|run|seen|touched|used",
            r"yet|so far|until now|on (?:it|this)",
        ),
        denies=True,
    ),
    Signs(
        "models_tried",
        "old",
        (
            r"only|never got further than|nothing but|just",
            r"(?:gpt-?3(?:\.5)?\S*|davinci|an old(?:er)? model)",
            r"tried|tested|run|ran|used|got|so far",
        ),
        denies=True,
    ),
    Signs(
        "prompts_tried",
        ("several",),
        (
            rf"{FEW} (?:different |system |other |\w+ )?(?:prompts|wordings|prompt versions|versions of the prompt)",
            r"tried|wrote|written|through|tested|had|made|compared|been",
        ),
    ),
    Signs(
        "prompts_tried",
        ("several",),
        (
            rf"{PROMPT}",
            r"reworded|rewr(?:ote|itten)|changed|rephrased|reworked|tweaked|revised",
            r"(?:a |two )?dozen|\w+ times|again and again|over and over|every week|all the time",
        ),
    ),
    Signs(
        "prompts_tried",
        ("one",),
        (
            rf"(?:only |just )?(?:one|a single) {PROMPT}",
            r"only|just|never changed|from the (?:first|start)|first day|so far|there is|we have|we wrote",
        ),
    ),
    Signs(
        "prompts_tried",
        ("nothing",),
        (
            r"nobody|no one|none of us|no",
            r"(?:written|tried|made|touched)|prompt has been",
            rf"{PROMPT}",
            r"yet|so far|ever|any",
        ),
        denies=True,
    ),
    Signs(
        "prompts_tried",
        ("few_shot",),
        (
            rf"{PROMPT}",
            r"(?:\w+ )?(?:worked )?(?:examples?|samples)|(?:our|best|good) (?:best )?(?:answers|replies)",
            r"in (?:it|the (?:system )?prompt|our prompt)|into (?:it|the prompt)|inside|includes?",
        ),
    ),
    Signs(
        "prompts_tried",
        ("steps",),
        (
            rf"{PROMPT}|calls|task",
            r"split|chained|broken down|broken up",
            r"(?:into|in) (?:<#>|several|smaller|\d+) (?:\w+ )?(?:steps|calls|prompts|parts)",
        ),
    ),
    Signs(
        "prompts_tried",
        ("optimizer",),
        (r"dspy|gepa|mipro\w*|textgrad|prompt optimi[sz]er", r"tuned|ran|run|tried|used|optimi[sz]ed"),
    ),
    # what is measured
    Signs(
        "eval_items",
        count,
        (
            r"(?P<n>\d[\d.,]*k?)",
            r"(?:as|for) (?:a|the|our) (?:\w+ )?(?:test|eval\w*|held[- ]out) (?:set|data)|(?:aside|back) (?:as"
            r"|for) (?:\w+ )?(?:tests?|testing|eval\w*)",
            r"tickets|cases|examples|pairs|rows|samples|questions",
        ),
    ),
    Signs(
        "baseline_known",
        True,
        (
            rf"{TESTS}|{PROMPT}|{BUILT}",
            r"\d+(?:\.\d+)? ?(?:%|percent)",
            r"(?:we )?(?:need|want)|target|bar|goal",
            r"\d+",
        ),
    ),
    Signs(
        "baseline_known",
        False,
        (
            r"nobody|no one|none of us|no idea|no clue|(?:do not|don't) know|never|not|haven't|n't",
            r"measured|scored|evaluated|benchmarked|tested|knows?|idea|clue",
            rf"how (?:accurate|often|good|well) (?:it|{OURS}|the (?:prompt|model|bot)) (?:is|are|does|works|gets)"
            r" ?(?:right|correct|wrong|it right)?"
            rf"|{BUILT} (?:on|against|at all)|{PROMPT} (?:on|against|at all)|(?:the|our) (?:model|bot|prompt)"
            r" (?:was|at all|so far|yet)|accuracy",
            r"right|correct|wrong|accura\w+|model|llm|bot|prompt|answers|replies|outputs",
        ),
        denies=True,
    ),
    Signs(
        "quality_ok",
        False,
        (
            r"no (?:\w+ )?(?:model|llm)|not (?:one|a single) (?:model|llm)|not even (?:the |our )?(?:best|largest"
            r"|biggest|newest|strongest) (?:\w+ )?(?:model|llm|prompt|one)"
            r"|(?:the|our) (?:best|largest|biggest|newest|strongest) (?:model|llm|prompt)",
            r"good enough|up to it|usable|meets the bar|there yet",
            r"no|not|not even|not one|isn't|wasn't",
        ),
        denies=True,
    ),
    Signs(
        "quality_ok",
        True,
        (
            r"(?:the|our) (?:best|largest|biggest|newest|big|untuned|base) (?:\w+ )?(?:model|llm)|<model>|the model",
            rf"{PROMPT}",
            r"(?:is )?good enough|passes|meets (?:the|our) bar|clears (?:the|our) bar|does the job",
        ),
    ),
    Signs(
        "agreement",
        "write",
        (
            r"(?:(?:any |all )?(?:two|three)|both|all) (?:of (?:us|our \w+|the \w+)|annotators|experts|people"
            r"|colleagues|agents|labell?ers)|our (?:experts|agents|annotators|lawyers|doctors|editors|people)"
            r" (?:would )?(?:all )?",
            r"write|give|choose|pick|answer|label|put|reply",
            rf"the same (?:{ANSWERS}|labels?|thing)",
        ),
        WANTED,
    ),
    Signs(
        "agreement",
        "none",
        (
            r"we|our \w+|people|experts|annotators|agents|two of us",
            r"disagree|cannot agree|can't agree|never agree|argue|do not agree|don't agree",
            rf"(?:right|good|correct|best) (?:\w+ )?(?:{ANSWERS}|labels?)",
        ),
        denies=True,
    ),
    Signs(
        "feedback",
        "thumbs",
        (
            r"thumbs(?:[ -]up)?(?:(?: and| or|/|,) ?(?:thumbs )?-?down)?|(?:star )?ratings|stars",
            r"(?:on|for|per|under|below|with|to|in|each|every|all|the|our|its|these) (?:each |every |all |the |our"
            rf" |its |these )?(?:\w+ )?{ANSWERS}",
            r"collect\w*|keep|kept|stor\w+|sav\w+|leave|left|gives?|gave|have|has|there are|log\w*|record\w*"
            r"|click\w*|press\w*",
        ),
    ),
    Signs(
        "feedback",
        "pairs",
        (
            rf"which of (?:the |our )?(?:two|both) {ANSWERS}|(?:pairs of|two|both) (?:\w+ )?{ANSWERS}",
            r"better|preferred|liked|chosen|picked|ranked|rankings?|preferences?|beat",
            r"stor\w+|kept|keep|record\w*|have|ranked|collect\w*|log\w*|picked|sav\w+|wrote down|there are",
        ),
    ),
    Signs(
        "feedback",
        "checker",
        (
            r"(?:script|program|checker|validator|compiler|parser|unit tests?|tests?)",
            r"checks?|verif(?:y|ies)|validates?|tells?|grades?|scores?",
            rf"(?:each|every|all|the|an?|its|generated) (?:\w+ )*?(?:{ANSWERS}|sql|json|quer(?:y|ies)|code)",
            r"model|bot|generated|it (?:writes|returns|gives)|outputs?",
        ),
    ),
    Signs(
        "variety",
        "none",
        (
            rf"(?:the|our|its|all) {ANSWERS} (?:must|should|have to|has to|needs? to)|same (?:input|question|ticket"
            r"|prompt)",
            r"(?:be|have|keep|use|give|get|return|lead to) (?:\w+ ){0,4}?the same",
        ),
        WANTED,
    ),
    Signs(
        "variety",
        "creative",
        (
            rf"(?:the|our|its|all) (?:\w+ )?(?:{ANSWERS}|stories|texts|slogans) {MUST}",
            r"creative|different each time|surprising|varied|original|never repeat",
        ),
        WANTED,
    ),
    Signs(
        "knowledge",
        "must_cite",
        (
            rf"(?:every|each|all|the|our|its) (?:\w+ )?{ANSWERS}",
            rf"{MUST} (?:always )?(?:quote|cite|name|link|reference|point to)",
            r"sources?|documents?|polic(?:y|ies)|paragraphs?|pages?|articles?|clauses?|docs|law",
        ),
        WANTED,
    ),
    Signs(
        "knowledge",
        "changing",
        (
            rf"{ITS}|{BUILT}|the answers",
            r"(?:our|the) (?:own )?(?:\w+ )?(?:prices?|price list|catalog(?:ue)?|docs|documents|handbook|polic(?:y"
            r"|ies)|stock|products?|tariffs?|inventory)",
            r"(?:chang\w+|updated|new|revised) (?:every|each|daily|weekly|monthly|all the time|constantly"
            r"|often)(?: (?:day|week|month|\w+day))?",
        ),
        WANTED,
    ),
    Signs(
        "knowledge",
        "stable",
        (
            rf"(?:{ITS}|it|{BUILT}|good {ANSWERS})",
            r"needs?|must know|has to know|depends? on|rel(?:y|ies) on|comes? from|refer to",
            r"our (?:own )?(?:\w+ )?(?:catalog(?:ue)?|handbook|manuals?|polic(?:y|ies)|contracts?|guidelines"
            r"|documents|docs|terms|facts)",
            r"facts|handbook|hardly|never changes|rarely|stable|fixed",
        ),
        WANTED,
        denies=True,
    ),
)
