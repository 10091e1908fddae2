"""English. What is beside the appointment: reasons, other people, opening hours, what is looked up."""

from app.extraction.rules.acts import Act

ACTS = {
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
        my * coming/going/getting/flying/moving/visiting, my * is coming/going/getting/flying/moving/visiting,
        my mate/mates/pal/flatmate/housemate/nan/gran/grandma/grandpa got/has/is/had,
        my sisters/brothers/friends/mums/moms/dads/cousins/bosses getting/going/having/coming/away/working/moving/flying,
        their wedding, her wedding, his wedding, her birthday, his birthday, is getting married,
        getting married, hes working, shes working, they have dinner, kids soccer, they have
    """,
    Act.OCCASION: """
        (ive/i/weve/we) (have) (got) a/my wedding/party/graduation/trip/flight/exam/interview/prom/gala,
        (her/his/my/the/their/our) (*) test/exam/recital/tournament on/is, wedding/party/graduation/trip/prom/gala/event is/isnt (on), for a/my/the/our wedding/party/graduation/trip/exam/interview/prom/gala
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
        i have a class, i have a shift, (ive/i/weve/we/hes/shes) got work/class/school/practice/training/uni/college/lectures/church, i get off, i get out, get off work, off work, i leave, im at work,
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
        can/may/could/should/do i/we pay/park/eat/drink/wear/fast, do i/we have to pay/park/eat/drink/wear/fast, should i/we bring, do i/we need to bring/pay/fast/wear,
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
