"""Spanish. What asks for a moment, offers one, moves it or calls it off."""

from app.extraction.rules.acts import Act

ACTS = {
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
        es el ultimo (turno/cupo/lugar/horario), el ultimo turno/cupo/lugar/horario, es la ultima (hora/cita), la ultima hora/cita, te/le/les aparto/separo/guardo (tu/su/el/un) lugar/cupo/espacio/turno con,
        si quiere/quieres/queres/gusta/gustas/desea/deseas/prefiere/prefieres te/le/lo/la/les reservo/agendo/anoto/aparto/apunto/separo/guardo, tuve/tengo/hubo/hay una cancelacion, me cancelo/cancelaron una/un (clienta/cliente/paciente), alguien cancelo, se me cancelo una/un,
        y si es/fuera/seria/lo/la/los/las/nos/vamos/paso/pasamos/voy/mejor (el/este/para/a),
        ese/este/otro/algun/mismo horario, a esa/ese hora/horario, tengo, tenemos, me queda, me quedan, nos queda, nos quedan, me/nos queda/quedan el/este/hoy/manana/para/en, hay, puedo, podemos, puede ser,
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
        direccion exacta/completa/porfa, direccion por favor, donde, en donde, adonde, a donde, direccion, su direccion, tu direccion, la direccion,
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
        quise decir/poner, quiero decir el/la/las/a/para/manana/pasado, queria decir/poner, me confundi, corrijo, correccion, fe de erratas, nuevo horario/rango, nueva ventana/franja/hora, ahora que lo pienso, pensandolo bien/mejor, ahora que me acuerdo, me equivoque, perdon me equivoque,
        cambiar, cambiarla, cambiarlo, cambiamos, cambiemos, cambialo, cambiala, cambielo, cambiela,
        cambiarme, cambiame, cambiarte, mover, moverla, moverlo, movemos, moverme, movamos,
        pasar la/el/mi/nuestra/nuestro turno/cita/reserva/clase/hora/sesion/visita/reunion/entrega/firma/llamada/consulta/prueba/mesa/entrevista/evento/cena/comida/control/ensayo/partido/tutoria/videollamada/junta, pasar para/al, pasarla, pasarlo, pasarme, pasame, pasanos/paseme/pasenme al/para, pasamela, pasamelo,
        pasemos, pasemoslo, pasemosla, pasarlo, aplazar, aplazarla, aplazamos, posponer, posponemos,
        postergar, postergamos, correr, corremos, correrla, correrlo, adelantar, adelantarla, adelantarlo,
        adelantamos, atrasar, atrasarla, atrasamos, retrasar, retrasarla, retrasamos, reprogramar,
        reprogramarla, reprogramamos, reprogramemos, reagendar, reagendamos, reagendemos, reubicar,
        dejar/dejarlo/dejarla/dejamos/dejemos/dejamoslo para, te/lo/la/le/os paso a/al/para,
        te/lo/la/le/os cambio a/al/para, mejor el/la/a, al final mejor, en vez de/del, en lugar de/del,
        hacerlo/hacerla mas tarde/temprano, me cambias, me cambia, me mueve, me mueves, me pasas,
        me pasa para, mas tarde, mas temprano, un poco mas tarde, llego mas tarde, voy a llegar, llego tarde,
        pase la, pasarla, la pasamos, lo pasamos, la movemos, lo movemos, me cambiaron,
        cambio de hora/horario/fecha/dia/cita/turno/reserva/plan/planes/idea/opinion/parecer/jornada/sede/lugar
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
}
