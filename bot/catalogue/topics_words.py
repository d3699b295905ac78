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
    protect protected reappear rebuild rebuilt reconnect reconnecting recover recoverable recovered
    recreate recreated redo reenter reinstate reinstated remain remains remembered replicate replicated
    restore restored restoring retained retrievable retrieve retrieved safe safeguard safeguarded saved
    saving scoop scooped scope secured snapshot stored storing supported survive surviving sync synced
    transferred vanish vanished wipe wiped
""")
# Of these, those that hardly ever say anything else.
STRONG_CUES = _words("""
    archive archived backup capture captured copied copy copying cover coverage covered covering
    duplicated excluded include included including ingested kept lose lost mirrored preserve preserved
    protect protected rebuild rebuilt recover recoverable recovered recreated reinstate reinstated
    replicated restore restored restoring retain retained retrievable retrieved safe safeguard
    safeguarded save saved scooped scope secured snapshot stored survive surviving synced wipe wiped
""")
# What an order may be about, besides topics.
DONE_TO = _words("""
    again all approver backup book change company copy data entry everything importation it keeper last
    ledger now organisation record restore restored snapshot that them these this update xero
""")
WEAK_CUES = _words("""
    do get got has have hold include keep keeping pull read retain save see store take
""")

# Without a meaning of their own here.
EMPTY = _words("""
    a able about accounting across actual actually against all allowed already also am an and another
    any anybody anyone anything are arent as ask asked asking at automatically bank basically be because
    been being book bot both bring brought business but by came can cant category chance colleague come
    comes coming company complete correctly could couple current currently custom customised data day
    deal detail did do does doesnt doing done dont during e each either else end entire entry etc even
    ever every everybody everyone everyone's everything exist existing few figure folk for from fully g
    get gets give go goes going gonna got guys had has have having he hello her here hey hi him his hold
    how hows i i'm ie if in info information into is isnt it its ive just kind know last ledgerkeep let
    like list live look looking looks lot lots made make makes many may maybe me mean means might mine
    month more morning much must my myself need never new next night nightly no nope nor normally not
    nothing now number of off ok okay old on once one only onto option or org organisation organization
    other our ours out over own part per perhaps pick please pls previous properly put question quick
    quickly really record said same say setting shall she should show side since situation so some
    somebody someone something sorry sort sorts status still story stuff such sure team tell than thank
    thanks that that's the their them then there these they thing this those through to today tomorrow
    tonight too type under until up upon us use used using usually very via wanna want was we week well
    were what whatever whats when where whether which while who whole whose will with within without
    won't wonder wondering work working would xero yeah year yep yes yet you your yours
""")

# Say which records of a kind: no matter for coverage, but for how many there are.
ADJECTIVES = _words("""
    active american annual approved archived australian awaiting big british closed current custom
    deleted dollar domestic draft entire euro existing foreign historic historical imported inactive
    large main manual master monthly new nz old older open outstanding overdue own paid part partial
    past pending personal previous raw recent regular sent small sterling tracked uk unpaid unsent us
    void voided weekly whole yearly
""")

# English that stands near one of our words, and must not be read as a slip of it.
ENGLISH = _words("""
    able abort about above accept accident accuracy achieved across activate active actively actual
    address advice afford afraid after again age agent ages agree ahead alive allow almost alone along
    already alright alternate although among amount angry answer anyone apart appear apple apply
    appreciate approval approve approved april archival area argue arm army arrive article artist aside
    asked assent assert assess assist attacker attempt attend august autumn avoid award aware away awful
    baby backing badge base basic bath beach bear beat beauty became become before began begin behind
    belief belong below bench best better between beyond bible biggest bike bills birth biscuits black
    blame blank blind block blood blue board boat body bomb bone bonus border boring born boss both
    bottle bottom bound bowl brain branching brand brandy brave bread break breath brick bridge brief
    bright bringing broad broken brother brown brush budge build building built busy butter button buy
    buyer cabin cable cake calm camp cancer candle capable capital captain career careful carry casting
    castle cat catch cause celery center centered century certain chair chance chances chapter charging
    charity chart cheap cheese chest chicken chief child choice choose chose church circle citizen city
    claim claimed claims clans clash class classic classify clean cleaning clear clever click climate
    climb clinic clock clone cloned close closed cloth clothes cloud club coach coast coffee cold collar
    colleague colleagues collected colour column comfort commence common compiled complain completed
    complex computed conception concern confirm confuse connect connected connector consider constant
    constrain constrained constructor contacted contain contains content contention contest context
    continued contract contracted contraction contrast control convention conversation converted
    converting cook cool corner correct correction cost costs costume cotton council counsel count
    counter counting country county couple coupon courier course court cousin crafts crash crate crazy
    cream create creative creature credited crest crime crisis cross crossing crowd cruel culture
    cupboard curious curve customize cycle daily damage dance danger dark daughter daylight dead deal
    death debate december decide decline deep defend degree delay delegate delegated delicate deliver
    dentist depend deport deprecation depth desert design desire desk despite detail detected detection
    device diet differ differing digest dinner direct dirty discount disease dish dispute doctor dog
    dollar donor double doubt dozen drafts dragon drawer dream dress dressing drift drink drive driver
    drop dry dust duty dying eager early earn earth easily east easy edge editor effect effort eight
    elder elect empty enemy energy engine enjoy enough enquiry ensure enter entire entirety equal error
    escape escort essay estate evening event ever evil exact exam exceeded except exchange excite
    executing execution exercise exist expand expect expensive expert explain extra extreme face fact
    factor fail failing fair faith fall false family famous farm fashion fast faster fat father fault
    favour fear feather feature february feed feeds feel fees feet fellow female fence festival fever
    fiction field fields fifth fight filed files filled filling films filter final find fine finger
    finish fire fired firing firm first fish fit fix flag flat flavour flight floor flour flow flower
    fly focus fold folding foot force foreign forest forget form formal fortune forum forward frame
    france free freed frequent fresh friday friend front fruit fuel full fun fund funny furnished future
    gather gave giant given glory golden grant granting graph grateful great greet grouping hammer
    handled harbour hardening holder home house improve improved income infant infer inner insect
    inserted inspect integrate intensity interaction intro invade inverted invite island iteration
    jacket january joke journey judge july june junk kettle king kitchen ladder landing laser latch
    latent lease leash leasing least lecture legal leopard lesson letter level listen literal loan loans
    local locket locking logic login logos looked looking looks looping loose lottery loyal lunch
    machine machines magnet marble march market marking marriage mask massage master match matter mayor
    mean measure medal meeting meetings melody mention mercy meter midnight minute minutes mirror
    missile mission mixture mobile model monday monitor monkey month moral motor mouth movie much muscle
    mystery napkin narrow nation native nature nearly needle nephew network newer nightly north noted
    nothing noting november nurse object obtain ocean october office older onion opera orange orbit
    orchard order ordered organ origin outfit oven override owe owes oxygen package pages pains paint
    pairs palace panel paper parade parcel parking parrot particle particular parties partner party past
    pasta pastry patient patrol pattern paving peace peach pearl pencil penguin people pepper permit
    person phone phones photos pills pilot pirate pistol pizza place placed plane planes planet plaster
    plastic plates platform player pleasure pocket poet point pointed pointing points poison police
    policy polish polite pond ported portrait post potato pottery powder power practical prayer presence
    present presented pretty price prices pride priest prime prince print printed prison prize probe
    problem produce producer product profile profit project prone proposed protect proto proverb publish
    publisher purpose puzzle pyramid quarrel queen queue quiet quirk quite quota quotas quoted rabbit
    racing radio railway rainbow rapid rather reach readable reason rebate rebel recall receive receiver
    recipe recital recorder refer referring reform refund refuse registry regret rejection relate relax
    relief relish remainder remark remedy remember remote remover rental repair repaired repay repeat
    repeated replacing reply report reported reporting request requiring rescue reserve reserved reset
    resetting resident resign resist resolved resolver resort respect rest retail retire retort return
    returned reunion reusable revenge reversal reverse reversed reverted review reward rhythm ribbon
    rifle risk ritual river rocket roles roll rolled romance rope rotten rough route royal rubber ruin
    ruled ruler rural sacred saddle sailor salad sale sales salmon salon salt sample sandal satin
    saturday sauce sausage saying scale scandal scanning scene scenery scheme scholar science scissors
    scope scoped scopes score scout scrub sculpture seal season secret seed select senate senior sense
    sensible separate september sequel serious sermon serve settle seven sever several severity sewing
    shade shadow shallow shape share shares sharp sheet shelf shell shelter shield ship shipped shirt
    shiver shock shop shops short shoulder shout shower shown shrimp shutting sibling siege sight sign
    signal signs silent silk silver similar simple simulation since sing singer single siren sister
    sitting size sketch skill skin sky slack slave sleep sleeve slice slide slope small smart smile
    smoke smooth snack snake soccer social sofa soft soil solar solid solve some soon sort sound soup
    source south space spark speak special speed spell spelling spend spent spice spider spiral spirit
    splash sponge spoon sport spread spring square squire stable stack stadium staff staffed stage stair
    stale stall stamp stand stands staple start started state stated static stating statue stay steak
    steam step steps stereo stick still stitch stomach stone stool stopping stork storm story straight
    strand strange straw stream street stress stride strife strike string strip stripped stroke strong
    stuck studio study submarine suburb subway sudden suffer sugar summer sunday sunset superb supper
    supplied supplies supply support supported supreme surf surgeon surprise survive sweat sweet swim
    symbol symptom syrup table tables tailor talent tank tanks tasks taste tavern taxi teach temple
    tenant tender tennis tension tent text texts thank theft theme themed themes thick thief thin third
    thirst thorough thread threat three throat throw thunder thunk thursday thyme ticket tiger tight
    timber tiny tired tissue title toast toilet tomato tomorrow tongue tonne took tool tooth torch total
    touch tough tour tourist tower town trace traced tracing track trade trader traffic tragedy trail
    trailing train training trains transform transformed transit transition translation trash travel
    treasure treating treaty tree trend trial tribe tribute trick trip trophy tropical truck trucking
    true trumpet trunk trust trusted tuesday tunnel turkey turnover turtle twice twin type uncle under
    undoes uniform union unit unlocked until upper upset urban urgent usual utensil vacation vague valid
    valley value vampire vanilla vanish vanished vapour vast velvet vendetta venue verse very vessel
    veteran victim victory video view villa village vinegar violin virtue visa visit visitor vital
    vitamin voice volcano volunteer vote voyage waged wages wagon wait waiter waiting wake walk wall
    wallet walnut warm warrant warrior wash waste watch watched water wave weak weakly wealth wear
    weather wedding wednesday weekly weight well west whale wheat wheel whenever wherever while whine
    whip whisper white whole wide widow width wife wild will willow wind window wine wing winner winter
    wisdom wise wish witch wizard wolf woman wonder wood wool world worry worrying worse worst worth
    would wound wrap wrist write wrong yacht yellow yesterday yoga young youth zebra zero
""")
