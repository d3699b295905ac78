"""How people ask: the shapes of questions beside topics, and the words that carry no meaning. Data.

Shapes are tried in order on a question in plain form: small letters, no signs, no plural s, "back up" and all
its forms as "backup", contractions written out.
"""

from __future__ import annotations

from bot.catalogue.topics_asking_filling import SHAPES as OF_FILLING
from bot.catalogue.topics_asking_restores import SHAPES as OF_RESTORES
from bot.catalogue.topics_model import Beside, Shape

_COPY = r"(?:backup|snapshot|copy)"
_OWN = r"(?:xero|book|data|ledger|anything|account|live|organisation|record)"
_MANY = r"(?: of)?(?: (?:my|our|the|your|these|those|all))*"
_HOUSE = r"(?:organisation|organization|org|client|company|entity|business|set of book)"

_OURS = (
    r"\b(?:backup|snapshot|copy|you|your|ledgerkeep|bot|it|this|these|they|data|stuff|information|everything|"
    r"restor\w*|key|encrypt\w*|stored|kept)\b"
)

SHAPES: tuple[Shape, ...] = (
    Shape(
        "thanks",
        r"^(?:(?:ok|okay|great|cool|lovely|many|perfect|brilliant|nice|awesome) )*"
        r"(?:thank|thank you|thx|cheer|ta|much appreciated|good bot|nice one)(?: \w+){0,2}$",
    ),
    Shape(
        "hello",
        r"^(?:hi|hello|hey|hiya|howdy|yo|kia ora|gday|g day|greeting|(?:good )?(?:morning|afternoon|evening))"
        r"(?: (?:there|all|team|ledgerkeep|bot|everyone|everybody|mate|again|folk))*$",
    ),
    Shape(
        "help",
        r"^(?:help|help me|command|menu|usage|instruction)$|what can (?:you do|i ask|you tell)|"
        r"how (?:do|does) (?:this|it|you)(?: bot| thing)? work|^what (?:are you|do you do|is this)$|"
        r"how (?:do|can) i use you|what are you for|what should i ask",
    ),
    Shape(
        "holders",
        rf"^(?:and |so )?(?:(?:which|what|how many){_MANY} {_HOUSE}|who(?= (?:has|have|use|got|"
        rf"run)\b(?! access)))",
        Beside.NEEDED,
    ),
    Shape(
        "approvers",
        r"\bapprover\b|(?:approve|approval|sign(?:ed|ing)? off|authori[sz]e).*\brestor|"
        r"\brestor.*(?:approve|approval|sign(?:ed)? off|authori[sz])",
        Beside.ANY,
    ),
    Shape(
        "approvers",
        r"\bwho (?:can|may|must|ha to|has to|need to|is allowed to) approve\b",
        whole=True,
    ),
    Shape(
        "keepers",
        r"\bkeeper\b|\bwho (?:can|may|is|are|ha|has|gets to|get to)\b.*\b(?:change|edit|link|unlink|connect|"
        r"disconnect|configure|administer|set up|manage|admin)\b",
    ),
    Shape(
        "visibility",
        r"\bwho (?:else )?(?:in \w+ )?(?:can|may|ha|has|have|is able to|get to) "
        r"(?:\w+ )?(?:see|view|read|look|access)\b(?! to xero)|"
        r"\b(?:anybody|anyone|everybody|everyone|other people|stranger|guest|colleague)\b.*"
        r"\b(?:see|read|access|"
        r"look)\b|"
        r"is (?:this|it|my data|our data) (?:private|visible|confidential)",
        Beside.ANY,
        of=r"^(?!.*\b(?:salary|payroll|account|payslip)\b)|\b(?:backup|snapshot|copy)\b",
    ),
    *OF_RESTORES,
    *OF_FILLING,
    Shape(
        "read_only",
        r"\bread ?only\b|\bonly read\b|\bnever (?:write|change)\b|\b(?:write|edit) access\b|"
        r"\b(?:do|doe|will|can|could|would|might|may|does|are|is)\b.*\b(?:you|it|backup|"
        r"ledgerkeep|"
        r"bot|this)\b.*\b(?:write|writing|change|changing|alter|modify|edit|touch|mess up|break|damage|"
        r"delete|"
        rf"overwrite|update)\b.*\b{_OWN}\b",
        Beside.ANY,
    ),
    Shape(
        "rewind",
        r"\b(?:undo|undone|rewind|roll(?:ed|ing)? ?(?:\w+ ){0,3}back|rolled back|turn back|"
        r"wind back|point in time|time machine|"
        r"revert|"
        r"back in time|turn the clock|recycle bin)\b|\b(?:go|going|take u|put u) back to\b|"
        r"\b(?:as|how) (?:it|thing|they) (?:wa|was|were)\b",
        Beside.ANY,
    ),
    Shape(
        "no_ai",
        r"\b(?:ai|chatgpt|gpt|llm|openai|language model|machine learning|artificial)\b(?: powered)?|"
        r"\bdata\b.*\btrain\w*\b|\btrain\w*\b.*\bdata\b",
        of=rf"{_OURS}|\b(?:me|answering|powered)\b",
    ),
    Shape(
        "places",
        r"\bencrypt|\b(?:hold|have|has|own|keep|encryption|master|secret|got) (?:the |my |our )?key\b|"
        r"data (?:centre|center|residency|location)|\bgdpr\b|\bhosted\b|which country|what country|"
        r"\b(?:secure|security|bucket|s3|server|cloud)\b|is it safe|how safe",
        Beside.ANY,
        of=_OURS,
    ),
    Shape("places", r"\bwhere\b.*\b(?:backup|copy|data|snapshot|store|stored|kept|keep|held|live|it|they)\b"),
    Shape(
        "retention",
        r"\bretention\b|\bretain\b|"
        r"how many (?:day|week|month|year)\b.*\b(?:keep|kept|store|stored)\b|"
        r"how long\b.*\b(?:keep|kept|store|stored|hold|held|last|backup|copy|"
        r"snapshot)\b|"
        rf"\bold(?:er|est)? {_COPY}\b.*\b(?:delete|deleted|remove|removed|go|expire|purge|purged|prune|"
        rf"pruned)\b|"
        rf"\b(?:delete|deleted|expire|purge|prune|throw)\b.*\bold(?:er|est)? {_COPY}",
        Beside.ANY,
    ),
    Shape(
        "snapshot",
        r"what (?:is|are|do you mean by|does) (?:a |an |the )?snapshot|snapshot mean|"
        r"\b(?:explain|define|what)\b.*\bsnapshot is\b|explain snapshot",
    ),
    Shape(
        "deleted_records",
        r"\b(?:happen|become|gone|still there|still have|disappear|vanish)\b.*\b(?:delete|deleted|deletes|"
        r"void|"
        r"removed|remove)\b|\b(?:delete|deleted|void|removed|remove)\b.*\b(?:gone|still|happen|disappear|"
        r"too)\b",
        Beside.ANY,
    ),
    Shape(
        "disconnecting",
        r"\b(?:disconnect|disconnecting|disconnected|unlink|unlinked|uninstall|remove (?:you|ledgerkeep|"
        r"the app))\b",
    ),
    Shape(
        "export",
        r"\b(?:export|exported|download|csv|spreadsheet|excel|take out)\b|"
        r"\b(?:get|have|give) (?:\w+ )?(?:a )?copy (?:of|as|in|to|for)\b",
        of=r"\b(?:backup|snapshot|copy|data|everything|export\w*|download\w*|get|take|have|"
        r"all|books?|it|them)\b",
    ),
    Shape(
        "next_digest",
        r"(?=.*\bdigest\b)(?=.*\b(?:when|next|what time|how often|schedule|scheduled|due)\b)",
    ),
    Shape(
        "overdue",
        r"(?=.*\b(?:anything|any|something|which|what|who|backup|we|organisation|organization|company)\b)"
        r".*(?:\boverdue\b|\bbehind schedule\b|\b(?:running|any|anything|backup) late\b)",
    ),
    Shape(
        "outcomes",
        r"(?=.*\b(?:how many|how often|number of)\b)(?=.*\b(?:fail|failed|failure|failing|succeed|succeeded|"
        r"success|successful|went wrong|gone wrong)\b)(?=.*\b(?:backup|run|time)\b)",
    ),
    Shape(
        "failed",
        r"^(?:and |so )*(?:which|who|what|list|show)\b(?!.*\b(?:happen|if|mean|do|why|last backup|latest)\b)"
        r".*\b(?:fail|failed|failing)\b",
        whole=True,
    ),
    Shape(
        "of_day",
        r"(?=.*\b(?:yesterday|last night|overnight|this morning|today|\d{1,2} \d\d|\d{1,2} (?:am|pm))\b)"
        r"(?=.*\b(?:backup|run|snapshot|copy|job|it|last night|overnight|yesterday)\b)"
        r"(?=.*\b(?:ok|okay|fine|good|well|work|worked|go|went|happen|happened|finish|finished|succeed|"
        r"succeeded|through|alright|clean|smoothly|take|taken|done|made)\b)",
    ),
    Shape(
        "kept_copies",
        rf"how many {_COPY}|number of {_COPY}|how far back|how (?:big|large)\b.*\b(?:{_COPY}|vault|they|"
        rf"it)\b|"
        rf"how much (?:space|storage|disk|room)|\b(?:oldest|first|earliest) {_COPY}|\b{_COPY} size\b|"
        rf"size of (?:the |our |my )?{_COPY}",
        Beside.ANY,
    ),
    Shape(
        "limits",
        r"\bsize limit\b|\b(?:outgrow|outgrown)\b|too big|too large|how (?:near|close) (?:are|am|"
        r"is)\b|"
        r"\b(?:10000|40000|2500)\b|how big can|how (?:fast|quickly) are we growing|maximum size|max size",
        Beside.ANY,
    ),
    Shape("limits", r"\b(?:limit|threshold|capacity)\b"),
    Shape(
        "verdict",
        r"(?=.*\b(?:gap|finish|finished|fail|failed|failure|error|problem|issue|trouble|warning|wrong|complete|completed|"
        r"success|"
        r"successful|succeed|incomplete|skipped|missed)\b)(?=.*\b(?:last|latest|overnight|yesterday|"
        r"morning|night|"
        r"backup|anything|something|run|any)\b)",
    ),
    Shape(
        "verification",
        rf"(?=.*\b(?:test|tested|testing|verify|verified|verification|check|checked|correct|trust|prove|"
        rf"proof|"
        rf"reliable|work|valid|corrupt|accurate|integrity)\b)(?=.*\b(?:{_COPY}|you|it)\b)",
        whole=True,
    ),
    Shape(
        "last_backup",
        rf"\b(?:last|latest|newest|most recent|recent|previous)\b (?:\w+ ){{0,2}}(?:{_COPY}|run|one)\b|"
        rf"\b(?:{_COPY}|run)\b.*\b(?:last|yesterday|overnight|today|this morning|recent|recently|"
        rf"up to date)\b|"
        rf"\blast {_COPY}|how (?:old|recent|fresh|current|new)\b.*\b(?:{_COPY}|data|it|they|one|run)\b|"
        rf"up to date|\bwhen (?:did|wa|was|were|have|ha|has)\b.*\b{_COPY}\b",
    ),
    Shape(
        "next_run",
        r"^(?!(?:please |can you |could you |i want to )*(?:change|move|set|switch|put)\b).*(?:"
        rf"\bnext\b.*\b(?:one|{_COPY}|run|due|schedule|scheduled)\b|\bschedule\b|\bscheduled\b|"
        r"how (?:often|frequent|frequently|regularly)|"
        rf"what time\b.*\b(?:{_COPY}|run|you)\b|"
        rf"\bwhen\b.*\b(?:you|it|{_COPY})\b.*\b(?:run|running|backup|tonight|happen)\b|"
        rf"\bwhen\b.*\b(?:run|{_COPY})\b|\b(?:nightly|daily|hourly|every (?:day|night|hour))\b)",
    ),
    Shape(
        "count",
        r"^(?!.*\bdoes xero\b).*\b(?:how many|count of|total number)\b|^(?:what is )?(?:the )?number of\b",
        Beside.NEEDED,
    ),
    Shape(
        "status",
        r"^status\b|\bstatus$|\boverview\b|how (?:are|is|do|did) (?:we|everything|all|my|our|thing|it)\b"
        r"(?: stand| doing| going| look)?|"
        r"\b(?:are we|is everything|is all|everything|all)\b.*\b(?:ok|okay|fine|good|well|alright|green)\b|"
        r"anything (?:i|we|to|that)\b.*\b(?:do|need|attention|fix)\b|need (?:me|attention|my attention|"
        r"fixing)|"
        r"what (?:need|should i|do i need)\b.*\b(?:do|attention|doing|fixing)",
        whole=True,
    ),
    Shape("restore", r"\b(?:how|can|could|would) (?:\w+ ){0,3}(?:restor\w*|recover|rebuild)\b"),
    Shape(
        "everything",
        r"\b(?:what|which|everything|anything|all|list|show)\b.*\b(?:cover|covered|coverage|gap|missing|"
        r"miss|lose|"
        r"lost|backup|included|include|excluded|exclude|left out|leave out|protected|safe)\b|^(?:coverage|"
        r"gap)\b|"
        r"\b(?:cover|backup|include|protect)\b.*\b(?:everything|all)\b|^what (?:do|does) (?:it|you) (?:not )?"
        r"(?:cover|include|backup)",
        whole=True,
    ),
    Shape(
        "restore",
        r"\b(?:restor\w*|recover|recovery|rebuild|disaster)\b",
    ),
)
