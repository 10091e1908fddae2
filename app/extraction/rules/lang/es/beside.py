"""Spanish. What is beside the appointment: reasons, other people, opening hours, what is looked up."""

from app.extraction.rules.acts import Act

ACTS = {
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
        lo/la/los/las tienes/tiene/tenes/tendras/tendra para, (pero) te/se lo/la/los/las entrego/entregamos/entregaria/devuelvo/devolvemos/damos/doy,
        ya esta/estan/estara/estaran/estaria (listo/lista/listos/listas), lo/la/los/las tienes/tiene/tenemos/tendrias/tendras listo/lista/listos/listas, queda/quedan/estaria/estara/estaran listo/lista/listos/listas,
        (lo/la/los/las) puedes/puede/pueden/podes recoger/recogerlo/recogerla/retirar/retirarlo/retirarla/buscar/buscarlo/buscarla, (ya) se recoge/recogen/entrega/entregan/retira/retiran,
        (y) lo/la/los/las recojo/recoges/recoge/recogemos/retiro/retiras/retira/busco/buscas/recogeria/pasaria, paso/pasas/pasamos por el/ella/ellos, paso a recogerlo/recogerla/buscarlo/buscarla/retirarlo/retirarla, para recogerlo/recogerla/retirarlo/retirarla
    """,
    Act.HOURS: """
        sigue/sigues/siguen/seguis/seguimos abriendo/atendiendo/trabajando,
        atiende/atiendo/trabaja/trabajo (los) lunes/martes/miercoles/jueves/viernes/sabado/sabados/domingos/de,
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
        ponen/poneis/echan/televisan/transmiten/dan/pasan el/la/los partido/partidos/final/finales/clasico/derbi/mundial/pelea/carrera/pelicula/serie,
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
        te/lo/la/los/las esperamos/espero aca/aqui/en, la direccion es, mi direccion es, estamos en, estamos ubicados en, queda en, es en,
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
