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
    again archive archived back backup become becomes bring capture captured capturing carried contain
    contained copied copy copying cover coverage covered covering disappear disappeared duplicate
    duplicated exclude excluded exported gone grab handle handled happen happening held include included
    including ingest ingested kept left lose losing lost mirror mirrored missing part preserve preserved
    protect protected reappear remembered rebuild rebuilt reconnect reconnecting recover recoverable recovered
    recreate recreated redo reenter reinstate reinstated remain remains replicate replicated restore
    restored restoring retained retrievable retrieve retrieved safe safeguard safeguarded saved saving
    scoop scooped scope secured snapshot stored storing supported survive surviving sync synced
    transferred vanish vanished wipe wiped
""")
WEAK_CUES = _words("""
    do get got has have hold include keep keeping pull read save see store take
""")

# Without a meaning of their own here.
EMPTY = _words("""
    a able about accounting across actual actually against all allowed already also am an and another
    any anybody anyone anything are arent as ask asked asking at automatically bank basically be because
    been being book bot both bring brought business but by came can cant category chance colleague come
    comes coming company complete correctly could couple current currently custom customised data day
    detail did do does doesnt doing done dont during e each either else end entire entry etc even ever
    every everybody everyone everyone's everything exist existing few figure folk for from fully g get
    gets give go goes going gonna got guys had has have having he hello her here hey hi him his hold how
    hows i i'm ie if in info information into is isnt it its ive just kind know last ledgerkeep let like
    list live look looking looks lot lots made make makes many may maybe me mean means might mine month
    more morning much must my myself need never new next night nightly no nope nor normally not nothing
    now number of off ok okay old on once one only onto option or org organisation organization other
    our ours out over own part per perhaps pick please pls previous properly put question quick quickly
    really record said same say setting shall she should show side since so some somebody someone
    something sorry sort sorts status still stuff story deal situation such sure team tell than thank
    thanks that that's the
    their them then there these they thing this those through to today tomorrow tonight too type under
    until up upon us use used using usually very via wanna want was we week well were what whatever
    whats when where whether which while who whole whose will with within without won't wonder wondering
    work working would xero yeah year yep yes yet you your yours
""")

# Say which records of a kind: no matter for coverage, but for how many there are.
ADJECTIVES = _words("""
    active american annual approved archived australian awaiting big british closed current custom
    deleted dollar domestic draft entire euro existing foreign historic historical imported inactive
    large main manual master monthly new nz old older open outstanding overdue own paid part
    partial past pending personal previous raw recent regular sent small sterling tracked uk unpaid
    unsent us void voided weekly whole yearly
""")

# English that stands near one of our words, and must not be read as a slip of it.
ENGLISH = _words("""
    able about above accept accident across active actual address advice afford afraid after again age
    ages agree ahead alive allow almost alone along already alright although among amount angry answer
    anyone apart appear apple apply approval approve approved april area argue arm army arrive article
    artist aside asked assent assess assist attempt attend august autumn avoid award aware away awful
    baby badge base basic bath beach bear beat beauty become before begin behind belief belong below
    bench best better between beyond bible biggest bike bills birth biscuits black blame blind block
    blood blue board boat body bomb bone bonus border born boss both bottle bottom bound bowl brain
    brand brave bread break breath brick bridge brief bright broad broken brother brown brush budge
    build built busy butter button buy buyer cabin cable cake calm camp cancer candle capable capital
    captain career careful carry castle cat catch cause center century certain chair chance chances
    chapter charity chart cheap cheese chest chicken chief child choice choose church circle citizen
    city claim claimed claims clash class clean clear clever climb clinic clock close closed cloth
    clothes cloud club coach coast coffee cold collar colleague colleagues colour column comfort common
    complain complex concern confirm confuse connect connected consider contacted contain contains
    content contest context contract control cook cool corner correct cost costs cotton count county
    couple course court cousin crafts crash crate crazy cream create crime crisis cross crowd cruel
    culture cupboard curious curve cycle daily damage dance danger dark daughter dead deal death debate
    december decide deep defend degree delay depend depth desert design desk despite detail device diet
    differ dinner direct dirty disease dish dog dollar double doubt dozen drafts dream dress drink drive
    driver drop dry dust duty eager early earn earth easily east easy edge editor effect effort eight
    elder elect empty enemy energy engine enjoy enough ensure enter entire equal error escape essay
    evening event ever evil exact exam except excite exist expect expert explain extra extreme face fact
    factor fail fair faith fall false family famous farm fashion fast faster fat father fault favour
    fear feature february feed feeds feel fees feet fellow female fence festival fever fiction field
    fields fifth fight filed files films final find fine finger finish fire firm first fish fit fix flag
    flat flight floor flour flow flower fly focus fold foot force foreign forest forget form formal
    fortune forward frame france free freed frequent fresh friday friend front fruit fuel full fun fund
    funny future gave given great handled holder home house january joke judge july june king latch
    legal lesson level loan loans local logic login logos loyal lunch machine machines march market mask
    master match mean meeting meetings minute minutes mobile model monday month mouth much nearly
    nightly north noted november october office older order ordered owe owes pages pains paint pairs
    parties party past people person phone phones photos pills place placed plane planes plates point
    points poison post price prices prison prize problem produce product profit project protect publish
    publisher purpose queen quota quotas reach reason receive recipe reform refund refuse remember
    repair repeat repeated report reported reserve return returned reverse reversed review risk roles
    roll rolled royal ruled ruler sale sales saturday scale scope scopes score season sense sensible
    separate september serious serve seven several shape share shares sharp sheet shelf ship shirt shock
    shop shops short shout shown sight sign signs silent similar simple since single size skill skin sky
    slack sleep small smart smile smoke social soft soil solid some soon sort sound source south space
    speak special speed spell spend spent sport spread spring square stack staff staffed stage stand
    stands start started state stated stay step steps stick still stone storm story straight strange
    street stress string strong stuck summer sunday supplied supply support supported survive table
    tables tank tanks tasks taxi teach text texts thank theme themed themes thick thin third threat
    three throw thursday ticket tight tiny tired title toast tomorrow tonne took tool tooth total touch
    tough tour tower town trace track trade traffic train trains travel tree trial tribe trick trip
    truck true trust trusted tuesday turnover twice type under union unit until upper upset urban usual
    valid value vanish vanished vast very video view visit vital voice vote waged wages wait wake walk
    wall warm wash waste watch water wave weak wealth wear weather wednesday weekly weight well west
    wheel while white whole wide wife wild will wind window wine wing winner winter wise wish woman
    wonder wood world worry worse worst worth would wound wrap write wrong yellow yesterday young youth
    zero
""")
