"""English, British and American, as people type it; also what booking assistants say."""

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.lexicon import Lexicon

ACTS = {
    Act.ACCEPT: """
        its a date, love to, (id/wed) love to/that/it, totally, for sure, yup yup, course, of course, you know it, absolutely, sure sure, why not, lets, alrighty, fab, works for us, suits us, thatll do, that does it,
        legend, lush, wicked, mint, top, yass, yess, solid, aight, star, youre a star, lifesaver, youre a lifesaver, yay, woohoo,
        that is all correct, thats all correct, that all sounds good, that is all right, all that is correct, yes, yeah, yep, yup, ya, yea, sure, sure thing, ok, okay, okey, okey dokey, k, kk, alright, all right,
        right, correct, confirmed, affirmative, positive, absolutely, definitely, of course, certainly
        perfect, perf, great, brilliant, fab, fabulous, lovely, awesome, excellent, fantastic, wonderful,
        amazing, cool, sweet, nice, good, fine, sound, grand, ace, super, ideal, terrific, splendid, sick,
        dope, bet, deal
        works, that works, works for me, that works for me, both work, that will work, thatll work, itll work,
        will work, would work, that would work, suits me, suits, that suits, thats fine, is fine,
        that is fine, thats great, that is great, thats good, that is good, thats perfect, that is perfect,
        thats right, that is right, thats correct, that is correct
        sounds good, sounds great, sounds perfect, sounds fine, sounds lovely, looks good, looks great,
        looks right, it does, it is, that does, go ahead, please do, go for it, go on then, lets do it,
        lets do that, lets go, lets go with, do it, do that, ill take it, ill take that, well take it,
        ill take the, well take the, book it, book that, count me in, im in, were in, done, done deal, agreed
        no problem, no probs, np, no worries, not a problem, all good, thats ok, thats okay, fine by me,
        fine with me, good with me, ok with me, works great, happy with that, yes please, yes pls, please,
        pls, happy to, id love that, id love to, that would be great, that would be perfect,
        that would be good, would be great, would be perfect, thatd/itd (would) be better/great/perfect/lovely/fine/good/ideal, that/it would be better/lovely/fine/ideal, confirm, i confirm, confirm that, exactly,
        indeed, spot on, you got it, you bet, got it, roger, deffo, defo, will do, can do, i can make it,
        that is what i want, thats it, thats about it, try that, lets try that, i do, i would, i will, 👍, 👌,
        ✅, ✔, 🤝
        smashing, brill, magic, champion, no bother, that suits me, perfect timing, noted, understood, received, good to go, sorted,
        thats/that is all accurate/good/fine/set/right, accurate, all accurate, thats accurate, that is accurate,
        early is good, cheers, ooh yes, ta
    """,
    Act.REFUSE: """
        no, nope, nah, no thanks, no thank you, not really, neither, none, never mind, nevermind,
        not interested, dont bother, no need, not needed, wont work, that wont work, doesnt work,
        that doesnt work, id rather not, not that one, leave it, not now, not right now, not at the moment,
        not yet
    """,
    Act.CANNOT: """
        might/may/could/would be (a) (bit) (too) tight/early/late/hard/difficult/tricky/pushing,
        wont be open/opening, not opening, have to close, having to close, had to close,
        is ill, is sick, is off sick, is unwell, is away, im ill, im sick, im unwell,
        cant, cannot, can not, cant make, cant do, cant make it, cant make that, cant come, couldnt,
        wont be able, wont make it, not going to make it, not gonna make it, unable to, im unable, unable,
        impossible, not possible, doesnt suit, doesnt work for me, not good for me, no good, too early,
        too late, too soon, is late for, is early for, a bit early, a bit late
        not this week, were away, im away, im out, is out, is off, im busy, im working, hes working,
        shes working, im stuck, stuck at, something came up, not free, not available, im not free,
        im not around, im tied up, hes with, shes with, im at work, not around, out of town, not in,
        doesnt work, dont work, running behind, wont be sorted, wont be ready
    """,
    Act.UNAVAILABLE: """
        chocka, chocker, chockablock, rammed, slammed, packed, swamped, snowed under, jam packed,
        its sold/gone/let/taken, been sold/let/taken, just sold, already sold/let/gone, off the market,
        full, fully booked, booked up, all booked, booked solid, is taken, taken, already taken, is gone,
        no availability, no openings, no slots, nothing available, nothing left, nothing free,
        dont have anything, have nothing, sold out, no longer available, unavailable, not available,
        was not available, is not available, isnt available, already shooting, already booked, already have,
        isnt free, is out all, we dont have, no tables, no space, no room, ramps broken, isnt till,
        isnt until, were closed, we are closed, closed
    """,
    Act.PROMISE: """
        we will/well reply/respond/answer/get back, will reply/respond/answer, get back to you,
        ill/will/can let you know, ill/will confirm/text/message/reply/respond/email/write/update you, ill get/be back (to you), get back to you,
        ill call you, ill call you back, ill confirm, will confirm, ill check back, ill be in touch, speak soon, talk soon
    """,
    Act.THANKS: """
        have a good/great/nice/lovely one/day/trip/time/weekend/evening/night,
        let you know when/if im/i, ill text/message you when,
        oh no, get well soon, feel better, so sorry, sorry to hear that, no need to apologise/apologize, oh dear, bless,
        thanks, thank you, thank you (so) (very) much, thanks (so) much, thanks a lot, many thanks, much appreciated, appreciate it, youre welcome, my pleasure,
        sorry to bother/trouble you, ta very much
    """,
    Act.NO_WORRY: """
        dont worry, dont you worry, not to worry
    """,
    Act.HEDGE: """
        some day, one of these days, sleep on it, let me sleep on it, mull it over, have a think,
        waiting on/for, thinking about/of, no problem/worries just let me know, just let me know, let me know what you decide, maybe, perhaps, possibly, might, not sure, im not sure, unsure, dont know, i dont know, dunno,
        let me check, ill check, let me see, let me think, ill think, will think about it, think about it,
        let me ask, ill ask, let me run, run it by, let me get back, get back to you, ill get back,
        ill let you know, let you know, let me know when, ill confirm, will confirm, ill text you,
        text when you know, tbc, tbd, tentative, tentatively, pencil me in, need to check, have to check, ill call you when/if/once/later/to,
        gotta check, ill see, well see, depends, depending, later on, some other week, some other time,
        another time, waiting to hear, could be nice, could be really nice, not decided, havent decided,
        ill message, check back, ill ask, come back to you, if my * can, if my * is, if i can find, if i can get
    """,
    Act.CONFIRM: """
        ill book (it), ill make the reservation/booking, ill reserve,
        i/ive put/added/placed/entered/saved the/your/this/that event/appointment/activity/entry/it, been put/placed/entered/listed/marked/noted, i did it, its done,
        i have/just scheduled/booked/reserved/arranged/added/marked, i have just scheduled/booked/reserved/arranged/added, booked, all booked in, youre booked, youre booked in, you are booked, booked in, scheduled,
        its scheduled, is scheduled, confirmed, youre confirmed, is confirmed, reserved, noted, done,
        its done, all set, youre all set, you are all set, youre down, youre in, got you, got you down,
        gotcha, ive got you, putting you down, put you down, ill put you down, ill pencil you in, in the book,
        in the diary, in the calendar, on the calendar, on your calendar, to your calendar, in your calendar,
        to the calendar, added, ive added, ive put, i have added, has been added, added it, event added,
        updated, has been updated, moved, rescheduled, changed, created, has been created, set up, was made,
        has been made, have been made, ive made, i have made, reservation is made, successful, successfully,
        is set, its set, is down for, is planned, is fixed, its entered, entered, registered, arranged,
        marked, recorded, saved, got your table, got the table, i got you, ive reserved, is complete,
        completed, ive completed, all done, it worked, it went through, has gone through, have gone through,
        is/was a success, was successful, you got the/a/your reservation/table/booking/appointment, you got reservation, youre set, you are set, able to confirm, able to book, able to make, able to reserve,
        able to schedule, able to get, in there, is verified, verified, i put it on, i put that on, ive put it, its on your, it is on your, its all in there, i put it in, i entered, i noted, i saved, marked on, ive booked, i have booked, i booked,
        is booked, was booked, been booked, was scheduled, been scheduled, been reserved
    """,
    Act.SEE_YOU: """
        see you, see you then, see you there, see you later, see you at, see you on, see ya, cya, see u,
        see you soon, see you both, well see you, looking forward, look forward, ill be there, well be there,
        be there, see the, meet you there, expecting you, in my calendar, on my calendar now,
        putting it in my calendar, putting it all in my calendar, its in my diary, ask for
    """,
    Act.REQUEST: """
        schedule a/an/the/my/this/that/it/us/me/in/for/one/two/another/lunch/dinner/breakfast/time/teh/help/meeting/party/picnic/drinks/coffee,
        add, book a/an/the/my/me/us/it/in/for/this/that/one/another, create, creat, put, set up, set me,
        set a, set an, set the, set up a, set, setup,
        make a/an/me/the/my/one/it/appointment/reservation/shopping/event, mark, pencil, pencil in, block,
        block off, block out, enter, reserve, note, plan a, place, remind me, arrange, put me down, pop me in,
        sign me up, save, mark it, note it, fix an, fix a, confirm my
        can i get a reservation, i need to schedule, i have to schedule, i want to schedule,
        id like to schedule, i would like to schedule, please schedule, please add, please make, please book,
        please create, please put, please set, can you schedule, can you add, can you book, could you book,
        could you add, could you schedule, can you make, can you put, can you set, lets schedule, lets book,
        schedule, book, let me/us add/put/save/note/mark/enter it/this/that/these,
        get/find me/us a/an/the appointment/table/booking/reservation/slot/spot/seat, get me/us in on/at/for/next/this/tomorrow
    """,
    Act.WANT: """
        need/needs checking/looking/fixing/repairing/doing/cleaning/replacing,
        i was hoping/wondering/thinking/looking, was hoping/wondering to/if, hoping to/for, wondering if, i was after,
        check up, a check up, check ups, i want, i wanna, i need, we need, need a, need an, need to get, id like, i would like,
        i am looking for, im looking for, looking for, looking to, i have a/an/to, i have, theres a,
        there is a, i will be, ill be, im going to, were going to, i am going to, we are going to, i got,
        ive got, id love, wanted to, want to, want a, want an, i prefer, i plan, im planning, mom wants
    """,
    Act.ASK_FREE: """
        do you have, do u have, have you got, you got, got anything, anything, any chance, any availability,
        is the * open/free/available, is * still open/free/available, any openings, any slots, any room, any space, any time, any appointments, is there a slot,
        is there an appointment, is there availability, is there any availability, is there a table,
        is there an opening, do they have, does the dentist have, does she have, does he have,
        is there anything at, is there anything on, can i, can we, can u, can you, could i, could we,
        could you, could it, can it, may i, would it be possible, is it possible, possible, would that work,
        does that work, is that ok, are you free, are you available, is that available, available, fit me in,
        squeeze me in, nothing at, nothing on, nothing later, nothing earlier, is that good, does this work,
        would do, would suit, hows, how about, what about
    """,
    Act.OFFER: """
        had/have/got a cancellation, just had a cancellation, someone/somebody cancelled/canceled, slot (has/just) opened/came up, spot (has/just) opened/came up,
        (i/we) can/could/will/ill swing/pop/drop/stop by/in/round/over, (is) the/my/our/your last one/slot/appointment/space/spot/opening/table, im free, i am free, im available, i am available, we have, weve got, we have got, i have, ive got, i can do, we can do, could do, i could do,
        we could do, can do, can see you, could see you, i can be there, could put you, can put you,
        can fit you, could fit you, how about, how is, hows, what about, would you like, do you want, want to,
        wanna, want it, lets do, lets say, lets make it, should i, shall i, shall we, would, earliest is,
        next is, next available, next opening, just had a cancellation, i have an opening, is open, is free,
        is available, works for us, does that work, would that work, meet me, i found another,
        there is another, there is an opening, ok for you, does
    """,
    Act.ASK_WHEN: """
        when, when would you like, when would, when do you, when are you, when works, when suits,
        when is good, when can, what day and time, what date and time, which day and time, date and time,
        which date and time, when and where, when should, days and times, days that work, time and date
    """,
    Act.ASK_DAY: """
        what day, what days, which day, which days, what date, which date, on which date, for which date,
        on what date, for what date, what dates, what day works, what day suits, date, any preferred date
    """,
    Act.ASK_TIME: """
        what time, at what time, which time, what hour, what times, preferred time, any time in particular,
        time of the, what time works, what time suits, when does it start, what time does it, what time is,
        what time will, the time, time
    """,
    Act.ASK_PART: """
        morning or afternoon, afternoon or morning, am or pm, morning or evening, afternoon or evening,
        lunch or dinner
    """,
    Act.ASK_PLACE: """
        whereabouts, which/what marina/site/gym/studio/office/shop/store/clinic,
        where, whats the address, what is the address, your address, the address, address, location,
        which location, where is, where at, where should, what location, where will, pick up from, where to,
        postcode, whats your address, the location, place, where does it take place, which branch, what branch
    """,
    Act.ASK_TITLE: """
        what/how do/would/should/shall you/i/we (want/like/prefer) (me/us) (to) call/name/title/label,
        name to use, (a) name and time, name for the/this/your event, name of event, (event) name or title, want it called/named/titled,
        what for, whats it for, what is it for, should i title, title the event, should i name, name should, what name, the name of the event, name of the event,
        name of this event, what should i name, what should i call, what would you like me to name,
        what would you like to call, what do you want me to name, what title, which title, event title,
        the title, title, what should i title, name for the event, name the event, event name, the event name,
        what is the event, what event, by which name, under what name, what is the name, what sould i name,
        what shall i name, what shall i call, reason for, reason for visit, about what, whats it about,
        what are we doing, what service, which service, what do you need, what can we do, what can i do,
        how can i help, how can we help, name should, what to call, name it, call it, name do you, what type,
        what kind of appointment, what is it about, what would it be about, what will it be about
    """,
    Act.ASK_NAME: """
        name, your name, whats your name, what is your name, name please, who is this, who am i,
        (and) under what/which name (for the booking), what/which name (is it/shall/should/for/under), whose name, for how many, how many people, how many, how many of you, a name,
        phone number, email
    """,
    Act.ASK_CONFIRM: """
        please confirm, confirm the, confirm that, can you confirm, could you confirm, is that right,
        is this right, is this correct, is that correct, correct, let me confirm, just to confirm, to confirm,
        confirming, kindly confirm, confirm your, please verify, verify, so you want, you want,
        you would like, youd like, youre, is this good, hows this, how is this, does this look right,
        does that look right, is this what, is that ok, is it ok, reply yes, please acknowledge,
        just to be sure, to be sure, do you confirm, right, ok, let me recap, let me review, to review,
        shall/should i add/book/schedule/reserve/note, shall/should i put/pencil you, confirme, confirm me, confirm details, confirm following, confirm
    """,
    Act.ONLY: """
        only/just bringing/coming/keep/need, itll be just, it will just be, so just,
        only the, just the, just a, only a
    """,
    Act.MOVE: """
        now that i think about it/of it, come to think of it, on second thought/thoughts, i was mistaken, my mistake,
        move, move it, move the, moving, reschedule, rescheduling, change, change it, change that, change the,
        change my, changed my mind, push, push it, push back, push it back, bring it forward, bring forward,
        postpone, put off, put it off, delay, make it, make that, switch, swap, shift, instead, rather,
        later instead, actually, i meant, correction, is now, will now be, lets do, go until, go from,
        a bit later, a little later, running late, ill be late
    """,
    Act.PUSH: """
        push, push it, push back, push it back, push that, push that back, postpone, put off, put it off,
        put back, put it back, delay, running late, be late, im late, im running
    """,
    Act.BRING_FORWARD: """
        bring it forward, bring forward, move it up, move up, bring it up
    """,
    Act.CANCEL: """
        skip it/today/this/tomorrow/that/the, have to skip, need to skip, gotta skip, have to miss, need to miss,
        wont/not make it anymore, take me/us off, wont be needing, no need to come, dont expect me/us,
        call off, calling off, have to call off, cancel, cancel it, cancelled, canceled, canceling, cancelling, cancellation please, gotta cancel,
        have to cancel, need to cancel, call it off, called off, scrap, scrap it, delete, remove, removed,
        dont come, dont need, dont need you, no longer need, wont need, wont be coming, not coming,
        cant come anymore, drop the, take me off, forget it, forget about, need to call off, dont book
    """,
    Act.BOTH: """
        both, all three, all of them, both please, both work, both days, all good for both, all of those,
        the two of them
    """,
    Act.NEXT: """
        and the second, and the other, and the next, the second one when, and the third, the other one when
    """,
    Act.MORE: """
        also, and also, as well, too, another, one more, besides, additionally, in addition, and then
    """,
    Act.ANEW: """
        im free again, free again, rebook, re-book, another appointment, a new one, new appointment, new time,
        another one, start over
    """,
    Act.KEEP: """
        is still fine/good/on/ok, still fine, still good,
        stays, still on, stays the same, same as before, keep, as planned, no change, unchanged, see you all on
    """,
    Act.HYPOTHETICAL: """
        if something comes up, if anything comes up, can i cancel up to, how late can i cancel,
        i wish, would have loved to,
        if it rains/snows, if i, if we, if it were, say i, say we, suppose, supposing, hypothetically, in theory, what if,
        just in case, in case, would it be done, lets say i, were i to, if ever, one day
    """,
    Act.PAST: """
        missed call/calls,
        was, were, had, did, went, came, said, told, got charged, have been charged, ive been charged,
        been charged, last, yesterday, ago, i came, i was in, i booked, i ordered, i bought, it said,
        you said, i/we/she/he/they/it/already left, ordered, arrived, missed, turned up, showed up, no show, was supposed
    """,
    Act.OTHERS: """
        is/are playing/performing/throwing/hosting/djing/headlining,
        my sister/brother/friend/boss/mum/mom/dad/mother/father/wife/husband/cousin/aunt/uncle/neighbour/neighbor/son/daughter/kid/kids/colleague/roommate/partner/girlfriend/boyfriend is/has/gets/was/goes/works/leaves/starts/travels/booked/made/got/gave/had/scheduled/reserved,
        my mate/mates/pal/flatmate/housemate/nan/gran/grandma/grandpa got/has/is/had,
        my sisters/brothers/friends/mums/moms/dads/cousins/bosses getting/going/having/coming/away/working/moving/flying,
        their wedding, her wedding, his wedding, her birthday, his birthday, is getting married,
        getting married, hes working, shes working, they have dinner, kids soccer, they have
    """,
    Act.OCCASION: """
        (ive/i/weve/we) (have) (got) a/my wedding/party/graduation/trip/flight/exam/interview/prom/gala,
        wedding/party/graduation/trip/prom/gala/event is/isnt (on), for a/my/the/our wedding/party/graduation/trip/exam/interview/prom/gala
    """,
    Act.BRING: """
        drop it/him/her/them off, drop off, bring it/him/her/them (in), leave it/him/her/them with
    """,
    Act.FETCH: """
        (will/should/itll/theyll) be/have it/them/ready/done by/on/for, itll/theyll be ready/done, ready by/on/for,
        ready to collect/for collection/for pickup/to pick up, can collect/pick up, pick it/him/her/them up, picking it/him/her/them up, collect it/him/her/them, come and get it/him/her/them
    """,
    Act.HOURS: """
        open, opens, are you open, opening hours, opening times, hours, business hours, close, closes,
        do you close, do you open, we open, we close, were open, we are open, open from, open until,
        open till, monday to, mon-fri, monday through, every day, daily, what are your hours, your hours
    """,
    Act.BUSY: """
        called in to work, called into work, got called in, gotta work, have to work, got to work, gotta be at,
        i finish, i work, im working, i start, i have work, i have class, i have school, i have practice,
        i have a class, i have a shift, i get off, i get out, get off work, off work, i leave, im at work,
        im in a meeting, in meetings, im out, school run, pick up the kids, drop the kids, soccer is till,
        ill/will pay/transfer/send (you) (the) (deposit/money/payment), pay the deposit,
        weve/we/ive got the/a * in, got the/a */builders/plumbers/painters in,
        nothing to eat/drink, no food/water/eating, (please) dont eat/drink, fast from,
        practice is till, is till, hes with, shes with, he's in, shes in, there is another, another viewing,
        until then, i get back, im back, works nights, i work nights, we eat at
    """,
    Act.LASTS: """
        (first/each/every/the/our) lesson/session/class/visit/appointment/consult/consultation/call/lessons/sessions/classes/appointments is/are, takes, will take, itll take, it takes, lasts, lasting, last, long, runs for, runs about, for about,
        duration, roughly, should take, about, its a, each session, each, reserve, blocking, allow, will last
    """,
    Act.PRICE: """
        how much, quote me, a quote for, give me a quote, could you quote, cost, costs, price, prices, pricing, quote, per hour, per person, dollars, pounds, discount,
        fee, charge, charged, refund, rent, monthly, a month, rating
    """,
    Act.QUERY: """
        which event, which events, which date, which meeting,
        what parties/meetings/events/appointments/party/meeting/event/appointment, where are we, how long is,
        how long are, include, including, doesnt include, invited, coming to, accepted, declined,
        going to make,
        is * coming, is * meeting, is * attending, will * be at, will * be attending, did * accept,
        has * accepted, has * responded, are there, is there a meeting/event/appointment/party/game,
        is there any meeting/event/appointment, events with, meetings with, event matching, events matching,
        i need to know, want to know, like to know, wondering, tell me, find if, see if i, whats up,
        anything/something in/on my, what do i have, do i have, what is on my, whats on my, whats on the, whats on for, what is on the,
        what is my, whats my, what are my, what am i, when am i, am i, will i, did i, when is my, when was,
        when is, whens, what time is my, what time is the, what time was, where is my, where is the,
        where was, where am i, who is, whos, who has, who will, who are, whose, show me, show my, check,
        checking, check my, check if, check the, find my, find the, search for, look for, look up, list my,
        list all, list, display, tell me, is there anything scheduled, is there anything on my,
        is there anything planned, is there a meeting, is there an event, are there any, is there any event,
        any events, any other events, any meetings, my schedule, my calendar, my calandar, my availability,
        my agenda, my available, available time, free time, free slot, empty slot, am i free, am i busy, when/if/whether/that/see/know i am/im free/available, days i am free, when i have, what event, what events, what meetings,
        what appointments, how many, how long is, how about the, which event, has anyone, has anybody,
        did anyone, is anyone, accept the/my/an/this/that/friends/invite/invitation, accept, decline, rsvp,
        invitation, invite, going on, coming up, scheduled for, have scheduled, do i have/know/owe/get/still, can i see my/the/when/if/what/whats/your/all/any,
        what is scheduled, whats scheduled, what is planned, whats planned, what is happening, what are,
        what times/time is last/the, what time does the (*) * leave/start/depart/arrive/open/close/finish, do you (guys) show/have the game/match,
        what will, whats the, what is the, how is the, hows the, hows tomorrow, are you open, attending,
        organizer, organized, opening
    """,
    Act.LOOKUP: """
        my calendar, my schedule, my availability, my agenda, my available, am i free, am i available,
        when am i, when i am available, i am available, free timings, find me, find a, find an, find some,
        help me find, search for, searching for, look for a/an/some/me/another/any,
        looking for a/an restaurant/dentist/salon/therapist/doctor/apartment/place/movie/flight/car,
        need to find, want to find, like to find, rental car, rental cars, rental, rent a car, rent a vehicle,
        renting, car rental, a flight, flights, one way flight, one-way, the weather, weather, a movie,
        movies, a song, music, place to eat, an apartment, a residence, transfer money
    """,
    Act.CALENDAR: """
        on/in/to/into/onto/from my/the/your calendar/schedule/agenda/diary
    """,
    Act.READOUT: """
        empty slot, empty slots, free slot, free slots, free from, are free, youre free, available from,
        are available, you have, youve an, youve got, your schedule, free between, available between,
        is free from, slot from, slots from, free time, time available, availability, openings,
        event on your calendar, events on your calendar, is on your calendar for, there is an event, there is a * on your calendar, there is a * * on your calendar, you are free, event will start, event starts, it starts at,
        starts at, schedule is, open period, vacant, nothing scheduled, i have found, ive found, have found, i found, scheduled events,
        i didnt find, the first is, will be watching
    """,
    Act.INFO: """
        is a (bank/public) holiday, is bank holiday,
        your/the order/package/parcel/shipment/driver/courier will/is/was/has/arrives/ships, out for delivery, tracking number,
        weather, temperature, degrees, forecast, rain, rainy, snow, snowing, humid, humidity, windy, wind,
        sunny, cloudy, chance of, celsius, fahrenheit, flight, flights, flies, fly, airline, airlines,
        layover, layovers, depart, departs, departing, departure, airport, economy, showtime, showtimes,
        movie times, is a show, a show at, one show, rental car, rental cars, rental, rent a car,
        car available, cars available, compact, suv, hatchback, sedan, sunrise, sunset, bus, train,
        per ticket, tickets, ticket, business days, working days, tracking, order number, delivery estimate,
        estimate is, balance, transfer, pick up the car, pickup date, drop off the car, pick the car, the car,
        a car from, vehicle
    """,
    Act.FAILED: """
        no table/tables/slot/slots/seat/seats/spot/spots/room/availability/opening (available/left/free) at/for that time/hour, nothing free/available/open at/for that time/hour/evening/day,
        unable to, was unable, were unable, wasnt able, was not able, were not able, werent able, not able,
        isnt able, wasnt able to make, was not able to make, was not able to book, wasnt able to book,
        were not able to make, unable to make, cant make, can not make, cant make that, cannot make,
        no opening, there is no opening, ran into trouble, could not, couldnt, cant book, can not book,
        cannot book, failed, i failed, did not go through, didnt go through, unsuccessful, not successful,
        was not successful, wasnt successful, something wrong, went wrong, an error, not able to,
        wasnt possible, wasnt scheduled, was not scheduled, wasnt booked, was not booked, not scheduled, not booked, isnt booked, sorry i cant, no tables available, not available, was unavailable, is unavailable,
        unavailable, couldnt book, couldnt make, couldnt get, could not make, couldnt reserve, no luck
    """,
    Act.NOTHING: """
        get/getting/got/have/having my/it/her/his/the/them/our (*) done, need/needs (*) done,
        (your) status is set to (*), thats all right, thats alright then,
        good luck, good for you/him/her/them, have fun, right now/away/after/before/next, how nice/cool/lovely, nice and early/quiet
    """,
    Act.WRONG: """
        wrong number, the wrong number, wrong person, youve the wrong, wrong chat, wrong place, you are mistaken, youre mistaken, must be mistaken,
        not us, think youve the wrong, who is this meant for
    """,
    Act.ADVERT: """
        our system/systems/website/app/platform/service/servers will, scheduled maintenance, under maintenance, maintenance window, outage,
        power cut, service interruption, will be down, expires, expiry, due date, deadline, last day to, last chance, holiday hours, promo code,
        coupon, free shipping, new arrivals, % off, open house, sale, special offer, promo, promotion, limited time, dont miss, giveaway,
        unsubscribe, opt out, stop to, free classes, black friday, grand opening, newsletter, unsubscribed,
        join us for
    """,
    Act.DROP_IN: """
        might pop in, pop in, pop by, drop by, might drop, swing by, stop by sometime, might come, walk in,
        walk-ins, walkins, first come
    """,
    Act.ASK_TROUBLE: """
        do/would you mind, any problem, is that a problem, would/will it/that be a problem, is it a problem
    """,
    Act.ASIDE: """
        ok/okay/alright/possible/fine/allowed to bring (a/an/some/my/our) cake/food/drinks/snacks/friend/friends/guest/guests/kids/children/balloons/decorations,
        can/may/could i/we bring (a/an/some/my/our) cake/food/drinks/snacks/friend/friends/guest/guests/kids/children/balloons/decorations,
        can/may/could/should/do i/we (have to) pay/park/eat/drink/wear/fast, should i/we bring, do i/we need to bring/pay/fast/wear,
        is there parking/wifi, do you take/accept cards/card/cash
    """,
    Act.GIVE_UP: """
        just wanted to know, just curious, was just wondering,
        false alarm, its working again/now, it started working, fixed it/itself, sorted it (myself/ourselves), weve/ive/i fixed/sorted it, no longer an issue,
        look elsewhere, go elsewhere, try elsewhere, somewhere else, another place, found someone else,
        found somewhere else, already found, leave it then, ill leave it, some other time, another time then,
        maybe next time, next time, check back, ill check back, check in then, pass it on, pass on,
        will think about it, think about it, already called, forget it, ill pass, thats a shame, ah shame,
        thats all, that is all, that was all, that will be all, thatll be all
    """,
    Act.TITLED: """
        (the) title/name/label of/for the/this/that event/entry/appointment/reminder/it is/be/as/should/will (be),
        in/on/to/into the/my/our calendar/schedule/diary/agenda as/under, (the) event/entry will be called/named,
        put the event/appointment/it as, give it the title/name (of), be labeled/labelled/titled/called/named, labeled, labelled, put title as, title as, set/put the title as, event title should be, title should be, title/name/label for it is, with the title/name of,
        make/have/let the (event) title/name/label (be), the (event) title/name to be, title/name be, make it a/an, called, titled, named, title it, title it as, call it, name it, name it as, title it,
        (log/put/save/list/add/have/enter/file/note) it/this/that under, (the) name/title/label is, schedule/mark/book/enter/log/record it/this/that as, input,
        call/name/title/label the/this event (as), event title/name/label as/is, label it, save it as,
        put it as, entitled, it in as, in as a, calling it, calling it as, under the label, label is, titled as, titles as,
        add in as, add it as, add this as, put it in as, under name, set it as, to my calendar as,
        calendar under, in my calendar as, on my calendar as, my calendar as, put it down as, down as,
        save it under, save under, label it as, list it as, label it, with the title, under the title,
        under the name, with the name, in the name, by the name, the title is, the name is, event title is,
        event name is, the event is called, title is, event called, the name of the event is,
        the title of the event is, title of the event, the title should be, the name should be,
        name for it is, put the event title as, the event title as, for the title, for the event title,
        event titled, it is called, its called, the title as, name as, use
    """,
    Act.LOCATED: """
        located on, the address is, address is, the location is, located at, its at, it is at, is at, meet me at,
        will be at, held at, happening at, take place at, takes place at, taking place at, place at, come to,
        were at, we are at, the event is at, meet at, lets meet at, location as, location is, location at,
        location of, occur at, be at, happen at, in the location
    """,
    Act.REMIND: """
        reminder, this is a reminder, just a reminder, your appointment, your booking, your delivery,
        you have an appointment, youre due, is scheduled for, reply yes
    """,
}

LEXICON = Lexicon(
    code="en",
    acts=ACTS,
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
    asks="""add, list, mark, enter, write, label, going to a/an/my/the/, i need/want (to) (get/book/schedule/make/have/see) a/an/my/the/, need a/an/to, (i) wanna, can/could i/we/you (please) have/get/book/schedule/make/add/do a/an/the/my/two/, (i/we) would like (to) (book/schedule/make/have/get) a/an/the/my/, id like (to) (book/schedule/make/have/get/add) a/an/the/my/, looking for/to a/an/some/my/, order/rent/hire (out) a/an/some/the/two/three/2/3/4/6/12/24/, book a/an/the/my/in/, schedule a/an/the/my/, add a/an/the/my/, put a/an/the/my/, create a/an/the/my/, set up a/an/the/my/, make a/an/the/my/, set a/an/the/my/, fit me in, appointment for/with, (can/could/to) view/visit/see/tour a/the/your/that/this, about, for, do free, do you (guys/lot/all/people) do/offer, you do, due for your, due for, due (for) his/her/their/my, due on, free, following up on, meeting with, in for, thinking of, im after (a/an/some/the), interested in (a/an/the/your), keen on (a/an/the), keen to try, (want/like/love) to try (a/an/the/some), space/spot/spots/room/place/places in/on the/a/your, go over the/my/our/a, discuss the/my/our, talk about the/my/our, review the/my/our, look at the/my/our, chat about the/my/our, catch up on/about the/my/our, regarding the/my/our, work on the/my/our, to see, want to see, see, going to a/an/the, its a/an, it is a/an/the""",
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
        intro install installation setup maintenance oil tyre tyres tire tires brakes detailing valet review standup catch-up one-on-one seminar lecture festival picnic parade tattoo piercing reservation""",
    generic="appointment meeting session visit service event reservation booking class call one table",
    joins="of for with to and the a an on at in about s my his her our their by from vs",
    stops="""someone somebody anyone anybody that is are was were will would can could may i you he she we they it please thanks thank hi hello hey today tomorrow tonight monday tuesday wednesday thursday friday saturday sunday
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
        that put""",
    indefinite="some any",
    either="or",
    also="and plus",
    troubleless="no *",
    confirming="confirm confirmed attend attending accept yes",
    reasons="because cause cuz cos since",
    haves="have ive got",
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
    people="husband wife son daughter mum mom dad mother father kids kid brother sister friend boyfriend girlfriend partner family baby grandma grandpa",
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
