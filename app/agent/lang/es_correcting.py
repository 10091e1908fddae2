"""Spanish: the words that put one subject, or one moment, in the place of another."""

from collections.abc import Mapping

CORRECTING: Mapping[str, str] = {
    "instead": "en vez de/del, en lugar de/del, sino",
    "by": "por",
    "not": "no es/era/seria/sera/son/eran",
    "is": """
        era/eran/es/seria/son, que sea/fuera/sean
        quise/queria decir/poner/decirte/decirle/escribir, me referia a
        es/era para/por
        lo que quiero/queria/necesito es
    """,
    "put": """
        (el) tema/asunto/motivo/titulo es/era/seria/sea, pon{la,lo,gala,galo,ela,elo} como/que
        anot{ala,alo,ela,elo} como, agend{ala,alo,ela,elo} como
        poner/ponerla/ponerlo/anotar/anotarla/anotarlo/agendarla/agendarlo como
        pon/ponga/ponle/pongale/ponele (de) tema/asunto/titulo/motivo, cambi{ala,alo,ela,elo} a/por
    """,
    "slip": """
        digo, perdon, perdona, disculpa, disculpe, mejor dicho, quise/queria decir, corrijo, me equivoque
        me confundi, mentira, miento, espera, ay no, no no, no mejor, no digo, no espera, no perdon, no mentira
        que diga
    """,
    "opens": "digo, que diga, mentira, miento",
    "small": "ay uy ah eh no el la lo las los a para es era seria del de mejor y",
    "add": """
        agreg{ale,uele,a,ue,ame,ueme,alo,uelo} (tambien) (un/una/el/la), sum{ale,ele,a,ame} (tambien) (un/una/el/la)
        anad{ele,ale,e,eme} (un/una/el/la), inclu{ye,ya,yele,yale,yeme} (un/una/el/la)
        (le/me) pued{e,es,en} agregar/sumar/anadir/incluir (un/una/el/la), que incluya/sea con
    """,
    "sorry": "perdon, perdona, disculpa, disculpe, me equivoque, corrijo, no, mejor, digo, mentira, mas bien",
}
