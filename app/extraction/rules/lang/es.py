"""Spanish: of Spain, Mexico, the Andes and the River Plate, as people type it (folded: no accents, no case)."""

from app.extraction.rules.acts import Act
from app.extraction.rules.lang.lexicon import Lexicon

ACTS = {
    Act.ACCEPT: """
        ta, ta ta, ahi voy, alla voy, voy voy, si voy, ahi va si, fino, de pana, va pue, pura vida, tuanis, al toque, joya joya, todo ok,
        dele, dele pues, hagale pues, hagamole, totalmente, por supuesto que si, seguro, segurisimo, sin falta, encantados, encantadas,
        guay, chachi, brutal, fantastico, magnifico, estupendisimo, chido, padrisimo, a huevo, macanudo, impecable, espectacular,
        un lujo, dale que va, al pelo, a lo bien, filete, la raja, oki doki, okok, de diez, diez puntos, una maravilla, me copa, me gusta, me gusta la idea,
        (yo) no estoy/estare/voy pero esta/estara/hay/va/ira,
        si, sip, sii, see, claro, claro que si, por supuesto, desde luego, como no, ok, oka, okey, okay, oki,
        okis, ok ok, okk
        dale, dale si, listo, listos, va, vale, vale vale, venga, sale, sale va, va que va, ya, ya pues,
        ya esta, bueno
        perfecto, perfect, perfe, excelente, genial, buenisimo, barbaro, joya, de una, de lujo, estupendo,
        fenomenal, ideal
        de acuerdo, conforme, correcto, exacto, asi es, eso es, eso mismo, afirmativo, confirmo, confirmado,
        confirmadisimo
        esta bien, ta bien, ta bueno, esta perfecto, esta genial, muy bien, todo bien, hecho, trato hecho,
        super, chevere, bacan
        me parece bien/perfecto/genial, me va bien/perfecto/genial/genial,
        me viene bien/joya/perfecto/genial/barbaro
        me queda bien/perfecto/genial/super, me sirve, me acomoda, me cuadra, me funciona, me conviene,
        me encaja
        nos va bien, nos viene bien, nos parece bien, nos sirve, nos queda bien, queda bien, esta ok
        no hay problema, sin problema, no hay drama, sin drama, no pasa nada, ningun problema, no hay falla,
        no hay lio
        por mi bien/perfecto/ok, cuente con ello, cuenta con ello, ahi va, alla vamos, simon, orale, andale,
        camara, arre
        ni modo, que remedio, no queda otra, cuanto antes mejor, mejor imposible, me lo quedo, lo tomo,
        la tomo, me la quedo
        lo/la/los/las quiero, agendemos, quedamos asi, ahi nos vemos, hagale, hagamosle, de one, me late,
        me apunto
        si puedo, si podemos, puedo si, si podria, si se puede, suena bien, suena perfecto, bien, me encanta,
        encantada, encantado
        enterado, enterada, recibido, tomo nota, quedo enterado, quedo enterada, no hay cuidado, no hay apuro,
        no hay prisa, no hay afan, sure, sounds good, of course, great, nice, me vale, me apunto, va bien,
        jalo, fierro, sobres, arre, ya estas, ya estuvo, ya quedo, asi sea, vientos, tuanis, pura vida, de pelos, listones, claro que yes, va pues, listo pues, bueno pues, ok pues, ya pe, ya po, dale pues,
        ya no hay problema/drama/lio, claro no hay problema,
        no tengo problema/inconveniente/apuro/drama, no tenemos problema/inconveniente,
        la/lo/las/los cogemos/cojo/agarro/agarramos/tomamos, me la/lo/las/los quedo, nos la/lo quedamos,
        uy si, ay si, 👍, 👌, ✅, ✔, 👊, 🤝, esa esta bien, ese esta bien, asi quedamos, sea, que sea
    """,
    Act.REFUSE: """
        no, nop, nope, nel, nada, que va, no gracias, mejor no, para nada, tampoco, ninguno, ninguna,
        ni de cona, ni loco, ni loca, jamas, ni de chiste, ni de broma
        no hace falta, no es necesario, no me interesa, apuntar/inscribir/anotar a mi/mis/la/el/los * a/al/en (clase/clases/curso) (de), ando buscando, averiguar por, consulto por, consultar por, info/informacion/informes de/sobre/del, no quiero, (mejor) dejalo/dejelo asi/mejor/entonces/no/nomas/gracias, mejor dejalo/dejelo, ya no, no va, negativo
    """,
    Act.CANNOT: """
        no abriremos/abrire/atenderemos/atendere/trabajaremos, no vamos/voy a abrir/atender/trabajar, no podremos/podre atender/atenderte/atenderlo/atenderla/recibir/recibirte/abrir/ir/llegar, tuvimos/tuve que cerrar,
        estamos/estaremos fuera, no estamos/estaremos, ta dificil/complicado,
        esta enfermo, esta enferma, estoy enfermo, estoy enferma, no puedo, no podria, no podemos, no pude, no podre, no voy a poder, no puede, no podra, imposible,
        me es imposible, se me hace imposible
        no me va bien, no me viene bien, no me queda bien, no me sirve, no me acomoda, no me cuadra,
        no me conviene, no me da
        no llego, no alcanzo, no me da tiempo, no voy a llegar, no vamos a poder, no vamos a llegar,
        (ya) no va/van/vas/voy/vamos a poder/llegar/alcanzar/asistir/venir, ya no puede/pueden/puedo/podemos,
        no voy a estar, no voy a alcanzar, no estare, no estoy
        muy tarde, demasiado tarde, muy temprano, demasiado temprano, muy pronto, se me complico,
        se me complica, me surgio, me salio
        me es dificil, esta dificil, me queda dificil, complicado, no hay nadie, no va a haber nadie,
        no asisto, no asistire, no podre ir
        no puedo ir, no voy a ir, no ire, no iremos, no vamos a ir, me queda mal, me viene mal, me va mal,
        estoy full, ando full, la/lo tengo lleno
        no atiende, no atiendo, no atendemos, no trabaja, no trabajo, no trabajamos, no abrimos, esta fuera,
        estare fuera, estoy fuera, tengo otra cosa
    """,
    Act.UNAVAILABLE: """
        ta ocupado/ocupada/lleno/llena/completo/tomado, (ya) se vendio/alquilo/arrendo/rento/reservo/ocupo/agoto, (ya) esta vendido/vendida/alquilado/alquilada/arrendado/rentado/apartado/agotado,
        lo/la vendimos/alquilamos, ya no esta disponible, ya no tenemos/hay/queda/quedan, se nos fue/agoto/acabo/acabaron, se acabaron,
        no tengo, no tenemos, no tengo agenda/turnos/citas/tiempo/chance, no tengo nada/lugar/hueco/cupo/turno/sitio/espacio/disponible/libre,
        no tenemos nada/lugar/hueco/cupo/turno/sitio/espacio/disponible/disponibilidad/mesa/mesas,
        no me queda (nada/lugar/hueco)
        no nos queda (nada), no queda (nada/lugar/hueco/cupo),
        no hay, no hay nada/lugar/hueco/cupo/turno/turnos/sitio/espacio/disponibilidad/disponible/cupos, sin cupo,
        sin lugar, sin turnos
        esta completo, esta completa, esta llena, esta lleno, completo, completa, completos, lleno, llena,
        copado, copados, copadas, copada, esta todo tomado
        ocupado, ocupada, ocupados, esta ocupado, estoy ocupado, estoy ocupada, tomado, ya esta tomado,
        ya esta tomada, esta reservado, esta reservada, ya lo reservaron
        tengo a otro/otra/alguien/alguno, tengo a un/una *, tengo otro/otra cliente/clienta/paciente/alumno/alumna/perrito/servicio/compromiso,
        ya me lo/la quitaron/ganaron/pidieron, se me ocupo, se ocupo,
        reservado toda, no lo tengo, no la tengo, agotado, agotados, ya se ocupo, me lo ganaron,
        ya lo tomaron, no disponible
    """,
    Act.PROMISE: """
        te/le/les/os confirmo/aviso/digo/escribo/respondo/contesto/confirmare/avisare/escribire/respondere,
        te/le/les confirmaria, te/le puedo confirmar/avisar/decir/escribir, te/le hablo/marco para confirmar,
        responderemos, contestaremos, te/le/les/os responderemos/contestaremos/contactaremos/atenderemos/avisaremos, nos comunicaremos, nos pondremos en contacto,
        hablamos, nos hablamos, lo hablamos, lo vemos, te/le/les/os doy respuesta
    """,
    Act.THANKS: """
        cualquier cosa/duda/cambio (me/nos) avisas/dices/escribes/avisa/escribe/dice/cuentas/confirmas/llamas,
        que (todo) (te/le/les/os) salga/vaya/resulte (todo) (muy) bien, que salga todo bien, todo va a salir bien,
        (yo) se lo/la digo/comento/paso (a mi/mis/su/sus *), oh no, no me digas, no manches, que se mejore, que te mejores, mejorate, cuidate,
        cualquier cosa (te/le/les) aviso/escribo/digo, te/le/les aviso/escribo cuando/si/al llegue/salga/este/me/llegar/llegando, cuando llegue/salga te/le aviso/escribo,
        (muchas/mil/muchisimas) gracias, thanks, thank you, thx, gracias a ti/usted/vos, muy amable, se agradece, te/le/les agradezco, de nada, no hay de que,
        con gusto, disculpe/disculpa/perdone/perdona (la/las/el) (molestia/molestias/hora/tardanza/demora), que pena con usted
    """,
    Act.NO_WORRY: """
        (ya) no te/se/os preocupes/preocupe/apures/apure/preocupeis/apureis, (ya) no se apuren/preocupen
    """,
    Act.HEDGE: """
        (voy a) mirar/ver/checar/revisar/miro/veo/checo/reviso/consultar/preguntar si (puedo/podemos/me/llego/alcanzo),
        (deja/dejame/dejeme) (lo/la) platico/comento/hablo con mi,
        (ya) lo/la/los/las voy a ver/pensar/analizar/revisar/consultar/platicar/hablar, voy a verlo/verla/pensarlo/analizarlo,
        veo y aviso, y aviso, veo y te/le/les/os aviso/digo/cuento,
        (y) me dices/cuentas/dice/cuenta, (lo) miro/veo/checo/reviso como ando/estoy/voy/me/esta, y me avisas/confirmas/avisa/confirma,
        quiza, quizas, tal vez, talvez, a lo mejor, capaz, puede que, no se, no se si, no estoy seguro,
        no estoy segura, aun no se, todavia no se, no sabemos
        (espera/espere/esperame/espereme) (que) lo/la miro/checo/reviso/pregunto/veo/hablo/comento/consulto, (espera/espere) que veo/miro/reviso/checo/pregunto, le/les pregunto a, lo/la hablo/veo/miro/comento con,
        si llego a, si alcanzo (a), si salgo temprano/antes/a, si me da tiempo, si me pagan/dan/dejan, si todo sale bien, si no se me,
        estoy pensando, pensando en, a ver si, si consigo, dale avisame, ok avisame, bueno avisame, me avisas entonces, me avisas si, avisame si, me confirmas entonces,
        algun dia, un dia de estos, te confirmo luego, te confirmo despues, luego te confirmo, despues te confirmo, te confirmo mas tarde,
        le confirmo, le confirmo luego, y le confirmo, y te confirmo, ya te confirmo,
        ahi te confirmo, te aviso, le aviso, luego te aviso, yo te aviso, yo le aviso, te digo luego,
        luego te digo, y te digo, y le digo, te dire, ya te dire, ya les digo
        lo voy a pensar, lo pienso, lo vemos, ya veremos, vemos, dejame ver, dejeme ver, deja veo, deja ver,
        dejame consultar, dejeme consultar, dejame consulto, dejeme consulto, deja consulto, dejame preguntar,
        deja pregunto, deja checo, dejame checar, dejame revisar, dejeme revisar, dejeme verificar,
        dejame confirmar
        tengo que ver, tengo que consultar, tengo que preguntar, voy a ver, voy a consultar, lo consulto,
        lo hablo con, lo charlo, lo platico, consulto con, depende, depende de, segun como, yo le escribo,
        yo te escribo, te escribo luego, le escribo luego, luego te escribo, despues te escribo,
        ya te escribo, cuando sepa, en cuanto sepa, apenas sepa, si acaso, por ahora no, todavia no, aun no
        tentativo, tentativamente, por confirmar, te llamo para confirmar, sin confirmar,
        cuando vuelva le/te escribo, hablamos luego, otro dia, mas adelante
    """,
    Act.CONFIRM: """
        (ya/ahora) yo reservo/agendo/aparto, hago la reserva, hago yo la reserva, reservo yo,
        agendad{o,a,os,as}, anotad{o,a,os,as}, apuntad{o,a,os,as}, reservad{o,a,os,as}, confirmad{o,a,os,as},
        registrad{o,a,os,as}, programad{o,a,os,as}, coordinad{o,a,os,as}, apartad{o,a,os,as},
        separad{o,a,os,as}, inscrit{o,a,os,as}, cambiad{o,a,os,as}, movid{o,a,os,as}, reprogramad{o,a,os,as},
        reagendad{o,a,os,as}, citad{o,a,os,as}
        queda/quedo/quedan/quedas/quedamos/quedaron/quedaste agendado/anotado/reservado/asi/para/en/confirmado/registrada/el/este/hoy/manana/entonces,
        quedamos entonces, quedan para, queda para, quedamos para
        te/le/lo/la/os/los/las anoto, te/le/lo/la/os/los/las apunto, te/le/lo/la/os/los/las agendo,
        te/le/lo/la/os/los/las reservo, te/le/lo/la/os/los/las agende, te/le/lo/la/os/los/las anote,
        lo dejo anotado, lo dejo agendado, te/le/lo/la/os/los/las aparto, te/le/lo/la/os/los/las separo,
        te/le/lo/la/os/los/las paso a/al/para, te/le/lo/la/os/los/las cambio a/al/para,
        te/le/lo/la/os/los/las cambie, te/le/les/os confirmo que/la/su/tu
        ya esta agendado/anotado/reservado, ya quedo, listo queda, hecho, reserva confirmada, cita confirmada,
        ya lo/la anote, lo anoto, lo agendo, lo cambio, la cambio
    """,
    Act.SEE_YOU: """
        te/le/os/la/lo/los/las veo, te/le/os/la/lo/los/las vemos,
        te/lo/la/le/los/las/os espero, quedo atento a tu, quedo atenta a tu, te/lo/la/le/los/las/os esperamos,
        los esperamos, ahi/alli/alla lo/la/los/las/le/te/nos/se *, ahi/alli/alla estoy/estare/estaremos/estamos/voy/vamos/llego/llegamos/paso, ahi nos vemos, alli nos vemos, alla nos vemos, nos vemos,
        nos vemos ahi/alli/alla/entonces, ahi estare, alli estare, alla estare, ahi estoy, ahi estaremos,
        alli estaremos, alla estaremos, ahi si estoy, alla le caigo, ahi le caigo, ahi te caigo,
        estoy/estamos/estaria ahi/alli/alla, estare en casa, estaremos en casa, estare ahi, estare alli, hasta el */manana, hasta entonces,
        hasta manana, quedo atento, ahi vamos, alla voy, ahi voy, ahi llego, me lo apunto, lo apunto,
        me lo anoto, lo pongo en mi calendario, se los llevo, se lo llevo, ahi los vemos
    """,
    Act.REQUEST: """
        apart{amelos,amelas,alos,alas}, agend{amelos,amelas,alos,alas}, reserv{amelos,amelas,alos,alas}, anot{amelos,amelas,alos,alas}, apunt{amelos,amelas,alos,alas},
        agend{ame,eme,a,emos,en,enme,alo,ala,elo,ela,enlo,enla}, anot{ame,eme,a,enos,alo,ala,elo,ela,enlo,enla,anos},
        apunt{ame,eme,a,anos,enos,alo,ala,elo,ela}, reserv{ame,eme,a,anos,enos,alo,ala,elo,ela,enla,enlo,amela,emela}, regist{rame,reme},
        programa{me,lo,la,}, apart{ame,anos,eme,alo,ala,elo,ela,enos}, separ{ame,anos,eme,alo,ala,elo,ela,enos}, inscrib{eme,ame,ime,inos,anos,enos,ila,ilo}, sum{ame,anos,ate}, recuerdame,
        recuerdeme, ponme, ponme en, pongame, poneme, guardame, guardeme, confirmame, dame cita, deme cita,
        haceme, me/nos agendas/agendais, me/nos anotas/anotais, me/nos reservas/reservais, me/nos apuntas/apuntais,
        me/nos apartas/apartais,
        la programamos, lo programamos, lo reservamos, la reservamos, programemos,
        necesito que me agende/agendes/reserve/reserves, me gustaria reservar,
        me puede/puedes/podes/podria/podrias agendar/anotar/reservar/apuntar/apartar/dar
    """,
    Act.WANT: """
        quiero, kiero, quisiera, queria, querria, necesito, necesitamos, nececito, me gustaria, nos gustaria,
        quiero agendar, quiero reservar, para sacar, para pedir, para reservar, para agendar, quiero sacar,
        quiero pedir, me interesa, ando buscando, busco, buscaba, vengo por, agendar, reservar, sacar, pedir,
        lo quiero, la quiero
    """,
    Act.ASK_FREE: """
        (me/nos) vienes/venis/vienen/pasas/pasais/venias/pasarias,
        tienes, tenes, tiene, tienen, teneis, tendrias, tendrian, tendrias,
        hay algo/cupo/lugar/turno/turnos/hueco/sitio/espacio/disponibilidad, habra, habria, podes, puedes,
        puede, pueden, podeis, podria, podrias, podrian, podriamos, podemos, puede ser, podria ser, se puede,
        se podria, seria posible, es posible, te queda/quedan, os queda, le queda, les queda, esta libre,
        estas libre, estan libres, disponible, disponibles, disponibilidad, te/le/les/os viene bien,
        te/le/les/os va bien, te/le/les/os parece, te/le/les/os parece bien, te/le/les/os sirve,
        te/le/les/os acomoda, te/le/les/os queda bien, me puede/puedes/podes/podria atender/ver/recibir,
        me coges, me haces un hueco, me das, me da
    """,
    Act.OFFER: """
        (es) el ultimo (turno/cupo/lugar/horario), es la ultima (hora/cita), te/le/les aparto/separo/guardo (tu/su/el/un) lugar/cupo/espacio/turno con,
        si quiere/quieres/queres/gusta/gustas/desea/deseas/prefiere/prefieres te/le/lo/la/les reservo/agendo/anoto/aparto/apunto/separo/guardo, tuve/tengo/hubo/hay una cancelacion, me cancelo/cancelaron una/un (clienta/cliente/paciente), alguien cancelo, se me cancelo una/un,
        ese/este/otro/algun/mismo horario, a esa/ese hora/horario, tengo, tenemos, me queda, me quedan, nos queda, nos quedan, hay, puedo, podemos, puede ser,
        podria ser, seria, te/le/les/os ofrezco, te/le/les/os puedo,
        si quiere/quieres/gusta/gustas/queres/prefiere/prefieres, que tal, te/le/les/os parece,
        te/le/les/os va, te/le/les/os sirve, te/le/les/os acomoda, te/le/les/os queda, te/le/les/os viene,
        mejor, se me libero, se nos ha liberado, se libero, se desocupo, cupos, franja, franjas, espacios,
        pasaria, pasarian, pasariamos, iria, iriamos, irian, vendria, vendrian, opciones, horarios disponibles, o si prefiere, paso, llego, voy, llegamos, te/le/les caigo, lo recibimos, la recibimos, tendria,
        tendriamos, hablamos de, veamonos, nos vemos
    """,
    Act.ASK_WHEN: """
        dia y hora, dia y horario, fecha y hora, dias y horarios,
        cuando, para cuando, cuando te/le/les/os gustaria/conviene/viene/va/acomoda/queda,
        cuando puede/puedes/podes/pueden/quieres/quiere, que dia y hora, que dia y a que hora,
        que fecha y hora, cuando seria, para cuando seria,
        para cuando lo/la quiere/quieres/necesita/necesitas, cuando se lo, cuando lo, cuando la
    """,
    Act.ASK_DAY: """
        que dia, que dias, qué dia, para que dia, cual dia, que fecha, para que fecha, para que dias,
        que dia te, dia
    """,
    Act.ASK_TIME: """
        a que hora, que hora, q hora, que horario, en que horario, a que horas, que horas, hora,
        sobre que hora, como a que hora, y la hora
    """,
    Act.ASK_PART: """
        manana o tarde, de manana o de tarde, en la manana o en la tarde, por la manana o por la tarde,
        a la manana o a la tarde, tarde o manana, mañana o noche, de dia o de noche, mediodia o noche,
        comida o cena
    """,
    Act.ASK_PLACE: """
        donde, en donde, adonde, a donde, direccion, su direccion, tu direccion, la direccion,
        me da/das la direccion, pasame/paseme/pasanos la/tu/su direccion, direccion de, en que direccion,
        ubicacion, tu ubicacion, su ubicacion, de que sucursal, en que sucursal, cual sucursal, que sucursal,
        que local, que sede, en que sede, en que local, por donde, que lugar, en que lugar,
        digame/dime/deme/dame/indiqueme/indicame/indique/necesito/enviame/envieme/mandame/mandeme/regaleme/regalame/pasame/paseme (su/tu/la) direccion/ubicacion,
        cual es la direccion, zona, que zona, por que zona, de que zona, en que zona, que barrio, en que barrio, que colonia, que distrito,
        en que distrito, donde esta/estan, donde se encuentra/encuentran, me pasa/pasas ubicacion, pasame ubicacion, comparteme ubicacion
    """,
    Act.ASK_TITLE: """
        motivo, el motivo, cual es el motivo, que motivo, sobre que tema, que tema, de que tema, tema, asunto,
        para que seria, para que servicio, que servicio, que tratamiento, para que tratamiento, para que es,
        para que, que te quieres hacer, que se quiere hacer, que necesita, que necesitas, que te hacemos,
        que le hacemos, que seria, para que especialidad, que especialidad, que te interesa, cual te interesa,
        que clase, que estudio, que te gustaria, de que se trata,
        en que te/le/les puedo ayudar/ayudarte/ayudarle, en que puedo ayudarte/ayudarle, cuales son,
        como la llamo, como lo llamo, que titulo, que nombre le pongo
    """,
    Act.ASK_NAME: """
        a nombre de quien, a nombre de, tu nombre, su nombre, nombre, me da/das/dice/dices tu/su nombre,
        cual es tu/su nombre, como te llamas, como se llama, quien, con quien, anotada como, anotado como,
        nombre completo, nombres, nombre y apellido, de parte de quien, para cuantas personas, cuantas personas,
        cuantos son, cuantos, cuantas, telefono, un telefono
    """,
    Act.ASK_CONFIRM: """
        confirmas, me confirmas, confirma, me confirma, confirme, confirmame, por favor confirma, es correcto,
        correcto, esta bien asi, te parece bien asi, lo confirmo, confirmamos, te agendo, te anoto,
        te reservo, te apunto
    """,
    Act.ONLY: """
        (entonces) solo/solamente/unicamente/nomas llevo/llevamos/va/van/voy/vamos/viene/vienen/iria/queda/quedaria/dejo/deja/dejamos (a/con),
        (entonces) va/viene/queda/deja/dejamos solo/solamente/nomas, entonces solo/nomas,
        solo el, solo la, solo los, solo las, solamente el, solamente la, solo seria, nomas el, nomas la
    """,
    Act.MOVE: """
        recorre, recorrieron, recorrio, se recorre, se pasa/paso/pasaria/cambia/cambio/movio a/al/para,
        recorrer, recorrerla, recorrerlo, recorremos, recorramos, recorres,
        ahora que lo pienso, pensandolo bien/mejor, ahora que me acuerdo, me equivoque, perdon me equivoque,
        cambiar, cambiarla, cambiarlo, cambiamos, cambiemos, cambialo, cambiala, cambielo, cambiela,
        cambiarme, cambiame, cambiarte, mover, moverla, moverlo, movemos, moverme, movamos,
        pasar la/el/mi/nuestra/nuestro turno/cita/reserva/clase/hora/sesion/visita/reunion/entrega/firma/llamada/consulta/prueba/mesa/entrevista/evento/cena/comida/control/ensayo/partido/tutoria/videollamada/junta, pasar para/al, pasarla, pasarlo, pasarme, pasame, pasamela, pasamelo,
        pasemos, pasemoslo, pasemosla, pasarlo, aplazar, aplazarla, aplazamos, posponer, posponemos,
        postergar, postergamos, correr, corremos, correrla, correrlo, adelantar, adelantarla, adelantarlo,
        adelantamos, atrasar, atrasarla, atrasamos, retrasar, retrasarla, retrasamos, reprogramar,
        reprogramarla, reprogramamos, reprogramemos, reagendar, reagendamos, reagendemos, reubicar,
        dejar/dejarlo/dejarla/dejamos/dejemos/dejamoslo para, te/lo/la/le/os paso a/al/para,
        te/lo/la/le/os cambio a/al/para, mejor el/la/a, al final mejor, en vez de/del, en lugar de/del,
        hacerlo/hacerla mas tarde/temprano, me cambias, me cambia, me mueve, me mueves, me pasas,
        me pasa para, mas tarde, mas temprano, un poco mas tarde, llego mas tarde, voy a llegar, llego tarde,
        pase la, pasarla, la pasamos, lo pasamos, la movemos, lo movemos, cambio de, me cambiaron
    """,
    Act.PUSH: """
        recorrer, recorrerla, recorrerlo, recorremos, recorramos, recorro, recorre, recorres, recorrimos,
        atrasar, atrasarla, atrasarlo, atrasamos, atrasemos, retrasar, retrasarla, retrasarlo, retrasamos,
        retrasemos, correr, correrla, correrlo, corremos, corramos, aplazar, aplazarla, postergar,
        recorr{ela,elo}, atras{ala,alo,ela,elo}, retras{ala,alo,ela,elo}, corr{ela,elo,ala,alo}, posterg{ala,alo}, pospon{la,lo},
        postergamos, posponer, me atraso, me retraso, voy atrasado, voy retrasado, llego tarde
    """,
    Act.BRING_FORWARD: """
        adelantar, adelantarla, adelantarlo, adelantamos, adelantemos, adelant{a,e,ala,alo,ela,elo,amela,amelo,emela}
    """,
    Act.CANCEL: """
        no lo/la/los/las llevo/llevamos/llevare/traigo/traere,
        te/lo/la/le/los/las borro/quito/cancelo/anulo/elimino/saco/tacho (de), doy de baja,
        sin efecto, quita{me,nos,la,lo,las,los,da,do,das,dos} (la/el/esa/ese/esta/este/de), quite{me,nos,la,lo}, borra{me,la,lo,da,do},
        elimina{me,la,lo,da,do}, saca{me,nos} de la lista/agenda, libera/libere (el/mi/ese/la) turno/espacio/lugar/hora/cupo,
        no me/nos espere{,s,n,is}, no cuente{,s,n,is} conmigo,
        cancela{,r,la,lo,las,los,me,mela,melo,mos,do,da,dos,das}, cancele{,la,lo,las,los,me,mos}, cancelen,
        canceló, cancelo, cancelame, cancelalo, cancelarla, cancelarlo, cancelacion,
        no voy, no vamos, ya no asisto, ya no asistire, no podre asistir,
        anula{,r,la,lo,las,los,me,mela,da,do,das,dos}, anule{,la,lo,las,los}, anulad, anuladla, anuladlo,
        anulen, borra/borrar/elimina/eliminar/quita/quitar la/el/mi/esa/ese cita/reserva/turno/reunion/evento,
        dar de baja la/el, no venga, no vengas, no vengan, ya no voy, ya no vamos, ya no voy a ir,
        ya no puedo ir, ya no necesito, ya no lo/la necesito, ya no hace falta, ya no va, no voy a necesitar,
        dejamos sin efecto, suspende{,r,la,lo,mos}, suspendid{o,a,os,as}, baja la cita, ya no la quiero,
        ya no lo quiero, ya no sera necesario, ya no es necesario, ya no necesitamos
    """,
    Act.BOTH: """
        las dos cosas, ambas cosas, las dos opciones/fechas/citas/clases/sesiones,
        apart{amelos,amelas,alos,alas}, agend{amelos,amelas,alos,alas}, reserv{amelos,amelas,alos,alas}, anot{amelos,amelas,alos,alas}, apunt{amelos,amelas,alos,alas},
        los dos, las dos, ambos, ambas, los tres, las tres, todos, todas, los 2, las 2, los 3, las 3,
        las dos me, los dos dias, ok los dos, anoto los dos
    """,
    Act.NEXT: """
        y la segunda, y el segundo, y la otra, y el otro, y la siguiente, y el siguiente, y la proxima,
        y la tercera, la segunda cuando, y despues la otra
    """,
    Act.MORE: """
        tambien, ademas, aparte, otra cosa, y otra, otra cita, otro turno, y de paso, una mas, uno mas,
        otra mas, otro mas, segunda aplicacion, segunda sesion, despues viene
    """,
    Act.ANEW: """
        te damos otra, otra cita, otro turno, nueva cita, nuevo turno, otra fecha, reprogramamos, de nuevo,
        otra vez, ahora si puedo, siempre no, siempre si, ya puedo
    """,
    Act.KEEP: """
        no (me/nos/lo/la/los/las) canceles/cancele/cancelen/anules/anule (nada/el/la/mi), sigue igual, queda igual, sigue en pie, se mantiene, seguimos igual, sigue la, sigue el, tal cual,
        como estaba, misma hora, mismo horario
    """,
    Act.HYPOTHETICAL: """
        si (el/la/los/las) * me/se/nos sale/surge/ocurre/pasa/complica/enferma, si me/se/nos sale/surge/complica/llegara/pasara, puedo cancelar hasta, hasta cuando/que hora puedo cancelar,
        ojala (pudiera/pudiese), quien pudiera, me encantaria pero, me hubiera gustado,
        por si, por si acaso, si llueve, si no llueve, si hubiera, si hubiese, si hubieran, si fuera, si fuese, si quisieramos, si fueramos, si un dia, si algun dia quisiera, si me animo, si al final,
        si quisiera, si pudiera, en caso de, suponiendo, supongamos, imagina, imaginate,
        pongamos que, hipoteticamente, si me la dan, si me lo dan, si me dan, si llegara a, si viniera,
        si fuera el, por si acaso, es una pregunta, si yo fuera, si algun dia
    """,
    Act.PAST: """
        llamada/llamadas perdida/perdidas,
        (ya) reservaste/compraste/pediste/sacaste/fuiste/llamaste/hablaste/viste/llegaste/pagaste/hiciste/supiste/preguntaste/averiguaste,
        fui, fuimos, fue, estuve, estuvimos, estuvo, tuve, tuvo, tuvimos, vine, vino, vinieron, vinimos,
        llego ayer, salio, llame, hable, me atendieron, atendieron, tenia, teniamos, habia, era,
        quedasteis, quedaron en, quedamos en que, me dijeron, me dijo, dijeron, dijo, pase por, compre,
        pague, hice, hicimos, hizo, el pasado, la pasada, ayer, anteayer, antier,
        anoche, hace un/una/unos/unas/dos/tres/cuatro/cinco/seis/2/3/4/5/6/7/8/10/15/20/mucho/poco/rato/tiempo/como/casi/mas/dias, cerraron, perdi, me cobraron, cobraron, me entregaron, esa vez, aquella vez,
        la otra vez, ese dia, no aparecio, no aparecieron, nunca vino, nunca llego, me toco
    """,
    Act.OTHERS: """
        quien/quienes va/van/viene/vienen/fue/fueron,
        operan/internan a mi/su/tu,
        mi vieja/viejo/senora/jefe/jefa/hermano/hermana/hijo/hija/prima/primo/amigo/amiga/vecino/vecina/cunado/cunada/tia/tio/suegra/suegro/papa/mama/esposo/esposa/marido/mujer/novio/novia/abuela/abuelo/companero/companera/colega (ya) tiene/va/viaja/llega/sale/se/cumple/esta/trabaja/me/tuvo/ya/viene/entra/celebra/hace/juega/estudia/queria/reservo/agendo/saco/pidio/hizo/tenia/fue/cancelo/anulo,
        mis padres/suegros/hijos/amigos tienen/van/viajan/llegan/salen/celebran/vienen, su boda, es la/el fiesta/boda/cumple/cumpleanos/bautizo/quinceanera/graduacion/aniversario/matrimonio/concierto/examen/vuelo de,
        es mi/su/tu boda/cumple/cumpleanos/graduacion/aniversario/vuelo, me caso, se casan, cumple anos, nos casamos,
        su cumpleanos, su fiesta, su examen, su vuelo, su graduacion, de mi hermano es, se casa,
        se va de viaje, me conto que, me conto, tiene su
    """,
    Act.OCCASION: """
        (que) tengo/tenemos/hay/es (una/un/la/el/mi) boda/matrimonio/casamiento/fiesta/evento/graduacion/bautizo/bautismo/comunion/viaje/examen/vuelo/entrevista/concurso/carrera,
        (la/el/mi/su/nuestra) boda/matrimonio/casamiento/fiesta/graduacion/bautizo/comunion/viaje/evento es/sera,
        para una/la/el/un/mi/su boda/matrimonio/casamiento/fiesta/graduacion/bautizo/bautismo/comunion/viaje/examen/entrevista,
        me caso, nos casamos, viajo, viajamos, me voy de viaje
    """,
    Act.BRING: """
        lo/la dejo ahi/alli/alla, dejar, dejarlo, dejarla, dejelo, dejela, dejalo, dejala, dejamelo, dejamela, (lo/la/te/se) lo/la dejo/dejas/deja/dejamos, trae, traelo, traela, traigalo, traigala, traemelo, traemela, traer, traerlo, traerla,
        te/se lo/la llevo/traigo, lo/la llevo/traigo/traes/trae
    """,
    Act.FETCH: """
        ya esta/estan/estara/estaran/estaria (listo/lista/listos/listas), lo/la/los/las tienes/tiene/tenemos/tendrias/tendras listo/lista/listos/listas, queda/quedan/estaria/estara/estaran listo/lista/listos/listas,
        (lo/la/los/las) puedes/puede/pueden/podes recoger/recogerlo/recogerla/retirar/retirarlo/retirarla/buscar/buscarlo/buscarla, (ya) se recoge/recogen/entrega/entregan/retira/retiran,
        (y) lo/la/los/las recojo/recoges/recoge/recogemos/retiro/retiras/retira/busco/buscas/recogeria/pasaria, paso/pasas/pasamos por el/ella/ellos, paso a recogerlo/recogerla/buscarlo/buscarla/retirarlo/retirarla, para recogerlo/recogerla/retirarlo/retirarla
    """,
    Act.HOURS: """
        atienden/trabajan/abren/estan (manana/hoy) normal/normalmente/igual,
        abris, cerrais, abrireis, abrir, abriran, abriremos, cerrar, cerraran, cerraremos, van a abrir/atender/trabajar/cerrar,
        nuestro horario, nuestros horarios, el horario es, horario es, horario l v, horario lunes, horarios lunes, horario laboral, l v, l a v, lun vie, lun a vie, lun a sab, l a s, l m v, m j, horario de verano, abren, abrimos, abre, abierto, abiertos, abrian, cierran, cerramos, cierra, cierro, cerrado,
        horario de atencion, atendemos, atienden, atencion, hasta que hora, desde que hora,
        que hora abren, a que hora abren, a que hora cierran, estamos de, estamos abiertos, el local abre,
        trabajamos de, atendemos de, estan abiertos, de lunes a, lunes a, todos los dias, corrido
    """,
    Act.BUSY: """
        ando/estoy/estare/voy a estar de viaje/fuera/vacaciones/guardia/turno, ando/estoy fuera/ocupado/ocupada,
        me/nos toca trabajar/viajar/turno/guardia/estudiar/reunion/cubrir/madrugar/una,
        trabajo, trabajamos, laburo, curro, chambeo, estudio, salgo, salimos, entro, entramos, tengo que,
        se me junto, se me cruzo, se me atraveso, me salio una/un, me surgio una/un, tengo junta, tengo una junta/reunion/emergencia/urgencia,
        se duerme/despierta/acuesta, duerme, almuerza, almuerzo a,
        regresamos, volvemos, reabrimos, retomamos, abrimos de nuevo,
        tengo clase, tengo clases, tengo examen, tengo reunion, tengo otra, dejo a los, dejo a mis, recojo a mi/mis/los,
        llevo a los, llevo a mi, paso por los ninos, estoy en, ando en, estare en, viajo, estoy de viaje,
        me voy, salgo del, salgo de, entro a, juego, tengo entrenamiento, tengo medico, tengo turno en,
        tengo vuelo, ceno con, como con, recien salgo, termino, salgo a, acabo, no salgo hasta,
        ocupada hasta, ocupado hasta, me desocupo a, en ayunas desde, ayunas desde, ayuno desde, sin comer desde, se me hace tarde, hay otra visita,
        hay otro, tengo otra visita, tengo otro cliente, los ninos, mi hijo sale, no volvemos, vuelvo, regreso a/el/como/tipo/hasta/por,
        (te/le/les) transfiero/deposito/pago/abono/consigno/yapeo, te/le/les mando/envio/hago la/el transferencia/sena/anticipo/deposito/pago/comprobante/adelanto
    """,
    Act.LASTS: """
        duracion,
        es, dura, duran, demora, demoran, tarda, tardan, toma, son, es de, seria, serian, reservo, bloqueo,
        calcula, calcule, aproximadamente, toma como, tendriamos, cada sesion, lleva, aparta, de duracion,
        sesion de
    """,
    Act.PRICE: """
        me cotizas, me cotiza, me cotizan, cotizar, cotizame, cotizas, presupuesto para, me pasas presupuesto, cuesta, cuestan, cuanto cuesta, cuanto sale, cuanto es, cuanto cobran, cuanto cobra, cuanto vale,
        precio, precios, cobramos, cobran, sale en, sale a, valor, tarifa, cotizacion, cotizando, pesos,
        soles, dolares, euros, descuento, oferta, promo, promocion, mensualidad, s, $
    """,
    Act.QUERY: """
        (ya) esta/estan/estara/estaran/salio/salieron (listo/lista/listos/listas) (el/la/los/las/mi/mis) resultado/resultados/analisis/examen/examenes/informe/estudio/estudios,
        que tengo (para) hoy/manana/pasado/el/esta/este, que hay (para) hoy/manana, que citas/reuniones/pendientes/cosas tengo,
        trabajan, laboran, estan trabajando, hay atencion, habra atencion, que tengo en, tengo algo en mi, en que horario estan/atienden/abren/trabajan, que horario tienen/hacen/manejan, que dias abren/atienden/trabajan, tengo alguna, cual es mi, que hay en mi, muestrame, mi agenda, mi calendario,
        mis citas, mis eventos, estoy libre, cuando tengo, a que hora tengo,
        donde es mi, cuando fue, que hora es, que dia es hoy, hace frio, va a llover, el clima,
        el tiempo, que dia cae, recuerdame que tengo, a que hora abren, a que hora cierran, hasta que hora,
        que horario tienen, horarios de, los horarios, abren el, abren los, estan abiertos, atienden el,
        atienden los, ya salio, donde esta mi, mi/su/el pedido/paquete/envio, a que hora sale/salen/pasa/llega el/la/los/las camion/bus/micro/tren/combi/colectivo/ferry/lancha, cuando llega (mi/el/la)
    """,
    Act.LOOKUP: """
        mi agenda, mi calendario, mis eventos, estoy libre, muestrame mi, que tengo en mi, que tengo agendado, encuentrame,
        buscame, busca un, busca una, que tengo agendado
    """,
    Act.CALENDAR: """
        en/a mi/tu/su/el calendario/agenda, al calendario
    """,
    Act.READOUT: """
        en tu calendario, en su calendario, en tu agenda, en su agenda, no tienes nada, tienes libre,
        estas libre, esta libre de, tu proximo evento
    """,
    Act.INFO: """
        es (dia) festivo/feriado/puente/inhabil, (es) dia festivo/feriado,
        juega/juegan/toca/tocan/actua/actuan/estrenan/dan/pasan/transmiten (en) el/la/los/las/en,
        sale/salen la/el proxima/proximo, proxima hornada/tanda/funcion/salida,
        temperatura, grados, lluvia, vuelo, vuelos, aerolinea, pelicula, funcion, estreno, partido,
        te/le/les/os mando/envio/paso/comparto (el/la/los/las/un/una/mi/toda) info/informacion/presupuesto/cotizacion/precio/precios/lista/catalogo/factura/boleta/link/ubicacion/datos/detalle/detalles/foto/fotos/menu/carta/comprobante/recibo,
        tu/su pedido/paquete/envio/orden llega/llegara/sale/saldra/sera/esta/va/salio, llegara entre, sera entregado, sera entregada, en reparto, en camino,
        factura, boleta de pago, comprobante, estado de cuenta,
        dias habiles, horas habiles, guia, rastreo, codigo de seguimiento, estimado de entrega, pronostico
    """,
    Act.FAILED: """
        no pude agendar, no pude reservar, no se pudo, no fue posible, no pudimos, hubo un error,
        hubo un problema, no me deja agendar, no me deja reservar, fallo la reserva
    """,
    Act.NOTHING: """
        (ya) vi/revise/cheque/mire/consulte mi agenda/calendario/horario, mi agenda esta/la,
        (por/x) un/el/este/ese/otro/mi/x/por tema (de/del/en), tema de/del, te/le/les/os escribo/escribia/escribimos porque/por/para/de, nada mas/menos, (lo/la/los/las/le/te/me) paso/pasas/pasa/pasamos a dejar/pagar/saludar/preguntar/abonar/cancelar/depositar,
        no se nos/me/te/le/les/os/haga/hace/vaya/moleste, para que no/se/te/me/nos/le/sea/quede/este/tengas/tenga/llegue/puedas/pueda/alcance/de,
        pasadlo/pasalo/pasatelo/pasatela/pasenla/pasenlo bien/lindo/genial/rico, no mas, que la/lo pases/pasen/paseis (muy) bien/lindo/genial,
        (lo/la/los/las/le/les/me/te/se/nos) va/van/vas/vamos/voy a reservar/agendar/ser/estar/llover/ir/hacer/venir/poder/llegar/pasar/salir/ver/tener/haber/dar/decir/llamar/preguntar/pedir/comprar/casar/casarse/viajar/jugar/traer/llevar/pagar/tocar/cambiar/mandar/buscar/esperar/trabajar/quedar,
        me/te/se/le he/ha/has hecho, han/he/has/ha hecho, a la/lo largo de, lo mejor, de hecho, por cierto, ya que, bien lejos/temprano/tarde/rico, muy bueno/buena,
        que bien/bueno/buena/genial/lindo/chevere, suena rico, de buena, buena suerte, buen viaje/finde/provecho, ya veo
    """,
    Act.WRONG: """
        te equivocaste, se equivoco, se equivocaron, numero equivocado, equivocado de numero,
        equivocada de numero, te has equivocado, se ha equivocado, creo que te equivocaste,
        creo que se equivoca, creo que te equivocas, me pasaron mal el numero, mal el numero, no es aqui,
        aqui no es, esto es una, no es este numero, error de numero, me equivoque de numero,
        me equivoque de chat
    """,
    Act.ADVERT: """
        junta/reunion/asamblea de vecinos/propietarios/condominos/copropietarios/consorcio,
        le/les/te/os informamos, se informa, se les informa, les comunicamos, le comunicamos, se comunica, comunicado, aviso importante, realizaremos trabajos,
        nuestro sistema/servicio/servidor, nuestra plataforma/pagina/app/web/linea, el sistema estara, la plataforma estara,
        en mantenimiento, fuera de servicio, mantenimiento programado, corte de luz/agua/energia/gas/servicio, sin servicio,
        suspension/interrupcion/restablecimiento del servicio, intermitencia, intermitencias, vence, vencera, vencimiento, fecha limite,
        ultimo dia, ultimos dias, plazo para, solo hasta, solo por hoy, cupon, codigo promocional, envio gratis, nueva coleccion, venta nocturna,
        noche de ofertas, nuevos horarios, nuevo horario, horario especial, por feriado, por ser feriado, por festivo,
        2x1, 3x2, promo, promocion, gran venta, oferta, ofertas, de descuento, black friday, buen fin,
        hot sale, cyber, rebajas, liquidacion, aprovecha, no te lo pierdas, sorteo, publicidad, ven y,
        imperdible, inauguracion, los esperamos con, te esperamos con
    """,
    Act.DROP_IN: """
        igual/capaz/quizas/quiza/talvez me/nos paso/pasamos/acerco/acercamos/doy/caigo/arrimo, tal vez me paso/acerco, a lo mejor me paso/acerco, de pronto paso, de repente paso, por ahi me paso/doy,
        igual paso, capaz paso, a lo mejor paso, quizas paso, por ahi paso, tal vez pase, quizas pase,
        cuando pueda paso, ya pasare, me doy una vuelta, por orden de llegada, sin cita
    """,
    Act.ASK_TROUBLE: """
        hay (algun) problema/inconveniente/drama/lio, (algun) problema/inconveniente si, algun problema/inconveniente, tienes/tiene/tenes problema/inconveniente,
        te/le/les/os molesta/importa/importaria/molestaria
    """,
    Act.ASIDE: """
        puedo/podemos/podria/podriamos/puede/se (puede/podria) pagar/estacionar/estacionarme/aparcar/parquear/comer/desayunar/fumar/entrar,
        puedo/podemos/podria/podriamos llevar/traer torta/pastel/comida/bebida/bebidas/acompanante/amigos/invitados/ninos/decoracion/globos/musica,
        hay estacionamiento/parqueadero/parking/aparcamiento/cochera, aceptan tarjeta/tarjetas/efectivo/transferencia/yape/bizum/nequi,
        hay/tengo/debo/necesito que llevar/traer/pagar, debo llevar/ir/pagar, que llevo, necesito llevar
    """,
    Act.GIVE_UP: """
        era (solo/nomas) para/por saber, solo queria/quiero saber,
        ya voy/vamos/estoy/tengo (a/con) otro/otra, era eso, era el/la/un/una *, ya funciona/anda/prende/enfria/arranco/arranca/volvio/aparecio/llego, se soluciono, ya se soluciono/arreglo, se arreglo solo/sola,
        falsa alarma, ya lo/la solucione/resolvi/arregle/encontre/solucionamos/arreglamos, ya esta solucionado/arreglado/resuelto, ya quedo arreglado/arreglada,
        busco en otro/otra, busco otro/otra, buscare en otro/otra, buscare otro/otra, voy a otro/otra, pruebo en otro/otra, prefiero otro/otra lugar, preguntare en otro, pregunto en otro, otro dia sera, sera otro dia,
        para otra, otra vez sera, para otra vez sera, sera la proxima, lo dejamos, lo dejo, mejor lo dejamos,
        ya llame a otra, ya he llamado a otra, ya llame a otro, ya encontre, ya consegui, ya lo arregle,
        ya la arreglo, ya lo arreglaron, ya me atendieron, despues te escribo, despues le escribo, se me paso,
        ya te pedire, otro dia entonces, ya no gracias, en otro lado, otro lado, ya vere, ya no lo necesito,
        otra empresa, gracias igualmente, me espero, olvidalo, olvidelo, olvidate, olvidese, no quiero nada,
        ya no quiero nada, no quiero ninguna, mejor ya no
    """,
    Act.TITLED: """
        que se llama, titulad{o,a}, con titulo, con el titulo, con el nombre, de titulo, ponle, pongale,
        ponle de titulo, que se llame, titulo, (el) tema/asunto (es/sera/seria)
    """,
    Act.LOCATED: """
        en el/mi/nuestro/su/tu estudio, al estudio,
        la direccion es, mi direccion es, estamos en, estamos ubicados en, queda en, es en,
        seria en, sera en, vivo en, nos vemos en, veamonos en, te/le/les comparto ubicacion, ubicacion,
        ubicados en, nos encontramos en, vamos a estar en, es aca en, es aqui en, aca en, aqui en,
        te/la/lo/le/los/las espero en, te/la/lo/le/los/las esperamos en, direccion
    """,
    Act.REMIND: """
        te recordamos, le recordamos, te recuerdo, le recuerdo, recordatorio, recordarte, recordarle,
        tienes cita, tiene cita, tienes turno, tiene turno, tu cita, su cita, tu turno, su turno, tu reserva,
        su reserva
    """,
}

LEXICON = Lexicon(
    code="es",
    acts=ACTS,
    homographs={"unas": "uñas"},
    short={
        "q": "que",
        "k": "que",
        "ke": "que",
        "x": "por",
        "xq": "porque",
        "pq": "porque",
        "xfa": "porfa",
        "plis": "porfa",
        "pls": "porfa",
        "porfis": "porfa",
        "porfi": "porfa",
        "plz": "porfa",
        "please": "porfa",
        "xfis": "porfa",
        "xfavor": "porfa",
        "d": "de",
        "pa": "para",
        "pal": "para",
        "tmb": "tambien",
        "tb": "tambien",
        "tbn": "tambien",
        "toy": "estoy",
        "tas": "estas",
        "bn": "bien",
        "sip": "si",
        "sipi": "si",
        "sipo": "si",
        "yapo": "ya",
        "yap": "ya",
        "okpo": "ok",
        "obvio": "claro",
        "sipis": "si",
        "sisi": "si",
        "sisisi": "si",
        "sap": "si",
        "sep": "si",
        "oks": "ok",
        "okey": "ok",
        "okay": "ok",
        "okk": "ok",
        "vdd": "verdad",
        "kiero": "quiero",
        "kieres": "quieres",
        "aki": "aqui",
        "ai": "ahi",
        "ay": "ay",
        "hrs": "hs",
        "mñn": "mañana",
        "dnd": "donde",
        "cdo": "cuando",
        "cuand": "cuando",
        "c/u": "cada",
        "dire": "direccion",
        "direc": "direccion",
        "ubi": "ubicacion",
    },
    common="""el la los las un una de del que en por para con no si se me te le lo es y o a al mi tu su como pero mas ya muy esta este ese hola gracias
        buenas buenos dias tardes noches cuando donde hay tengo tienes quiero puede puedo hoy manana lunes
        martes miercoles jueves viernes sabado domingo
        dale vale perfecto listo cita hora claro bueno porfa favor seria ahi usted""",
    ordinals={
        1: "la primera, el primero, primera, primero, la 1, el 1, opcion 1, la opcion 1, opcion a, la a, 1ra, la 1ra, numero 1, la uno, opcion uno",
        2: "la segunda, el segundo, segunda, segundo, la 2, el 2, opcion 2, la opcion 2, opcion b, la b, 2da, la 2da, numero 2, la dos, opcion dos",
        3: "la tercera, el tercero, tercera, tercero, la 3, el 3, opcion 3, la opcion 3, opcion c, la c, 3ra, la 3ra, numero 3, la tres, opcion tres",
        4: "la cuarta, el cuarto, cuarta, la 4, el 4, opcion 4, la opcion 4, 4ta, opcion d, numero 4",
        -1: "la ultima, el ultimo, ultima, ultimo, la de mas tarde, el de mas tarde, la mas tarde",
    },
    asks="""viene/vienen/venir/venga/vengan/pasan/pasen/pasar a, que me/nos/le * un/una/el/la/los/las/mi, quiero/kiero/quisiera/queria/querria/necesito/nececito/necesitamos/queremos (agendar/reservar/sacar/pedir/hacer/tomar/coger/programar/hacerme/enviar/ver/visitar/separar/apartar), me gustaria (agendar/reservar/hacer/pedir/tener/ver/visitar)
        cita/turno/hora/consulta/cupo/hueco/reserva/visita/espacio para/de/por, agend{ar,ame,eme,emos,a},
        reserv{ar,ame,eme,a}, anot{ame,eme,a} (para), apunt{ame,eme,a} (a/para)
        para/por (sacar/pedir) (cita/turno/hora) (de/para/por), hacen, haceis, hacéis, hacés, realizan,
        atienden, me haces, me hace, tienen, tenes, teneis, tienes
        lo de, tema de, el tema de, por lo de, por el tema de, por, para, recuerdame, recuerdeme, toca, me toca, le toca, vengo por, escribo por, escribo para, les escribo por, te escribo por, me interesa, hacemos/hacer una/un, busco, me coges para, para lo de, para ver lo de, ver/revisar/arreglar/reparar/instalar/cambiar/limpiar/pintar/medir (el/la/los/las/un/una/mi/lo), revisar, llevar, dejar, recoger, castrar, agenda, programar, programemos""",
    services="""almorzamos almorzar desayunamos desayunar cenamos cenar cita turno consulta reunion clase clases corte color tinte mechas balayage peinado maquillaje keratina alisado manicura manicure pedicura pedicure uñas depilacion
        limpieza ortodoncia empaste endodoncia extraccion control revision chequeo examen examenes ecografia
        radiografia analisis vacuna vacunacion castracion esterilizacion desparasitacion
        bano peluqueria grooming visita sesion sesiones terapia fisio fisioterapia masaje facial valoracion
        evaluacion diagnostico presupuesto cotizacion instalacion mantenimiento reparacion
        afinacion cambio alineacion balanceo itv verificacion servicio entrega recogida recojo retiro envio
        mudanza fumigacion aplicacion desinfeccion lavado lavanderia
        firma escrituras notaria asesoria tutoria refuerzo entrenamiento capacitacion taller curso demo
        demostracion presentacion llamada videollamada entrevista
        mesa cena almuerzo comida desayuno brunch evento fiesta cumpleanos reserva cancha pista partido prueba
        tratamiento botox relleno laser tatuaje piercing
        torta pastel pedido fotos foto fotografia boda bodas casamiento planchado laminado tramite plomero electricista gasfitero tecnico
        cerrajero pintor jardinero cambio entrenamiento yoga pilates boxeo llamar llamo
        lentes gafas plancha recoger dejar castrar probarme medicion tasacion inspeccion charla cafe junta
        cirugia operacion curacion inyeccion ecocardiograma electrocardiograma
        podologo oculista oftalmologo traumatologo cardiologo cardiologa internista urologo alergista sastre modista peluquero barbero estilista contador contadora abogado abogada arquitecto electricista carpintero pediatra mamografia papanicolau graduacion colonoscopia rehabilitacion nutricion nutricionista psicologo psicologia
        kine kinesio kinesiologia kinesiologo kinesiologa gelish semipermanente acrilicas esculpidas softgel brushing reflejos mechitas raices puntas flequillo
        muela muelas implante implantes carillas blanqueamiento profilaxis brackets blefaroplastia mesoterapia radiofrecuencia drenaje criolipolisis presoterapia
        bautizo bautismo comunion quinceanera matrimonio aniversario graduacion despedida asado parrillada picnic
        gasista fontanero plomeria fontaneria electricidad albanil yesero tapicero tapiceria mecanico grua
        ginecologia dermatologia odontologia cardiologia oftalmologia traumatologia endocrino endocrinologo neurologo otorrino hematologo reumatologo psiquiatra logopeda matrona
        laboratorio laboratorios analitica analiticas placa placas extracciones curas cura preboda otoplastia holter ecodoppler tomografia resonancia densitometria espirometria audiometria hemograma
        matricula inscripcion tasador perito peritaje visado pasaporte apostilla renovacion
        dentista pediatra ginecologo dermatologo traslado taxi transporte alquiler
        barba degradado cejas pestanas lifting podologia quiropraxia osteopatia acupuntura reiki ensayo audicion degustacion catering decoracion sesion""",
    generic="""
        cita turno consulta reunion sesion hora reserva servicio tratamiento visita clase evento pedido
        cupo prueba""",
    joins="de del para con a al la el los las y mi mis su sus tu tus por en sobre un una e lo",
    stops="""alguien alguno resulta espera esperamos esperan espero confirmar cancelar responder que porque pero molestia pena necesita necesitan se me te le les nos os puede puedo puedes podria podes tienes tiene tenes tengo hay es son esta estan seria sera queda quedo queda fue cuando donde como cual si no ya
        por_favor porfa porfavor gracias hola buenas buenos dias tardes noches favor hoy manana pasado proximo
        amor amorcito vida reina corazon cielo carino linda hermosa bella guapa guapo mijo mija jefe maestro zoom skype whatsapp wasap teams telefono internet
    este esta esa ese entonces mejor tambien urgente posible disponible disponibles libre libres aqui ahi alla
        quiero quisiera necesito quería dale ok vale listo perfecto claro bueno voy vamos va dura cuesta
        cuanto sirve parece gustaria ver o u antes despues desde hasta tipo asi solo dos veces
        alguna alguno algun algunas saber pasan curso anticipo sena adelanto deposito senal ejemplo ella ellos ellas anuncian vi incluye queda agendada agendado confirmada confirmado anotado anotada apuntado reservado
        reservada programada programado registrada lunes martes miercoles jueves viernes sabado domingo
        semana mes dia dias hora horas minutos min hrs hs am pm nombre confirmas confirma recordamos senor
        senora senorita doctor_ doctora_ lic mi_amor ahora mismo aun siempre nunca tampoco igual pues
        ni aver bien x algo nada huele fiebre este esto eso ello tarde temprano mañana""",
    articles="""
        el la los las un una unos unas mi mis tu tus su sus nuestro nuestra lo de del para con a al en
        por y e que ver hacer hacerme hacerle""",
    places="""av avda avenida calle c/ cl cra carrera kra kr cll jr jiron pasaje pje paseo plaza plza urb urbanizacion mz manzana lote boulevard blvd bv circuito calzada carretera
        autopista ruta camino ronda travesia glorieta rambla via diagonal transversal dr privada prol prolongacion cda cerrada edificio torre""",
    nearby="en",
    owned="tu su vuestra vuestro",
    numerals="dos tres cuatro cinco seis siete ocho nueve diez once doce",
    homes="""mi/tu/su/nuestra/vuestra/mis casa/depa/departamento/depto/apto/apartamento/piso/oficina/jardin/patio/terraza/quinta/taller/garaje/cochera/azotea, lo de,
        (la) casa de""",
    meets="""nos vemos en, veamonos en, nos encontramos en, encontremonos en, te/la/lo/le/los/las/os espero/esperamos en,
        nos juntamos en, juntemonos en, quedamos en""",
    online="por/x/via (video) llamada/videollamada/telefono, por/x/via/en (google) zoom/teams/skype/meet, link/enlace de/del/por zoom/teams/meet",
    platforms="google zoom teams skype meet",
    venues="""bosque bosques jardin terraza malecon costanera plazoleta quinta salon parque cafe cafeteria restaurante restaurant hotel clinica hospital consultorio oficina oficinas local estudio sala salon sucursal sede tienda taller centro mall plaza gimnasio
        gym colegio escuela universidad teatro cine estadio museo biblioteca iglesia aeropuerto estacion terminal notaria banco edificio torre casa veterinaria laboratorio libreria bar auditorio cancha club piso recepcion playa mercado""",
    at="en a al",
    answers="""
        ponle pon prefiero anota es seria son para la el un una pues mira si claro ok dale vale por_favor porfa a en ah eh mmm
        este bueno ya quiero de por mejor dire se_trata""",
    indefinite="un cualquier algun",
    either="o u",
    also="y e",
    troubleless="no hay *",
    confirming="confirmar confirmo confirmacion confirmada asistire asistir asisto si",
    reasons="porque",
    haves="tengo tenemos",
    pauses="y mire mira oiga oye osea bueno verdad fijese fijate resulta",
    splits="pero porque aunque sino pues entonces que",
    counts={
        2: "espacio/espacios/cupo/lugar/turno/turnos/hueco/cita/citas/hora para dos/2, dos/2 lugares/espacios/cupos/huecos/tratamientos/cortes/limpiezas/masajes/consultas/servicios/banos/puestos/pruebas/entradas/turnitos/citas, (vamos/somos/seriamos/para) dos/2 personas, dos sesiones/clases/citas/turnos/cosas/reservas/visitas/eventos, 2 sesiones/clases/citas/turnos/cosas/reservas/visitas/eventos, un par de, mis dos */perritos/gatos, mis 2 *, ambos/ambas perros/gatos/ninos/hijos, mis dos/2 *, mi esposo/esposa/marido/mujer/novio/novia y yo, mi */mama/hija/hijo y yo, yo y mi *, mi * y para mi, mi y para mi *, mi * y a mi, mi * y mi *, para los dos, dos dias, los dos dias, las dos, mis dos hijos, mis 2 hijos, los dos",
        3: "tres sesiones/clases/citas/turnos/cosas/ordenes/examenes, 3 sesiones/clases/citas/turnos/cosas/ordenes/examenes, mis tres hijos, los tres dias",
    },
    evening="""
        cine peli pelicula teatro bar bares pub canas karaoke discoteca antro cena cenar cenamos copas trago tragos birras cervezas fiesta concierto recital boliche afterwork
        serenata""",
    morning="desayuno desayunar desayunamos amanecer madrugada",
    leads="""
        reservar agendar sacar pedir hacer hacerme hacerle tomar coger programar separar apartar tener
        informes informacion info precio precios
        quiero necesito una un dos 2 la el lo su mi paso a voy algo para""",
    troubles="""se me/le/nos * el/la/los/las/mi/un/una, me/le/nos * el/la/los/las/mi, no funciona/prende/enciende/anda/enfria/calienta/arranca el/la/mi, se rompio/dano/danio/descompuso/malogro/estropeo/tapo/quemo el/la/mi/un/una,
        problema con el/la/mi, falla en el/la/mi, fuga de/en, gotera en, tengo un/una, me duele (*) el/la/un/una/mi, me duelen (*) los/las/mis, arreglar el/la/mi/un/una, reparar el/la/mi/un/una, cambiar el/la/los/las/mi, revisar el/la/mi/lo de""",
    head_first=True,
    fallback="Cita",
    title_fronts="como es sea titulo nombre para de el la",
    title_ends="que porfa porfavor",
    having="tengo tenemos hay",
    linking="es seria sera queda quedo quedaria quedan",
    alone="voy vamos puedo podemos esta bien",
    doubts="""no ni nunca nadie nada tampoco sin jamas muy demasiado poco bastante hm hmm mm mmm uf uff uy ay eh caro cara lejos aun todavia luego despues pero aunque
        cuando como donde porque stop baja""",
    apologies="lastima pena siento sentimos perdon perdona disculpa disculpe disculpen lamento lamentamos lamentablemente desgraciadamente",
    objects="lo la los las le les te os se",
    yes="bien voy si sip sii claro simon afirmativo correcto exacto asi puede podria hay",
    in_place="en",
    modals="puedo podemos puedes puede podes podria podriamos",
    questions="cual donde adonde quien cuantos cuantas",
    determined="el la los las un una mi mis nuestro nuestra",
    spare="antes anticipacion tolerancia ayuno ayunas retraso atraso tarde espera esperar camino distancia aqui ahi plazo garantia llego llegar llega",
    people="marido esposo esposa mujer hijo hija hijos hijas mama papa madre padre hermano hermana novio novia amigo amiga nene nena chico chica peque suegra suegro abuela abuelo bebe nino nina ninos familia",
    persons="yo vos usted ustedes ud uds ella nosotros nosotras ellos ellas ti",
    backs="regreso retorno vuelta terminar acabar termina terminamos acaba finaliza",
    beside="despues antes tras luego durante",
    fields="calendario agenda titulo nombre evento hora direccion",
    asked_fields="titulo",
    enters="agenda agendame agendeme anota anotame apunta apuntame agrega agregame agregar pon ponme anade crea",
    purposes="recuerdame/recuerdeme/recordarme (que) (tengo/hay) (que), recordatorio para/de, (me) agendas/agenda/anota/apunta (que) tengo que, hora/tiempo/rato para",
    yours="te le les os su sus tu tus vuestra vuestro usted ustedes",
    stays="habitacion habitaciones hospedaje hospedarme hospedarnos hotel hostal hostel alojamiento alojarnos cabana bungalow noches estadia estancia guarderia pension airbnb apartamento alquilar alquiler rentar renta arrendar camping posada glamping",
    meetings="reunion junta reu",
    desk="cita turno hora reserva cupo cupos espacio espacios hueco huecos lugar lugares sitio fecha fechas disponibilidad consulta_ par",
    verb_ends="rlo rla rlos rlas rme rte rle rles rnos rse",
    single={
        "almorzamos": "almuerzo",
        "almorzar": "almuerzo",
        "cenamos": "cena",
        "cenar": "cena",
        "desayunamos": "desayuno",
        "desayunar": "desayuno",
        "sesiones": "sesión",
        "clases": "clase",
        "citas": "cita",
        "turnos": "turno",
        "visitas": "visita",
        "reuniones": "reunión",
        "consultas": "consulta",
        "controles": "control",
    },
    light="""
        recoger dejar llevar retirar recogida recojo retiro entrega envio cambio prueba instalacion
        reparacion revision control revisar arreglar plomero electricista tecnico gasfitero cerrajero""",
)
