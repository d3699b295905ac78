"""Words that never change what a question is about, and questions that are never about backups. Data.

Every word of a question must be explained: by its topic, by its shape, or by standing here. Patterns are
tried on the plain form: small letters, no signs, no plural s, "back up" and all its forms as "backup".
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Times, people at work, what they do with records, and how things are asked: none of it is a subject.
_TIMES = _words("""
    after afternoon afterwards ago already always annually april august autumn before beginning between
    daily date december during earlier earliest evening february first forever fortnight fourth friday
    future hour immediately instantly january july june last lately later latest march meanwhile
    midnight minute moment monday monthly newest november october overnight period quarter quarterly
    recently saturday second september sometime soon spring summer sunday third thursday time tuesday
    twice wednesday weekend weekly winter yearly yesterday
""")
_PEOPLE = _words("""
    accountant admin administrator assistant auditor board bookkeeper boss branch ceo cfo charity
    controller director everyone finance firm group intern itself junior lady man manager member mine
    myself ours ourselves owner partner people person practice predecessor prospect school shop site
    staff temp themselves trainee treasurer trustee woman yourself
""")
_DONE = _words("""
    accident accidentally add added allocate allocated applied apply assign assigned break broke broken
    build built change changed code coded collect come connect connected connection corrupt crash
    crashed create created creating deal delete deleted deleting design designed destroy destroyed die
    died disaster edit edited enter entered entering file filed fire flood gave generate generated give
    given hack hacked hit hour import imported input issue issued key keyed kind load loaded loss
    maintain maintained migrate migrated mistake move moved post posted posting prepare prepared produce
    produced raise raised raising received record recorded rely remove removed run screw screwed send
    sending sent set setting setup spend spent stolen switch switched take taken theft tidied took typed
    typing update updated upload uploaded void voided went worst wreck wrecked write written wrote
""")
_ASKED = _words("""
    absolutely actual afraid age answer anyway anywhere apart apparently approaching aware believe
    besides bit both certain certainly chance chap check checking cheer clarify clear close confirm
    correct correctly curious danger dear definitely depend double entirely especially exactly expect
    explicitly forever form found getting got guess honest hope hopefully how however important
    including indeed indicate inside instance issue just kindly likely literally longer mate meant
    mention mentioned merely mostly namely near nearly neither noted obviously offer offhand perfect
    physical physically please possibility possible possibly probably problem process promise quick
    really reassure regard regarding remain remember right risk said say second seem separate separately
    simple simply somehow somewhere specific specifically straight submitted suppose supposed surely
    take tell term think thinking thoroughly though thought took true understand understood
    unfortunately useful version way whatsoever why wish word worried worry yet
""")
_THINGS = _words("""
    area backlog big block box bunch button channel chunk collection column complete computer content
    copy couple current data date default desktop device different disk double dozen drive eight entire
    entry example facility feature field five format four function functionality half heap historic
    historical huge hundred individual job laptop large line list long machine mass massive module n new
    nine old older option original page phone pile place previous s same screen section selection
    separate series seven several short single six slack small space stack system tab table ten text
    thousand three tiny title tool total two value various version view volume workspace y
""")
NEUTRAL = _TIMES | _PEOPLE | _DONE | _ASKED | _THINGS

# Beside one topic these change nothing, beside any other they do.
_BANKS = (
    "anz asb barclay bnz barclays hsbc natwest lloyds lloyd santander monzo starling revolut wise westpac "
    "kiwibank commbank nab cba tsb halifax rbs nationwide chase citi bank current saving credit daily"
)
BESIDE: dict[str, frozenset[str]] = {
    "bank_feeds": _words(_BANKS),
    "bank_transactions": _words(_BANKS),
    "bank_statement_lines": _words(_BANKS),
    "bank_transfers": _words(_BANKS + " account own"),
    "accounts": _words(_BANKS),
    "items": _words("price cost quantity sell code sku"),
    "contacts": _words("address phone number email mobile telephone bank account archived supplier"),
    "attachments": _words("receipt photo picture scan scanned image document pdf file"),
    "payroll": _words("staff employee tax worker weekly monthly salaried"),
    "tracking": _words("region branch location store shop site division department"),
    "tax_returns": _words("filed filing quarterly hmrc ato ird box nine"),
    "currencies": _words("euro dollar pound usd eur gbp aud nzd trade foreign"),
    "quotes": _words("prospect draft accepted"),
    "users": _words("access login adviser read-only"),
    "connected_apps": _words("connected party third"),
    "expense_claims": _words("staff mileage travel"),
    "assets": _words("depreciate depreciated vehicle equipment van"),
    "projects": _words("job hour bill"),
    "invoices": _words("customer supplier number draft part paid approved"),
    "payments": _words("part customer supplier"),
}

_ME = r"(?:i|we|one|he|she|they|someone|somebody|anyone|anybody|people|my \w+|our \w+|the \w+)"
_DO = (
    r"(?:copy|duplicate|include|save|archive|store|exclude|keep|cover|hold|contain|handle|sync|mirror|"
    r"capture|retain|carry|take|have|claim|bill|invoice|quote|file|pay|charge|use|need|make|get|bring)"
)
_KEEP = (
    r"(?:copy|duplicate|include|save|archive|store|keep|cover|hold|handle|sync|retain|take|have|claim|file|"
    r"pay|charge|use|need|accept|know|hear|come|reply|answer|like|owe)"
)
_OTHERS = (
    r"(?:xero|hmrc|ato|ird|irs|government|taxman|bank|accountant|auditor|law|google|microsoft|intuit|"
    r"customer|supplier|client)"
)
_OWN = (
    r"(?:backup|restore|recover|rebuild|rebuilt|export|download|disconnect|unlink|uninstall|know|trust|"
    r"verify|get|see|use you|remove you|ask|protect|be sure|be certain|tell|stop you|"
    r"(?:save|keep|copy) (?:it|them|that|those))"
)
# How-to, where-to, duties and advice, what somebody else does, what to read out: never answered as coverage.
_OF_RESTORES = r"(?:\w+ ){1,2}(?:a |the |our |my )?restore\b"  # undo, test, ask for, approve one
NEVER_OURS = (
    (
        rf"\bhow (?:(?:do|can|could|would|should|might|did|shall) {_ME}|to)(?: \w+ly)? "
        rf"(?!{_OWN}\b|{_OF_RESTORES})\w+"
    ),
    (
        r"^(?:and |so |ok )*where (?:do|can|could|should|did|would|must) (?:i|we|you|one)\b"
        r"(?!.*\b(?:backup|snapshot|copy|export|restore|keep|hold|store|data)\b)"
    ),
    r"\bwhere (?:do|can|should|must|did) (?:i|we)\b.*\b(?:store|keep|hold|save|put)\b",
    (
        rf"\b(?:should|must|shall|ought|may) {_ME}\b"
        r"(?! (?:do|redo|ask|worry|download|see|know|export|restore|rehearse|practi[sc]e|test))"
    ),
    (
        r"\b(?:i|we|one|company|business|you) (?:should|must|ought|am required|are required|are obliged|"
        r"are allowed|am allowed|are supposed|are meant)\b"
    ),
    rf"\b(?:i|we) (?:have|need) to {_DO}\b|\bdo (?:i|we) (?:need|want)\b(?! to)",
    (
        r"\b(?:by law|legally|law|legal(?! hold)|deductible|penalty|deadline|worth|worthwhile|"
        r"recommend\w*|advise|advice|best practice|allowance|tip|compliant|illegal|fine for)\b"
    ),
    (
        rf"\b(?:do|does|did|will|would|can|could|has|have|should|must) (?:the |my |our )?{_OTHERS} "
        rf"(?:still |also |ever |even )*(?:{_KEEP}|backup|delete|allow|let|want|offer|support|"
        r"cost|give|send|provide|know|protect|restore|recover)\b"
    ),
    (
        rf"\b(?:can|could|may|might) {_ME} (?:still |also |just |ever )?{_DO}\b"
        r"(?!.*\b(?:back|again|copy|backup|snapshot|restore|you)\b)"
    ),
    r"\bhow much\b(?! (?:of|space|storage|room|disk|data|is (?:kept|stored|backup|covered)))",
    (
        r"\bis it (?:safe|ok|okay|fine|possible|allowed|normal|necessary|good|bad|better|common) to\b"
        r"(?!.*\b(?:backup|restore|recover|export|download|undo|roll|rewind|rebuild)\b)"
    ),
    r"\bback to (?:me|us|you|him|her|them)\b",
    r"\b(?:paid|pay|call|called|ring|rang|write|wrote) (?:\w+ )?back\b",
)
# What somebody wants to know the value of, whatever words of ours stand beside it.
WANTS_VALUE = _words("read show give fetch explain open print find summarise summarize list describe look")
# A topic alone is a whole question beside these only.
BARE = _words("""
    a about all also and any as both cheer d data each either else every everything fine for from great
    guess hello hey hi in info information just kind like mean more much my n neither no nor now of ok
    okay on only or other our please pls question quick record sad safe same side so sorry sort still
    stuff suppose team that the their then there these thing this those too type us versus vs we well
    what whats with without xero y yes your
""")
# Who is spoken of as a person where only "safe" is asked: nobody's health is known here.
PERSONS = _words("employee worker customer client supplier vendor user contractor subcontractor subbie")
# "is VAT included in the quote": what stands in what, not in a backup.
WITHIN = _words("in by under within into")
# With these the question goes on after "the quotes we sent": which ones they are has been said.
VERBS_AGAIN = _words("""
    and are backup be been copied covered did do does get got has have in included is kept or safe saved
    stored was were will would
""")
