"""What the team wants to be better, and the kind of answer: rows of the table."""

from bot.reading.table.row import FELT, WANTED, row, running_cost

NEED = [
    # facts
    row(
        "need",
        ("facts",),
        r"\b(?:model|bot|assistant|llm|<model>|answers|it|they|them|to)\b<..20>\bhallucinat\w+(?: less)?"
        r"|\b(?:without|reduc\w+|avoid\w*|fewer|less|prevent\w*|minimi[sz]\w+|stop\w*|tackl\w+) (?:\w+ )?hallucinat\w+"
        r"|\bground(?:ed|ing)? (?:the |our |an? |its )?(?:llm|model|bot|assistant|answers?|responses?)\b",
        WANTED,
    ),
    row(
        "need",
        ("facts",),
        r"\b(?:ask|answer)(?:s|ed|ing)?\b<..20>\b(?:questions?|queries)\b<..14>\b(?:about|on|from|over|regarding"
        r"|based on|related to)\b (?:only )?(?:<own> )(?:\w+ ){0,3}?<papers>\b"
        r"|\bchat(?:ting)? (?:with|over|to) (?:<own> )(?:\w+ ){0,2}?<papers>\b",
        WANTED,
    ),
    row(
        "need",
        ("facts",),
        r"\b(?:aware|comprehension|knowledge|understanding|understands?) (?:of |about )?(?:<own> )(?:\w+ ){0,2}?"
        r"(?:<papers>|code ?bases?|code|repo\w*|librar\w+|api|commands|domain|products?|business|company|terminology)\b"
        r"|\bunderstand(?:ing)? (?:of )?the (?:code ?bases?|code repos?|repo\w*)\b",
        WANTED,
    ),
    # money and time
    row(
        "need",
        running_cost,
        r"\b(?:(?:too|very|so|really|quite|prohibitively) (?:expensive|costly)|more expensive"
        r"|cost-prohibitive)\b",
        FELT,
    ),
    row(
        "need",
        running_cost,
        r"\b(?:slow(?:er)? and expensive|(?:is|are|gets?|getting|becoming) (?:\w+ )?expensive)\b",
        FELT,
    ),
    row(
        "need",
        running_cost,
        r"\b(?:reduc\w+|cut(?:ting)?|sav(?:e|ing)|wast(?:es?|ing)|lower(?:ing)?|bring(?:ing)? down"
        r"|minimi[sz]\w+|decreas\w+)\b<..25>"
        r"\b(?:inference |api |token |llm |running |our |the |model )?(?:costs?|bills?|spend(?:ing)?"
        r"|expenses|money|tokens?)\b",
        WANTED,
    ),
    row(
        "need",
        running_cost,
        r"\bcost(?:s|ing)?(?: us)? (?:too much|a lot|a fortune|a token call|\$?\d+)|\b(?:bill|token costs?"
        r"|api costs?|inference costs?)\b<..15>"
        r"\b(?:high|out of hand|growing|grows|explod\w+|painful|hurts?|too much|noticeable)\b|\b(?:can't"
        r"|cannot) afford\b",
        FELT,
    ),
    row(
        "need",
        running_cost,
        r"\b(?:a |much |far |something )(?:cheaper|less expensive)\b|\bcheaper\b<..10>\bmodel|\b(?:it|this"
        r"|that|them|calls) cheaper\b|\bcost[- ]"
        r"(?:effective|efficient)\w*|\bzero-cost\b",
        WANTED,
    ),
    row(
        "need",
        running_cost,
        r"\bfraction of the (?:\w+ ){0,2}?(?:costs?|price)\b|\bcosts? (?:us )?real money\b"
        r"|\bcosts?:? ?[$€£]\s?\d[\d,.]*k? ?(?:a|per|each|every|/) ?(?:month|mo|day|week|year|call|request|token)\b"
        r"|\bpay(?:ing|s)? [$€£]\s?\d[\d,.]*k? ?(?:a|per|each|every|/) ?(?:month|mo|day|week)\b"
        r"|\b(?:token|api) (?:usage|costs?|spend) (?:optimi[sz]\w+|reduc\w+|savings?)\b",
        FELT,
    ),
    row(
        "need",
        ("cost", "latency"),
        r"(?:\b(?:reduc\w+|lower\w*|cut\w*|improv\w+|optimi[sz]\w+|better|compar\w+)\b<..10>)"
        r"(?:\bcosts? (?:and|&) latency\b|\blatency (?:and|&) costs?\b)|\bcosts? ?/ ?latency\b|\blatency ?/ ?costs?\b",
        WANTED,
    ),
    row(
        "need",
        ("latency",),
        r"\badds?\b<..20>\b(?:seconds?|ms|milliseconds)\b<..12>\b(?:round[- ]trips?|latency|delay)\b",
    ),
    row(
        "need",
        ("latency",),
        r"\b(?:too|very|so|really|quite|painfully|is|are) slow(?:er)?\b|\bslow(?:er)? and (?:\w+ )?"
        r"(?:expensive|costly)\b|\btak(?:es|ing) (?:too|so) long\b",
        FELT,
    ),
    row(
        "need",
        ("latency",),
        r"\b(?:reduc\w+|cut(?:ting)?|lower|improv\w+|bring down|minimi[sz]\w+|high|decreas\w+)\b<..12>\b"
        r"(?:latency|response times?|inference time)\b"
        r"|\b(?:increase|improve) (?:\w+ )?speed\b|\blatency (?:is|matters)\b|(?:~|(?<!\d))\d+ ?ms\b|\bttft\b|"
        r"\btime to first token\b|\bfaster (?:to run|than)\b|\bneeds? (?:\w+ ){0,2}(?:low|lower) latency|\b"
        r"(?:faster|quicker) (?:responses?|inference|answers|model)\b",
        WANTED,
    ),
    # behaviour
    row(
        "need",
        ("style",),
        r"\b(?:never|not|n't|fails? to|hardly)\W(?:\w+ )?(?:keep|match|hold|get|hit|capture|follow|adopt"
        r"|learn)s?\b<..14>\b(?:tone(?: of voice)?|voice|style|persona)\b",
        FELT,
    ),
    row(
        "need",
        ("format",),
        r"\b(?:follow|stick to|adhere to|conform to|respect|in|expected|desired|required|keep)\b (?:a |the "
        r"|our |this |that |an )?(?:(?:very )?(?:exact|specific|strict|fixed|same|given|certain|particular"
        r"|required|consistent|expected|output|desired) ){1,2}"
        r"(?:\w+ )?(?:format|template|structure|schema)\b|\bexpected (?:output )?format\b|\bformat of the "
        r"(?:output|answer|response)\b",
        WANTED,
    ),
    row(
        "need",
        ("style",),
        r"\b(?:(?:keep|match|hold|get|hit|copy|mimic|imitate|capture|los|writ|speak|us)\w*\b|(?:in|with|of)"
        r"\b)<..12>\b(?:our|my|the|brand|house|right|own|his|her|their|same|a|an author's)\b<..12>"
        r"\b(?:tone(?: of voice)?|voice|writing style|style|persona|personality|brand voice)\b",
        WANTED,
    ),
    row(
        "need",
        ("style",),
        r"\b(?:sound|talk|write|speak|answer|reply|respond|chat)(?:s|ing)? (?:more )?(?:like|as) (?:me|us"
        r"|our|my|myself|a (?:human|real)|someone|a (?:\w+ )?(?:person|friend|character|pirate))\b",
        WANTED,
    ),
    row(
        "need",
        ("consistency",),
        r"\b(?:answer|repl|respond|return|switch|revert|fall|chang|go)\w*\b<..20>\b(?:in|to|into)\b "
        r"(?:\w+ )?(?:english|german|french|spanish|chinese|italian|japanese|dutch|portuguese|russian|polish|turkish"
        r"|arabic|korean|hindi|swedish|danish|czech|greek|slovenian|romanian|(?:the |a )?(?:wrong|other"
        r"|different|another) language)\b",
        FELT,
    ),
    row(
        "need",
        ("consistency",),
        r"\b(?:go|goes|going|drift\w*|wander\w*|stay\w*|keep\w*|answer\w*|talk\w*)\b<..12>\b(?:off|out)[- ]"
        r"(?:of[- ])?(?:topic|scope)\b|\bunrelated (?:questions|queries|topics)\b|\bstarts? talking about\b",
        WANTED,
    ),
    row(
        "need",
        ("own_model",),
        r"\b(?:train|build|create|make|pre-?train)(?:ing)?\b<..25>\b(?:from scratch|like (?:chat)?gpt\S*|"
        r"(?:nano|mini)-sized\b\W*\S+)",
        WANTED,
    ),
]

OUTPUT = [
    row(
        "output",
        "record",
        r"\b(?:return|output|produc|generat|emit|respond|answer|repl)\w*\b<..25>\b(?:valid |strict |a |an "
        r"|as |in |with )?<json>\b(?! rule)",
        WANTED,
    ),
    row("output", "record", r"\breturns? \{[^{}\n]{3,120}\}", WANTED),
    row(
        "output",
        "label",
        r"\b(?:classif(?:y|ies|ied|ying|ication)|categori[sz](?:e|es|ed|ing|ation)|intent (?:detection"
        r"|recognition)|sentiment|triage|topic labell?ing"
        # One that was looked at, or cannot do it, says nothing of what comes out.
        r"|(?:our|this|build(?:ing)?|train(?:ing)?|need|want|make|making) (?:a |an )?(?:\w+ ){0,2}?"
        r"classifiers?)\b<..30>",
        WANTED,
    ),
    row(
        "output",
        "yes_no",
        r"\b(?:yes[ /-]*(?:or|and)?[ /-]*no|true[ /-]*(?:or)?[ /-]*false|boolean|binary (?:decision|answer"
        r"|label|classif\w+)|spam or not)\b|\b(?:detect|decide|flag)\w* (?:whether|if|when|off[- ]?topic)\b",
        WANTED,
    ),
    row(
        "output",
        "fields",
        r"\b(?:extract|pull|pars)(?:s|es|ed|ing|e|ion|ion of)?\b<..30>\b(?:entit(?:y|ies)|names?|dates?"
        r"|amounts?|numbers?(?! of)|fields|values|addresses|skus?|totals?|attributes)\b|\bnamed[ -]entit\w+"
        r"(?: recogni\w+)?|\bNER\b|\bentity (?:extraction|recognition)\b",
        WANTED,
    ),
    row(
        "output",
        "code",
        r"\b(?:generat|writ|produc|complet|autocomplet|suggest)(?:e|es|ing)?\b<..25>\b(?:code|sql|python"
        r"|java(?:script)?|typescript|functions|scripts?|regex(?:es)?|queries|unit tests|programs)\b"
        r"|\bcodes? (?:completion|generation|model|assistant|refactoring)\b|\bcode\b<..40>\bauto-?complet\w+"
        r"|\btext[- ]to[- ]sql\b|\bpython code\b",
        WANTED,
    ),
    row(
        "output",
        "text",
        r"\b(?:writ|generat|draft|compos|summari[sz]|rewrit|paraphras|rephras|translat|polish)(?:es|e|ing"
        r"|s)?\b<..25>\b(?:descriptions?|summar(?:y|ies)|articles?|e-?mails?|posts?|stories|story|essays?"
        r"|reports?|copy|poems?|lyrics|letters?|reviews?|documents?|texts?|paragraphs?|newsletters?|titles?"
        r"|headlines?|notes|letters|replies|comments|dialogues?|transcripts|posts?|slogans|minutes)\b"
        r"|\bsummari[sz]ation\b|\b(?:machine )?translation\b",
        WANTED,
    ),
    row(
        "output",
        "conversation",
        r"\bchat ?-?bots?\b|\b(?:support|faq|help ?desk|service|slack|voice) ?-?bots?\b|\b(?:the|our) (?:bot"
        r"|assistant)\b|\bchat for (?:our|the)\b|\b(?:voice |support |virtual |ai |personal "
        r"|service )assistants?\b|\b(?:ask"
        r"|answer(?:ed|s|ing)?|respond to)\b<..20>\bquestions?\b|\buse it like chatgpt\b|\bconversational\b"
        r"|\ba chat (?:that|which)\b|\bconversation turns\b"
        r"|"
        r"\busing (?:the|a|our) chat\b|\busers? (?:can )?asks?\b",
        WANTED,
    ),
]
