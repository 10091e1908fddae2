"""English. What asks for a moment, offers one, moves it or calls it off."""

from app.extraction.rules.acts import Act

ACTS = {
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
        do you have, do u have, have you got, you got, got anything, anything, any chance, any chance of/for (a/an/the/some), any availability,
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
        what is the event, what event, by which name, what is the name, what sould i name,
        what shall i name, what shall i call, reason for, reason for visit, about what, whats it about,
        what are we doing, what service, which service, what do you need, what can we do, what can i do,
        how can i help, how can we help, name should, what to call, name it, call it, name do you, what type,
        what kind of appointment, what is it about, what would it be about, what will it be about
    """,
    Act.ASK_NAME: """
        name, your name, whats your name, what is your name, name please, who is this, who am i,
        (and) under what/which name, what/which name is it under, whose name, for how many, how many people, how many, how many of you, a name,
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
        later instead, actually, i meant, i mean monday/tuesday/wednesday/thursday/friday/saturday/sunday/tomorrow/the/at/next, (sorry) meant, new/revised/updated window/time/slot, correction, is now, will now be, lets do, go until, go from,
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
}
