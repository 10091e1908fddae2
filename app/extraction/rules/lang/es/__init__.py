"""Spanish: of Spain, Mexico, the Andes and the River Plate, as people type it (folded: no accents, no case)."""

from app.extraction.rules.lang.es import agreeing, arranging, beside
from app.extraction.rules.lang.lexicon import Lexicon

LEXICON = Lexicon(
    code="es",
    acts={**agreeing.ACTS, **arranging.ACTS, **beside.ACTS},
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
    asks="""viene/vienen/venir/venga/vengan/pasan/pasen/pasar a, que me/nos/le * un/una/el/la/los/las/mi, quiero/kiero/quisiera/queria/querria/necesito/nececito/necesitamos/queremos (agendar/reservar/sacar/pedir/hacer/tomar/coger/programar/hacerme/enviar/ver/visitar/separar/apartar), me gustaria (agendar/reservar/hacer/pedir/tener/ver/visitar), quiero/kiero/quisiera/necesito/queria el/la/los/las/un/una/unos/unas
        cita/turno/hora/consulta/cupo/hueco/reserva/visita/espacio para/de/por, agend{ar,ame,eme,emos,a},
        reserv{ar,ame,eme,a}, anot{ame,eme,a} (para), apunt{ame,eme,a} (a/para)
        para/por (sacar/pedir) (cita/turno/hora) (de/para/por), hacen, haceis, hacéis, hacés, realizan,
        atienden, me haces, me hace, tienen, tenes, teneis, tienes
        lo de, tema de, el tema de, por lo de, por el tema de, por, para, recuerdame, recuerdeme, toca, me toca, le toca, vengo por, escribo por, escribo para, les escribo por, te escribo por, cotizar/cotizarme/cotiza/cotizas/cotizan (un/una/el/la/unos/unas), me interesa, apuntar/inscribir/anotar a mi/mis/la/el/los * a/al/en (clase/clases/curso) (de), ando buscando, averiguar por, consulto por, consultar por, info/informacion/informes de/sobre/del, hacemos/hacer una/un, busco, me coges para, para lo de, para ver lo de, ver/revisar/arreglar/reparar/instalar/cambiar/limpiar/pintar/medir (el/la/los/las/un/una/mi/lo), revisar, llevar, dejar, recoger, castrar, agenda, programar, programemos""",
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
    stops="""ambos ambas alguien alguno resulta espera esperamos esperan espero confirmar cancelar responder que porque pero molestia pena necesita necesitan se me te le les nos os puede puedo puedes podria podes tienes tiene tenes tienen tengo hay es son esta estan seria sera queda quedo queda fue cuando donde como cual si no ya
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
        este bueno ya quiero de por mejor dire se_trata digo mentira miento""",
    indefinite="un cualquier algun",
    either="o u",
    also="y e",
    troubleless="no hay *",
    confirming="confirmar confirmo confirmacion confirmada asistire asistir asisto si",
    reasons="porque",
    haves="tengo tenemos tiene tienen",
    pauses="y mire mira oiga oye osea bueno verdad fijese fijate resulta",
    splits="pero porque aunque sino pues entonces que",
    counts={
        2: "espacio/espacios/cupo/lugar/turno/turnos/hueco/cita/citas/hora para dos/2, dos/2 lugares/espacios/cupos/huecos/faciales/depilaciones/terapias/mesas/tratamientos/cortes/limpiezas/masajes/consultas/servicios/banos/puestos/pruebas/entradas/turnitos/citas, dos sesiones/clases/citas/turnos/cosas/reservas/visitas/eventos, 2 sesiones/clases/citas/turnos/cosas/reservas/visitas/eventos, un par de, mis dos */perritos/gatos, mis 2 *, ambos/ambas perros/gatos/ninos/hijos, mis dos/2 *, mi esposo/esposa/marido/mujer/novio/novia y yo, mi */mama/hija/hijo y yo, yo y mi *, mi * y para mi, mi y para mi *, mi * y a mi, mi * y mi *, para los dos, dos dias, los dos dias, las dos, mis dos hijos, mis 2 hijos, los dos",
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
    professions="""contador contadora arquitecto arquitecta abogado abogada ingeniero ingeniera licenciado licenciada doc
        doctor doctora dentista maestro maestra profe profesor profesora teacher psicologo psicologa podologo podologa
        plomero electricista gasfitero pintor jardinero cerrajero carpintero""",
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
    people="marido esposo esposa mujer hijo hija hijos hijas mama papa madre padre hermano hermana novio novia amigo amiga nene nena chico chica peque suegra suegro abuela abuelo bebe nino nina ninos familia primo prima cunado cunada sobrino sobrina tio tia vecino vecina companero companera",
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
