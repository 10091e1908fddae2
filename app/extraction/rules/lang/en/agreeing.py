"""English. What answers: yes, no, perhaps, thanks, what is noted."""

from app.extraction.rules.acts import Act

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
        looks right, it does, it is, that does, go ahead, please do, go for it, go for that, go with that/this/it, go on then, lets do it,
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
        wont be able, wont make it/that/this/today/tomorrow/tonight, wont make, not gonna be able, not going to be able, not going to make it, not gonna make it, unable to, im unable, unable,
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
        full, fully booked, booked up, were/are/is all booked, all booked up/today/tomorrow/tonight/on/this/that/for/until/till, booked solid, is taken, taken, already taken, is gone,
        no availability, no openings, no slots, nothing available, nothing left, nothing free,
        dont have anything, have nothing, sold out, no longer available, unavailable, not available,
        was not available, is not available, isnt available, already shooting, already booked, already have,
        isnt free, is out all, we dont have, no tables, no space, no room, ramps broken, isnt till,
        isnt until, were closed, we are closed, closed
    """,
    Act.PROMISE: """
        we will/well reply/respond/answer/get back, will reply/respond/answer, get back to you,
        ill/will/can let you know, ill/will confirm/text/message/reply/respond/email/write/update you, ill get/be back to you, ill get back, get back to you,
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
        i have/just scheduled/booked/reserved/arranged/added/marked, i have just scheduled/booked/reserved/arranged/added, booked, all booked, all booked in, youre booked, youre booked in, you are booked, booked in, scheduled,
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
        see you soon, see you both, see her/him/them/ya/yas/youse/u (both/all),  well see you, looking forward, look forward, ill be there, well be there,
        be there, see the, meet you there, expecting you, in my calendar, on my calendar now,
        putting it in my calendar, putting it all in my calendar, its in my diary, ask for
    """,
}
