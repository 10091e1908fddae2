"""Spanish, neutral Latin American."""

from app.agent.lang.es_correcting import CORRECTING
from app.agent.lang.table import Address, Line, Table

_PERSON = "Para que {te} responda alguien del equipo, {escribe} «hablar con una persona»."

TABLE = Table(
    lines={
        Line.HELLO: "¡Hola!",
        Line.GREETING: "¡Hola! Puedo agendar, mover o cancelar {tus} citas. ¿En qué {te} puedo ayudar?",
        Line.GREETING_FREE: "¡Hola! Sí, ¿en qué {te} puedo ayudar?",
        Line.HELP: "Puedo agendar, mover o cancelar {tus} citas y {decirte} cuáles {tienes}. ¿Qué {necesitas}?",
        Line.ASK_WHEN: "Claro, ¿cuándo {te} gustaría? {dime} día y hora.",
        Line.ASK_WHEN_AGAIN: "¿Qué día y a qué hora {te} gustaría?",
        Line.ASK_DAY: "¿Qué día {te} gustaría, {time}?",
        Line.ASK_DAY_PLAIN: "¿Qué día {te} gustaría?",
        Line.ASK_TIME: "{day}, perfecto. ¿A qué hora?",
        Line.ASK_TIME_PART: "{day} {part}, perfecto. ¿A qué hora?",
        Line.ASK_TITLE: "Perfecto, {when}. ¿Sobre qué tema?",
        Line.ASK_TITLE_PLAIN: "¿Sobre qué tema sería?",
        Line.ASK_TITLE_FREE: "Sí, {when} está libre. ¿Sobre qué tema sería?",
        Line.ASK_CONFIRM: "Sí, {when} está libre. ¿{te} agendo {title}?",
        Line.BOOKED: "Listo, agendado: {event}.",
        Line.BOOKED_MANY: "Listo, agendado:\n{events}",
        Line.REVIEW: "Anoté {event}, pero a esa hora ya hay algo: el equipo lo revisa y {te} confirma.",
        Line.MOVED: "Listo, lo cambié: {event}.",
        Line.CANCELLED: "Listo, cancelado: {event}.",
        Line.CANCELLED_MANY: "Listo, cancelado:\n{events}",
        Line.ALREADY: "Ya {te_lo} tengo agendado: {event}.",
        Line.BUSY: "{when} ya no tengo lugar.",
        Line.BUSY_OWN: "{when} ya no tengo lugar: se cruza con {title}, que ya {tienes}.",
        Line.CLOSED: "{when} estamos cerrados.",
        Line.FREE_TIMES: "{day} tengo libre {times}. ¿A qué hora {te} queda bien?",
        Line.FREE_TIMES_MORE: "{day} tengo libre {times}, entre otras. ¿A qué hora {te} queda bien?",
        Line.FULL: "{day} no me queda nada libre.",
        Line.FREE_NEXT: "Lo más próximo que tengo libre:\n{days}\n¿Qué día y a qué hora {te} queda bien?",
        Line.NONE_FREE: "No me queda nada libre en las próximas dos semanas. " + _PERSON,
        Line.OFFER: "Ese día tengo libre {times}. ¿Cuál {te} queda bien?",
        Line.ASK_OTHER: "¿Qué otro día u hora {te} queda bien?",
        Line.MISMATCH: "El {weekday} es {right}, no {wrong}: ¿cuál de los dos, {first} o {second}?",
        Line.PAST: "{when} ya pasó. ¿Qué otro día u hora {te} queda bien?",
        Line.PAST_LATER: "{when} ya pasó. ¿Sería {later}?",
        Line.IMPOSSIBLE: "Esa fecha u hora no existe en el calendario.",
        Line.SEVERAL: "¿Cuál de los dos momentos {prefieres}?",
        Line.SEVERAL_NAMED: "¿Cuál {prefieres}: {whens}?",
        Line.RECURRING: "Por ahora solo agendo citas de un día a la vez. ¿Qué día y a qué hora sería la primera?",
        Line.ASK_WHICH_CANCEL: "¿Cuál {quieres} cancelar?\n{events}",
        Line.ASK_WHICH_MOVE: "¿Cuál {quieres} cambiar?\n{events}",
        Line.ASK_NEW_TIME: "Claro. ¿Para cuándo {quieres} mover {event}?",
        Line.ASK_MOVE: "Entiendo que {quieres} cambiar {event}: ¿sería {when}?",
        Line.ASK_SURE_CANCEL: "¿{quieres} cancelar {event}?",
        Line.ASK_THAT_CANCEL: "No {te} encuentro esa cita; {tienes} {event}. ¿Es la que {quieres} cancelar?",
        Line.ASK_THAT_MOVE: "No {te} encuentro esa cita; {tienes} {event}. ¿Es la que {quieres} cambiar?",
        Line.SORRY: "Lamento la molestia. " + _PERSON,
        Line.PICK: "Para ver si está libre, {dime} a qué hora exacta.",
        Line.OPENER: "Claro, ¿en qué {te} puedo ayudar?",
        Line.NO_EVENTS: "No {te} encuentro ninguna cita pendiente. ¿{quieres} agendar una?",
        Line.NONE_YET: "Todavía no hay ninguna cita a {tu} nombre.",
        Line.LIST_ONE: "{tienes} agendado: {event}.",
        Line.LIST: "{tienes} agendado:\n{events}",
        Line.PASS_ON: "Eso no lo sé: yo solo llevo las citas. " + _PERSON,
        Line.MEDIA: "Recibí {tu} archivo, pero solo puedo leer texto. ¿Me lo {escribes}?",
        Line.THANKS: "¡Con gusto!",
        Line.CLOSING: "¡Perfecto!",
        Line.BYE: "¡Hasta luego!",
        Line.FINE: "De acuerdo. Si {necesitas} algo más, aquí estoy.",
        Line.TAKE_TIME: "Claro, cuando {sepas} me {dices}.",
        Line.PASS_MESSAGE: "Gracias por escribir; yo solo llevo las citas. " + _PERSON,
        Line.HAND_OVER: "Claro, le aviso al equipo: una persona {te} responde por aquí.",
        Line.UNCLEAR: "Perdón, no {te} entendí bien.",
        Line.NOTHING_DONE: "No hice ningún cambio en {tus} citas.",
        Line.ASK_NEED: "¿Qué {necesitas}, y para qué día y hora?",
        Line.HOLDING: "Recibí {tu} mensaje, gracias. Ahora mismo no puedo revisarlo; {te} respondo en cuanto pueda.",
    },
    forms={
        Address.TU: {
            "te_lo": "te lo", "te": "te", "tu": "tu", "tus": "tus", "decirte": "decirte", "tienes": "tienes",
            "necesitas": "necesitas",
            "dime": "dime",
            "prefieres": "prefieres", "quieres": "quieres", "escribes": "escribes",
            "escribe": "escribe", "sepas": "sepas", "dices": "dices",
        },
        Address.USTED: {
            "te_lo": "se lo", "te": "le", "tu": "su", "tus": "sus", "decirte": "decirle", "tienes": "tiene",
            "necesitas": "necesita",
            "dime": "dígame",
            "prefieres": "prefiere", "quieres": "quiere", "escribes": "escribe",
            "escribe": "escriba", "sepas": "sepa", "dices": "dice",
        },
        Address.VOS: {
            "te_lo": "te lo", "te": "te", "tu": "tu", "tus": "tus", "decirte": "decirte", "tienes": "tenés",
            "necesitas": "necesitás",
            "dime": "decime",
            "prefieres": "preferís", "quieres": "querés", "escribes": "escribís",
            "escribe": "escribí", "sepas": "sepas", "dices": "decís",
        },
    },
    address={
        Address.TU: """
            tienes, puedes, quieres, podrias, me ayudas, me das, dime, contigo, tu, te parece, te queda, te va
            agendame, anotame, reservame, cambiame
        """,
        Address.USTED: """
            usted, disculpe, digame, me puede, me podria, puede usted, le parece, le queda, le va, con usted
            tiene (una) hora/cita/turno/lugar/espacio/disponible/disponibilidad, agendeme, anoteme, reserveme, cambieme
            senor, senora, senorita
        """,
        Address.VOS: "vos, tenes, podes, queres, decime, sos, avisame, fijate, contame, che, haceme, poneme",
    },
    default=Address.TU,
    parts={
        "dawn": "de madrugada", "morning": "por la mañana", "noon": "al mediodía", "afternoon": "por la tarde",
        "evening": "por la tarde", "night": "por la noche", "first_thing": "a primera hora",
        "last_thing": "a última hora", "lunch": "a la hora de comer",
    },
    phrases={
        "greeting": """
            hola, holi, holis, buenas, buenos dias, buen dia, buenas tardes, buenas noches, que tal, saludos, alo, 👋
        """,
        "thanks": """
            gracias, grasias, graciaz, garcias, muchas gracias, mil gracias, grax, te agradezco, le agradezco
            muy amable, 🙏
        """,
        "bye": """
            adios, chau, chao, hasta luego, hasta pronto, nos vemos, bye, que tenga/tengas buen dia, buenas noches
            buen dia, un abrazo
        """,
        "there": """
            estas/esta/estan ahi, sigues/sigue/seguis ahi, hay alguien, disponible, disponibles, me escuchas, me lees
        """,
        "help": """
            ayuda, que puedes/puede/podes hacer, como funciona, eres/sos/es un bot
            eres/sos/es una/un persona/humano/robot/maquina, con quien hablo, quien eres, quien es, menu, opciones
        """,
        "confirm": "confirmo/confirmar la/mi/nuestra cita/reserva/hora",
        "list": """
            que citas/turnos/reuniones/eventos tengo, cuales tengo, si quedo, ya quedo, quedo listo/lista
            se agendo, se guardo, quedo reservad{o,a}, mis citas, mis turnos, mis eventos, mis reuniones
            que tengo pendiente, que tengo agendad{o,a,as,os}, quedo agendad{o,a}, quede agendad{o,a}, esta agendad{o,a}
            tengo alguna/algun cita/turno/reunion, tengo alguna/algun otra/otro cita/turno/reunion
            cuando es/era/quedo mi cita/turno/reunion, cual es mi cita/turno/reunion, cuando tengo cita/turno/reunion
            a que hora es/era/quedo mi cita/turno/reunion, a que hora tengo cita/turno/reunion, a que hora quedamos
            me confirma/confirmas las/los/mis, como quede/quedo/quedamos
            a que hora es/era/quedo el/la, cuando es/era/quedo el/la, quedo el/la, quedaron los/las
            quedo anotad{o,a}, quede anotad{o,a}, ya esta anotad{o,a}
            la otra sigue, sigue la otra, sigue no, siguen no, las/los dos siguen, siguen las/los dos
            la de siempre sigue, sigue agendad{o,a}, siguen agendad{os,as}
            cuando quedamos, para cuando tengo cita/turno/reunion
            ya tengo cita/turno/reserva/hora
            sigue/seguimos en pie, sigue en pie lo de, sigue todo en pie
            recuerdame/recordame/recuerdeme mi/la cita/turno/reunion
            a que hora era/quedo, que dia era/quedo, cuando era/quedo
        """,
        "must": "cuales tengo que, que citas tengo que",
        "opener": """
            una consulta/pregunta/duda/consultita/preguntita, un momento/momentito/minuto/minutito/segundo, preguntar
            consultar, preguntarte/preguntarle/preguntarles/consultarte/consultarle
            te/le/les hago una consulta/pregunta
            info/informacion/informes
        """,
        "drop": """
            mejor no, entonces nada, nada entonces, no nada, mejor ya no, ya no gracias, ya fue, ya no quiero
            olvidalo/olvidala/olvidate/olvidelo/olvidemoslo
            dejalo/dejala/dejemoslo/dejelo ahi/nomas, nada olvidalo, me arrepenti, cambie de opinion, al final no
            no quiero nada, ya no
        """,
        "person": """
            hablar con una/un/el/la persona/humano/encargado/encargada/dueno/duena/asesor/asesora/gerente/alguien
            hablar con alguien, una persona real, reembolso, reclamo, una queja, devolucion, libro de reclamaciones
            que me llamen, me pueden llamar, me llaman
        """,
        "handover": """
            hablar/chatear/comunicarme/contactar con una/un/alguna/algun persona/humano/humana/asesor/asesora/agente
            hablar/chatear/comunicarme con una/un operador/operadora/ejecutivo/ejecutiva/representante
            hablar con alguien, hablar con una persona real, una persona real, un humano, atencion humana, agente humano
            que me atienda una/un persona/humano/asesor/asesora, atiendame una persona, me atienda una persona
            me puede/pueden atender una persona, pasame/paseme/pasenme/comuniqueme/comunicame/derivame con
            una/un/alguna/algun persona/humano/asesor/asesora por favor, quiero una/un persona/humano/asesor/asesora
        """,
        "angry": """
            mierda, inutil{,es}, idiota{,s}, imbecil{,es}, estafa{,dores}, pesimo/pesima, una verguenza, ladron{,es}
            mal servicio, mala atencion, pesima atencion, que mal servicio, muy mal servicio, me dejaron esperando
            me dejaron plantad{o,a}, nadie me contesta/responde/atiende, falta de respeto, muy molest{o,a}
            incompetente{,s}, la concha, carajo, huevada, cojud{o,os,a,as}, pendej{o,os,a,as}, boludos, pelotudos
        """,
        "keep": """
            no la/lo/me/las/los canceles/cancele/cancelen, no canceles/cancele/cancelen, dejala/dejalo asi
            dejala/dejalo/dejela/dejelo igual, dejala/dejalo como esta, dejala/dejalo nomas, me equivoque
            no cambies/cambie nada, asi esta bien
        """,
        "restore": """
            dejala/dejalo/dejela/dejelo/dejalas como/donde estaba/estaban/quedamos, dejala/dejalo en su hora
            no la/lo/las/los muevas/mueva/muevan/cambies/cambie/cambien, no muevas/mueva/muevan nada
            que se quede/quedara como estaba, se queda como estaba, como estaba antes
        """,
        "late": """
            llegar tarde, llego tarde, llegare tarde, llegar un poco tarde, llego un poco tarde, en camino, ya llego
            ya estoy llegando, estoy llegando, llego en, voy llegando, me demoro, me retraso, llegar * minutos tarde
            llego/llegamos/llegare/llegaremos * hora mas tarde, llego * horas tarde/despues
            llego * minutos tarde, minutos tarde, minutos de retraso, ya estoy aqui, estoy afuera
        """,
        "party": "somos, seremos, vamos a ser, a * personas, para * personas mas, * personas mas, una persona mas",
        "inquire": """
            quiero/quisiera/queria/necesito saber si, queria/quisiera/quiero ver si, para saber si, para ver si
            consultar si, preguntar si, saber si
        """,
        "any": """
            cualquier hora/dia/momento/horario, cualquiera, la hora que sea, cuando puedas/pueda/puedan/quieras
            el/la que tengas/tenga/tengan libre, lo antes posible, cuanto antes, me da igual, da igual
            a la hora que puedas/pueda/puedan, lo mas pronto posible, me da lo mismo, la que tu digas, lo que tengas
        """,
        "free": """
            que hora/horas/horario/horarios/turnos/huecos/dias/dia/espacios tienes/tiene/tienen/tenes/hay/quedan
            que hora/horas/horario/horarios/turnos/huecos/dias/dia/espacios te/le/les quedan
            que horas/horarios/dias/turnos libres/disponibles, horas/horarios/turnos/espacios libres/disponibles
            que hay/tienes/tiene/tienen/tenes/queda libre/disponible, que disponibilidad, cual es tu/su disponibilidad
            cuando puedes/puede/pueden/podes/podrias/podria/podrian atenderme/atendernos/recibirme/verme
            cuando me puedes/puede/pueden/podrias/podria/podrian atender/recibir/ver/dar
            cuando tienes/tiene/tienen/tenes/hay/habria/tendrias/tendrian libre/cita/citas/hora/turno/turnos/lugar
            cuando tienes/tiene/tienen/tenes/hay/habria/tendrias/tendrian hueco/cupo/espacio/sitio/disponible
            que tienes/tiene/tienen/tenes/hay este/esta/para/hoy/manana/el, que hay este/para/hoy/manana/el
            cuando podrias/podria/podrian/puedes, cuando estas/estan libre/libres, que dia puedes/podrias/pueden
            los huecos, que huecos, proximo hueco/turno, primera hora libre
        """,
        "show": """
            pasame/mandame/enviame/muestrame/mostrame las/los/mis citas/turnos/reuniones/reservas/horas
            dime/decime/digame/recuerdame/recordame/recuerdeme las/los/mis citas/turnos/reuniones/reservas/horas
        """,
        "left": "que me queda/quedo/quedan, cuales me quedan, que cita/citas/turno/turnos me queda/quedan",
        "request": """
            me/nos podian/podrian/pueden/puedes/podrias/podria/puede/podes agendar/anotar/apartar/reservar/programar
            me/nos podian/podrian/pueden/puedes/podrias/podria/puede/podes dar cita/turno/hora
            coge{me,nos}, coja{me,nos}, dame/deme/danos/denos/ponme/ponnos una/uno/otra/otro/para, tomame/tomeme una/la
        """,
        "revive": """
            mejor si, si la quiero, si lo quiero, siempre si, al final si, si voy, si voy a ir, reactivala, reactivalo
            reactiva mi/la, me arrepenti, si puedo ir, si podre ir, dejala, dejalo
        """,
        "rather": "mejor, en vez, en lugar, mas bien",
        "cancel": """
            quita/quite/quitame/borra/borre/borrame/elimina/elimine/eliminame la/el/las/los/mi/lo
            olvida/olvide/olvidemos el/la/lo, olvidate/olvidese/olvidemonos del/de
            cancelale/cancelele/cancelenle/anulale/anulele/quitale/quitele (la/el/lo)
            quit{ala,alo,alas,alos}, borr{ala,alo,alas,alos}, elimin{ala,alo,alas,alos}
            ya no voy/vamos, no voy a poder ir ya
        """,
        "move": """
            reagenda/reagende/reprograma/reprograme mi/la/el
            cambia/cambie/pasa/pase/mueve/mueva/move/corre/corra la/el/mi/lo/las/los/ambas/ambos
            pasame/paseme/pasanos/pasenme al/para/a
            pasala/pasalo/pasela/paselo, pasalas/pasalos/muevelas/muevelos/cambialas/cambialos
            necesito/quiero/quisiera pasar/mover/cambiar/correr mi/mis/las/los/ambas/ambos
            tengo/tendria/hay que pasar/mover/cambiar/correr mi/mis/las/los/ambas/ambos
            otra fecha/hora, otro dia/horario, otro dia/horario mejor
            adelanta/adelante/atrasa/atrase/retrasa/retrase/posterga/postergue/recorre la/el/mi/las/los
            adelantala/adelantalo/adelantemela/atrasala/atrasalo/aplazala/aplazalo/posponla/posponlo/postergala
            correme/corramela/corremela/corremelo/muevemela/muevemelo/pasamela/pasamelo/cambiamela/cambiamelo
            pon{la,lo,ela,elo,gala,galo} a/para/el
            muevela/muevelo/muevala/movela/movelo/correla/correlo
            la/lo podemos/puedes/puede/pueden/podes/podria/podrias/podrian pasar/mover/cambiar/correr/adelantar
            podemos/puedes/puede/pueden/podes/podria/podrias/podrian pasar/mover/cambiar/correr ambas/ambos/todas/todos
        """,
        "all": "todas, todos, las dos, los dos, ambas, ambos, todo",
    },
    kin="""
        hijo hija hijos hijas hijito hijita hermano hermana esposo esposa mujer marido novio novia pareja mama papa
        madre padre abuelo abuela tio tia primo prima sobrino sobrina amigo amiga amigos amigas suegro suegra
        nieto nieta
        perro perra perrito perrita gato gata gatito gatita bebe nene nena jefe jefa socio socia nino nina companero
        cunado cunada vecino vecina
    """,
    belongs="para/pa/de mi/mis/nuestro/nuestra/su/sus",
    comes="""
        y mi/mis, venir/ir/asistir/viene/vendria/venga mi/mis, traer/llevar/traigo/llevo a mi/mis, tambien mi/mis
        va/iria/quiere ir/venir mi, mi/un/una KIN tambien, mi/un/una KIN quiere/viene/necesita/vendria
    """,
    verbal_nouns="",
    mine="para/pa mi, la mia, el mio, lo mio, a mi",
    theirs="para/pa el/ella, la/el/lo de el/ella, la suya, el suyo, lo suyo, a el/ella",
    another="""
        y la/el ultim{a,o}, y la/el tercer{a,o}, y la/el segund{a,o}, y la/el cuart{a,o}
        otr{o,a} mas, un{o,a} mas, y otr{o,a}, y tambien otr{o,a}, otr{o,a} para/pa/a/el, tambien un{o,a}
        un{o,a} tambien, y un{o,a} para/pa, y otr{o,a} igual, otr{o,a} igual, quiero/necesito otr{o,a}
        agenda/agendame/anota/anotame/reserva/reservame/dame/ponme/poneme otr{o,a}, aparte un{o,a}
    """,
    no_other="""
        otr{o,a} hora/horario/dia/fecha/vez/cosa/pregunta/consulta/duda/momento/semana/lado, y otr{o,a} cosa
        y otr{o,a} hora/horario/dia/fecha/vez/pregunta/consulta/duda, quiero/necesito otr{o,a} hora/horario/dia
        y otr{o,a} lunes/martes/miercoles/jueves/viernes/sabado/domingo, otro dia un{o,a}
        dame/ponme/poneme otr{o,a} hora/horario/dia/fecha
    """,
    correcting=CORRECTING,
    place=" en {place}",
    on="el ",
)  # fmt: skip
