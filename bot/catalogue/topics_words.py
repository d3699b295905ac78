"""The words of questions: what asks for coverage, what orders, what means nothing here. Data."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Ask somebody to do a thing. The hard ones also behind "can you"; the others only as an order.
HARD_ACTIONS = _words("""
    add approve archive book cancel charge code create delete edit email enter file fix invite issue
    mail merge pay post raise remove rename send submit transfer update void
""")
SOFT_ACTIONS = _words("""
    rebuild recover restore revert rollback undo
""")
RUN_ACTIONS = _words("""
    backup begin kick rerun run start stop trigger
""")

# Show that being backed up, or coming back, is asked about.
CUES = _words("""
    again archive archived back backup capture captured copied copy copying cover coverage covered
    covering exclude excluded exported gone grab happen happening held include included including kept
    left lose losing lost missing part preserve preserved protect protected recover recoverable
    recovered restore restored restoring retained safe saved saving snapshot stored storing supported
""")
WEAK_CUES = _words("""
    do get got has have hold include keep keeping pull read save see store take
""")

# Without a meaning of their own here.
EMPTY = _words("""
    a able about accounting actual actually all allowed also am an and another any anybody anyone
    anything are arent as ask asked asking at automatically bank be because been being book bot both
    bring brought business but by came can cant category come comes coming company complete correctly
    could current currently custom customised data detail did do does doesnt done dont during each
    either else entire entry even ever every everybody everyone everything exist existing few figure for
    from fully get gets give go goes going gonna got had has have having he hello her here hey hi him
    his how hows i i'm if in info information into is isnt it its ive just kind know ledgerkeep let like
    list live look looks lot made make makes many may me might mine more much must my myself need never
    new no nope nor normally not nothing now number of off ok okay old on once one only option or org
    organisation organization other our ours out over own part per please pls properly put question
    quick quickly really record same say setting shall she should show since so some somebody someone
    something sort status still stuff such sure tell than thank thanks that that's the their them then
    there these they thing this those through to today tonight too type under until up upon us use used
    using usually very via wanna want was we well were what whatever whats when where whether which
    while who whole whose will with within without won't wonder wondering work working would xero yeah
    yep yes yet you your yours
""")

# English that stands near one of our words, and must not be read as a slip of it.
ENGLISH = _words("""
    asked assent assess assist badge best bible biggest bills biscuits blame blue board boss bound budge
    cat city claim claimed claims clash class clean close closed clothes contacted contest context
    contract cost costs crafts crate create dog drafts dream essay faster feeds fees feet field fields
    filed files films fold france free freed great holder home house joke judge king latch legal lesson
    level loan loans local logic login logos loyal lunch machine machines march market mask master match
    meeting meetings minute minutes mobile model month mouth much north noted office older order ordered
    owe owes pages pains paint pairs parties party past people person phone phones photos pills place
    placed plane planes plates point points poison post price prices prison prize produce product profit
    project protect purpose queen quota quotas reach reason receive recipe reform refund refuse repair
    repeat repeated report reported reserve return returned reverse reversed review risk roles royal
    ruled ruler sale sales scale season share shares shirt shock short sky sleep sort south sport stack
    staffed stick street stuck supplied supply support supported table tables tank tanks tasks taxi
    teach text texts theme themed themes touch trace track train trains trick truck trust trusted
    turnover waged wages watch weather worst
""")
