"""How often it runs, where, under whom, and what could do instead, as people say it to each other."""

from bot.reading.overheard.signs import (
    ANSWERS,
    BUILT,
    DONE,
    LABELS,
    MUST,
    PLACES,
    ROWS,
    SHORT,
    TUNED,
    WANTED,
    Signs,
    count,
    count_a_day,
)

SETTING = (
    # volume
    Signs(
        "calls_per_day",
        count_a_day,
        (
            r"(?P<n>\d[\d.,]*k?) (?:\w+ )?(?:requests|calls|questions|messages|tickets|times) (?:a|per|each|every)"
            r" (?:day|hour|week|month|minute)",
            rf"(?:it|this|that|{BUILT}) (?:will|would|should|may)(?: probably)? (?:be|get|see|have|handle|take"
            r"|receive|do)|(?:to|for|go to|through) (?:the|our|this) (?:model|bot|llm)|requests|(?:it|the model"
            r"|the bot) (?:is|gets) called",
        ),
        WANTED,
    ),
    Signs(
        "tokens_in",
        count,
        (
            r"(?P<n>\d[\d.,]*k?) tokens(?: in)?",
            r"(?:in|with|per|for|into) (?:each|every|a|the) (?:call|request)|(?:each|every|a) (?:call|request)"
            r" (?:has|sends|takes|uses)|prompts are|(?:as|of) input|tokens in",
        ),
    ),
    Signs(
        "tokens_fixed",
        count,
        (
            r"(?P<n>\d[\d.,]*k?)(?: of)?(?: the| our)? (?:\w+ )?tokens",
            r"never chang\w+|always the same|the same (?:in|every|each)\W.{0,12}|are fixed|stay fixed|are constant"
            r"|do not change|don't change",
        ),
        denies=True,
    ),
    # where it stands
    *(
        Signs(
            "platform",
            place,
            (
                rf"(?:on|in|at|from|by|to) (?:{words})",
                DONE,
                rf"{BUILT}|it (?:would|will|should|must|has to|can only)|training|inference|everything (?:would|will"
                r"|must)",
            ),
            WANTED,
        )
        for place, words in PLACES.items()
    ),
    *(
        Signs(
            "platform",
            place,
            (rf"we(?: will|'ll| would)? (?:train|tune|fine-?tune) (?:\w+ ){{0,2}}?(?:on|in|at|with) (?:{words})",),
            WANTED,
        )
        for place, words in PLACES.items()
    ),
    *(
        Signs(
            "platform",
            place,
            (rf"(?:it|everything|the model|our model) {MUST} (?:be|stay|stay on|live on|be on) (?:{words})",),
            WANTED,
        )
        for place, words in PLACES.items()
    ),
    Signs(
        "data_limits",
        "personal",
        (
            ROWS,
            r"(?:are full of|contains?|ha(?:s|ve)|with|hold|include) (?:\w+ ){0,3}?(?:personal|health|patient"
            r"|medical|private) (?:data|details|information)"
            r"|personal data|(?:medical|health|patient) (?:records|data)|names and (?:addresses|e-?mails|numbers)"
            r"|names of (?:customers|patients|people)",
        ),
    ),
    Signs(
        "data_limits",
        "must_stay_inside",
        (
            rf"{ROWS}|(?:no|not a single|none of (?:the|this|our)) (?:ticket|row|example|e-?mail|chat|data)\w*",
            r"(?:not|never|n't|may|no|not a single|none|nothing) (?:\w+ ){0,4}?(?:leave|go outside|be sent"
            r" (?:outside|out of))|stay (?:inside|in[- ]house|with us|on our \w+)|allowed outside",
            r"(?:our|the) (?:\w+ )?(?:house|company|building|network|premises|servers?|country|systems?|cloud|eu"
            r"|infrastructure|cluster)|inside|in[- ]house|with us|outside",
            r"not|never|n't|no|none|nothing|must|has to|have to|may",
        ),
        WANTED,
        denies=True,
    ),
    Signs(
        "owner",
        "nobody",
        (
            r"nobody(?! else)|no one(?! else)|none of us",
            r"retrain\w*|maintain\w*|look(?:s|ing)? after|own",
            rf"{BUILT}|it (?:when|later|afterwards|again)",
        ),
        WANTED,
        denies=True,
    ),
    Signs(
        "owner",
        "team",
        (
            r"(?:the|our|a) (?:\w+ )?team|(?:two|three|four|five|six) of us|a team of \w+",
            r"retrains?|maintains?|looks? after|owns?",
            BUILT,
        ),
        WANTED,
    ),
    Signs(
        "owner",
        "one",
        (
            r"i|only i|just me|one person|one of us|alone|only one|nobody else",
            r"retrains?|maintains?|looks? after|owns?",
            BUILT,
        ),
        WANTED,
    ),
    Signs("already_tuned", True, (TUNED, SHORT), denies=True),
    Signs(
        "already_tuned",
        True,
        (
            r"(?:we|i)(?: have|'ve)?(?: already| once)? (?:fine-?\s?tuned (?:it|one|<model>|(?:an? |the |our )\w+)"
            r"|tuned (?:it|one|<model>|(?:a |the )(?:\w+ )?model))",
            SHORT,
        ),
        denies=True,
    ),
    # what could do instead
    Signs(
        "rule_exists",
        True,
        (
            r"a (?:simple |plain )?(?:regex|rule|query|lookup(?: table)?|search pattern)",
            r"gets?|gives?|finds?|returns?|decides?",
            rf"(?:right|correct) (?:{ANSWERS}|label|one)|every (?:case|ticket)|all (?:cases|tickets)",
        ),
        WANTED,
    ),
    Signs(
        "small_model",
        True,
        (
            r"(?:small |tiny |simple |plain |bert |ordinary )?(?:classifier|encoder|tagger)|small model|(?:\w+)?bert",
            r"do|enough|suffice|works?|handle",
            rf"{LABELS}|tickets|this|it|trained",
        ),
        WANTED,
    ),
)
