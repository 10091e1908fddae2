"""More conversations of our own making: written to see how others than those already looked at are read.

None of them was seen by the rules before it was written down; those that went wrong then were mended by kind.
"""

from tests.extraction.chats import Chat

UNSEEN = (
    Chat(
        "hola, quiero arreglar el techo del garage",
        """
        u: hola, quiero arreglar el techo del garage, se llueve
        b: Buenas, primero tendría que verlo. Te queda bien el jueves a la mañana?
        u: jueves dale, pero después de las 10
        b: 10:30 entonces
        u: joya. Gorriti 4520, timbre 3
        b: perfecto nos vemos
        """,
        ("Techo del garage | 2026-05-07T10:30 | - | Gorriti 4520, timbre 3",),
        "America/Argentina/Buenos_Aires",
    ),
    Chat(
        "Buenas tardes, cuánto cuesta el corte con",
        """
        u: Buenas tardes, cuánto cuesta el corte con barba?
        b: 45 mil, veci
        u: listo, me puedes atender mañana?
        b: claro, a las 10 o a las 5
        u: a las 5 me queda mejor
        b: te espero entonces
        """,
        ("Corte con barba | 2026-05-05T17:00 | - | -",),
        "America/Bogota",
    ),
    Chat(
        "hi, do you do eyelash extensions",
        """
        u: hi, do you do eyelash extensions?
        b: Hiya, yes we do! £55 full set
        u: great, could I come in on Friday?
        b: I've 9.30 or 2.15 on Friday
        u: 2.15 pls
        b: Fab, see you Friday at 2.15
        """,
        ("Eyelash extensions | 2026-05-08T14:15 | - | -",),
        "Europe/London",
    ),
    Chat(
        "Hola, le escribimos de la clínica Santa",
        """
        b: Hola, de la clínica Santa Rosa: su resonancia es el miércoles 6 a las 7:40 am. Responda SI
        u: SI
        b: Gracias, recuerde venir en ayunas
        @ 2026-05-05 17:00
        u: señorita, tengo gripe. puedo ir otro día?
        b: Tenemos el lunes 11 a la misma hora
        u: ok el lunes entonces
        b: Reprogramada
        """,
        ("- | 2026-05-11T07:40 | - | -",),
    ),
    Chat(
        "necesito que me instalen un aire acondicionado",
        """
        u: necesito que me instalen un aire acondicionado
        b: Con gusto, qué día le conviene?
        u: cualquier día de la próxima semana menos el lunes
        b: El martes 12 entre 2 y 4 pm
        u: está bien
        b: me regala la dirección?
        u: Carrera 7 # 45-10 apto 302
        b: listo, agendado
        """,
        (
            "Instalación aire acondicionado | 2026-05-12T14:00 | 2026-05-12T16:00 | Carrera 7 # 45-10 apto 302",
        ),
        "America/Bogota",
    ),
    Chat(
        "tenéis mesa para esta noche? somos 3",
        """
        u: tenéis mesa para esta noche? somos 3
        b: Sí, a las 21:30 o a las 22:00
        u: 21:30
        b: ¿A nombre de?
        u: Marta
        b: Reservado, hasta luego Marta
        """,
        ("Mesa | 2026-05-04T21:30 | - | -",),
        "Europe/Madrid",
    ),
    Chat(
        "Hi, can someone look at my dishwasher",
        """
        u: Hi, can someone look at my dishwasher? it won't drain
        b: Sure, I can come Wednesday between 1 and 3
        u: Wednesday's no good, Thursday?
        b: Thursday after 4
        u: 4.30?
        b: Perfect. Address?
        u: 8 Wellington Terrace, flat 2
        b: Cheers, see you Thursday
        """,
        ("Dishwasher | 2026-05-07T16:30 | - | 8 Wellington Terrace, flat 2",),
        "Europe/London",
    ),
    Chat(
        "buenos días, quisiera inscribir a mi hija",
        """
        u: buenos días, quisiera inscribir a mi hija en la clase de ballet
        b: Buenos días! tenemos clase de prueba el sábado 9 a las 10
        u: ahí la llevo
        b: perfecto, dura una hora
        """,
        ("Clase de prueba ballet | 2026-05-09T10:00 | 2026-05-09T11:00 | -",),
    ),
    Chat(
        "profe, podemos pasar la clase de mañana",
        """
        u: profe, podemos pasar la clase de mañana a otro día?
        b: sí, el viernes a las 4?
        u: sí, perfecto
        """,
        ("Clase | 2026-05-08T16:00 | - | -",),
    ),
    Chat(
        "hello, I'd like to get my tyres",
        """
        u: hello, I'd like to get my tyres changed
        b: Morning! Bring it in tomorrow at 9
        u: can't tomorrow. wednesday 9?
        b: yep that's fine
        u: actually make it 10
        b: no problem
        """,
        ("- | 2026-05-06T10:00 | - | -",),
        "Europe/London",
    ),
    Chat(
        "maestra, cuándo es la entrega de boletas",
        """
        u: maestra, cuándo es la entrega de boletas?
        b: El viernes 8 a las 5 de la tarde en el salón 4
        u: gracias, ahí estaré
        """,
        ("Entrega de boletas | 2026-05-08T17:00 | - | salón 4",),
        "America/Mexico_City",
    ),
    Chat(
        "quiero cambiar mi cita del jueves para",
        """
        u: quiero cambiar mi cita del jueves para el viernes a las 3
        b: Claro, queda para el viernes 8 a las 3 pm
        u: gracias
        """,
        ("Cita | 2026-05-08T15:00 | - | -",),
    ),
    Chat(
        "do you have time for a quick",
        """
        u: do you have time for a quick call about the invoice?
        b: Tomorrow at 11?
        u: sounds good
        b: I'll send a link
        """,
        ("Call about the invoice | 2026-05-05T11:00 | - | -",),
        "America/New_York",
    ),
    Chat(
        "Ingeniero, puede venir a revisar el ascensor",
        """
        u: Ingeniero, puede venir a revisar el ascensor?
        b: Mañana paso tipo 8 de la mañana
        u: ok lo esperamos
        @ 2026-05-05 07:30
        b: buenos días, se me dañó la camioneta, llego a las 9:30
        u: listo no hay problema
        """,
        ("Ascensor | 2026-05-05T09:30 | - | -",),
    ),
    Chat(
        "me agenda para pestañas el jueves 7",
        """
        u: me agenda para pestañas el jueves 7 a las 6 de la tarde y para cejas el sábado 9 a las 11?
        b: Sí, las dos agendadas
        """,
        (
            "Pestañas | 2026-05-07T18:00 | - | -",
            "Cejas | 2026-05-09T11:00 | - | -",
        ),
    ),
    Chat(
        "Hi! is the studio free on the",
        """
        u: Hi! is the studio free on the 16th for a band rehearsal?
        b: It's free from 3pm on the 16th
        u: can we have 4 to 7?
        b: Done, 4 to 7 on Saturday 16th
        """,
        ("Band rehearsal | 2026-05-16T16:00 | 2026-05-16T19:00 | -",),
        "Europe/London",
    ),
    Chat(
        "buen día, para la revisión de los",
        """
        u: buen día, para la revisión de los 10 mil km del carro
        b: Buen día. Lo puede dejar el jueves a las 8
        u: a las 8 no alcanzo, 9?
        b: 9 está bien
        u: gracias
        """,
        ("- | 2026-05-07T09:00 | - | -",),
    ),
    Chat(
        "hola guapa tienes hueco para uñas el",
        """
        u: hola guapa tienes hueco para uñas el miércoles por la tarde?
        b: a las 17h o a las 19h
        u: 19h
        b: apuntada!
        @ 2026-05-05 12:00
        u: tía al final puedo antes, sigue libre lo de las 17?
        b: sí, te cambio a las 17
        u: gracias!!
        """,
        ("Uñas | 2026-05-06T17:00 | - | -",),
        "Europe/Madrid",
    ),
    Chat(
        "I'd like to schedule a consultation regarding",
        """
        u: I'd like to schedule a consultation regarding my visa
        b: Dr. Kim is available Monday May 11 at 2 PM or Tuesday May 12 at 10 AM
        u: Tuesday works better
        b: Noted. Our office is at 450 Lexington Avenue, suite 1200
        u: thank you
        """,
        ("Consultation visa | 2026-05-12T10:00 | - | 450 Lexington Avenue, suite 1200",),
        "America/New_York",
    ),
    Chat(
        "necesito dos turnos, uno para mí y",
        """
        u: necesito dos turnos, uno para mí y otro para mi marido
        b: mañana tengo 10:00 y 10:30
        u: genial los dos
        b: anotados
        """,
        (
            "- | 2026-05-05T10:00 | - | -",
            "- | 2026-05-05T10:30 | - | -",
        ),
    ),
    Chat(
        "hasta qué hora reciben pedidos hoy",
        """
        u: hasta qué hora reciben pedidos hoy?
        b: Hasta las 9 pm
        u: ok
        """,
    ),
    Chat(
        "tienen cita el martes",
        """
        u: tienen cita el martes?
        b: déjeme ver y le confirmo
        u: ok
        b: el martes ya no hay, hasta junio
        u: ah bueno gracias
        """,
    ),
    Chat(
        "mi mamá tiene control con ustedes el",
        """
        u: mi mamá tiene control con ustedes el jueves a las 9, qué debe llevar?
        b: Su documento y los exámenes previos
        u: gracias
        """,
    ),
    Chat(
        "how long does a root canal take",
        """
        u: how long does a root canal take?
        b: about 90 minutes usually
        u: and are you open saturdays?
        b: 9 to 1
        u: cheers
        """,
    ),
    Chat(
        "podría ser el viernes a las 4",
        """
        u: podría ser el viernes a las 4?
        b: a esa hora no hay nadie en la oficina
        u: entonces lo dejamos
        """,
    ),
    Chat(
        "Hola! este viernes 8 a las 7",
        """
        b: Hola! este viernes 8 a las 7 pm hacemos noche de tacos, 2x1 en cervezas. Te esperamos
        u: 👍
        """,
    ),
    Chat(
        "te acuerdas que el sábado quedamos a",
        """
        u: te acuerdas que el sábado quedamos a las 5? te esperé una hora
        b: perdón, se me olvidó por completo
        u: ya ni modo
        """,
    ),
    Chat(
        "if I booked the 10am on Friday",
        """
        u: if I booked the 10am on Friday would I be out by noon?
        b: should be, yes
        u: ok let me check with work first
        b: sure thing
        """,
    ),
    Chat(
        "hola, me pasas tu tarifa",
        """
        u: hola, me pasas tu tarifa?
        b: 30 la hora, de 9 a 14 h, y 40 por la tarde
        u: lo comento con mi socio y te digo
        """,
    ),
    Chat(
        "can you do Tuesday at 3",
        """
        u: can you do Tuesday at 3?
        b: sorry fully booked all week
        u: ok never mind then
        """,
    ),
    Chat(
        "agéndame para mañana a las 10",
        """
        u: agéndame para mañana a las 10
        b: mañana es feriado, no abrimos
        u: ah verdad
        b: el miércoles sí
        u: el miércoles viajo. te escribo a la vuelta
        """,
    ),
    Chat(
        "buenas, tengo que ponerle la antirrábica a",
        """
        u: buenas, tengo que ponerle la antirrábica a mi perra
        b: Holaa, puede ser el miércoles?
        u: el miércoles a qué hora?
        b: 16:00 o 17:30
        u: la primera
        b: Dale, anotada Luna para el miércoles 16:00
        """,
        ("Antirrábica perra | 2026-05-06T16:00 | - | -",),
        "America/Argentina/Buenos_Aires",
    ),
    Chat(
        "Buenas noches profesor, quisiera clases de matemática",
        """
        u: Buenas noches profesor, quisiera clases de matemática para mi hijo
        b: Buenas noches, con gusto. ¿Qué días puede?
        u: lunes y miércoles en la tarde
        b: Lunes 11 y miércoles 13 a las 4, le parece?
        u: sí perfecto
        """,
        (
            "Clase de matemática | 2026-05-11T16:00 | - | -",
            "Clase de matemática | 2026-05-13T16:00 | - | -",
        ),
    ),
    Chat(
        "hey can i get a fade today",
        """
        u: hey can i get a fade today?
        b: yo, got 4 or 6:30
        u: 6:30
        b: aight see u then
        u: might be 5 min late
        b: all good
        """,
        ("Fade | 2026-05-04T18:30 | - | -",),
        "America/New_York",
    ),
    Chat(
        "Hola, vendo mi carro, cuándo lo pueden",
        """
        u: Hola, vendo mi carro, cuándo lo pueden peritar?
        b: Buen día, el jueves a las 2:30 en nuestra sede de la Calle 80 # 24-15
        u: ok perfecto
        @ 2026-05-06 09:00
        u: buenos días, me queda imposible mañana, lo podemos correr para el viernes?
        b: sí claro, misma hora
        u: gracias
        """,
        ("- | 2026-05-08T14:30 | - | Calle 80 # 24-15",),
        "America/Bogota",
    ),
    Chat(
        "Necesito un fontanero urgente, se sale el",
        """
        u: Necesito un fontanero urgente, se sale el agua del calentador
        b: Puedo estar ahí en media hora
        u: perfecto, calle Embajadores 41 3º izq
        b: voy
        """,
        ("Fontanero calentador | 2026-05-04T09:31 | - | calle Embajadores 41 3º izq",),
        "Europe/Madrid",
    ),
    Chat(
        "hola, me interesa la clase de cerámica",
        """
        u: hola, me interesa la clase de cerámica
        b: ¡Hola! Las hacemos los sábados, la próxima es el 9 de mayo de 11 a 13
        u: me apunto!
        b: genial, te espero. Es en calle Olmo 12
        """,
        ("Clase de cerámica | 2026-05-09T11:00 | 2026-05-09T13:00 | calle Olmo 12",),
        "Europe/Madrid",
    ),
    Chat(
        "buen dia, para pedir turno con la",
        """
        u: buen dia, para pedir turno con la nutricionista
        b: Buen día, la licenciada atiende martes y jueves. Martes 5 a las 15:20?
        u: martes no puedo, jueves a esa hora?
        b: Sí, jueves 7 15:20
        u: buenísimo
        """,
        ("Nutricionista | 2026-05-07T15:20 | - | -",),
        "America/Argentina/Buenos_Aires",
    ),
    Chat(
        "me puedes guardar el vestido azul? paso",
        """
        u: me puedes guardar el vestido azul? paso el sábado
        b: claro, a qué hora vienes?
        u: como a las 12
        b: listo te lo guardo
        """,
        ("Vestido azul | 2026-05-09T12:00 | - | -",),
        "America/Mexico_City",
    ),
    Chat(
        "Good morning, my daughter needs new glasses",
        """
        u: Good morning, my daughter needs new glasses, do you have anything after school?
        b: Good morning! Tuesday 4.10 or Thursday 3.50
        u: Thursday please
        b: Lovely, all booked
        @ 2026-05-06 17:00
        b: Hi, our optometrist is ill tomorrow, could we do Monday 11th 4pm instead?
        u: yes that's ok
        b: thank you
        """,
        ("- | 2026-05-11T16:00 | - | -",),
        "Europe/London",
    ),
    Chat(
        "quiero reservar el quincho para un cumple",
        """
        u: quiero reservar el quincho para un cumple el sábado 16
        b: Hola! de 12 a 18 o de 20 a 02?
        u: de 20 a 02
        b: Reservado. La seña es $30.000
        """,
        ("Quincho cumple | 2026-05-16T20:00 | 2026-05-17T02:00 | -",),
        "America/Argentina/Buenos_Aires",
    ),
    Chat(
        "hola doc, cuándo me toca el siguiente",
        """
        u: hola doc, cuándo me toca el siguiente control?
        b: En 15 días. El lunes 18 a las 10:40
        u: perfecto doc
        """,
        ("Control | 2026-05-18T10:40 | - | -",),
    ),
    Chat(
        "I'm trying to set up an interview",
        """
        u: I'm trying to set up an interview with Mr. Ortega
        b: He can do Wednesday 2pm or 3pm, or Friday 10am
        u: Friday 10am works
        b: Great. It will be a video call, 30 minutes
        u: Perfect, thank you
        """,
        ("Interview with Mr. Ortega | 2026-05-08T10:00 | 2026-05-08T10:30 | -",),
        "America/New_York",
    ),
    Chat(
        "ola kiero sacar cita pa cejas el",
        """
        u: ola kiero sacar cita pa cejas el juves
        b: hola linda, jueves a las 3 o a las 5:30
        u: 5 y media
        b: va, te agendo
        """,
        ("Cejas | 2026-05-07T17:30 | - | -",),
        "America/Mexico_City",
    ),
    Chat(
        "estimados, necesito que retiren un sofá viejo",
        """
        u: estimados, necesito que retiren un sofá viejo
        b: Buen día. Retiramos el viernes 8 entre 9 y 13 hs
        u: el viernes no estoy, sábado?
        b: sábado 9 entre 9 y 13 hs está bien
        u: ok, Av. Italia 3120
        b: agendado
        """,
        ("Retiro sofá viejo | 2026-05-09T09:00 | 2026-05-09T13:00 | Av. Italia 3120",),
        "America/Montevideo",
    ),
    Chat(
        "me confirmas mi cita de mañana a",
        """
        u: me confirmas mi cita de mañana a las 5?
        b: sí, mañana 5 pm facial
        u: gracias
        """,
        ("Facial | 2026-05-05T17:00 | - | -",),
    ),
    Chat(
        "can I bring the bike in for",
        """
        u: can I bring the bike in for a service?
        b: sure, drop it off tomorrow any time before 10
        u: I'll be there at 9
        b: cool
        """,
        ("Bike service | 2026-05-05T09:00 | - | -",),
        "Europe/London",
    ),
    Chat(
        "Buenas, mi boleta dice que debo firmar",
        """
        u: Buenas, mi boleta dice que debo firmar el contrato, cuándo voy?
        b: Puede venir mañana desde las 10
        u: paso a las 11 entonces
        b: perfecto
        """,
        ("- | 2026-05-05T11:00 | - | -",),
    ),
    Chat(
        "hola queremos hacer una sesión de fotos",
        """
        u: hola queremos hacer una sesión de fotos de embarazo
        b: Qué lindo! tienen fecha en mente?
        u: sábado 16 o domingo 17
        b: domingo 17 a las 16 hs, por la luz
        u: genial. en los bosques de Palermo puede ser?
        b: sí, de una
        """,
        ("Sesión de fotos de embarazo | 2026-05-17T16:00 | - | bosques de Palermo",),
        "America/Argentina/Buenos_Aires",
    ),
    Chat(
        "Could you babysit on Friday night",
        """
        u: Could you babysit on Friday night?
        b: What time?
        u: 7 till 11
        b: yep no problem
        u: actually my mum can do it, sorry! don't need you anymore
        b: no worries
        """,
    ),
    Chat(
        "se puede pagar con tarjeta el viernes",
        """
        u: se puede pagar con tarjeta el viernes?
        b: sí, todos los días de 9 a 18
        u: joya
        """,
    ),
    Chat(
        "ya no quiero la cita, gracias",
        """
        u: ya no quiero la cita, gracias
        b: ok
        """,
    ),
    Chat(
        "mi vuelo sale el jueves a las",
        """
        u: mi vuelo sale el jueves a las 6 de la mañana, hacen traslados?
        b: sí, 80 soles
        u: déjame consultarlo
        """,
    ),
    Chat(
        "Recuerde que su póliza vence el viernes",
        """
        b: Recuerde que su póliza vence el viernes 8 a las 12 del día
        u: gracias por avisar
        """,
    ),
    Chat(
        "sería posible ir el lunes",
        """
        u: sería posible ir el lunes?
        b: lunes no trabajamos
        u: y el martes a las 4?
        b: ya está tomado
        u: ok, les llamo la otra semana
        """,
    ),
    Chat(
        "was my appointment at 3 or 4",
        """
        u: was my appointment at 3 or 4 last week?
        b: it was at 3
        u: ah ok that's why
        """,
    ),
    Chat(
        "hi is Dr Wu in on Thursdays",
        """
        u: hi is Dr Wu in on Thursdays?
        b: Yes, Thursdays 8 to 4
        u: thanks, I'll call to book
        """,
    ),
    Chat(
        "a qué hora es la misa del",
        """
        u: a qué hora es la misa del domingo?
        b: A las 8, 10 y 12
        u: Dios le pague
        """,
    ),
    Chat(
        "quizá pase mañana por la tarde a",
        """
        u: quizá pase mañana por la tarde a ver los zapatos
        b: te esperamos!
        u: 👍
        """,
    ),
    Chat(
        "el técnico vino ayer a las 3",
        """
        u: el técnico vino ayer a las 3 y no arregló nada
        b: disculpe, reprogramamos?
        u: no, quiero mi dinero
        """,
    ),
    Chat(
        "do you deliver on Sundays",
        """
        u: do you deliver on Sundays?
        b: only Monday to Saturday, 10 to 8
        u: ok no problem
        """,
    ),
    Chat(
        "me cotizas un evento para 50 personas",
        """
        u: me cotizas un evento para 50 personas el 20 de junio a las 8 pm?
        b: claro, serían $25,000
        u: gracias, lo reviso
        """,
    ),
)
