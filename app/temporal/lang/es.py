"""Spanish: words of Spain and Latin America, and how people type them."""

# fmt: off
from __future__ import annotations

from itertools import product

from app.temporal.vocabulary import Language, window

NUMBERS = {
    "cero|zero": 0, "un|uno|una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20,
    "veintiun|veintiuno|veintiuna": 21,
    "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
    "veintisiete": 27,
    "veintiocho": 28, "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60,
    "setenta": 70,
    "ochenta": 80, "noventa": 90, "cien|ciento": 100, "doscientos": 200, "trescientos": 300, "quinientos": 500,
    "novecientos": 900, "mil": 1000,
}

_TENTHS = {"decimo": 10, "vigesimo": 20, "trigesimo": 30}
_UNITS = {"primero|primer|primera": 1, "segundo|segunda": 2, "tercero|tercer|tercera": 3, "cuarto|cuarta": 4,
          "quinto|quinta": 5, "sexto|sexta": 6, "septimo|septima": 7, "octavo|octava": 8, "noveno|novena": 9}
ORDINALS = _UNITS | _TENTHS | {
    "|".join(f"{ten} {unit}" for unit in units.split("|")): value + number
    for (ten, value), (units, number) in product(_TENTHS.items(), _UNITS.items())
} | {"ultimo|ultima|ult": -1, "penultimo|penultima": -2, "antepenultimo|antepenultima": -3}

WEEKDAYS = {
    "lunes|lun|lu": 0, "martes|mar|ma|mart": 1, "miercoles|mie|mier|mierc|mi|mx": 2, "jueves|jue|juev|ju": 3,
    "viernes|vie|vier|viern|vi": 4, "sabado|sabados|sab|sa": 5, "domingo|domingos|dom|do": 6,
}
MONTHS = {
    "enero|ene": 1, "febrero|feb": 2, "marzo|mar|mzo": 3, "abril|abr": 4, "mayo|may": 5, "junio|jun": 6,
    "julio|jul": 7, "agosto|ago": 8, "septiembre|setiembre|sep|sept|set": 9, "octubre|oct": 10,
    "noviembre|nov": 11, "diciembre|dic": 12,
}
WEAK = frozenset((
    "lun", "lu", "mar", "ma", "mart", "mie", "mi", "mx", "jue", "ju", "vie", "vi", "sab", "sa", "dom", "do",
    "mier", "vier", "ene", "feb", "abr", "may", "jun", "jul", "ago", "sep", "set", "oct", "nov", "dic",
))

DAYS: dict[str, tuple[int, str | None]] = {
    "hoy|hoy dia|hoy mismo|el dia de hoy": (0, None),
    "mañana|mañana mismo|el dia de mañana": (1, None),
    "pasado mañana|el dia despues de mañana|dia despues de mañana|traspasado|pasao mañana": (2, None),
    "ayer": (-1, None), "anteayer|antes de ayer|antier|antes de anoche|ante ayer": (-2, None),
    "anteanoche|antenoche|antier en la noche": (-2, "night"),
    "anoche|ayer noche": (-1, "night"), "esta noche|esta nochecita|hoy noche": (0, "night"),
    "esta tarde|esta tardecita|hoy tarde": (0, "afternoon"), "esta mañana|hoy mañana": (0, "morning"),
    "esta madrugada": (0, "dawn"), "este mediodia|este medio dia": (0, "noon"),
}

_PART_NOUNS = {
    "mañana|mañanita": "morning", "tarde|tardecita": "afternoon", "noche|nochecita": "night",
    "madrugada": "dawn", "tarde noche|tarde - noche|tardenoche": "evening",
}
_PART_LEADS = ("de la", "por la", "en la", "a la", "x la", "d la", "dela", "ala", "pr la", "en las", "por las",
"xla", "porla", "enla")
PARTS = {
    "|".join(f"{lead} {noun}" for lead in _PART_LEADS for noun in nouns.split("|")): part
    for nouns, part in _PART_NOUNS.items()
} | {
    "la mañana|mañana por la mañana de": "morning", "la tarde": "afternoon", "la noche": "night",
    "la madrugada": "dawn",
    "tarde": "afternoon", "noche": "night", "madrugada": "dawn", "tarde noche|tardecita": "evening",
    "de madrugada|en madrugada": "dawn", "de noche|x noche": "night", "de tarde": "afternoon",
    "de dia": "morning",
    "a primera hora|primera hora|a primera|a primera hora de la mañana|a primerisima hora|bien temprano|temprano|"
    "tempranito|"
    "a primera hora del dia": "first_thing",
    "a ultima hora|ultima hora de la tarde|a ultima hora de la tarde|a ultima": "last_thing",
    "a media mañana": "mid_morning", "a media tarde": "mid_afternoon",
    "a la hora del almuerzo|hora del almuerzo|a la hora de comer|a la hora de la comida|"
    "a la hora de almuerzo": "lunch",
    "a la hora de la cena|a la hora de cenar": "night",
}
WINDOWS = {
    part.name: part for part in (
        window("dawn", "00:00", "06:00"), window("morning", "08:00", "12:00"), window("noon", "12:00", "14:00"),
        window("lunch", "12:00", "15:00"), window("afternoon", "12:00", "19:00"), window("evening", "18:00",
        "21:00"),
        window("night", "19:00", "23:59"), window("first_thing", "08:00", "09:00"), window("last_thing",
        "17:00", "19:00"),
        window("mid_morning", "10:00", "11:00"), window("mid_afternoon", "15:00", "17:00"),
    )
}

CLOCKS = {
    "mediodia|medio dia|al mediodia|al medio dia|a mediodia|a medio dia|del mediodia|del medio dia|el mediodia|"
    "de el mediodia|medio-dia|el medio dia": (12, 0),
    "medianoche|media noche|a medianoche|a media noche|a la medianoche|a la media noche|de la medianoche": (0,
    0),
}
FRACTIONS = {"media": 30, "cuarto": 15, "un cuarto": 15, "kuarto": 15, "tres cuartos": 45, "pico": 0, "piko": 0}

UNITS = {
    "segundo|segundos|seg|segs": "second", "minuto|minutos|min|mins|minutitos|minutito|mnts": "minute",
    "hora|horas|horita|horitas|hrs|hr|hs|h|ora|oras": "hour", "dia|dias": "day",
    "dia habil|dias habiles|dia laborable|dias laborables|dias laborales": "workday",
    "semana|semanas|sem|semanita|semanitas": "week", "quincena|quincenas": "fortnight", "mes|meses": "month",
    "año|años": "year", "fin de semana|finde|fin d semana|fines de semana|fin de|findes|"
    "finde semana": "weekend",
}
AMOUNTS: dict[str, tuple[float, str]] = {
    "media hora|1 / 2 hora|media horita|1/2 h|media hr": (0.5, "hour"),
    "un cuarto de hora|cuarto de hora": (0.25, "hour"),
    "tres cuartos de hora": (0.75, "hour"), "hora y media|una hora y media|una hora y 1/2": (1.5, "hour"),
    "hora y cuarto|una hora y cuarto": (1.25, "hour"), "un par de horas|par de horas": (2, "hour"),
    "un par de dias|par de dias": (2, "day"), "un par de semanas": (2, "week"), "un ratito|un rato": (0,
    "hour"),
    "medio año": (6, "month"), "un par de minutos": (2, "minute"), "un par de meses": (2, "month"),
}
HALVES = {
    "am|a . m .|a . m|a m|a.m.": "am", "pm|p . m .|p . m|p m|de la pm": "pm", "ampm|am / pm": "any",
    "a": "am", "p": "pm",
}
HOLIDAYS = {
    "navidad|navidades|dia de navidad": ("fixed", 12, 25), "nochebuena|noche buena": ("fixed", 12, 24),
    "nochevieja|noche vieja|fin de año|año viejo": ("fixed", 12, 31), "año nuevo|dia de año nuevo": ("fixed",
    1, 1),
    "dia de reyes|reyes magos|dia de los reyes|dia de los reyes magos": ("fixed", 1, 6),
    "san valentin|dia de san valentin|dia de los enamorados|dia del amor": ("fixed", 2, 14),
    "dia de la mujer|dia internacional de la mujer": ("fixed", 3, 8),
    "dia del trabajo|dia del trabajador|dia de los trabajadores|dia internacional de los trabajadores|"
    "dia internacional del trabajo|fiesta del trabajo": ("fixed", 5, 1),
    "halloween|noche de brujas": ("fixed", 10, 31), "dia de muertos|dia de los muertos|"
    "dia de los difuntos": ("fixed", 11, 2),
    "dia de todos los santos|todos los santos": ("fixed", 11, 1),
    "viernes santo": ("easter", -2, 0), "jueves santo": ("easter", -3, 0), "domingo de ramos": ("easter", -7,
    0),
    "lunes santo": ("easter", -6, 0), "martes santo": ("easter", -5, 0), "miercoles santo": ("easter", -4, 0),
    "lunes de carnaval": ("easter", -48, 0), "martes de carnaval": ("easter", -47, 0),
    "sabado santo|sabado de gloria": ("easter", -1, 0), "miercoles de ceniza": ("easter", -46, 0),
    "domingo de resurreccion|domingo de pascua|pascua": ("easter", 0, 0), "corpus christi": ("easter", 60, 0),
    "dia de los inocentes|dia de los santos inocentes": ("fixed", 12, 28),
    "san juan|noche de san juan": ("fixed", 6, 24), "lunes de pascua": ("easter", 1, 0),
    "dia de la madre|dia de las madres": ("nth:2:6", 5, 0), "dia del padre|dia de los padres": ("nth:3:6", 6, 0),
    "accion de gracias|dia de accion de gracias": ("nth:4:3", 11, 0), "viernes negro": ("nth:4:3+1", 11, 0),
    "ciberlunes": ("nth:4:3+4", 11, 0), "dia de la raza|dia de la hispanidad": ("fixed", 10, 12),
    "inmaculada concepcion|dia de la inmaculada": ("fixed", 12, 8),
    "dia de la asuncion": ("fixed", 8, 15), "dia de la candelaria": ("fixed", 2, 2),
    "dia de la virgen de guadalupe|dia de la guadalupana": ("fixed", 12, 12), "dia de la epifania": ("fixed", 1, 6),
    "dia de la tierra": ("fixed", 4, 22), "pentecostes|domingo de pentecostes": ("easter", 49, 0),
    "dia de la constitucion": ("fixed", 12, 6),
}

# Whole constructions; relative.py says what each does.
PHRASES = {
    "a la misma hora|misma hora|la misma hora|al mismo horario|mismo horario|el mismo horario|a esa hora|"
    "a esa misma hora|"
    "en el mismo horario|a la misma|ala misma hora|a misma hora|en ese horario|ese horario|"
    "la misma hr": "same-time",
    "el mismo dia|mismo dia|ese dia|ese mismo dia|aquel dia|ese mismo|esa misma tarde": "same-day",
    "el dia siguiente|al dia siguiente|dia siguiente|al otro dia|el otro dia siguiente|al dia sgte": "next-day",
    "el dia despues|dia despues|un dia despues": "next-day",
    "a fines de|a finales de|fines de|finales de|a fin de|fin de|a fines del|"
    "a finales del|a fin del|fin del": "month-end",
    "a mediados de|a mediados del|mediados de|mediados del": "month-middle",
    "a principios de|a comienzos de|a inicios de|a principios del|a comienzos del|a inicios del|"
    "principios de|comienzos de|inicios de|"
    "principios del": "month-start",
    "corriente|corriente mes|presente mes|cte": "this-month",
    "la semana siguiente a esa": "next-week", "el dia anterior|un dia antes|el dia de antes|la vispera|"
    "dia anterior|el dia antes|dia antes": "previous-day",
    "mas tarde|mas tardecito|mas tardesito|un poco mas tarde|mas al rato": "later",
    "mas temprano|mas tempranito|un poco antes": "earlier",
    "que viene|que entra|entrante|venidero|que biene": "next-after",
}
ROLES = {
    "a las|alas|ha las|a ls|al las|aa las|alas las|a los las": "at to",
    "@|tipo las": "at", "las|la": "at_weak", "los": "every_article",
    "a la|ala": "at_weak to", "a mediodia|a medio dia|a medianoche|a media noche|al mediodia|al medio dia": "at to",
    "tipo|tipo a las|tipo las|a eso de las|a eso de|a eso d las|a eso de la|como a las|como a la|sobre las|"
    "sobre la|hacia las|"
    "hacia la|cerca de las|alrededor de las|alrededor de la|mas o menos a las|aproximadamente a las|"
    "aprox a las|"
    "como tipo|onda|como alas|a las tipo|por ahi de las|por ai de las|a partir mas o menos de las|"
    "pasadas las|tipo a la": "about",
    "el|la|los|las|este dia": "article", "de|d": "of range_open",
    "del|de el|dl|do": "of range_open contracted", "al": "contracted", "en": "in on", "para|pa|por|x": "for",
    "para el|pal|pa l|pa el": "for article",
    "para las|pa las|para la|pa la": "at for", "durante|por espacio de|a lo largo de": "for lasting",
    "desde|a partir de|apartir de": "from", "desde el": "from article", "desde las|desde la": "from at",
    "de las|de la|de los": "from of range_open", "del": "from",
    "a|al|hasta": "to", "hasta": "until", "hasta el": "to until article", "hasta las|hasta la": "until at to",
    "- a": "to", "entre|entre el|entre los": "between", "entre las|entre la": "between at", "y|e|i": "and",
    "y las|y la": "and at", "y el|y los": "and and_article", "o|u": "or", "sino": "but",
    "menos": "minus", "con": "plus", "pasadas|pasados|pasadas las|pasados de las|pasadas de las|pasado las": "past",
    "para las|pa las|para la|pa la|antes de las": "minutes_to", "hace|ace|hacen": "ago_before",
    "despues|luego|mas tarde|dpues|desp": "later", "antes|mas temprano": "earlier",
    "a partir de ahora|desde ahora|a contar de ahora": "since_now",
    "dentro de|adentro de|dentro d|en|de aqui a|de aca a|de aqui en|de aca en": "within",
    "atras": "ago", "a partir de|a partir del|"
    "despues de|despues del|desde|desde el|desde la|tras|luego de|contando desde|"
    "apartir de": "after",
    "antes de|antes del|antes d": "before",
    "a partir de las|a partir de la|apartir de las|a partir de ls|desde las|desde la": "since at",
    "a partir de|desde|desde el|a partir del|apartir de|apartir del": "since",
    "antes de las|antes de la|antes d las": "before at", "antes de|antes del": "before",
    "despues de las|despues de la|pasadas las|luego de las|despues d las": "after at",
    "despues de|despues del": "after",
    "otra": "next", "todos los dias|cada dia|diario|diariamente|a diario|entre semana|dia por medio": "daily",
    "este|esta|estos|ese|esa|aquel": "this",
    "proximo|proxima|prox|prx|sgte|siguiente|sig|proximos|proximas|prox .|siguientes": "next",
    "pasada|anterior|ultimo|ultima|ultimos|ultimas|pasados|anteriores|antepasado|previos|previas": "last",
    "pasado": "overmorrow last",
    "subsiguiente": "after_next", "todos los|todas las|cada|tds los|todo los|todos|todas": "every",
    "dia|el dia|dias|al dia": "day_word",
    "en punto|clavadas|clavados|enpunto|exactas": "oclock", "h|hs|hrs|hr|horas|hora|oras": "hour_unit",
    "horas|hora|hr|oras": "long_hour", "hora": "zone_word",
    "demora|demoran|dura|duran|tarda|tardan|son|unas|unos": "measures", "may": "modal",
    "cada uno|cada una|c / u|ambientes|dormitorios|habitaciones|recamaras|alcobas|puertas|hectareas|"
    "kilos|kilo|kg|personas|persona|pax|soles|pesos|euros|dolares|cuotas|metros|m2|cm|mm|ml|litros|unidades|"
    "piezas|cajas|porciones|niños|chicos|adultos|invitados|mesas|puestos|lugares|sesiones|fotos|veces|piso|"
    "cuadras|"
    "km|gramos|lt|lts|cupos|entradas|hijos|alumnos|noches|talla|usd|eur|clases|platos|puntos|mil|millones|"
    "lucas|"
    "estrellas|ingredientes|prendas|cambios|pares|kg .|bs|bolivianos|mxn|ars|clp|cop|pen|de cada|"
    "vacantes": "measure",
    "$|€|s /|s / .|£|us $|u$s|usd": "currency", "cuesta|cuestan|vale|valen|precio|sale|cobran|costo": "thing",
    "canal|linea|bus|colectivo|bondi|"
    "calle|avenida|av|av .|jr|jr .|jiron|pasaje|psje|carrera|cra|cra .|transversal|numero|nro|nro .|n °|n º|"
    "no .|dpto|depto|"
    "apto|oficina|of .|piso|puerta|mz|lote|codigo|ruc|dni|pedido|orden|tel|telefono|cuota|cel|celular|anexo|"
    "zona|local|km|talla|"
    "habitacion|sala|aula|modelo|edad|articulo": "street",
    "el dia despues|dia despues|un dia despues|un dia antes|la vispera|el dia antes|dia antes|antes de ayer": "beside",
    "pero": "noise", "mar": "thing", "grados": "measure",
    "zero|cero": "zero", "y pico|y algo|aprox|mas o menos|maso|masomenos|aproximadamente|o por ahi|"
    "por ahi": "ish",
    "fecha|mesa|mesas|grupo|reserva|paquete|pack|menu|combo|lista": "thing", "a mas tardar": "noise",
}
GREETINGS = frozenset(
    ["buenos dias", "buen dia", "buenas tardes", "buenas noches", "buena tarde", "buena noche", "bonito dia",
    "lindo dia", "feliz dia", "bonita tarde", "feliz tarde", "linda tarde", "linda noche", "feliz noche",
    "bonita noche", "excelente dia", "excelente tarde", "gran dia", "hermoso dia", "todo el dia",
    "buenos d", "tardes", "noches", "muy tarde", "tan tarde", "llego tarde", "llegar tarde",
    "llegue tarde", "se hizo tarde", "mañana o tarde", "tarde o temprano", "hasta luego", "nos vemos luego",
    "hablamos mas tarde", "bnos dias", "buenas noche", "buenas tarde", "buen finde", "buen fin de semana",
    "feliz fin de semana", "buena semana", "linda semana", "feliz semana", "buen mes", "feliz año",
    "feliz navidad", "feliz año nuevo", "un momento", "un segundo", "un segundito", "un minuto", "un minutito",
    "segunda ronda", "lo antes posible", "cuanto antes", "fin de cuentas", "de una vez", "una vez", "15 años",
    "quince años", "el mismo", "de segunda mano", "hora de entrada", "llega tarde", "llego tardisimo",
    "a la vez", "dia a dia", "dia tras dia", "de un dia para otro", "el otro dia", "algun dia", "otro dia",
    "cualquier dia", "cualquier dia de estos",
    "en su dia", "hoy por hoy", "hoy en dia", "ya es tarde", "bonito finde", "lindo finde",
    "la noche anterior a", "buenas noxes", "bueno dia", "no es tarde", "es tarde"]
)
HINTS = frozenset(
    ["el", "la", "los", "las", "de", "del", "que", "es", "un", "una", "por", "para", "con", "si", "me", "te",
    "se", "lo", "le", "mi", "tu", "su", "al", "como", "mas", "pero", "ya", "hola", "gracias", "quiero", "cita",
    "puede", "puedes", "puedo", "tengo", "tiene", "tienen", "nos", "esta", "este", "eso", "son", "sale",
    "dale", "sin", "sobre", "hay", "muy", "bien", "favor", "porfa", "donde", "cuando", "buenas", "buenos",
    "estoy", "seria", "sera", "queda", "hacer", "cuanto", "reunion", "turno", "dia", "esa", "ese", "ahi",
    "aqui", "vamos", "sí", "ni", "y", "vale", "listo", "perfecto", "claro", "q", "xq"]
)
GUARDS = frozenset(["a", "in", "set", "sun", "sol", "march", "may", "mon", "on", "once", "ten", "come", "red",
"mar", "dos", "ok", "va", "no", "to", "or", "of", "at", "be", "am", "sat", "wed", "dec", "out"])
ALIASES = {"mñn": "mañana", "mñna": "mañana", "mñana": "mañana", "mnñ": "mañana", "trde": "tarde",
"nche": "noche",
           "oi": "hoy", "oy": "hoy", "sabdo": "sabado", "prox": "proximo", "prx": "proximo", "dsps": "despues",
           "dsp": "despues",
           "ke": "que", "q": "que", "asta": "hasta"}
NOT_TYPOS = frozenset(
    ["mates", "marte", "corrientes",
    "partes", "parte", "mares", "junta", "juntas", "juntos", "junto", "julia", "julian", "mayor",
    "maya", "marca", "marco", "marcos", "martha", "coche", "leche", "mucho", "nuevo", "nuevos", "nueva",
    "tarda", "tardes", "tardan", "tardo", "tardar", "manzana", "banana", "hermana", "semanal", "semanas",
    "manda", "marzal", "tercera", "terceros", "cuartos", "cuatros", "cincos", "primeros", "primeras",
    "segundas", "sexta", "sextas", "quintas", "octavos", "minutas", "diario", "diaria", "sabana", "sabanas",
    "dominga", "diciendo", "siguientes", "domino", "martin", "martina", "lunas", "luna", "lunar", "viene",
    "vienes", "vientos", "horario", "hombre", "hambre", "noviembres", "jueces", "nueces", "novena", "novenas",
    "trecho", "catorces", "quincena", "veinte", "treinta", "ciento", "cientos", "cuenta", "cuentas", "sientes",
    "tarjeta", "alberto", "febreros", "tarea", "tareas", "manera", "maneras", "siente", "setenta", "sesenta",
    "enteros", "entero", "dinero", "genero", "genera", "cenero", "montana", "montanas", "entras", "entrada",
    "novio", "novios", "novia", "antes", "ante", "mediano", "mediana", "medias", "medios", "medio", "pasada",
    "pasadas", "pasado", "pasados", "fechas", "fecha", "minimo", "ultimas", "ultimos", "siempre", "septima",
    "octava", "cuarta", "cuatro", "cuartas", "tercer", "mienten", "mayos", "media", "primera", "cuando",
    "cuanto", "cuantos", "quinto", "quintal", "nuevas", "viejo", "viajes", "viaje", "noche", "noches", "ambos",
    "abran", "abrir", "abren", "abre", "tratar", "tarifa", "marted", "horas", "hora", "hola", "horno", "anual",
    "proxima", "proximas", "aproximo"]
)

SPANISH = Language(
    code="es", day_first=True, articles_tell=True, numbers=NUMBERS, ordinals=ORDINALS,
    ordinal_suffixes=frozenset(["ro", "er", "do", "to", "mo", "vo", "no", "º", "ª", "°", "ra", "da", "ero"]),
    weekdays=WEEKDAYS, months=MONTHS, weak=WEAK, days=DAYS, parts=PARTS, part_windows=WINDOWS, clocks=CLOCKS,
    fractions=FRACTIONS, units=UNITS, amounts=AMOUNTS, halves=HALVES, holidays=HOLIDAYS, phrases=PHRASES,
    roles=ROLES,
    greetings=GREETINGS, hints=HINTS, guards=GUARDS, aliases=ALIASES, not_typos=NOT_TYPOS,
    respell=(("qu", "k"), ("ch", "_"), ("h", ""), ("_", "ch"), ("ce", "se"), ("ci", "si"), ("c", "k"), ("z",
    "s"),
             ("v", "b"), ("ll", "y"), ("gue", "ge"), ("x", "s"), ("w", "gu")),
)
