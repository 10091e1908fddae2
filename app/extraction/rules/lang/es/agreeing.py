"""Spanish. What answers: yes, no, perhaps, thanks, what is noted."""

from app.extraction.rules.acts import Act

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
        no hace falta, no es necesario, no me interesa, no quiero, (mejor) dejalo/dejelo asi/mejor/entonces/no/nomas/gracias, mejor dejalo/dejelo, ya no, no va, negativo
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
        (yo) se lo/la digo/comento/paso, (yo) se lo/la digo/comento/paso a mi/mis/su/sus *, oh no, no me digas, no manches, que se mejore, que te mejores, mejorate, cuidate,
        cualquier cosa (te/le/les) aviso/escribo/digo, te/le/les aviso/escribo cuando/si/al llegue/salga/este/me/llegar/llegando, cuando llegue/salga te/le aviso/escribo,
        (muchas/mil/muchisimas) gracias, thanks, thank you, thx, gracias a ti/usted/vos, muy amable, se agradece, te/le/les agradezco, de nada, no hay de que,
        con gusto, disculpe/disculpa/perdone/perdona (la/las/el) (molestia/molestias/hora/tardanza/demora), que pena con usted
    """,
    Act.NO_WORRY: """
        (ya) no te/se/os preocupes/preocupe/apures/apure/preocupeis/apureis, (ya) no se apuren/preocupen
    """,
    Act.HEDGE: """
        voy a mirar/ver/checar/revisar/consultar/preguntar si, miro/veo/checo/reviso/consulto/pregunto si, mirar/checar/revisar/consultar/preguntar si puedo/podemos/me/llego/alcanzo,
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
        quedamos entonces, quedan para, queda para, quedamos para, queda entre
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
}
