"""Sentences about somebody else's case, another time, and what is needed, wanted or planned: they count nothing here.

A row of `OTHERS` says nothing from its match on, until the author speaks of their own case again; a row of `UNHELD`
says nothing within its match. A group `who` is a name, which is one's own where it is a department or a place of data.
"""

from bot.text.disowning.way import AFTER, BEGINS, MANY, SELF, way

_ADVERB = r"(?:(?:also|now|already|just|only|still|even|apparently|usually|often|typically|normally|generally) )?"
_HAS = (
    rf"(?:{_ADVERB}(?:has|have|had|got|gets?|use[sd]?|holds?|needs?|needed|wants?|wanted|takes|took|collect(?:s|ed)|gathered"
    r"|labell?ed|annotated|start(?:s|ed) with|tun(?:es?|ed) on|fine-?tun(?:es?|ed) on|train(?:s|ed)?(?: \w+){0,2}? on"
    r"|describes?(?: a team with)?"
    rf"|shows?|ships with|comes with|asks? for)(?: \w+ with)?(?= {MANY})"
    rf"|{_ADVERB}(?:tried|tests|tested|tun(?:es|ed)|fine-?tun(?:es|ed)|trains|trained|built|switched)\b)"
)
"""Has rows, or did what the case may have done as well."""
_NAME = r"(?-i:[A-Z])(?:[\w&-]|\.(?=\w)){1,30}(?: (?-i:[A-Z])[\w&-]{1,30}){0,2}"
_AHEAD = (
    r"(?:plans?|goals?|targets?|aims?|objectives?|to-?do|to do|todos|milestones?|road ?map|okrs?|wish ?list|next steps?"
    r"|definition of done|acceptance criteri(?:on|a)|(?:best|worst|ideal|base) case|vision|(?:budget )?(?:request|ask)"
    r"|proposal|idea|scenario|thought experiment|hypothetical(?:ly)?|hypothesis|assumption|premise|requirements?"
    r"|needed|required|wanted|need|dream|ambition|forecast|projection|(?:last|old|previous|former) (?:company|job|team"
    r"|project|employer)|next (?:year|month|quarter|sprint)"
    r"|ziel\w*|vorhaben|wunsch|bedarf|objetivos?|metas?|objectifs?|besoins?)"
    r"(?: (?:for|of|by|in|item|für|para|pour|\d{1,4}|[a-d]|q[1-4])\b[^:\n]{0,25})?"
)
"""What stands above a thing that is not there yet, or no longer."""

OTHERS = (
    # a name, and somebody who is from there
    way(
        "_has_ _uses_ _had_ _used_ _holds_ 's_",
        rf"(?<![\w'@/#-])(?<!our )(?<!my )(?P<who>{_NAME})(?: {_ADVERB}(?:has|uses|had|used|holds) (?={MANY})"
        rf"|'s (?:team|people|data ?set|engineers|group|bot|model|demo) {_HAS})",
    ),
    way(
        "_at_ _from_ _in_ _of_ _over_",
        r"\b(?:(?:the|a|an|some|those|another|one|most) (?:[\w-]{1,20} )?)?(?:folks|people|guys|team|engineers"
        r"|researchers|colleagues?|friends?|someone|somebody|startup|company|bank|firm|university|lab|group|marketing"
        rf"|support) (?:over )?(?:at|from|of) (?P<who>{_NAME}) {_HAS}"
        r"|\b(?:a|an|some|another|one) (?:[\w-]{1,20} )?(?:startup|company|bank|firm|university|lab|group|team|agency"
        rf"|shop|retailer|insurer) in {_NAME} {_HAS}"
        rf"|\b(?:at|in|over at) {_NAME},? (?:they|the team|the people|people|the engineers) {_HAS}",
    ),
    # another team, somebody one knows
    way(
        "next_door upstairs downstairs over_there across down_the",
        r"\b(?:the|a|our|this|that) (?:\w+ )?(?:team|department|group|guys|people|folks|company|startup|lab|office)"
        r" (?:next door|upstairs|downstairs|over there|across the \w+|down the \w+)\b",
    ),
    way(
        "other_ sister parent rival neighbo old_ previous former holding",
        r"\b(?:the|a|an|our|my|their|this|that) (?:other|sister|parent|rival|neighbou?ring|old|previous|former|holding)"
        r" (?:team|department|company|group|office|unit|employer|lab|startup|firm|organi[sz]ation)(?: \w+)?? "
        r"(?:has|have|had|got|gets|uses?d?|is|are|runs?|ran|collected|labell?ed|keeps)\b",
    ),
    way(
        "cousin brother sister wife husband uncle aunt neighbo roommate friend daddy father mother professor"
        " partner ex-",
        r"\b(?:my|our) (?:cousin|brother|sister|wife|husband|uncle|aunt|neighbou?r|roommate|girlfriend|boyfriend"
        r"|father|mother|professor|partner|ex-\w+)s?(?: \w+)?? (?:has|have|had|got|uses?d?|is|are|runs?|ran|collected"
        r"|labell?ed)\b",
    ),
    # papers, vendors, and the cases that they tell of
    way(
        "paper tutorial cookbook guide article blog course demo notebook readme book video docs study thesis benchmark"
        " winner authors challenge documentation",
        r"\b(?:the|this|that|a|an|their) (?:paper|tutorial|article|course|blog ?post|demo|notebook|readme|book|video)"
        r"(?: \w+)?? (?:has|have|had|uses?d?|ships?|comes)\b"
        r"|\b(?:the|this|that|these|a|an|their|his|her|some) (?:[\w.-]{1,20} ){0,2}?"
        r"(?:(?:vendor|author|competitor)'s )?"
        r"(?:papers?|tutorials?|cookbooks?|guides?|articles?|courses?|posts?|demos?|notebooks?|readme|books?|videos?"
        r"|docs|documentation|study|thesis|benchmarks?|winners?|authors?|challenge|vendor's \w+)"
        rf"(?: (?:of|in|from|about|on|behind) [^.!?;,\n]{{1,40}}?)? {_HAS}"
        r"|\bin (?:the|this|that|an?|their) (?:paper|tutorial|article|course|blog ?post|demo|notebook|book|video),? "
        r"(?:it|they|the|we)\b",
    ),
    way(
        "their_ his_ her_",
        r"\b(?:their|his|her) (?:own )?(?:[\w-]{1,20} )?(?:team|data ?set|data|company|corpus|training set|group"
        rf"|department|repo|spreadsheet|startup|model|people) {_HAS}",
    ),
    way(
        "last_ old_ previous_ former_",
        r"\b(?:my|our|his|her|their) (?:last|old|previous|former) (?:company|job|team|employer|startup|firm|role"
        rf"|project|gig) {_HAS}",
    ),
    way(
        "usually often typically normally generally",
        r"\b(?:people|teams|companies|others|most|everyone|everybody|one|folks) (?:teams |people )?(?:usually|often"
        rf"|typically|normally|generally) {_HAS}",
    ),
    way(
        "data_set dataset finetune fine-tune training_set project",
        r"\b(?:a|an|any|every) (?:[\w-]{1,20} ){1,2}?(?:data ?set|fine-?tun(?:e|ing)|training set|project)"
        rf" {_HAS}",
    ),
    way("unlike_us unlike_ours", r"\bunlike (?:us|ours)\b"),
    # what is planned, and what is only thought of
    way(
        "simulate invent make_up dream_up think_up play",
        BEGINS + r"(?:simulate|invent|make up|dream up|think up|role-?play)(?= (?:an?|that|the|some|this)\b)",
    ),
    way(
        "story tale novel simulation play",
        r"\bin (?:this|a|an) (?:\w+ )?(?:story|tale|novel|simulation|role-?play|play),?"
        r" (?=(?:our|we|i|you|the hero|there)\b)",
    ),
    way(
        ":",
        rf"{BEGINS}\W{{0,3}}(?:(?:the|our|my|der|das|unser|el|nuestro|le|notre) )?{_AHEAD} ?:" + SELF,
    ),
    way(
        "a_world where_we",
        r"\bin (?:a|some|any|the) (?:world|universe|future|case|scenario) (?:where|in which)" + SELF,
    ),
    way(
        "things stuff sentences lines messages phrases words something",
        r"\b(?:things|stuff|sentences|lines|messages|phrases|words|something) (?:like|such as)" + SELF,
    ),
    way("type enter", BEGINS + r"(?:type|enter|typing|try typing) [/`\"'@!]\S*"),
    way(
        "in_20 in_19 en_20 en_19 em_20",
        r"\b(?:back )?(?:in|en|em) (?:19|20)\d\d,? (?:(?:we|i)(?:'ll| will)? (?:have|had|are|were|own|get"
        r"|run|ran|use|hold|reach)|(?:nous|on) (?:a|avons|avions|aura|aurons)|tenemos|teníamos"
        r"|tendremos|temos|tínhamos|teremos)\b",
    ),
    way(
        "20 letztes früher damals voriges jahren",
        rf"\b(?:im jahr |in )?20\d\d haben wir (?={MANY}(?! (?:ge\w+t|\w+iert)\b))|\b(?:(?:im jahr |in )?20\d\d"
        r"|(?:letzte[ns]|vorige[ns]|vergangene[ns]) (?:jahr|monat|quartal)|früher|damals|vor \w+ (?:jahren|monaten))"
        r" (?:hatten|nutzten|waren) wir\b",
    ),
    way(
        "year month week quarter ago yesterday when_ once_upon originally previously",
        r"\b(?:(?:last|the (?:previous|other)) (?:year|month|week|quarter|summer|winter|spring|autumn|fall)"
        r"|(?:an?|one|two|three|four|five|six|several|many|some|a few|\d{1,2}) (?:days?|weeks?|months?|years?) ago"
        r"|yesterday|once upon a time|originally|previously|when i (?:joined|started|came))\b,?"
        rf" (?:we|i) (?:still |only )?had (?={MANY})",
    ),
    way(
        "from_now",
        r"\b(?:an?|one|two|three|six|a few|\d{1,2}) (?:days?|weeks?|months?|years?) from now,?" + SELF,
    ),
    way(
        "último pasado antes dernier ano_passado",
        r"\b(?:el (?:año|mes) pasado|antes|l'an(?:née)? derni(?:er|ère)|le mois dernier|no (?:ano|mês) passado),?"
        r" (?:ya |on |nous |n[oó]s )?(?:teníamos|tenía|había|avait|avions|tínhamos|tinha)\b",
    ),
    way(
        "digamos suponha digamos verdad verdade",
        r"\b(?:digamos|suponha\w*|imagine|no es (?:verdad|cierto)|não é verdade) que\b",
    ),
    # the same elsewhere
    way(
        "hat_ hatte_ hatten_ nutzt_ tiene_ tenía_ usa_ _a_ tem_ tinha_",
        rf"{AFTER}(?:a |o )?(?P<who>{_NAME}) (?:hat|hatten?|nutzt|tiene|tenía|usa|a|avait|tem|tinha)"
        rf" (?={MANY})",
    ),
    way(
        "konkurren mitbewerber wettbewerber anbieter berater competidor competencia proveedor concurren fournisseur"
        " artículo paper fornecedor",
        r"\b(?:die konkurrenz|(?:unser|ein|der|das) (?:mitbewerber|konkurrent|wettbewerber|anbieter|berater|paper"
        r"|artikel)|im paper|(?:nuestr[oa]|un|el|la) (?:competidor|competencia|proveedor|artículo|paper)"
        r"|(?:notre|un|le|la) (?:concurrente?|concurrence|fournisseur|article)|(?:o|nosso|um) (?:concorrente"
        r"|fornecedor|artigo)) (?:hat|hatten?|nutzt|tiene|tenía|usa|a|avait|utilise|tem|tinha)\b",
    ),
)  # fmt: skip
"""Until the author speaks of their own case again."""

_WANTED = (
    r"it takes|want(?:s|ed)?(?: to have)?|requires?|asks? for|demands?|expects?|allows?|permits?|needs?"
    r"|(?:shooting|striving|hoping|going|heading|aiming|looking) for|working towards?|on (?:our|my|the) way to"
    r"|get(?:ting)? (?:up )?to|(?:supposed|ought|like|love|need|have|want) to (?:have|get|collect|label)"
    r"|(?:should|must|need to) (?:have|get|collect)|to-?do: (?:label|collect|get|write|gather)|dream(?:s|ing)? of"
    r"|anything (?:under|below|over|above|less than|fewer than|short of)|recommends?|suggests?"
)

UNHELD = (
    way(
        "takes want requir ask demand expect allow permit need shooting striving hoping going heading aiming looking"
        " working way_to get_to getting supposed ought like_to love_to should must dream anything recommend suggest"
        " have_to todo to-do",
        rf"\b(?:(?:one|you) )?(?:{_WANTED}) (?:(?:another|an extra|more|the|those|these|our|maybe) )?{MANY}",
    ),
    way(
        "minimum maximum limit rule_of_thumb norm standard sweet_spot cap threshold requirement default",
        r"\b(?:minimum|maximum|limit|rule of thumb|norm|standard|sweet spot|cap|threshold|requirement|default)s?"
        rf"(?: (?:is|are|was|of|would be)|:)? {MANY}",
    ),
    way(
        "required needed necessary minimum limit goal target recommended would_do will_do too_many norm standard usual",
        rf"(?<!our )(?<!the )(?<!my )\b{MANY} (?:is|are|was|were|would be|will be)(?: usually| typically| often)?"
        r" (?:required|needed|necessary|recommended|(?:the |a )?(?:minimum|limit|goal|target|norm|standard|usual|plan"
        rf"|rule of thumb))\b|\b{MANY} (?:would|will) do\b|\b{MANY} (?:minimum|maximum)\b",
    ),
    way(
        ":",
        rf"{BEGINS}\W{{0,3}}(?:(?:the|our|my|der|das|unser|el|nuestro|le|notre) )?{_AHEAD} ?:[ \t]*"
        rf"(?:(?:label|collect|get|gather|write|reach|have) )?{MANY}",
    ),
    way(
        "had_",
        rf"\b(?:we|i) had {MANY} (?:before|until|till|once|back then|at the time|last (?:year|month|quarter)"
        r"|in (?:19|20)\d\d|(?:a|one|two|three|some|many|few|\d{1,2}) (?:weeks?|months?|years?) ago)\b",
    ),
    way(
        "who_ anyone anybody someone somebody how_",
        r"\b(?:who|anyone|anybody|someone|somebody)(?: (?:here|else|out there|of you))?(?: \w+)?"
        rf" (?:has|have|had|got|with) {MANY}"
        rf"|\bhow (?:far|much|good|well|long) (?:do|does|did|would|will|can|could|are|is) {MANY}",
    ),
    way(
        "are_ is_ would_ will_",
        rf"\b(?:are|is|would|will) {MANY} (?:be )?(?:enough|sufficient|plenty|too (?:few|many|little)"
        r"|okay|ok|fine|good)\b",
    ),
    way(
        "given_",
        rf"\bgiven {MANY}, (?:what|would|how|which)\b",
    ),
    way("we_have i_have we've", BEGINS + rf"(?:so |wait,? |and |what,? )?(?:we|i)(?: have|'ve got| got) {MANY} ?\?"),
    way(
        "anywhere_near even_close no_",
        rf"\b(?:(?:do not|don't|haven't|have not) (?:have|got) )?(?:anywhere near|(?:even )?close to) {MANY}"
        rf"|\b(?:have|has|had|got) no {MANY}",
    ),
    way(
        "will_ wollen möcht brauch benötig sollt verlang empf nötig erforderlich notwendig ziel reichen",
        r"\b(?:will|wollen|möchten?|brauch\w*|benötig\w*|sollt\w*|verlang\w*|empf\w+|ziel (?:sind|wären|ist))"
        rf" (?:mindestens |noch |etwa |rund )?{MANY}|\b{MANY} (?:sind|wären|ist|werden) (?:nötig|erforderlich"
        rf"|notwendig|das (?:minimum|ziel)|gebraucht)\b|\breichen (?:denn |uns )?{MANY}",
    ),
    way(
        "quier quer necesit falta deber tendr bastan alcanz precis veut voulons voudr faut besoin aura aurons devri"
        " suffis",
        r"\b(?:quier\w+|quer(?:emos|íamos)|necesit\w+|hacen? falta|deber\w+ tener|tendr\w+|bastan|alcanzan"
        r"|precis\w+(?: de)?|veut|voulons|voudr\w+|(?:il (?:nous |te |vous )?)?faut|besoin de|d'|aura|aurons"
        r"|devri\w+ avoir|suffisent)"
        rf" ?(?:de )?{MANY}",
    ),
)  # fmt: skip
"""Within the match."""
