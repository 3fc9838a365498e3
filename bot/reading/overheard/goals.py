"""What should get better, and the kind of answer, as people say it to each other."""

from bot.reading.overheard.signs import ANSWER, ANSWERS, BUILT, ITS, LABELS, MUST, OURS, PROMPT, WANTED, Signs

GOALS = (
    # what should get better
    Signs(
        "need",
        ("style",),
        (
            rf"{OURS}|our bot|it writes|it answers",
            r"(?:much |far |way )?too (?:formal|stiff|robotic|cold|casual|polite|wordy|friendly|dry|chatty|chummy"
            r"|flat|blunt)|robotic|wooden|like a (?:robot|machine|lawyer)"
            r"|(?:wrong|off[- ]brand) (?:tone|style|voice)|(?:tone|style|voice)(?: of voice)? (?:\w+ ){0,4}?(?:is"
            r"|was|feels) (?:\w+ )?(?:wrong|off)",
        ),
    ),
    Signs(
        "need",
        ("format",),
        (
            rf"{OURS}|it",
            r"json|xml|yaml|schema|format|template|braces?|brackets?|field names?|the form we \w+",
            r"breaks?|broke|breaking|violates?|messes up|ignores?|drops?|forgets?|misses|malformed|invalid"
            r"|truncated|wrong|unparse?able"
            r"|not (?:\w+ )?(?:valid|well[- ]formed|parse?able)|never (?:has|in|follows|keeps)|rarely|does not"
            r" (?:follow|keep|match)|doesn't (?:follow|keep|match)",
        ),
        denies=True,
    ),
    Signs(
        "need",
        ("format",),
        (
            r"one (?:json|answer|output|record|reply) in \w+|every \w+ (?:json|output|record)",
            r"missing|broken|malformed|invalid|wrong",
            r"fields?|json|braces?|keys?|form|format",
        ),
    ),
    Signs(
        "need",
        ("format",),
        (r"json|xml|yaml", r"comes? (?:back|out)|arrives?", r"malformed|broken|invalid|wrong|not valid"),
        denies=True,
    ),
    Signs(
        "need",
        ("facts",),
        (
            rf"{OURS}|it",
            r"(?:makes?|made|making) (?:\w+ ){0,2}?up|(?:makes?|made) up|invent(?:s|ed|ing)|hallucinat(?:es|ed"
            r"|ing)|fabricates?|(?:does not|doesn't) know",
            r"names?|numbers?|products?|prices?|facts?|dates?|features?|links?|sources?|polic(?:y|ies)|clauses?"
            r"|articles?|orders?|details|discounts?"
            r"|refunds?|tariffs?|terms",
        ),
        denies=True,
    ),
    Signs(
        "need",
        ("consistency",),
        (
            rf"{OURS}",
            r"(?:two|three|repeated|several|different) (?:runs|calls|tries)|same (?:prompt|input|question|ticket)"
            r"|some days|sometimes",
            rf"(?:different|other|another|not the same) (?:{ANSWERS}|labels?|results?)|on others|in (?:english"
            r"|german|french|spanish|\w+ish)",
        ),
        denies=True,
    ),
    Signs(
        "need",
        ("cost",),
        (
            rf"{BUILT}|{PROMPT}|(?:api )?calls (?:to|of) <model>",
            r"costs? us \S+ ?\w*|too (?:dear|expensive|costly|pricey)|costs? (?:us )?too much|has to (?:come down"
            r"|get cheaper|be cheaper)|that is too much|must get cheaper",
        ),
    ),
    Signs(
        "need",
        ("latency",),
        (
            rf"{BUILT}|per {ANSWER}|for (?:a|each|every) {ANSWER}|(?:the|an|each) {ANSWER} (?:takes|needs|comes"
            r" after)",
            r"seconds?|minutes?|wait",
            r"too (?:slow|long)",
        ),
    ),
    Signs(
        "need",
        ("skill",),
        (
            rf"it|{BUILT}|{PROMPT}",
            r"labels|classifies|sorts|tags|routes|gets",
            r"tickets|e-?mails|cases|(?:the|a|every|each) (?:labels?|category|categories|class|topic)|queries"
            r"|messages|reviews|documents|requests",
            r"wrong(?:ly)?|incorrectly",
        ),
    ),
    # the kind of answer
    Signs(
        "output",
        "yes_no",
        (
            rf"{BUILT}|{ITS}|out of (?:it|the model)|short {ANSWERS}|it (?:only )?{MUST}",
            r"(?:plain |only )?yes(?: or | ?/ ?)no",
        ),
        WANTED,
        denies=True,
    ),
    Signs(
        "output",
        "label",
        (
            r"(?:each|every|any|all) (?:\w+ )?(?:tickets?|e-?mails?|mails?|messages?|reviews?|documents?|requests?"
            r"|texts?|comments?|reports?|posts?)"
            rf"|{BUILT}|{ITS}|classifier|comes out|it {MUST}",
            r"(?:exactly |only )?one of (?:our |the )?(?:<#> |\d+ |eleven |twelve |fifteen |a few )(?:\w+"
            rf" )?{LABELS}",
        ),
        WANTED,
    ),
    Signs(
        "output",
        "number",
        (
            rf"{BUILT}|the {ANSWERS}",
            r"(?:is|are|with|be|gives?|returns?|just)(?: always| only| just)? (?:a|one) (?:single )?number",
        ),
        WANTED,
    ),
    Signs(
        "output",
        "code",
        (
            rf"{ANSWERS} (?:is|are)|what (?:comes out|it (?:writes|returns|gives))|it {MUST}|{BUILT} {MUST}",
            r"sql|python|java(?:script)?|typescript|code|queries",
        ),
        WANTED,
    ),
    Signs(
        "output",
        "record",
        (
            rf"(?:the|its|as|our) {ANSWERS}|output would be|what (?:comes out|it (?:writes|returns|gives)|we"
            rf" (?:want|need|expect))|out of the model|{BUILT} (?:returns|gives|{MUST} (?:return|give))",
            r"(?:is|are|be|need|want|return|returns|gives?|with) (?:\w+ ){0,3}?(?:json|xml|yaml)(?: \w+)?",
        ),
        WANTED,
    ),
    Signs(
        "output",
        "text",
        (
            rf"(?:the|its|our|each|every) {ANSWERS} (?:is|are)",
            r"prose|free text|(?:a |an )(?:whole |full |complete |long |short )?(?:letter|e-?mail|paragraph"
            r"|article|report)",
        ),
        WANTED,
    ),
)
