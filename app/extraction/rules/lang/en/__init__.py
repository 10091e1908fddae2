"""English, British and American, as people type it; also what booking assistants say."""

from app.extraction.rules.lang.en import agreeing, arranging, beside
from app.extraction.rules.lang.lexicon import Lexicon

LEXICON = Lexicon(
    code="en",
    acts={**agreeing.ACTS, **arranging.ACTS, **beside.ACTS},
    short={
        "u": "you",
        "ur": "your",
        "r": "are",
        "pls": "please",
        "plz": "please",
        "thx": "thanks",
        "ty": "thanks",
        "tmrw": "tomorrow",
        "tmr": "tomorrow",
        "appt": "appointment",
        "appts": "appointments",
        "appoinment": "appointment",
        "reservaton": "reservation",
        "w": "with",
        "n": "and",
        "lol": "",
        "wanna": "wanna",
        "gotta": "gotta",
        "cuz": "because",
        "bc": "because",
        "cos": "because",
        "coz": "because",
        "ill": "ill",
        "tho": "though",
    },
    common="""the a an of to and in is it you that for on are with as i this be at have from or what when your can said there use how we do would will
        please thanks thank hi hello hey my me need like want yes no not book appointment tomorrow today monday tuesday wednesday thursday friday saturday sunday morning afternoon good great sorry arriving coming leaving going running""",
    ordinals={
        1: "the first, first one, the first one, first, option 1, number 1, 1st one, the former, option a, number one, the 1st one, option one",
        2: "the second, second one, the second one, second, option 2, number 2, 2nd one, the latter, option b, number two, the 2nd one, option two",
        3: "the third, third one, the third one, third, option 3, number 3, 3rd one, option c, number three, the 3rd one, option three",
        4: "the fourth, fourth one, the fourth one, option 4, number 4, option d, the 4th one",
        -1: "the last, last one, the last one, the later one, later one, the later",
    },
    asks="""can/could (the/my/our) * do/start, add, list, mark, enter, write, label, going to a/an/my/the/, i need/want (to) (get/book/schedule/make/have/see) a/an/my/the/, need a/an/to, (i) wanna, can/could i/we/you (please) have/get/book/schedule/make/add/do a/an/the/my/two/, (i/we) would like (to) (book/schedule/make/have/get) a/an/the/my/, id like (to) (book/schedule/make/have/get/add) a/an/the/my/, looking for/to a/an/some/my/, order/rent/hire (out) a/an/some/the/two/three/2/3/4/6/12/24/, book a/an/the/my/in/, schedule a/an/the/my/, add a/an/the/my/, put a/an/the/my/, create a/an/the/my/, set up a/an/the/my/, make a/an/the/my/, set a/an/the/my/, fit me in, appointment for/with, (can/could/to) view/visit/see/tour a/the/your/that/this, about, for, do free, do you (guys/lot/all/people) do/offer, you do, due for your, due for, due (for) his/her/their/my, due on, free, following up on, meeting with, in for, thinking of, im after (a/an/some/the), interested in (a/an/the/your), keen on (a/an/the), keen to try, (want/like/love) to try (a/an/the/some), space/spot/spots/room/place/places in/on the/a/your, go over the/my/our/a, discuss the/my/our, talk about the/my/our, review the/my/our, look at the/my/our, chat about the/my/our, catch up on/about the/my/our, regarding the/my/our, work on the/my/our, to see, want to see, see, going to a/an/the, its a/an, it is a/an/the""",
    services="""appointment meeting call cleaning checkup check-up exam physical booster vaccine vaccines vaccination shot haircut cut trim colour color balayage highlights wax waxing brow brows
        massage facial manicure pedicure nails session sessions class classes lesson lessons tutoring prep
        workshop training consultation consult visit viewing tour inspection estimate quote
        repair service servicing mot boiler plumber electrician notary closing signing delivery collection
        pickup pick-up drop-off dropoff table reservation dinner lunch breakfast brunch
        drinks coffee party birthday wedding concert game match practice rehearsal interview presentation demo
        shoot photos photo passport tasting cake fitting alteration alterations
        cupcakes bouquet flowers catering engagement wedding newborn headshots lashes keratin perm blowdry blow-dry pedi mani
        kittens grooming spay neuter surgery filling root extraction braces therapy physio yoga pilates gym
        movie show conference event trip run walk hike test driving car cab taxi ride
        trial makeup make-up intro install installation setup maintenance oil tyre tyres tire tires brakes detailing valet review standup catch-up one-on-one seminar lecture festival picnic parade tattoo piercing reservation""",
    generic="appointment meeting session visit service event reservation booking class call one table",
    joins="all of for with to and the a an on at in about s my his her our their by from vs",
    stops="""both same someone somebody anyone anybody that is are was were will would can could may i you he she we they it please thanks thank hi hello hey today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday
        mon tue tues wed thu thurs fri sat sun next this week month morning afternoon evening night noon am pm
        when what where how which because so but if or then sorry before after until till during
        possible available starting lasting titled called named from between at_ instead x calendar schedule marked following isnt arent wont doesnt dont not wasnt keeps
        maybe soon asap sometime any there done booked scheduled ok okay yes no not free around anything only
        just before still pretty much any
        works does do has have had be being been also as added lasts me them their him us successfully calender location address time details everything something anything well ive""",
    articles="""
        the a an my our your his her for to of with and on at in some please new get book schedule make
        have see do add put set up create go our that this""",
    places="""
        street st road rd avenue ave lane ln drive dr boulevard blvd way court ct place pl square sq
        highway hwy parkway pkwy terrace close crescent suite ste""",
    nearby="at by in outside near",
    owned="your",
    numerals="two three four five six seven eight nine ten eleven twelve",
    homes="""my/your/our/his/her/their (back) place/house/flat/apartment/apt/home/office/garden/yard/backyard/garage/kitchen/patio/terrace/rooftop/studio/workshop, mine, yours, ours""",
    meets="meet/see (me/you/us) at/in/by/outside/near, wait for you at/in/by/outside, come to",
    online="by/over/via/on (the) phone/video (call), video call, on/over/via/by/through/using (google) zoom/teams/skype/meet, zoom/teams/meet link/invite",
    platforms="google zoom teams skype meet",
    venues="""workshop park cafe restaurant hotel clinic hospital office studio room hall salon branch store shop center centre mall gym school university theatre theater cinema stadium museum library
        church airport station bank tower house building bar club reception rehab starbucks arena field beach market plaza""",
    at="at in on to",
    answers="""
        try insert prefer use its it is the a an sure yes yeah ok well um uh so just please i need want would like for its_a
        that put mean oops wait scratch""",
    indefinite="some any",
    either="or",
    also="and plus",
    troubleless="no *",
    confirming="confirm confirmed attend attending accept yes",
    reasons="because cause cuz cos since",
    haves="have has ive hes shes got",
    pauses="and im ive its if anyway well let also id",
    splits="but because so although since then",
    counts={
        2: "do me and *, for me and *, me and mum/mom/dad/gran/nan/sis, two/2 haircuts/cuts/trims/massages/cleanings/facials/checkups/slots/spots/manicures, two sessions/classes/lessons/appointments/things/events/visits, 2 sessions/classes/lessons/appointments/things/events, both dogs/cats/kids/children/boys/girls, both my/our/the */kids/dogs, both of us/them, me and my *, my * and me/i, two of us, two kids/dogs/cats/people, a couple of sessions/classes/lessons, both days, and also",
        3: "three sessions/classes/lessons/appointments/things/events, 3 sessions/classes/lessons/appointments/things",
    },
    evening="evenings dinner supper drinks party night concert gig nightclub pub clubbing",
    morning="breakfast sunrise",
    leads="""
        find me them him us prefer title word label lets event is well title need want get book schedule
        make have see do add put set up create go please a an the my our some i we to for reserve
        arrange another one""",
    troubles="""problem with the/my, issue with the/my, trouble with the/my, my, fix the/my/a, repair the/my/a, broken, leaking, leak in the/my, replace the/my/a, sit down about the/my, talk about the/my, chat about the/my, about the/my""",
    ails="""is/are due, is/are due for (a) renewal/service, is/are/keeps/its/been (been) (so/really/completely/totally) leaking/broken/blocked/clogged/dead/down/stuck/loose/cracked/dripping/jammed/squeaking/flickering/tripping/cutting/overflowing/flooding/buzzing/grinding/limping/scratching/itching/swollen/playing/acting/making,
        stopped (*) working/blowing/heating/cooling/draining/spinning/charging/turning/running, stopped,
        wont/doesnt/isnt/not work/start/starting/turn/turning/drain/draining/flush/flushing/open/opening/close/closing/shut/working/heat/heating/cool/cooling/charge/charging/lock/locking/light/switch/spin/come,
        broke, broke down, has/have broken/gone/stopped/died/packed/given/cracked/snapped/burst, died, packed in/up, gave up, conked out, burst, snapped, gone again, needs fixing/repairing/replacing/servicing/cleaning""",
    head_first=False,
    fallback="Appointment",
    title_fronts="as it its the event is be use should title name to for a an under label input word this please",
    title_ends="which that who please happening starting scheduled located taking beginning",
    title_givers="""put use add using with name set titled please call want like it and mark make have save try list is
        keep give""",
    having="have got ive weve",
    linking="is will be could itself are",
    alone="can could good fine lovely love",
    doubts="""no not never nope nah none nothing without too bit very hm hmm mm mmm uh ugh oof aw ouch
        expensive steep far maybe perhaps later let leave think check ask see but though if when where how why still yet stop
        cant dont wont isnt arent wasnt didnt doesnt couldnt wouldnt havent hasnt id""",
    apologies="sorry afraid unfortunately shame pity",
    yes="yes yeah yep yup ya sure correct right it that i we",
    in_place="at in",
    modals="can could may",
    questions="where who what whats which",
    determined="the a an my our",
    spare="early before late notice advance ahead away wait waiting fast fasting drive walk warranty behind",
    people="husband wife son daughter mum mom dad mother father kids kid brother sister friend boyfriend girlfriend partner family baby grandma grandpa mate cousin nephew niece aunt uncle neighbour neighbor",
    persons="i me you he him she her we us they them",
    backs="finish returning return back ending ends finishing finishes",
    beside="after before during over",
    fields="time slot title name label calendar calender schedule event location address date spot place activity",
    asked_fields="title name label titale",
    enters="add put mark enter note input schedule save log create list",
    works="do you/u/ya/yous (also/still/guys), can/could you/u/someone/somebody",
    purposes="(a) reminder/time/event/appointment/entry/block to, remind me to, reminder for, i (will/ill/have/need/want) (have) to, i will be, ill be, help me",
    yours="you your youre yours",
    stays="room rooms night nights stay staying board boarding kennel kennels rent rental cabin cottage hotel airbnb hostel campsite lodge cattery",
    meetings="meeting meetup chat",
    desk="appointment booking reservation slot couple entry look",
    single={
        "sessions": "session",
        "classes": "class",
        "lessons": "lesson",
        "appointments": "appointment",
        "visits": "visit",
        "meetings": "meeting",
    },
    light="""
        pickup pick collection delivery drop off dropoff collect repair service estimate quote install
        installation fitting notary plumber electrician boiler exam tasting""",
    verb_after="""
        to please you and then also lets ill just now ok okay yes can could would pls plz so great
        thanks well hi hello good yeah sure awesome cool next can""",
    determiners="my the your a an our his her their on in of its",
)
